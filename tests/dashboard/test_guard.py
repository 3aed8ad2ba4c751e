"""Who may not reach the page: other machines, other users, and pages of other sites in the operator's own browser."""

import os
import socket
import subprocess
from urllib.parse import urlsplit

import pytest

from tests.patience import DEADLINE_SECONDS

pytestmark = pytest.mark.processes

FOREIGN = [
    pytest.param({"Host": "evil.example:80"}, id="a name that was rebound to this machine"),
    pytest.param({"Host": "127.0.0.1"}, id="no port"),
    pytest.param({"Origin": "https://evil.example"}, id="another site"),
    pytest.param({"Origin": "http://127.0.0.1:1"}, id="another port of this machine"),
    pytest.param({"Origin": "null"}, id="a page of nowhere"),
    pytest.param({"Sec_Fetch_Site": "cross-site"}, id="another site, as the browser says"),
    pytest.param({"Sec_Fetch_Site": "same-site"}, id="another port, as the browser says"),
]


@pytest.mark.parametrize("headers", FOREIGN)
@pytest.mark.parametrize("path", ["/", "/api/session", "/api/events"])
def test_a_request_that_did_not_come_from_the_page_is_turned_away(visitor, headers, path):
    answer = visitor.get(path, **headers)

    assert answer.status == 403
    assert visitor.token().encode() not in answer.body


@pytest.mark.parametrize("headers", FOREIGN)
def test_a_foreign_change_is_not_made(served, visitor, headers):
    before = served.config("show")["revision"]
    answer = visitor.post("/api/apply", served.change(set={"max_workers": "3"}), **headers)

    assert answer.status == 403
    assert served.config("show")["revision"] == before


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"token": "0" * 32}, id="another token"),
        pytest.param({"X_StarFoundry_Token": ""}, id="no token"),
        pytest.param({"Content_Type": "text/plain"}, id="what a form can send"),
    ],
)
def test_a_change_without_what_only_the_page_knows_is_not_made(served, visitor, headers):
    assert visitor.post("/api/apply", served.change(set={"max_workers": "3"}), **headers).status == 403


def test_a_request_of_the_page_itself_is_taken(served, visitor):
    ours = {"Origin": served.address.rstrip("/"), "Sec_Fetch_Site": "same-origin"}

    assert visitor.post("/api/preview", served.change(set={"max_workers": "3"}), **ours).status == 200


def test_the_token_is_in_no_file_and_in_no_news(visitor):
    token = visitor.token().encode()
    events = visitor.events()
    heard = [str(value).encode() for _, value in (next(events) for _ in range(6))]

    assert token not in visitor.get("/").body
    assert [each for each in heard if token in each] == []


def test_nothing_of_the_page_is_run_that_is_not_a_file_of_its_own(visitor):
    policy = visitor.get("/").headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


def test_only_this_machine_is_listened_to(served):
    place = urlsplit(served.address)
    other = socket.gethostbyname(socket.gethostname())
    if other.startswith("127."):
        other = "127.0.0.2"  # even another address of the loopback is not ours

    with pytest.raises(OSError, match="refused"):
        socket.create_connection((other, place.port), timeout=DEADLINE_SECONDS)


@pytest.mark.skipif(os.getuid() != 0, reason="only root can be somebody else for a moment")
def test_another_user_of_the_machine_is_turned_away(served):
    script = (
        "import urllib.request, urllib.error\n"
        f"try: urllib.request.urlopen({served.address + 'api/session'!r})\n"
        "except urllib.error.HTTPError as error: print(error.code, error.read().decode())\n"
    )
    done = subprocess.run(
        ["/usr/bin/python3", "-c", script],
        user=65534,
        capture_output=True,
        text=True,
        check=False,
        timeout=DEADLINE_SECONDS,
    )

    assert done.stdout.startswith("403 "), done
    assert "for the user who serves it" in done.stdout
