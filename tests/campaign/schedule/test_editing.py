import copy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from campaign.schedule.editing import with_values
from campaign.schedule.rewriting import CannotRewriteError
from campaign.schedule.tree import read_tree

SAMPLE = (Path(__file__).parents[3] / "schedule.yaml").read_text("utf-8")
SMALL = """\
# Kept: before everything.
title:   "A: b"      # kept: the title
link:                # kept: no link yet
sectors: [ all,  police ]   # kept
media:
  # kept: the first picture
  - file: a.png      # kept: a file
    alt: >-
      Two colleagues
      and more.

  - {file: b.png, alt: 'One'}
theme: myth
# Kept: the end.
"""
WORDS = st.text(
    alphabet=st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1
)


def values(text: str) -> dict[str, Any]:
    return read_tree("x.yaml", text).value


def edited(text: str, **new: Any) -> str:
    return with_values("x.yaml", text, {**copy.deepcopy(values(text)), **new})


def test_what_is_wanted_already_changes_no_byte() -> None:
    assert edited(SMALL) == SMALL
    assert edited(SAMPLE) == SAMPLE


@pytest.mark.parametrize(
    ("field", "value", "line"),
    [
        ("title", "B", "title:   B      # kept: the title"),
        ("theme", "fact, again", "theme: 'fact, again'"),
        ("link", {"url": "https://a.example"}, "link: {url: https://a.example}"),
        (
            "sectors",
            ["all", "police", "education"],
            "sectors: [ all,  police, education ]   # kept",
        ),
        ("sectors", ["police"], "sectors: [ police ]   # kept"),
        ("note", "For us", "note: For us"),
    ],
)
def test_one_field_changes_one_line(field: str, value: object, line: str) -> None:
    text = edited(SMALL, **{field: value})
    before, after = SMALL.split("\n"), text.split("\n")
    assert len([one for one in before if one not in after]) <= 1
    (new,) = [one for one in after if one not in before]
    assert new.startswith(line)
    assert values(text)[field] == value


def test_a_picture_is_changed_added_and_taken_out_by_itself() -> None:
    media = copy.deepcopy(values(SMALL)["media"])
    media[0]["alt"] = "Somebody else, " * 9 + "at the end"
    media.append({"file": "c.png", "alt": "Three"})
    text = edited(SMALL, media=media)
    assert "file: a.png      # kept: a file\n    alt: >-\n      Somebody else, " in text
    assert "  - {file: b.png, alt: 'One'}\n  - file: c.png\n    alt: Three\ntheme" in text
    assert "# kept: the first picture" in text
    without = edited(text, media=media[1:])
    assert values(without)["media"] == media[1:]
    assert "c.png" in without


def test_an_entry_of_the_sample_is_moved_and_another_is_added() -> None:
    schedule = copy.deepcopy(values(SAMPLE)["schedule"])
    schedule[0]["at"] = "2027-01-11 10:00"
    del schedule[2]["until"]
    schedule.append({"post": "new", "at": "2027-02-01 12:00", "send_to": ["all"]})
    text = edited(SAMPLE, schedule=schedule)
    lines = text.split("\n")
    assert [one for one in SAMPLE.split("\n") if one not in lines] == ["    at: 2027-01-11 09:00"]
    assert len(lines) == len(SAMPLE.split("\n")) - 1 + 3
    assert text.endswith("  - post: new\n    at: 2027-02-01 12:00\n    send_to: [all]\n")


def test_what_cannot_be_changed_in_place_is_refused() -> None:
    text = "a: &same [x, y]\nb: *same\n"
    with pytest.raises(CannotRewriteError, match="change it in the file"):
        edited(text, b=["z"])


def test_fields_are_written_where_there_were_only_comments() -> None:
    assert with_values("x.yaml", "# Kept.", {"title": "A"}) == "# Kept.\ntitle: A"
    assert with_values("x.yaml", "", {"title": "A"}) == "title: A"


@pytest.mark.parametrize(
    "words", ["?0", "? a", "?", "-", "- a", ": b", "a: b", "#", "&a", "*a", "!a"]
)
def test_words_that_begin_like_yaml_are_read_back_wherever_they_stand(words: str) -> None:
    media = [{"file": "a.png", "alt": words}, {"file": "b.png", "alt": words}]
    text = edited(SMALL, title=words, sectors=[words], media=media)
    assert values(text) == {**values(SMALL), "title": words, "sectors": [words], "media": media}
    assert values(with_values("x.yaml", "", {"sectors": [words]})) == {"sectors": [words]}


@settings(max_examples=30)
@example("0", "0", "?0", "0")  # a key's mark to ruamel.yaml, where it stands between commas
@given(title=WORDS, theme=WORDS, alt=WORDS, note=WORDS)
def test_any_words_are_read_back_as_they_were_written(
    title: str, theme: str, alt: str, note: str
) -> None:
    media = copy.deepcopy(values(SMALL)["media"])
    media[1]["alt"] = alt
    media[0]["alt"] = note
    text = edited(SMALL, title=title, theme=theme, note=note, media=media)
    wanted = {**values(SMALL), "title": title, "theme": theme, "note": note, "media": media}
    assert values(text) == wanted
    kept = [one for one in SMALL.split("\n") if "ept" in one]
    assert sum("ept" in one for one in text.split("\n")) >= len(kept) - 1


def test_every_field_can_be_taken_out_and_comments_stay() -> None:
    assert with_values("x.yaml", "# Kept.\ntitle: A   # gone\n", {}) == "# Kept.\n"
