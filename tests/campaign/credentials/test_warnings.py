from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.cli.reports_clock import send_letters
from campaign.cli.session import open_session
from campaign.cli.sign_ins_clock import tick
from campaign.credentials.ending import endings
from campaign.partner_page.invitations import invitation_in, invitation_of, token_of
from campaign.store.credentials import Kept
from tests.campaign.credentials.scene import Scene
from tests.campaign.office import MONDAY

DAY = timedelta(days=1)
NOW = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)


def row(ends_at: datetime | None, **more: datetime | str | None) -> Kept:
    """A row of a sign-in that ends then."""
    values = {
        "channel": "ico-linkedin",
        "grant_id": "a",
        "edition": 1,
        "origin": "",
        "account": "ico",
        "sealed": b"",
        "rights": "",
        "expires_at": None,
        "renew_at": None,
        "ends_at": ends_at,
        "connected_at": NOW,
        "connected_by": "ama",
        "renewing_until": None,
        "trouble": "",
        "leaving_at": None,
    }
    return Kept(**{**values, **more})  # type: ignore[arg-type]  # by name


@given(seconds=st.integers(min_value=-(10**7), max_value=10**7))
def test_the_nearest_warning_that_is_reached_stands_until_the_next(seconds: int) -> None:
    found = endings([row(NOW + timedelta(seconds=seconds))], NOW)
    days = seconds / 86_400
    expected = 0 if days <= 0 else 1 if days <= 1 else 7 if days <= 7 else 14
    assert [one.warned_ahead for one in found] == ([] if days > 14 else [expected])


def test_what_could_not_be_renewed_ends_with_what_is_still_held() -> None:
    soon, later = NOW + DAY / 2, NOW + 90 * DAY
    fine = row(later, expires_at=soon, renew_at=NOW)
    broken = row(later, expires_at=soon, renew_at=NOW, trouble="refused")
    assert endings([fine], NOW) == []
    assert [(one.at, one.why) for one in endings([broken], NOW)] == [(soon, "refused")]
    assert endings([row(None)], NOW) == []
    assert endings([row(soon, leaving_at=NOW)], NOW) == []


def test_people_are_told_in_status_and_doctor_and_by_one_letter_a_warning(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    scene.environment |= {
        "CAMPAIGN_MAIL_SERVER": "file:letters",
        "CAMPAIGN_MAIL_FROM": "d@d.example",
        "CAMPAIGN_PUBLIC_URL": "https://desk.example",
    }
    scene.owner_says(monkeypatch, "facebook")
    assert scene.connect("facebook").code == 0  # Facebook names a day 90 days ahead
    letters = tmp_path / "letters"

    def day(number: float) -> int:
        scene.clock.move_to(MONDAY + number * DAY)
        with open_session(scene.place) as session:
            tick(session)
            tick(session)
            send_letters(session)
        return len(list(letters.iterdir())) if letters.is_dir() else 0

    counts = [day(one) for one in (10, 75.9, 76, 76.5, 83, 89, 90, 95)]
    assert counts == [0, 0, 1, 1, 2, 3, 4, 4]
    texts = sorted(one.read_text() for one in letters.iterdir())
    assert all("To: ben@ico.example" in one for one in texts)
    # Each leads to the page that puts it right; the last two, a day apart, by the same link.
    links = [one.split("https://desk.example/connect/")[1].split()[0] for one in texts]
    assert len(set(links)) == 3
    scene.clock.move_to(MONDAY + 95 * DAY)
    with open_session(scene.place) as session, session.desk.store.read() as connection:
        keys, now = session.desk.settings.secret_keys, session.now
        newest = invitation_of(connection, "ico-facebook")
        assert newest is not None
        assert invitation_in(connection, token_of(newest, keys), keys, now) == newest
    words = "sign-in of ico-facebook as ico.example ended on Sunday 11 April 2027, 08:00"
    assert sum(words in one for one in texts) == 1

    status = scene.shell.fine("status").lines
    assert status[-1] == f"The {words}; run `campaign connect ico-facebook`"
    (listed,) = scene.shell.fine("status", "--json").json()["sign_ins_ending"]
    assert (listed["channel"], listed["warned_ahead_days"]) == ("ico-facebook", 0)
    doctor = scene.shell("doctor")
    assert doctor.code == 1
    assert f"WRONG  sign-in of ico-facebook: the {words}; run `campaign" in doctor.out


def test_doctor_says_what_was_given_and_how_long_it_lasts(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    for network in ("x", "linkedin"):
        scene.owner_says(monkeypatch, network)
        assert scene.connect(network).code == 0
    lines = {one.split(":")[0].split()[-1]: one for one in scene.shell("doctor").lines}
    assert (
        "signed in as @ico.example by `campaign connect`, with tweet.read tweet.write users.read "
        "media.write offline.access, with no known end (renewed by itself); at most 280"
    ) in lines["ico-x"]
    assert ("until Tuesday 11 January 2028, 07:00 (renewed by itself); at most 3000") in lines[
        "ico-linkedin"
    ]
