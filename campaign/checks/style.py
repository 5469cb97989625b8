"""Warnings about how a text reads: accessibility, plain English, Markdown that would show.

The habits are those of the Government Communication Service's guidance on accessible social
media and of Defra's accessibility pages: short sentences, few hashtags at the end and with
capitals, one link, few emoji and none in front. They warn and never stop anybody.
"""

import re
from collections.abc import Callable, Iterator

from campaign.checks.wordings import place_in
from campaign.content.post import Post, Wording
from campaign.schedule.faults import Fault

Remark = tuple[int, str]
"""A position in the text, and a sentence."""

MOST_WORDS = 25
MOST_HASHTAGS = 2
MOST_EMOJI = 3
ACRONYMS = ("DPIA", "DPO", "DSL", "LADO")
"""Of this field; a reader outside it knows none of them."""

_URL = re.compile(r"https?://\S+|\{link\}")
_HASHTAG = re.compile(r"(?<![\w&/#])#(\w*[^\W\d_]\w*)")
_SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?](?!\s|$)[^.!?\n]*)*")
_EMOJI = re.compile(
    "(?:[\U0001f1e6-\U0001f1ff]{2}"
    "|[\u2600-\u27bf\u2b05-\u2b55\u231a-\u23ff\U0001f300-\U0001faff]"
    "[\ufe0f\U0001f3fb-\U0001f3ff]*"
    "(?:\u200d[\u2600-\u27bf\U0001f300-\U0001faff][\ufe0f\U0001f3fb-\U0001f3ff]*)*)"
)
_FAUX_FONT = re.compile(
    "[\U0001d400-\U0001d7ff\uff21-\uff3a\uff41-\uff5a\u24b6-\u24e9"
    "\U0001f130-\U0001f149\U0001f150-\U0001f169]+"
)
_CAPITALS = re.compile(r"(?<![\w#@])[A-Z]{2,}(?:[ \t]+[A-Z]{2,})*(?!\w)")
_MARKDOWN = (
    (re.compile(r"^#{1,6} .*", re.MULTILINE), "this heading"),
    (re.compile(r"\*\*[^*\n]+\*\*|__[^_\n]+__"), "this emphasis"),
    (re.compile(r"!?\[[^\]\n]+\]\((?!urn:li:)[^)\n]+\)"), "this link"),
    (re.compile(r"`[^`\n]+`"), "this code"),
    (re.compile(r"^> .*", re.MULTILINE), "this quotation"),
)


def check_style(post: Post, campaign_title: str) -> Iterator[Fault]:
    """Yield a warning for everything in the post's wordings that reads badly."""
    for wording in post.pieces:
        for position, sentence in remarks(wording, post, campaign_title):
            yield place_in(post, wording, position, sentence)


def remarks(wording: Wording, post: Post, campaign_title: str) -> Iterator[Remark]:
    """Yield what there is to say about one wording."""
    for rule in _RULES:
        yield from rule(wording.text)
    yield from _links(wording.text, post, shows_link=wording.shows_link)
    yield from _capitals_in_hashtags(wording.text, campaign_title)


def _long_sentences(text: str) -> Iterator[Remark]:
    for match in _SENTENCE.finditer(_blank(_URL, text)):
        words = [one for one in match[0].split() if re.search(r"\w", one) and one[0] != "#"]
        if len(words) > MOST_WORDS:
            start = match.start() + len(match[0]) - len(match[0].lstrip())
            yield start, f"this sentence has {len(words)} words; {MOST_WORDS} read well"


def _hashtags(text: str) -> Iterator[Remark]:
    tags = list(_HASHTAG.finditer(_blank(_URL, text)))
    if len(tags) > MOST_HASHTAGS:
        yield tags[MOST_HASHTAGS].start(), f"{len(tags)} hashtags; {MOST_HASHTAGS} are enough"
    rest = _blank(_HASHTAG, _blank(_URL, text))
    for tag in tags:
        if re.search(r"\w", rest[tag.end() :]):
            yield tag.start(), f"“{tag[0]}” stands inside the text; put hashtags at the end"


def _capitals_in_hashtags(text: str, campaign_title: str) -> Iterator[Remark]:
    title = re.sub(r"\W", "", campaign_title.title())
    for tag in _HASHTAG.finditer(_blank(_URL, text)):
        if tag[1] != title and tag[1].casefold() == title.casefold():
            yield tag.start(), f"“{tag[0]}” is read out as one word; write #{title}"
        elif tag[1][0].islower():
            yield tag.start(), f"“{tag[0]}” is read out as one word; give each word a capital"


def _links(text: str, post: Post, *, shows_link: bool) -> Iterator[Remark]:
    links = list(_URL.finditer(text))
    appended = post.link is not None and shows_link and "{link}" not in text
    if len(links) + appended > 1:
        second = links[0 if appended else 1]
        yield second.start(), f"{len(links) + appended} links; one link a post is enough"
    for link in links:
        if post.link is not None and link[0].rstrip(".,;)") == post.link.url:
            yield link.start(), "this link gets no UTM values; write {link} in its place"


def _emoji(text: str) -> Iterator[Remark]:
    found = list(_EMOJI.finditer(text))
    if len(found) > MOST_EMOJI:
        yield found[MOST_EMOJI].start(), f"{len(found)} emoji; {MOST_EMOJI} are enough"
    seen: set[str] = set()
    for one in found:
        if one[0] in seen:
            yield one.start(), f"the emoji {one[0]} stands here again; a screen reader repeats it"
        seen.add(one[0])
        if not text[: one.start()].rpartition("\n")[2].strip():
            yield one.start(), f"the emoji {one[0]} begins a line; put it after the words"


def _faux_fonts(text: str) -> Iterator[Remark]:
    for match in _FAUX_FONT.finditer(text):
        yield match.start(), f"“{match[0]}” is no ordinary writing; screen readers cannot read it"


def _shouting(text: str) -> Iterator[Remark]:
    # Three words, or one of six letters: shorter runs are mostly names such as ICO and NDNA.
    for match in _CAPITALS.finditer(_blank(_URL, text)):
        words = match[0].split()
        if len(words) > 2 or any(len(word) > 5 for word in words):
            yield match.start(), f"“{match[0]}” is all capitals; write it in small letters"


def _acronyms(text: str) -> Iterator[Remark]:
    for acronym in ACRONYMS:
        match = re.search(rf"\b{acronym}s?\b", text)
        if match and not re.search(rf"\({acronym}s?\)|\b{acronym}s? \(", text):
            yield match.start(), f"“{acronym}” is not explained; write it out"


def _markdown(text: str) -> Iterator[Remark]:
    for pattern, what in _MARKDOWN:
        for match in pattern.finditer(text):
            yield match.start(), f"{what} would be sent as typed, signs and all"


def _blank(pattern: re.Pattern[str], text: str) -> str:
    """Blank out what a rule does not look at, keeping every position."""
    return pattern.sub(lambda match: " " * len(match[0]), text)


_RULES: tuple[Callable[[str], Iterator[Remark]], ...] = (
    _long_sentences,
    _hashtags,
    _emoji,
    _faux_fonts,
    _shouting,
    _acronyms,
    _markdown,
)
