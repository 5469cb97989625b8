from pathlib import Path

import pytest

from tests.campaign.folders import HEAD, checked, lines, write_campaign, write_post

LAW = "  - {post: law, at: 2027-01-12 08:30, send_to: [ico-x]}"


def found(folder: Path, body: str, front: str = "") -> tuple[list[str], list[str]]:
    write_post(folder, "law", body, front=front)
    report = checked(write_campaign(folder, LAW))
    strip = "posts/law/post.md:"
    return tuple(  # type: ignore[return-value]  # two lists, of faults and of warnings
        [one.removeprefix(strip) for one in lines(folder, which)]
        for which in (report.faults, report.warnings)
    )


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (
            "All.\n## x / nda\nT.",
            (
                "5:1: the wording “## x / nda” is for nobody: unknown partner or "
                "channel “nda”, did you mean “ndna”?"
            ),
        ),
        (
            "All.\n## x / ico-bluesky\nT.",
            (
                "5:1: the wording “## x / ico-bluesky” is for nobody: "
                "“ico-bluesky” is a channel on bluesky"
            ),
        ),
        ("All {link}.", "4:5: “{link}” has nothing to show: the post has no link"),
        ("All.\n\nWith {partner:icoo}.", "6:6: unknown partner “icoo”, did you mean “ico”?"),
    ],
)
def test_a_wording_that_names_what_does_not_exist_is_a_fault(
    tmp_path: Path, body: str, fault: str
) -> None:
    assert found(tmp_path, body) == ([fault], [])


@pytest.mark.parametrize(
    ("body", "warning"),
    [
        (
            "All.\n## x / cy\nT.",
            "5:1: the wording “## x / cy” is for no channel; give one “language: cy”",
        ),
        (
            "All.\n## x / ndna\nT.",
            "5:1: the wording “## x / ndna” is for a partner without a channel",
        ),
        (
            "All {lnik}.",
            "4:5: “{lnik}” is sent as typed; only {link} and {partner:ID} have a meaning",
        ),
    ],
)
def test_a_wording_that_nobody_uses_is_warned_of(tmp_path: Path, body: str, warning: str) -> None:
    assert found(tmp_path, body) == ([], [warning])


def test_wordings_for_partners_channels_and_languages_there_are_fine(tmp_path: Path) -> None:
    body = "All.\n## x / ico\nA.\n## x / ico-x\nB.\n## bluesky / ndna\nC.\n## x / cy\nD."
    write_post(tmp_path, "law", body)
    head = HEAD.replace("network: x, partner: ico,", "network: x, partner: ico, language: cy,")
    report = checked(write_campaign(tmp_path, LAW, head=head))
    assert (report.faults, report.warnings) == ((), ())
