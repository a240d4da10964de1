"""Which listed addresses may be called."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.errors import NotAllowed, SettingsError
from console.sources.addresses import AddressPolicy, AddressSettings, is_loopback


def allows(address: str, port: int = 21017, *, loopback: bool = False, **settings: object) -> bool:
    try:
        AddressPolicy(AddressSettings(**settings)).check(address, port, loopback=loopback)  # type: ignore[arg-type]
    except NotAllowed as error:
        assert str(error).endswith(".")
        return False
    return True


@pytest.mark.parametrize("address", ["10.0.0.1", "172.31.255.254", "192.168.1.1", "fd00::1", "::ffff:10.0.0.1"])
def test_private_networks_are_open(address: str) -> None:
    assert allows(address)


@pytest.mark.parametrize(
    "address",
    [
        "169.254.169.254", "::ffff:169.254.169.254", "fe80::1", "fe80::1%eth0", "224.0.0.1", "ff02::1", "0.0.0.0", "::",
        "255.255.255.255", "not an address", "", "10.0.0.1 ", "0x0a.0.0.1",
    ],
)  # fmt: skip
def test_never_whatever_the_settings_say(address: str) -> None:
    assert not allows(address, loopback=True, networks=("0.0.0.0/0", "::/0"), lowest_port=1)


def test_public_addresses_only_by_name_of_their_network() -> None:
    assert not allows("203.0.113.7")
    assert allows("203.0.113.7", networks=("203.0.113.0/24",))
    assert not allows("203.0.114.7", networks=("203.0.113.0/24",))
    assert not allows("100.64.0.1")


def test_loopback_only_where_the_balancer_is_there() -> None:
    for address in ("127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"):
        assert is_loopback(address)
        assert allows(address, loopback=True)
        assert not allows(address, loopback=False)
        assert not allows(address, loopback=False, networks=("0.0.0.0/0", "::/0"))


def test_ports() -> None:
    assert not allows("10.0.0.1", 22)
    assert not allows("10.0.0.1", 1023)
    assert allows("10.0.0.1", 1024)
    assert allows("10.0.0.1", 65535)
    assert allows("10.0.0.1", 80, ports=(80,))
    assert not allows("10.0.0.1", 9999, highest_port=9000)


@given(st.ip_addresses(), st.booleans())
def test_no_link_local_multicast_or_empty_address_ever(address, loopback: bool) -> None:
    if allows(str(address), loopback=loopback, networks=("0.0.0.0/0", "::/0")):
        plain = getattr(address, "ipv4_mapped", None) or address
        assert not (plain.is_link_local or plain.is_multicast or plain.is_unspecified)
        assert loopback or not plain.is_loopback


@pytest.mark.parametrize(
    "bad", [{"networks": ("10.0.0.0/33",)}, {"lowest_port": 9, "highest_port": 8}, {"ports": (0,)}]
)
def test_settings_that_mean_nothing(bad: dict) -> None:
    with pytest.raises(SettingsError):
        AddressSettings(**bad)


def test_of_several_addresses_only_the_allowed_are_kept() -> None:
    policy = AddressPolicy(AddressSettings())
    assert policy.allowed(("169.254.169.254", "10.0.0.1", "8.8.8.8"), 2000, loopback=False) == ("10.0.0.1",)
    with pytest.raises(NotAllowed, match="link-local"):
        policy.allowed(("169.254.169.254", "8.8.8.8"), 2000, loopback=False)
