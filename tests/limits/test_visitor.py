"""Who counts as one visitor: nobody becomes another by what they write into a header, and no address is kept."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.limits.visitor import address_of, address_on_a_space, network_of, visitor_id

FORGED = st.lists(st.text(st.characters(codec="latin-1"), max_size=40), max_size=4)
REAL = "203.0.113.7"


@given(FORGED)
def test_what_is_forged_stands_before_what_a_proxy_wrote(forged: list[str]) -> None:
    """Without a proxy the header is no matter; with one or two, what they wrote at its end counts alone."""
    assert address_of(REAL, forged, 0) == REAL
    assert address_of("10.0.0.1", [*forged, REAL], 1) == REAL
    assert address_of("10.0.0.1", [*forged, f"{REAL}, 10.0.0.2"], 2) == REAL


@given(FORGED)
def test_behind_a_space_s_proxies(forged: list[str]) -> None:
    """The last address of the open internet is the visitor's, however many private ones come behind it."""
    for behind in ("", ", 10.1.2.3", ", 10.1.2.3:80, 192.168.0.1"):
        assert address_on_a_space("10.0.0.9", [*forged, f"8.8.4.4{behind}"]) == "8.8.4.4"
    assert address_on_a_space("10.0.0.9", []) == "10.0.0.9"


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("testclient", "testclient"),
        ("", ""),
    ],
)
def test_what_counts_as_one_place(address: str, network: str) -> None:
    """All addresses that one holder of IPv6 can choose are one, and so are both ways to write an IPv4 one."""
    assert network_of(address) == network


def test_a_visitor_s_name_tells_nothing() -> None:
    """It is alike for the same visitor and salt, other for all else, and holds neither address nor subject."""
    names = {
        visitor_id(salt, subject, address)
        for salt in (b"a", b"b")
        for subject in ("", "1234")
        for address in (REAL, "8.8.4.4")
    }
    assert len(names) == 6  # who has signed in is the same from anywhere
    assert visitor_id(b"a", "", REAL) in names
    assert not any(REAL in name or "1234" in name for name in names)
