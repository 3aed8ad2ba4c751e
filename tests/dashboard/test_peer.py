"""Whose end of a connection it is, read from the system's table."""

from starfoundry.dashboard.peer import read_tables, user_of

CLIENT, SERVER = ("127.0.0.1", 40000), ("127.0.0.1", 8420)
ROW = "  1: {local} {remote} 01 00000000:00000000 00:00000000 00000000 {user} 0 {inode} 1 0000000000000000 20 4 0 10 -1"
HERE, THERE = "0100007F:9C40", "0100007F:20E4"


def row(local=HERE, remote=THERE, user=1000, inode=77):
    return ROW.format(local=local, remote=remote, user=user, inode=inode)


def test_the_clients_end_is_found_among_others():
    connections = [row(local=THERE, remote=HERE, user=1), row(local="0100007F:9C41", user=2), row(user=1000)]

    assert user_of(connections, CLIENT, SERVER) == 1000


def test_an_address_that_is_written_as_ipv6_is_the_same():
    mapped = "0000000000000000FFFF0000"

    assert user_of([row(local=mapped + HERE, remote=mapped + THERE)], CLIENT, SERVER) == 1000


def test_an_end_that_was_let_go_of_is_nobodys():
    """The system shows it as root's; else whoever hangs up fast enough would pass for root."""
    assert user_of([row(user=0, inode=0)], CLIENT, SERVER) is None


def test_a_connection_that_is_not_there_is_nobodys():
    assert user_of([], CLIENT, SERVER) is None


def test_a_system_that_does_not_tell_is_told_apart(tmp_path):
    assert read_tables((tmp_path / "none",)) is None
