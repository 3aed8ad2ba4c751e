"""The public socket is never taken from a living daemon, and nothing that is not ours is touched."""

import os
import socket
import stat

import pytest

from starfoundry.daemon.listeners.socket_path import PublicSocket, SocketTaken
from starfoundry.kernel.errors import Refused


def connects(path):
    with socket.socket(socket.AF_UNIX) as visitor:
        try:
            visitor.connect(str(path))
        except OSError:
            return False
        return True


def test_a_path_that_is_served_is_taken_and_goes_on_being_served(tmp_path):
    first = PublicSocket(tmp_path / "a.sock")

    with pytest.raises(SocketTaken, match="another daemon serves at"):
        PublicSocket(tmp_path / "a.sock")
    assert connects(tmp_path / "a.sock")
    assert [path.name for path in tmp_path.iterdir()] == ["a.sock"]
    first.remove()
    first.listener.close()
    assert not list(tmp_path.iterdir())


def test_what_a_killed_daemon_left_behind_is_replaced(tmp_path):
    PublicSocket(tmp_path / "a.sock").listener.close()

    second = PublicSocket(tmp_path / "a.sock")

    assert connects(tmp_path / "a.sock")
    second.listener.close()


def test_the_socket_of_a_newer_daemon_is_not_removed(tmp_path):
    older = PublicSocket(tmp_path / "a.sock")
    older.listener.close()
    newer = PublicSocket(tmp_path / "a.sock")

    older.remove()

    assert connects(tmp_path / "a.sock")
    newer.listener.close()


@pytest.mark.parametrize("make", ["file", "directory", "link"])
def test_what_is_no_socket_is_left_alone(tmp_path, make):
    path = tmp_path / "a.sock"
    if make == "file":
        path.write_text("a thesis")
    elif make == "directory":
        path.mkdir()
    else:
        path.symlink_to("elsewhere")

    with pytest.raises(Refused, match="an unused path"):
        PublicSocket(path)
    assert path.is_symlink() or path.exists()


def test_a_shared_directory_stays_as_it_is_and_the_socket_in_it_is_private(tmp_path):
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o1777)

    served = PublicSocket(shared / "a.sock")

    assert stat.S_IMODE(shared.stat().st_mode) == 0o1777
    assert stat.S_IMODE((shared / "a.sock").stat().st_mode) == 0o600
    served.listener.close()


def test_a_directory_where_others_can_replace_it_is_refused(tmp_path):
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o777)

    with pytest.raises(Refused, match="can replace what is in"):
        PublicSocket(shared / "a.sock")
    assert stat.S_IMODE(shared.stat().st_mode) == 0o777


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a file away")
def test_a_socket_of_somebody_else_is_refused(tmp_path):
    PublicSocket(tmp_path / "a.sock").listener.close()
    os.chown(tmp_path / "a.sock", 65534, -1)

    with pytest.raises(Refused, match="belongs to another user"):
        PublicSocket(tmp_path / "a.sock")
