from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaign.checks.style import remarks
from campaign.content.post import Post, PostLink, Wording
from campaign.schedule.tree import read_tree
from tests.campaign.folders import checked, lines, write_campaign, write_post

TREE = read_tree("post.md", "{}")
WORDS = " ".join(["word"] * 25)


def said(text: str, *, link: str | None = None) -> list[tuple[int, str]]:
    wording = Wording(text=text, line=1)
    post = Post(
        id="law",
        title="Law",
        wordings=(wording,),
        tree=TREE,
        link=PostLink(url=link) if link else None,
    )
    return list(remarks(wording, post, "Think. Check. Share."))


@pytest.mark.parametrize(
    ("text", "position", "sentence"),
    [
        (f"Short. {WORDS} more.", 7, "this sentence has 26 words; 25 read well"),
        (f"{WORDS}\n{WORDS} more", 125, "this sentence has 26 words; 25 read well"),
        ("A.\n\n#One #Two #Three", 14, "3 hashtags; 2 are enough"),
        ("A #Tag in the text.", 2, "“#Tag” stands inside the text; put hashtags at the end"),
        ("A.\n#sharing", 3, "“#sharing” is read out as one word; give each word a capital"),
        (
            "A.\n#thinkcheckshare",
            3,
            "“#thinkcheckshare” is read out as one word; write #ThinkCheckShare",
        ),
        ("https://a.example and https://b.example", 22, "2 links; one link a post is enough"),
        ("Good 🎉 news 🎉.", 12, "the emoji 🎉 stands here again; a screen reader repeats it"),
        ("Good 🎉 👍 😀 ❤️.", 11, "4 emoji; 3 are enough"),
        ("News:\n🎉 here", 6, "the emoji 🎉 begins a line; put it after the words"),
        (
            "A \U0001d5ef\U0001d5fc word",
            2,
            "“\U0001d5ef\U0001d5fc” is no ordinary writing; screen readers cannot read it",
        ),
        ("Now STOP AND THINK.", 4, "“STOP AND THINK” is all capitals; write it in small letters"),
        ("This is URGENT!", 8, "“URGENT” is all capitals; write it in small letters"),
        ("Ask your DPO.", 9, "“DPO” is not explained; write it out"),
        ("A **bold** word", 2, "this emphasis would be sent as typed, signs and all"),
        ("A [link](https://a.example)", 2, "this link would be sent as typed, signs and all"),
        ("A.\n## Steps", 3, "this heading would be sent as typed, signs and all"),
        ("A `code` word", 2, "this code would be sent as typed, signs and all"),
        ("> Quoted", 0, "this quotation would be sent as typed, signs and all"),
    ],
)
def test_what_reads_badly_is_said_at_its_place(text: str, position: int, sentence: str) -> None:
    assert said(text) == [(position, sentence)]


@pytest.mark.parametrize(
    "text",
    [
        f"{WORDS}. {WORDS}.",
        f"{WORDS[:-5]} https://a.example/with?many=words.in&it=1",
        "Version 1.5 costs 3.20 pounds.",
        "Read this.\n\n{link}\n\n#ThinkCheckShare #DataProtection",
        "Good news 🎉 and a family 👨‍👩‍👧 with a flag 🇬🇧.",
        "The ICO and NDNA say so.",
        "With @[The College](urn:li:organization:7).",
        "Ask the data protection officer (DPO). The DPO knows.",
        "The DPIA (data protection impact assessment) is done.",
        "2 * 3 * 4 and snake_case_word",
        "- a list\n- of two",
        "C# and #1 priority",
        "https://a.example/#Part and more",
    ],
)
def test_what_reads_well_is_left_alone(text: str) -> None:
    assert said(text) == []


def test_the_posts_link_counts_once_whether_placed_or_appended() -> None:
    link = "https://ico.example/law"
    assert said("Read {link}.", link=link) == []
    assert said("Read.", link=link) == []
    assert said("Read https://other.example.", link=link) == [
        (5, "2 links; one link a post is enough")
    ]
    assert said(f"Read {link}. {{link}}", link=link)[-1] == (
        5,
        "this link gets no UTM values; write {link} in its place",
    )


@settings(deadline=None)
@given(st.text(max_size=300))
def test_no_text_is_too_odd_to_be_looked_at(text: str) -> None:
    assert all(0 <= position <= len(text) for position, _ in said(text))


def test_warnings_stand_at_line_and_column_of_the_file(tmp_path: Path) -> None:
    write_post(tmp_path, "law", "\nFine.\n\n## x\n\nAlso **not** fine.")
    entry = "  - {post: law, at: 2027-01-12 08:30, send_to: [ico-x]}"
    report = checked(write_campaign(tmp_path, entry))
    assert report.faults == ()
    assert lines(tmp_path, report.warnings) == [
        "posts/law/post.md:9:6: this emphasis would be sent as typed, signs and all"
    ]
