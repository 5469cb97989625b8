"""A partner's logo from `check` to the pack: what was approved is what is handed over."""

import zipfile
from pathlib import Path

import pytest

from tests.campaign.branding.pictures import png_logo
from tests.campaign.cli.shell import Shell
from tests.campaign.office import DUE, Office

CHIEFS = "{name: National Police Chiefs' Council,"
LEAVE = "{from: 2027-01-01, until: 2027-01-31, given_by: Noor Pace}"
POST = "---\nmedia:\n  - {file: law.png, alt: A blue field.}\n---\nThe law helps.\n"
FOLDER = "posts/20270112-0830--law-helps--npcc-linkedin--1"


@pytest.fixture
def branded(office: Office, campaign: Shell) -> Shell:
    office.write_post("law-helps", POST, ("law.png",), size=(480, 270))
    office.write_schedule(
        "  - {post: law-helps, at: 2027-01-12 08:30, send_to: [npcc-linkedin, ico-mastodon]}\n"
    )
    schedule = office.folder / "schedule.yaml"
    more = f"{CHIEFS} logo: npcc.png, co_branding: partner-logo, logo_permission: {LEAVE},"
    schedule.write_text(schedule.read_text("utf-8").replace(CHIEFS, more), "utf-8")
    (office.folder / "npcc.png").write_bytes(png_logo())
    return campaign


def packed_picture(campaign: Shell) -> bytes:
    file = campaign.folder / "npcc.zip"
    campaign.fine("pack", "npcc", "--out", str(file))
    with zipfile.ZipFile(file) as archive:
        return archive.read(f"{FOLDER}/picture-1.png")


def test_what_is_previewed_and_approved_is_what_is_handed_over(branded: Shell) -> None:
    shown = branded.folder / "shown"
    rows = branded.fine("preview", "--json", "--pictures", str(shown)).json()
    files = {row["channel"]: Path(row["media"][0]["file"]).read_bytes() for row in rows}
    original = (branded.folder / "posts" / "law-helps" / "law.png").read_bytes()
    assert files["ico-mastodon"] == original
    assert files["npcc-linkedin"] != original
    branded.fine("apply", "--yes", "--as", "ama")
    branded.fine("approve", "--all", "--yes", "--as", "ben")
    (branded.folder / "npcc.png").write_bytes(png_logo(colour=(255, 0, 0)))
    assert packed_picture(branded) == files["npcc-linkedin"]


def test_a_new_logo_has_to_be_approved_anew(branded: Shell) -> None:
    branded.fine("apply", "--yes", "--as", "ama")
    branded.fine("approve", "--all", "--yes", "--as", "ben")
    (branded.folder / "npcc.png").write_bytes(png_logo(colour=(240, 250, 250)))
    assert "content or account edited; needs approval again" in branded.fine("plan").out
    branded.fine("apply", "--yes", "--as", "ama")
    assert branded.state("law-helps/npcc-linkedin/1") == "awaiting-approval"
    assert branded.state("law-helps/ico-mastodon/1") == "planned"


def test_the_pack_ends_with_the_leave_to_use_the_logo(branded: Shell) -> None:
    branded.fine("apply", "--yes", "--as", "ama")
    file = branded.folder / "npcc.zip"
    said = branded.fine("pack", "npcc", "--json", "--out", str(file)).json()
    assert said["valid_until"] == "2027-02-01T00:00:00Z"


def test_a_logo_that_is_none_stops_the_plan_in_one_sentence(branded: Shell) -> None:
    (branded.folder / "npcc.png").write_bytes(b"GIF89a" + b"0" * 100)
    branded.fails("apply", "--yes", code=3, says="“npcc.png” is a GIF picture, and a logo is a PNG")


def test_nobody_moves_a_post_to_a_day_on_which_the_logo_may_not_be_shown(
    office: Office, branded: Shell
) -> None:
    schedule = office.folder / "schedule.yaml"
    text = schedule.read_text("utf-8").replace("mode: pack, handle: npcc.example", "handle: urn:x")
    schedule.write_text(text, "utf-8")
    branded.fine("apply", "--yes", "--as", "ama")
    branded.fine("approve", "--all", "--yes", "--as", "ben")
    branded.fine("stop", "--reason", "wait", "--as", "ama")
    office.clock.move_to(DUE)
    branded.fine("publish")
    branded.fine("resume", "--as", "ben")
    linkedin, mastodon = "law-helps/npcc-linkedin/1", "law-helps/ico-mastodon/1"
    late, in_time = ("--move", "2027-02-01 09:00"), ("--move", "2027-01-31 09:00")
    says = (
        "its pictures show the logo of National Police Chiefs' Council, which may be used from "
        "1 January 2027 to 31 January 2027"
    )
    branded.fails("decide", linkedin, *late, "--as", "ben", code=1, says=says)
    assert branded.state(linkedin) == "held"
    branded.fine("decide", mastodon, *late, "--as", "ben")
    branded.fine("decide", linkedin, *in_time, "--as", "ben")
