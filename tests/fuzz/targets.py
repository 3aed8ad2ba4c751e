"""Everything that reads what comes from outside, each with valid inputs and the errors that it may end with."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from starfoundry.config.domain.effective import LastAccepted, resolve_settings
from starfoundry.config.domain.layers import Layers
from starfoundry.config.domain.model import SETTINGS
from starfoundry.daemon.halt.halt_files import _scope
from starfoundry.daemon.listeners.malformed import _reading
from starfoundry.dashboard.requests import change_requests
from starfoundry.game.decoding import decode
from starfoundry.game.errors import Unreadable
from starfoundry.kernel.errors import Refused
from starfoundry.store.address import file_of
from starfoundry.terminal.local.documents import parse_document
from starfoundry.terminal.rendering.sanitize import clean, escaped, one_line
from starfoundry.wire import daemon_pb2 as wire
from tests.game.wire import nav, ship, trade


@dataclass(frozen=True)
class Target:
    """One reader: what it takes, and how it may refuse."""

    name: str
    corpus: Sequence[bytes]
    read: Callable[[bytes], object]
    refusals: tuple[type[Exception], ...] = ()


READERS = (
    *("agent", "ship", "ships", "waypoints", "market", "shipyard", "supply_chain", "status", "registration", "moved"),
    *("departure", "cargo", "trade", "refuelling", "ship_purchase", "flight_mode_nav"),
)
ANSWERS = [
    json.dumps(body).encode()
    for body in (
        {"data": ship()},
        {"data": [ship()], "meta": {"total": 1, "page": 1, "limit": 20}},
        {"data": {"nav": nav()}},
        {"data": trade()},
        {"data": {"symbol": "FOUNDRY", "headquarters": "X1-AB1-A1", "credits": 1, "shipCount": 2}},
        {"data": {"exportToImportMap": {"IRON": ["IRON_ORE"]}}},
        {"resetDate": "2026-01-01", "version": "v2.3.0"},
        {"error": {"message": "no", "code": 4600, "data": {"retryAfter": 1.5}}},
        {
            "data": {
                "symbol": "X1-AB1-A1",
                "exports": [],
                "imports": [],
                "exchange": [],
                "tradeGoods": [],
                "transactions": [],
            }
        },
    )
]
DOCUMENTS = [
    b"max_pipelines: 5\nstrategy: prefer-buy\n",
    b'{"settings": {"max_workers": 6, "blocked_goods": ["IRON", "GOLD"]}}',
    b"config: {a: [1, 2, {b: null}]}\nrevision: 3\ncontainer_id: x\n",
]
CHANGES = [
    b'{"layer": "container", "container_id": "c", "player_id": 1, "set": {"max_workers": "3"}}',
    b'{"layer": "defaults", "player_id": 1, "set": {"max_workers": "3"}, "unset": ["strategy"]}',
    b'{"layer": "preset", "player_id": 1, "name": "mine", "set": {"max_workers": "3"}, "description": ""}',
    b'{"layer": "container", "container_id": "c", "player_id": 1, "preset": "", "expected_revision": 4}',
]
STORED = [json.dumps({one.key: one.kind.write(one.default) for one in SETTINGS}).encode(), b'{"max_workers": "x"}']
MESSAGES = [
    wire.ReviseConfigRequest(
        container_id="c", player_id=1, texts={"a": "b"}, unset=["x"], preset="p"
    ).SerializeToString(),
    wire.RegisterPlayerRequest(agent="FOUNDRY", account_token="t").SerializeToString(),
    wire.ListConfigPresetsResponse(presets=[wire.ConfigPreset(name="a", values_json={"b": "1"})]).SerializeToString(),
]
REQUESTS = [
    getattr(wire, method.input_type.name) for method in wire.DESCRIPTOR.services_by_name["DaemonService"].methods
]


def _texts(content: bytes) -> None:
    text = content.decode(errors="surrogateescape")
    assert one_line(text).isprintable()
    assert all(each.isprintable() or each == "\n" for each in escaped(text))


def _standing(content: bytes) -> None:
    try:
        stored = json.loads(content)
    except (ValueError, RecursionError):
        return
    if isinstance(stored, dict):
        resolve_settings(stored, Layers(), LastAccepted())


def _requests(content: bytes) -> None:
    for kind in REQUESTS:
        _reading(kind.FromString)(content)


def _answer(content: bytes) -> None:
    try:
        message = wire.ListConfigPresetsResponse.FromString(content)
    except Exception:  # noqa: BLE001  (the library's own way to say that these are no message)
        return
    clean(message)


TARGETS = (
    *(Target(f"game answer: {name}", ANSWERS, getattr(decode, name), (Unreadable,)) for name in READERS),
    Target("game complaint", ANSWERS, decode.error_body),
    Target(
        "settings file", DOCUMENTS, lambda content: parse_document(content.decode(errors="replace"), "it"), (Refused,)
    ),
    Target("page's change", CHANGES, change_requests.read, (Refused,)),
    Target("stored settings", STORED, _standing),
    Target("requests", MESSAGES, _requests),
    Target("an answer on the terminal", MESSAGES, _answer),
    Target("texts on the terminal", [b"plain", b"\x1b[2J\xc2\x9b"], _texts),
    Target(
        "database URL", [b"sqlite:////x/y.db"], lambda content: file_of(content.decode(errors="replace")), (Refused,)
    ),
    Target(
        "names of halts",
        [b"halted.player-1", b"halted.container-x%2Fy"],
        lambda content: _scope(content.decode(errors="replace")),
    ),
)
