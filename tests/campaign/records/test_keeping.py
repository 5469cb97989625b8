from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, select
from sqlalchemy.exc import DBAPIError

from analytics.issues import Press
from analytics.report_json import report_values
from analytics.weeks import week_of
from campaign.audit import chain
from campaign.models_records import LegalHold
from campaign.records import keeping
from campaign.records.asked import NothingAskedError
from campaign.records.holds import (
    Belongs,
    Wanted,
    all_holds,
    covered_by,
    lift_hold,
    place_hold,
)
from campaign.records.keeping import Rules, due, let_go
from campaign.retention_settings import read_retention
from campaign.store.database import DamagedError
from campaign.store.deliveries import Change
from campaign.store.payloads import NO_LONGER_KEPT, load_payload, payload_to_show
from campaign.store.tables import (
    ATTEMPT,
    DEED,
    DELIVERY,
    LETTER,
    MEDIA,
    PAYLOAD,
    SCREENSHOT,
    SIGN_IN_TRY,
    TOMBSTONE,
)
from tests.campaign.office import DUE, ENTRY, Office
from tests.campaign.records.conftest import GIVEN_UP, SENT

EVERYTHING = "letters 1y, screenshots 90d, attempts 30d, wording 12w"
LATER = DUE + timedelta(days=400)
GONE = {
    "visits": 0,
    "tries": 1,
    "sign-in-links": 0,
    "letters": 3,
    "screenshots": 1,
    "attempts": 1,
    "wording": 1,
}


def rules(office: Office, text: str = EVERYTHING) -> Rules:
    return Rules(kept_for=read_retention({"CAMPAIGN_RETENTION": text}), zone=office.schedule().zone)


def change(at: datetime = LATER, who: str = "campaign", why: str = "") -> Change:
    return Change(who=who, at=at, why=why)


def rows(office: Office, *columns: Any) -> Sequence[Any]:
    with office.desk.store.read() as connection:
        return [tuple(row) for row in connection.execute(select(*columns))]


def report(office: Office) -> Any:
    desk, schedule = office.desk, office.desk.schedule()
    assert schedule is not None
    press = Press(store=desk.store, networks=desk.networks_by_name, schedule=schedule)
    week = week_of(DUE, schedule.zone)
    return report_values(press.built(week, DUE + timedelta(days=7)))


def hold(office: Office, wanted: Wanted) -> int:
    with office.desk.store.write() as connection:
        return place_hold(connection, wanted, change(who="dev", why="a claim"))


def test_what_is_past_its_time_goes_with_a_tombstone_and_the_report_stays(
    either_office: Office,
) -> None:
    office = either_office
    before = report(office)
    assert before["gains"]
    with office.desk.store.write() as connection:
        chain.seal(connection, LATER)
    with office.desk.store.read() as connection:
        shown = {one.kind: one.number for one in due(connection, rules(office), LATER)}
    assert shown == GONE
    assert let_go(office.desk.store, rules(office), change()) == GONE
    stones = rows(office, TOMBSTONE.c.kind, TOMBSTONE.c.number, TOMBSTONE.c.rule)
    assert ("letters", 3, "letters are kept for 365 days") in stones
    assert sum(number for _, number, _ in stones) == 7
    assert [what for (what,) in rows(office, DEED.c.what)].count("deleted") == len(stones)
    assert let_go(office.desk.store, rules(office), change()) == dict.fromkeys(GONE, 0)
    assert report(office) == before
    with office.desk.store.write() as connection:
        chain.seal(connection, LATER)
        assert chain.verify(connection).broken is None
    assert rows(office, SIGN_IN_TRY.c.id) == []
    assert rows(office, LETTER.c.id, LETTER.c.text, LETTER.c.address, LETTER.c.state) == [
        (f"link/{one}", "", "", "sent") for one in range(3)
    ]
    assert rows(office, SCREENSHOT.c.sent_by, SCREENSHOT.c.content, SCREENSHOT.c.outcome) == [
        ("", None, "refused")
    ]
    outcomes = rows(office, ATTEMPT.c.delivery_id, ATTEMPT.c.error, ATTEMPT.c.outcome)
    assert (SENT, None, "published") in outcomes
    assert rows(office, MEDIA.c.sha256) == []


def test_wording_that_never_went_out_is_shown_as_gone_and_never_sent(office: Office) -> None:
    query = select(DELIVERY.c.content_hash).where(DELIVERY.c.post == "never-said")
    with office.desk.store.read() as connection:
        content_hash = connection.execute(query).scalar_one()
    let_go(office.desk.store, rules(office), change())
    with office.desk.store.read() as connection:
        assert payload_to_show(connection, content_hash).text == NO_LONGER_KEPT
        with pytest.raises(DamagedError):
            load_payload(connection, content_hash)
        sent = select(PAYLOAD.c.body).join(
            DELIVERY, DELIVERY.c.content_hash == PAYLOAD.c.content_hash
        )
        bodies = connection.execute(sent.where(DELIVERY.c.state == "published")).scalars().all()
    assert len(bodies) == 3
    assert all("Data protection law helps" in one for one in bodies)
    # Once somebody applies it anew it is there again.
    office.write_schedule(ENTRY + GIVEN_UP.replace("- post", "- id: anew\n    post"))
    office.apply()
    with office.desk.store.read() as connection:
        query = select(DELIVERY.c.content_hash).where(DELIVERY.c.entry == "anew")
        content = load_payload(connection, connection.execute(query).scalar_one())
    assert content.text == "This was never said to anybody."
    assert content.media[0].content


RECORD = Belongs(at=DUE, post="law-helps", partner="ico", channel="ico-x")


@pytest.mark.parametrize(
    ("covers", "scope", "target", "days"),
    [
        (True, "all", "", (None, None)),
        (True, "post", "law-helps", (None, None)),
        (False, "post", "myth", (None, None)),
        (True, "partner", "ico", (None, None)),
        (False, "partner", "npcc", (None, None)),
        (False, "channel", "ico-mastodon", (None, None)),
        (True, "all", "", (date(2027, 1, 12), date(2027, 1, 12))),
        (False, "all", "", (date(2027, 1, 13), None)),
        (False, "all", "", (None, date(2027, 1, 11))),
    ],
)
def test_a_hold_covers_what_it_names_on_its_days(
    *, covers: bool, scope: str, target: str, days: tuple[date | None, date | None]
) -> None:
    one = LegalHold(
        matter="claim 1",
        scope=scope,
        target=target,
        from_on=days[0],
        until_on=days[1],
        reason="a claim",
        placed_by="dev",
        placed_at=DUE,
    )
    zone = ZoneInfo("Europe/London")
    assert (covered_by([one], RECORD, zone) is one) is covers
    unknown = Belongs(at=DUE)
    assert (covered_by([one], unknown, zone) is one) is (scope != "all" or covers)


def test_a_legal_hold_stops_what_it_covers_until_it_is_lifted(office: Office) -> None:
    number = hold(office, Wanted(matter="claim 1", scope="post", target="law-helps"))
    with office.desk.store.read() as connection:
        held = {one.kind: one.held for one in due(connection, rules(office), LATER) if one.held}
    assert held == {"letters": 3, "screenshots": 1, "attempts": 1}
    gone = let_go(office.desk.store, rules(office), change())
    assert gone == GONE | {"letters": 0, "screenshots": 0, "attempts": 0}
    with office.desk.store.write() as connection:
        lift_hold(connection, number, change(who="dev", why="it is over"))
        with pytest.raises(NothingAskedError, match=f"no legal hold {number} stands"):
            lift_hold(connection, number, change(who="dev", why="it is over"))
    assert let_go(office.desk.store, rules(office), change()) == dict.fromkeys(GONE, 0) | held


def test_a_hold_that_has_ended_holds_nothing_and_one_without_reason_is_none(
    office: Office,
) -> None:
    hold(office, Wanted(matter="claim 1", ends_at=LATER + timedelta(days=1)))
    assert sum(let_go(office.desk.store, rules(office), change()).values()) == 0
    after = change(LATER + timedelta(days=2))
    assert sum(let_go(office.desk.store, rules(office), after).values()) == 7
    for wanted in (
        Wanted(matter=" "),
        Wanted(matter="a", scope="post"),
        Wanted(matter="a", scope="post", target="nothing"),
        Wanted(matter="a", from_on=date(2027, 2, 1), until_on=date(2027, 1, 1)),
        Wanted(matter="a", ends_at=LATER),
    ):
        with pytest.raises(NothingAskedError):
            hold(office, wanted)
    with office.desk.store.read() as connection:
        assert [one.matter for one in all_holds(connection)] == ["claim 1"]


def test_a_death_in_the_middle_loses_nothing_and_repeats_nothing(
    either_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = either_office
    monkeypatch.setattr(keeping, "AT_ONCE", 1)
    bury, left = keeping._bury, [4]

    def dies(connection: Connection, *rest: Any) -> None:
        left[0] -= 1
        if left[0] == 0:
            raise KeyboardInterrupt
        bury(connection, *rest)

    monkeypatch.setattr(keeping, "_bury", dies)
    with pytest.raises(KeyboardInterrupt):
        let_go(office.desk.store, rules(office), change())
    assert [kind for (kind,) in rows(office, TOMBSTONE.c.kind)] == ["tries", "letters", "letters"]
    assert len([one for (one,) in rows(office, LETTER.c.text) if one]) == 1
    again = let_go(office.desk.store, rules(office), change())
    assert again == GONE | {"tries": 0, "letters": 1}
    assert len(rows(office, TOMBSTONE.c.id)) == 7
    with pytest.raises(DBAPIError, match="only ever appended to"), office.desk.store.write() as one:
        one.execute(TOMBSTONE.update().values(number=0))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("snapshots 1y", "snapshots are never deleted; what was told and decided rests on them"),
        ("gossip 1y", "there is no rule for “gossip”; there are visits, tries"),
        ("letters soon", "“letters soon” is no rule; write such as letters 90d, 12w, 7y or never"),
        ("letters 7d", "letters are kept for 30 days at least"),
    ],
)
def test_a_rule_that_is_none_is_refused_with_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        read_retention({"CAMPAIGN_RETENTION": text})


def test_without_a_setting_only_sign_ins_are_let_go() -> None:
    assert set(read_retention({})) == {"visits", "tries", "sign-in-links"}
    assert set(read_retention({"CAMPAIGN_RETENTION": "tries never"})) == {"visits", "sign-in-links"}
