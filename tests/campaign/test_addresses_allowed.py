from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from campaign.addresses_allowed import (
    Exempt,
    PrivateAddressError,
    addresses_of,
    guarded,
    read_exempt,
    refuse_private,
)
from campaign.publishing.accounts import Account
from campaign.settings import read_settings
from campaign.wiring import open_desk
from connectors.answers import Purpose
from connectors.contract import NetworkName, NotSent
from connectors.http import Call, Http
from connectors.transport import never_connected, way_out
from tests.campaign.link_checks.sites import Site, serving

HERE = {"CAMPAIGN_PRIVATE_ADDRESSES": "127.0.0.1"}
LOOPBACK = read_exempt(HERE)
PRIVATE = [
    *("127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1"),
    *("0.0.0.0", "224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.2.1", "168.63.129.16"),
    *("::1", "::", "fe80::1", "fe80::1%eth0", "fd00:ec2::254", "ff02::1", "2001:db8::1"),
    *("::ffff:127.0.0.1", "::7f00:1", "64:ff9b::7f00:1", "2002:a00:1::1", "fec0::1"),
]
PUBLIC = ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1"]


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as opened:
        opened.pages["/law"] = "The law"
        yield opened


@pytest.mark.parametrize("address", PRIVATE)
def test_no_private_address_is_allowed_in_any_of_its_forms(address: str) -> None:
    with pytest.raises(PrivateAddressError, match=r"inside\.example is in a private network"):
        refuse_private("https://inside.example/keys", Exempt(), lambda _host, _port: [address])


@pytest.mark.parametrize("address", PUBLIC)
def test_addresses_of_the_world_are_allowed(address: str) -> None:
    assert addresses_of("ico.example", 443, Exempt(), lambda *_: [address]) == [address]


@pytest.mark.parametrize(
    "url", ["http://127.1/", "http://2130706433/", "http://0x7f.0.0.1/", "http://[::1]/"]
)
def test_another_spelling_of_this_machine_is_this_machine(url: str) -> None:
    with pytest.raises(PrivateAddressError):
        refuse_private(url)


@pytest.mark.parametrize("url", ["gopher://a.example/", "https:///law", "", "https://a:0/", "x"])
def test_what_is_no_web_address_is_refused_as_such(url: str) -> None:
    with pytest.raises(ValueError, match="is no web address"):
        refuse_private(url)


def test_a_name_with_a_public_and_a_private_address_is_called_at_the_public_one() -> None:
    both = addresses_of("a.example", 443, Exempt(), lambda *_: ["10.0.0.1", "8.8.8.8"])
    assert both == ["8.8.8.8"]


@pytest.mark.parametrize(
    ("setting", "allowed"),
    [
        ("", []),
        ("127.0.0.0/8", ["127.0.0.1", "::ffff:127.0.0.1", "64:ff9b::7f00:1"]),
        ("10.1.0.0/16, ::1", ["10.1.2.3", "::1"]),
        ("Hooks.Inside.Example", [*PRIVATE, "10.1.2.3"]),
    ],
)
def test_the_setting_names_the_exceptions_and_nothing_else(
    setting: str, allowed: list[str]
) -> None:
    exempt = read_exempt({"CAMPAIGN_PRIVATE_ADDRESSES": setting})
    asked = [*PRIVATE, "10.1.2.3"]
    found = {one for one in asked if exempt.allow("hooks.inside.example.", one)}
    assert found == set(allowed)


@pytest.mark.parametrize("setting", ["10.0.0.0/33", "10.0.0.1/8", "::g", "10.0.0"])
def test_a_range_that_is_none_is_refused_with_a_sentence(setting: str) -> None:
    with pytest.raises(ValueError, match="is no range of addresses; write such as 127"):
        read_exempt({"CAMPAIGN_PRIVATE_ADDRESSES": setting})


def session_of(exempt: Exempt, *names: Sequence[str]) -> requests.Session:
    """Open a session whose look-ups give one list of addresses after the other."""
    left = list(names)
    adapter = guarded(
        way_out(timedelta(seconds=5)), exempt, lambda *_: left.pop(0) if len(left) > 1 else left[0]
    )
    session = requests.Session()
    session.trust_env = False
    session.mount("http://", adapter)
    return session


def test_what_is_allowed_is_fetched_and_its_redirects_followed(site: Site) -> None:
    site.pages["/old"] = "/law"
    answer = session_of(LOOPBACK, ["127.0.0.1"]).get(site.at("/old"))
    assert (answer.status_code, answer.url) == (200, site.at("/law"))


def test_a_redirect_into_a_private_network_makes_no_connection(site: Site) -> None:
    with serving() as secret:
        site.pages["/old"] = f"http://inside.example:{secret.port}/keys"
        with pytest.raises(requests.ConnectionError) as caught:
            session_of(LOOPBACK, *[["127.0.0.1"]] * 2, ["127.0.0.2"]).get(site.at("/old"))
        assert secret.visits == []
    assert "inside.example is in a private network" in str(caught.value)
    assert never_connected(caught.value)


def test_a_name_that_leads_elsewhere_once_it_was_judged_leads_nowhere(site: Site) -> None:
    rebound = session_of(Exempt(), ["8.8.8.8"], ["127.0.0.1"])
    with pytest.raises(requests.ConnectionError) as caught:
        rebound.get(f"http://rebound.example:{site.port}/law")
    assert site.visits == []
    assert never_connected(caught.value)


def test_a_site_is_called_by_its_name_at_the_address_that_was_judged(site: Site) -> None:
    answer = session_of(LOOPBACK, ["127.0.0.1"]).get(f"http://ico.example:{site.port}/law")
    assert "The law" in answer.text


def test_a_channel_whose_server_the_schedule_does_not_name_is_not_led_into_a_private_network(
    site: Site, tmp_path: Path
) -> None:
    call = Call(purpose=Purpose.CREATE, method="POST", url=site.at("/law"))
    channel = Account("hook", "webhook", "ndna", "connected", "ndna", None)
    with closing(open_desk(read_settings(tmp_path, {}))) as desk:
        wire = Http(NetworkName("webhook"), desk.access(channel))
        with pytest.raises(NotSent, match=r"127\.0\.0\.1 is in a private network"):
            wire.send(call)
        assert site.visits == []
        named = replace(channel, server=site.at(""))
        assert Http(NetworkName("webhook"), desk.access(named)).send(call).ok
    with closing(open_desk(read_settings(tmp_path, HERE))) as desk:
        assert Http(NetworkName("webhook"), desk.access(channel)).send(call).ok


@given(st.ip_addresses())
def test_nothing_is_allowed_that_the_library_calls_private(address: object) -> None:
    if getattr(address, "is_private", False) and getattr(address, "ipv4_mapped", None) is None:
        assert not Exempt().allow("a.example", str(address))
