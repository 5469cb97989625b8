"""Co-branding from the files to what is stored: what was approved is what is sent."""

from pathlib import Path

import pytest

from campaign.payload import PayloadMedia
from tests.campaign.branding.pictures import SVG_LOGO, plain, png_logo
from tests.campaign.folders import HEAD, checked, lines, write_campaign, write_post

ENTRY = "  - {post: law, at: 2027-01-12 08:30, send_to: [ico-bluesky, ndna-bluesky]}"
LEAVE = "logo_permission: {from: 2027-01-01, until: 2027-03-31, given_by: Elin Price}"
FRONT = "media: [{file: law.png, alt: A blue field.}]"
OURS, THEIRS = "law/ico-bluesky/1", "law/ndna-bluesky/1"


def head(partner: str, more: str = "") -> str:
    return HEAD.replace("consent: accept-each", f"consent: accept-each, {partner}") + more


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A post with one picture for the owner and for a partner whose logo is white."""
    write_campaign(
        tmp_path, ENTRY, head=head(f"logo: ndna.png, co_branding: partner-logo, {LEAVE}")
    )
    (tmp_path / "ndna.png").write_bytes(png_logo())
    (write_post(tmp_path, "law", front=FRONT) / "law.png").write_bytes(plain((400, 300)))
    return tmp_path


def media(folder: Path) -> dict[str, PayloadMedia]:
    return {one.id: one.payload.media[0] for one in checked(folder).deliveries}


def faults(folder: Path) -> list[str]:
    return [one for one in lines(folder, checked(folder).faults) if "bytes" not in one]


def test_only_the_partners_picture_has_its_logo_and_says_so(folder: Path) -> None:
    assert faults(folder) == []
    found = media(folder)
    assert found[OURS].content == plain((400, 300))
    assert found[OURS].alt_text == "A blue field."
    assert found[THEIRS].content != found[OURS].content
    assert found[THEIRS].alt_text == "A blue field. Logo: The Nurseries."


def test_another_logo_is_another_content(folder: Path) -> None:
    before = {one.id: one.payload.content_hash for one in checked(folder).deliveries}
    (folder / "ndna.png").write_bytes(png_logo(colour=(250, 250, 250)))
    after = {one.id: one.payload.content_hash for one in checked(folder).deliveries}
    assert after[OURS] == before[OURS]
    assert after[THEIRS] != before[THEIRS]


def test_a_picture_may_say_another_corner_or_none(folder: Path) -> None:
    write_post(folder, "law", front="media: [{file: law.png, alt: A blue field., logo: none}]")
    assert media(folder)[THEIRS].content == plain((400, 300))
    write_post(folder, "law", front="media: [{file: law.png, alt: A blue field., logo: top-left}]")
    assert media(folder)[THEIRS].content != plain((400, 300))


def test_a_partner_may_bring_artwork_of_its_own(folder: Path) -> None:
    partner = f"logo: ndna.png, co_branding: artwork, {LEAVE}"
    write_campaign(folder, ENTRY, head=head(partner))
    (found,) = faults(folder)
    assert found == (
        "posts/law/post.md:2:16: with the logo of The Nurseries: “law.png” has no artwork "
        "of its own for them; add “artwork: {ndna: FILE}” under it"
    )
    own = "{ndna: {file: own.png, alt: A white field.}}"
    place = write_post(folder, "law", front=f"media: [{{file: law.png, alt: B., artwork: {own}}}]")
    (place / "own.png").write_bytes(plain(colour=(255, 255, 255)))
    assert faults(folder) == []
    assert media(folder)[THEIRS].content == plain(colour=(255, 255, 255))
    assert media(folder)[THEIRS].alt_text == "A white field."


def test_artwork_for_a_partner_that_there_is_not_is_a_fault(folder: Path) -> None:
    place = write_post(
        folder, "law", front="media: [{file: law.png, alt: B., artwork: {ndma: own.png}}]"
    )
    (place / "own.png").write_bytes(plain())
    assert faults(folder) == [
        "posts/law/post.md:2:50: unknown partner “ndma”, did you mean “ndna”?"
    ]


@pytest.mark.parametrize(
    ("leave", "says"),
    [
        ("", "nobody has given leave to use the logo of The Nurseries"),
        (
            LEAVE.replace("2027-01-01", "2027-01-13"),
            "would show the logo of The Nurseries on 12 January 2027, and it may be used from 13",
        ),
        (
            LEAVE.replace("2027-03-31", "2027-01-11"),
            "may be used from 1 January 2027 to 11 January",
        ),
    ],
    ids=["none", "too-early", "too-late"],
)
def test_without_leave_for_that_day_the_plan_refuses(folder: Path, leave: str, says: str) -> None:
    more = f", {leave}" if leave else ""
    write_campaign(folder, ENTRY, head=head(f"logo: ndna.png, co_branding: partner-logo{more}"))
    (found,) = faults(folder)
    assert says in found
    assert found.startswith("schedule.yaml:5:")


@pytest.mark.parametrize("co_branding", ["none", "partner-logo"])
def test_a_bad_logo_is_a_fault_where_it_is_named(folder: Path, co_branding: str) -> None:
    write_campaign(folder, ENTRY, head=head(f"logo: a.svg, co_branding: {co_branding}, {LEAVE}"))
    assert "“a.svg” is not in the campaign's folder" in faults(folder)[0]
    (folder / "a.svg").write_text(SVG_LOGO.replace("<circle", "<script/><circle"))
    assert "“a.svg” holds a “script”; a logo has plain shapes only" in faults(folder)[0]
    (folder / "a.svg").write_text(SVG_LOGO)
    assert faults(folder) == []
