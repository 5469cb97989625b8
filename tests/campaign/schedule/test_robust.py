"""Whatever stands in a file, reading it ends in a value or in faults with a place."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaign.content.reading import read_post
from campaign.schedule.faults import FaultsFound
from campaign.schedule.reading import read_schedule
from tests.campaign.folders import HEAD

SCHEDULE = f"""{HEAD}
people:
  ann: {{name: Ann, roles: [approver]}}
audience: {{universe: 1000, source: made up}}
rules:
  hours: 08:00-20:00
  minimum_gap: 15m
  bank_holidays: {{region: scotland, do: drop}}
  windows: [{{from: 2027-04-15, until: 2027-05-07, partners: [ndna], do: hold, reason: quiet}}]
schedule:
  - {{post: law, at: 2027-01-12 08:30, every: 4 weeks, until: 2027-04-30, send_to: [all]}}
  - queue: myths
    posts: [one, two]
    slot: weekday-morning
    from: 2027-01-13
    send_to: ["partner:ico", "sector:education"]
    stagger: 20m
"""
POST = """---
title: The law helps
sectors: [education]
link: {url: "https://ico.example/law", title: The law}
approvals: [legal]
embargo_until: 2027-01-12 00:01
---
Text {link}

## x / ndna #2
More.
"""
SIGNS = ": - [ ] { } &a *a <<:*a !!int !x ' | > % @ ~ null # ? --- ... 0x1f 1e9 \u00e9 \x00 <<:"
PIECES = st.sampled_from([*SIGNS.split(" "), " ", "", '"', "\n", "\t", "\n---\n", "&a ", "- "])


@st.composite
def damaged(draw: st.DrawFn, text: str) -> str:
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, min(len(text), start + 20)))
        text = text[:start] + draw(PIECES) + text[end:]
    return text


SHARED_FOLDER = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def check_places(faults: list[object], text: str) -> None:
    assert faults
    for fault in faults:
        line, column = (int(part) for part in str(fault).split(":")[1:3])
        assert 1 <= line <= text.count("\n") + 2
        assert column >= 1


@SHARED_FOLDER
@given(text=damaged(SCHEDULE))
def test_a_damaged_schedule_is_a_schedule_or_faults(tmp_path: Path, text: str) -> None:
    file = tmp_path / "schedule.yaml"
    file.write_text(text, encoding="utf-8")
    try:
        read_schedule(file)
    except FaultsFound as found:
        check_places(list(found.faults), text)


def test_a_name_for_a_value_may_be_given_anew_and_the_last_one_holds(tmp_path: Path) -> None:
    file = tmp_path / "schedule.yaml"
    twice = SCHEDULE.replace("minimum_gap: 15m", "minimum_gap: &gap 5m")
    twice = twice.replace("hours:", "hours: &gap 07:00-21:00  #", 1)
    file.write_text(twice.replace("stagger: 20m", "stagger: *gap"), encoding="utf-8")
    schedule = read_schedule(file)
    assert schedule.rules.minimum_gap == timedelta(minutes=5)
    assert schedule.schedule[1].stagger == timedelta(minutes=5)


@SHARED_FOLDER
@given(text=damaged(POST))
def test_a_damaged_post_is_a_post_or_faults(tmp_path: Path, text: str) -> None:
    place = tmp_path / "law"
    place.mkdir(exist_ok=True)
    (place / "post.md").write_text(text, encoding="utf-8")
    try:
        read_post(place)
    except FaultsFound as found:
        check_places(list(found.faults), text)


@SHARED_FOLDER
@given(content=st.binary(max_size=200))
def test_any_bytes_are_faults(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "schedule.yaml"
    file.write_bytes(content)
    with pytest.raises(FaultsFound):
        read_schedule(file)


def test_aliases_cannot_blow_up(tmp_path: Path) -> None:
    bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{after}: &{after} [{', '.join([f'*{before}'] * 9)}]\n"
        for before, after in zip("abcdefgh", "bcdefghi", strict=True)
    )
    file = tmp_path / "schedule.yaml"
    file.write_text(f"{bomb}title: *i\npartners: *i\nschedule: *i\n", encoding="utf-8")
    with pytest.raises(FaultsFound):
        read_schedule(file)
