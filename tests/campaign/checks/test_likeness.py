"""What is too much alike for one app to post it to two accounts of X."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.checks.likeness import TOO_ALIKE, Likenesses, similarity, words_of
from campaign.checks.report import check
from connectors.contract import NetworkName
from connectors.registry import NETWORKS
from tests.campaign.checks.test_repeats import BOTH, TWO_ACCOUNTS, faults
from tests.campaign.deliveries import planned
from tests.campaign.folders import write_campaign, write_post

X = NETWORKS[NetworkName("x")]
FIVE = ("law", "helps", "you", "share", "more")
WORDS = st.lists(st.sampled_from("abcdefgh"), max_size=20)
ROOT = Path(__file__).parents[3]


def said(text: str) -> tuple[str, ...]:
    return words_of(planned(text=text), X)


def alike(text: str, other: str) -> bool:
    pair = ((planned(text=text), said(text)), (planned("myth/npcc-x/1", other), said(other)))
    return bool(list(Likenesses().among(pair)))


def test_the_measure_is_the_share_of_words_in_the_same_order() -> None:
    assert similarity(FIVE, FIVE) == 1
    assert similarity(FIVE, (*FIVE[:4], "less")) == pytest.approx(0.8)
    assert similarity(FIVE, ("all", "other", "words")) == 0
    assert similarity(("a", "b"), ("b", "a")) == 0.5
    assert similarity((), ()) == 1


@given(WORDS, WORDS)
def test_it_does_not_matter_which_of_two_texts_comes_first(
    one: list[str], other: list[str]
) -> None:
    assert similarity(one, other) == similarity(other, one)
    assert 0 <= similarity(one, other) <= 1


def test_links_mentions_capitals_and_punctuation_make_no_difference() -> None:
    text = "Share early, says @ico.example: https://ico.example/a?b=c #Think"
    assert said(text) == ("share", "early", "says", "think")
    assert said(text) == said("SHARE early - says @ndna@social.example! https://o.example #think")


@pytest.mark.parametrize(
    ("other", "too_alike"),
    [
        ("Data law helps you share what keeps a child safe #ThinkCheckShare", True),
        ("Nurseries: Data law helps you share what keeps a child safe", True),
        ("Data law helps nurseries share what keeps a child safe", True),
        ("What keeps a child safe may be shared, and data law helps", False),
        ("Worried about a child in your nursery? You may tell those who help.", False),
    ],
)
def test_a_word_exchanged_is_too_little_and_another_sentence_is_enough(
    other: str, *, too_alike: bool
) -> None:
    assert alike("Data law helps you share what keeps a child safe", other) is too_alike


def test_the_limit_itself_is_too_much() -> None:
    assert TOO_ALIKE == 0.8
    assert alike("law helps you share more", "law helps you share less")
    assert not alike("law helps you share", "law helps you tell")


def test_nearly_the_same_text_is_refused_and_the_share_is_said(tmp_path: Path) -> None:
    write_post(tmp_path, "law", "The law helps you.\n## x / ndna\nThe law helps you, nurseries!")
    assert faults(write_campaign(tmp_path, BOTH, head=TWO_ACCOUNTS)) == [
        (
            "schedule.yaml:17:48: “law” says nearly the same (89% of the words, in the same order) "
            "on ndna-x as on ico-x, and X forbids one app posting the same text to several "
            "accounts: write a wording “## x / ndna” in posts/law/post.md, or use “mode: repost” "
            "or “mode: pack” for ndna-x"
        )
    ]


def test_the_samples_wordings_for_two_accounts_lie_well_below_the_limit() -> None:
    deliveries = [one for one in check(ROOT, NETWORKS).deliveries if one.network == "x"]
    own = {one.channel: set[tuple[str, ...]]() for one in deliveries if one.mode == "connected"}
    for one in deliveries:
        if one.channel in own:
            own[one.channel].add(words_of(one, X))
    (first, second) = own.values()
    nearest = max(similarity(one, other) for one in first for other in second)
    assert 0.3 < nearest < 0.6
