from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.addresses_allowed import Exempt, Resolve, read_exempt, resolve
from campaign.link_checks import trying
from campaign.link_checks.judging import Verdict, judge, page_of
from campaign.link_checks.trying import Seen
from tests.campaign.link_checks.sites import Site, serving
from tests.connectors.certificates import make_certificate

HERE = read_exempt({"CAMPAIGN_PRIVATE_ADDRESSES": "127.0.0.1"})


def try_link(url: str, look_up: Resolve = resolve, exempt: Exempt = HERE) -> Seen:
    return trying.try_link(url, exempt, look_up)


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as opened:
        yield opened


def verdict(site: Site, path: str, first_title: str | None = None) -> tuple[str, str]:
    page = site.at(path)
    return judge(page, try_link(page), first_title)


def test_a_page_that_is_there_is_fine_and_asked_for_politely(site: Site) -> None:
    site.pages["/law"] = "The law &amp; you"
    assert try_link(site.at("/law")) == Seen(url=site.at("/law"), status=200, title="The law & you")
    assert site.visits == [("HEAD", "/law"), ("GET", "/law")]
    assert verdict(site, "/law", "The law & you") == (Verdict.FINE, "")


def test_a_site_that_does_no_head_is_asked_with_get(site: Site) -> None:
    site.pages["/law"], site.without_head = "The law", True
    assert verdict(site, "/law") == (Verdict.FINE, "")


@pytest.mark.parametrize(
    ("shown", "state", "words"),
    [
        (404, Verdict.DEAD, "is no longer there (404)"),
        (410, Verdict.DEAD, "is no longer there (410)"),
        (403, Verdict.UNTRIED, "could not be tried: the site answered 403"),
        (500, Verdict.UNTRIED, "could not be tried: the site answered 500"),
        ("Another thing", Verdict.CHANGED, "has changed: its title was “The law” when it was"),
        ("/", Verdict.MOVED, "leads to the front page of its site now"),
        ("/law", Verdict.DEAD, "cannot be opened: it is sent on more than 5 times"),
        ("gopher://a.example/", Verdict.DEAD, "it leads to something that is no web address"),
    ],
)
def test_what_a_person_has_to_hear(
    site: Site, shown: str | int, state: Verdict, words: str
) -> None:
    site.pages |= {"/law": shown, "/": "Home"}
    found = verdict(site, "/law", "The law")
    assert found[0] is state
    assert words in found[1]


def test_a_page_that_moved_within_its_site_is_fine(site: Site) -> None:
    site.pages |= {"/law": "/new/law", "/new/law": "The law"}
    assert verdict(site, "/law", "The law") == (Verdict.FINE, "")


def test_a_site_that_is_away_is_untried_and_a_name_that_is_not_there_is_dead() -> None:
    with serving() as gone:
        page = gone.at("/law")
    assert judge(page, try_link(page), None)[0] is Verdict.UNTRIED

    def nobody(_host: str, _port: int) -> Sequence[str]:
        raise OSError

    seen = try_link("https://nowhere.example/law", nobody)
    assert (seen.fault, seen.is_final) == ("there is no site called nowhere.example", True)


def test_a_certificate_has_to_be_one_that_is_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = make_certificate(tmp_path)
    with serving(certificate) as site:
        site.pages["/law"] = "The law"
        assert verdict(site, "/law") == (
            Verdict.DEAD,
            f"{site.at('/law')} cannot be opened: its certificate is not one that browsers trust",
        )
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert try_link(site.at("/law")).title == "The law"


def test_no_link_is_followed_into_a_private_network(site: Site) -> None:
    site.pages["/law"] = "The law"
    seen = try_link(site.at("/law"), exempt=Exempt())
    assert seen.fault == "127.0.0.1 is in a private network, which no reader reaches"
    assert site.visits == []


def test_a_redirect_into_a_private_network_is_not_followed(site: Site) -> None:
    site.pages["/law"] = "http://127.0.0.2:1/keys"
    seen = try_link(site.at("/law"))
    assert seen.fault == "127.0.0.2 is in a private network, which no reader reaches"
    assert seen.is_final


@given(st.text(max_size=30), st.text(max_size=30))
def test_no_answer_makes_judging_fail(title: str, first: str) -> None:
    seen = Seen(url="https://ico.example/law", status=200, title=title)
    state, words = judge("https://ico.example/law", seen, first)
    assert bool(words) is (state is not Verdict.FINE)


@pytest.mark.parametrize(
    ("link", "page"),
    [
        ("https://ico.example/a?utm_source=x&b=1&utm_medium=social#c", "https://ico.example/a?b=1"),
        ("https://ico.example", "https://ico.example/"),
    ],
)
def test_one_page_is_tried_once_however_its_links_are_tagged(link: str, page: str) -> None:
    assert page_of(link) == page


@pytest.mark.parametrize(
    ("final", "state"),
    [
        ("https://www.ico.example/law", Verdict.FINE),
        ("https://help.ico.example/law", Verdict.FINE),
        ("https://ico.example.evil.example/law", Verdict.MOVED),
        ("https://notico.example/law", Verdict.MOVED),
    ],
)
def test_another_site_is_one_that_is_not_below_the_same_name(final: str, state: Verdict) -> None:
    found = judge("https://ico.example/law", Seen(url=final, status=200), None)
    assert found[0] is state
