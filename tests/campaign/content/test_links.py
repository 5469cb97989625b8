from urllib.parse import parse_qsl, urlsplit

from hypothesis import given, settings
from hypothesis import strategies as st

from campaign.content.links import content_value, tagged

WORDS = st.text(alphabet="abcdefghijklmnopqrstuvwxyz0123456789-", min_size=1, max_size=80)
QUERIES = st.lists(
    st.sampled_from(["a=1", "b", "a=%20x", "utm_source=old", "UTM_term=x", "c=d+e", "=", "x=utm_"])
).map("&".join)


def test_a_link_names_network_campaign_post_and_partner() -> None:
    link = tagged("https://ico.example/law", network="x", campaign="spring", content="law-ndna")
    assert link == (
        "https://ico.example/law"
        "?utm_source=x&utm_medium=social&utm_campaign=spring&utm_content=law-ndna"
    )


def test_the_rest_of_the_query_and_the_fragment_stay_and_old_values_go() -> None:
    old = "https://ico.example/law?b=%2F&utm_source=mail&UTM_Term=x&a=1+2#top"
    assert tagged(old, network="x", campaign="s", content="c") == (
        "https://ico.example/law?b=%2F&a=1+2"
        "&utm_source=x&utm_medium=social&utm_campaign=s&utm_content=c#top"
    )


def test_values_are_small_letters_digits_and_hyphens() -> None:
    link = tagged("https://ico.example", network="x", campaign="Think. Check.", content="É_b")
    assert link.startswith("https://ico.example/?")
    assert link.endswith("utm_campaign=think-check&utm_content=e-b")


@settings(deadline=None)
@given(QUERIES, WORDS, WORDS, st.sampled_from(["", "#", "#top", "#a=b&utm_source=x"]))
def test_tagging_twice_changes_nothing_and_loses_nothing(
    query: str, campaign: str, content: str, fragment: str
) -> None:
    url = f"https://ico.example/law?{query}{fragment}"
    once = tagged(url, network="x", campaign=campaign, content=content)
    assert tagged(once, network="x", campaign=campaign, content=content) == once
    kept = [pair for pair in query.split("&") if pair and not pair.lower().startswith("utm_")]
    assert urlsplit(once).query.split("&")[: len(kept)] == kept
    assert urlsplit(once).fragment == fragment.removeprefix("#")


@settings(deadline=None)
@given(WORDS, WORDS)
def test_no_value_is_longer_than_sixty_characters(post: str, partner: str) -> None:
    link = tagged(
        "https://ico.example", network="x", campaign=post, content=content_value(post, partner)
    )
    assert all(len(value) <= 60 for _, value in parse_qsl(urlsplit(link).query))


def test_long_ids_that_begin_alike_are_told_apart() -> None:
    first, second = "a" * 59 + "1", "a" * 59 + "2"
    assert content_value(first, "ndna") != content_value(second, "ndna")
    assert content_value(first, "ndna").endswith("-ndna")
    assert len(content_value(first, "ndna")) == 60
