"""Bytes of the network: a burst, then so many a second, for each address by itself."""

import pytest

from starfoundry.daemon.listeners import byte_rate
from starfoundry.daemon.listeners.byte_rate import BYTES_A_SECOND, BYTES_AT_ONCE, ByteRate, network_of


def test_a_burst_is_taken_then_as_much_as_time_has_passed():
    now = [0.0]
    rate = ByteRate(lambda: now[0])

    assert [rate.take("192.0.2.7", BYTES_AT_ONCE - 10), rate.take("192.0.2.7", 30)] == [BYTES_AT_ONCE - 10, 10]
    assert rate.take("192.0.2.7", 30) == 0
    assert rate.take("192.0.2.8", 30) == 30
    now[0] += 0.5
    assert rate.take("192.0.2.7", BYTES_AT_ONCE) == BYTES_A_SECOND // 2


def test_a_long_pause_allows_no_more_than_a_burst():
    now = [0.0]
    rate = ByteRate(lambda: now[0])
    rate.take("192.0.2.7", BYTES_AT_ONCE)
    now[0] += 3_600

    assert rate.take("192.0.2.7", 2 * BYTES_AT_ONCE) == BYTES_AT_ONCE


def test_of_many_addresses_the_one_that_was_silent_for_longest_is_forgotten(monkeypatch):
    monkeypatch.setattr(byte_rate, "ADDRESSES_MAX", 2)
    rate = ByteRate(lambda: 0.0)
    for address in ("a", "b", "a", "c"):
        rate.take(address, BYTES_AT_ONCE)

    assert [rate.take(address, 1) for address in ("a", "c", "b")] == [0, 0, 1]


@pytest.mark.parametrize(
    ("host", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:0:1:aaaa::7", "2001:db8:0:1::/64"),
        ("fe80::7%eth0", "fe80::/64"),
    ],
)
def test_an_ipv6_network_counts_as_one_address(host, network):
    assert network_of(host) == network
