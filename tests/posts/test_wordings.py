"""The sample's words: five networks, short sentences, few hashtags, nothing that looks odd."""

import re
from pathlib import Path

import pytest

from campaign.content.post import Post, Wording

POSTS = Path(__file__).resolve().parents[2] / "posts"
IDS = (
    "consent-is-one-route",
    "everyones-job",
    "know-your-contact",
    "law-helps-you-share",
    "not-sharing-can-hurt",
    "officers-record-it",
    "partner-pack",
    "pick-your-lawful-basis",
    "plan-before-you-need-it",
    "poster-in-the-staff-room",
    "small-pieces-full-picture",
    "telling-the-family",
    "the-ten-steps",
    "three-questions-for-leaders",
    "three-words",
    "what-we-are-not",
    "worried-right-now",
    "would-a-new-starter-know",
)
FIVE = ("x", "linkedin", "facebook", "bluesky", "mastodon")
EMOJI = re.compile("[\u2190-\u2bff\ufe0f\U0001f000-\U0001faff]")
MARKDOWN = re.compile(r"\*\*|__|`|^#+ |^[-*>] |\]\(", re.MULTILINE)


def wording_on(post: Post, network: str) -> str:
    """Return the text a channel of no particular partner says the first time."""
    own = {one.network: one.text for one in post.wordings if not one.qualifier and not one.run}
    return own.get(network) or own[None]


def words_of_each_sentence(wording: Wording) -> list[int]:
    sentences = re.split(r"(?<=[.!?])\s+|\n", wording.text)
    return [len(sentence.split()) for sentence in sentences]


def hashtags(text: str) -> list[str]:
    return re.findall(r"#\w+", text)


@pytest.fixture(params=IDS)
def post(request: pytest.FixtureRequest, posts: dict[str, Post]) -> Post:
    return posts[request.param]


def test_all_eighteen_ideas_are_there_and_no_other_post_is(posts: dict[str, Post]) -> None:
    assert tuple(posts) == IDS


def test_a_post_folder_holds_its_words_and_its_picture_and_nothing_else() -> None:
    found = {f"{one.parent.name}/{one.name}" for one in POSTS.glob("*/*")}
    assert found == {f"{name}/{file}" for name in IDS for file in ("post.md", f"{name}.png")}


def test_it_says_something_of_its_own_on_each_of_the_five_networks(post: Post) -> None:
    assert len({wording_on(post, network) for network in FIVE}) == 5


def test_it_is_longest_on_linkedin_and_shortest_on_x(post: Post) -> None:
    lengths = {network: len(wording_on(post, network)) for network in FIVE}
    assert max(lengths, key=lengths.__getitem__) == "linkedin"
    assert min(lengths, key=lengths.__getitem__) == "x"


def test_no_sentence_has_more_than_25_words(post: Post) -> None:
    assert max(max(words_of_each_sentence(one)) for one in post.wordings) <= 25


def test_every_wording_ends_with_one_or_two_hashtags_and_has_none_elsewhere(post: Post) -> None:
    for one in post.wordings:
        *body, last = one.text.split("\n")
        assert len(hashtags(last)) in {1, 2}
        assert hashtags(last) == last.split()
        assert hashtags("\n".join(body)) == []


def test_every_hashtag_has_a_capital_at_each_word(post: Post) -> None:
    tags = [tag for one in post.wordings for tag in hashtags(one.text)]
    assert [tag for tag in tags if not re.fullmatch(r"#([A-Z][a-z]+)+", tag)] == []


def test_every_wording_has_one_link_where_the_post_has_one_and_none_otherwise(post: Post) -> None:
    links = {one.text.count("{link}") for one in post.wordings}
    assert links == ({1} if post.link else {0})
    assert not any("://" in one.text for one in post.wordings)


def test_no_wording_has_emoji_markdown_or_words_in_capitals(post: Post) -> None:
    for one in post.wordings:
        assert EMOJI.search(one.text) is None
        assert MARKDOWN.search(one.text) is None
        assert re.findall(r"\b[A-Z]{2,}\b", one.text) == []


def test_no_wording_needs_a_reader_to_know_an_abbreviation(post: Post) -> None:
    unexplained = {"DPIA", "DPO", "DSL", "LADO", "GDPR"}
    assert not any(word in one.text for one in post.wordings for word in unexplained)


def test_the_posts_that_speak_about_the_law_ask_for_legal_approval(posts: dict[str, Post]) -> None:
    assert {name for name, post in posts.items() if "legal" in post.approvals} == {
        "law-helps-you-share",
        "consent-is-one-route",
        "worried-right-now",
        "pick-your-lawful-basis",
        "telling-the-family",
        "officers-record-it",
    }


def test_every_myth_asks_for_legal_approval(posts: dict[str, Post]) -> None:
    myths = [post for post in posts.values() if post.theme == "myth"]
    assert len(myths) == 3
    assert all("legal" in post.approvals for post in myths)


def test_the_sensitive_posts_tell_the_approver_why(posts: dict[str, Post]) -> None:
    assert {name for name, post in posts.items() if post.note.startswith("Sensitive.")} == {
        "not-sharing-can-hurt",
        "small-pieces-full-picture",
        "what-we-are-not",
    }
