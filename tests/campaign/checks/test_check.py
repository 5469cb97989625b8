from dataclasses import replace
from pathlib import Path

import pytest

from campaign.checks.report import check
from connectors.contract import Limits, NetworkName, TextLimit
from tests.campaign.folders import HEAD, PNG, checked, drawn, lines, write_campaign, write_post
from tests.campaign.networks import NETWORKS

LAW = "  - {post: law, at: 2027-01-12 08:30, send_to: [ico-x]}"
X = NetworkName("x")
CHECKOUT = Path(__file__).parents[3]


def faults(folder: Path) -> list[str]:
    return lines(folder, checked(folder).faults)


def warnings(folder: Path) -> list[str]:
    return lines(folder, checked(folder).warnings)


def test_a_clean_folder_has_neither_faults_nor_warnings(tmp_path: Path) -> None:
    write_post(tmp_path, "law")
    report = checked(write_campaign(tmp_path, LAW))
    assert (report.faults, report.warnings, report.left_out) == ((), (), ())
    assert [one.id for one in report.deliveries] == ["law/ico-x/1"]


def test_faults_of_the_schedule_and_of_posts_come_together(tmp_path: Path) -> None:
    write_post(tmp_path, "law", front="titel: The law")
    entry = LAW.replace("ico-x", "ico-y").replace("08:30", "25:00")
    assert faults(write_campaign(tmp_path, entry)) == [
        "posts/law/post.md:2:1: unknown field “titel”, did you mean “title”?",
        "schedule.yaml:16:21: “25:00” is on no clock; write a time from 00:00 to 23:59",
        "schedule.yaml:16:49: unknown channel “ico-y”, did you mean “ico-x”?",
    ]


def test_a_post_that_is_named_and_missing_is_suggested(tmp_path: Path) -> None:
    write_post(tmp_path, "telling-the-family")
    entry = LAW.replace("law", "telling-the-famly")
    assert faults(write_campaign(tmp_path, entry)) == [
        (
            "schedule.yaml:16:12: there is no post “telling-the-famly”: "
            "posts/telling-the-famly/post.md is missing, did you mean “telling-the-family”?"
        )
    ]


def test_what_the_plan_objects_to_stands_at_the_entry(tmp_path: Path) -> None:
    write_post(tmp_path, "law")
    entry = LAW.replace("08:30", "20:30")
    assert faults(write_campaign(tmp_path, entry, rules="{hours: 08:00-20:00}")) == [
        (
            "schedule.yaml:16:21: “law” for ico-x at 2027-01-12 20:30 lies outside "
            "the hours 08:00-20:00"
        )
    ]


def test_a_post_that_cannot_be_read_is_not_called_missing_as_well(tmp_path: Path) -> None:
    write_post(tmp_path, "law", front="titel: The law")
    assert len(faults(write_campaign(tmp_path, LAW))) == 1


def test_a_text_too_long_says_length_limit_who_says_so_and_how_much_to_cut(tmp_path: Path) -> None:
    write_post(tmp_path, "law", f"Short.\n\n## x\n{'a' * 290}")
    assert faults(write_campaign(tmp_path, LAW)) == [
        (
            "posts/law/post.md:6:1: the wording “## x” comes to 290 characters on ico-x, "
            "but X takes 280 (its documented limit): cut 10"
        )
    ]


def test_a_link_counts_and_the_worst_account_is_named(tmp_path: Path) -> None:
    write_post(tmp_path, "law", "a" * 200, front="link: https://ico.example/law")
    assert faults(write_campaign(tmp_path, LAW)) == [
        (
            "posts/law/post.md:4:1: the default wording comes to 296 characters on ico-x, "
            "but X takes 280 (its documented limit): cut 16"
        )
    ]
    write_post(tmp_path, "law", "a" * 290, front="link: https://ico.example/law")
    entry = LAW.replace("ico-x", '"network:bluesky"')
    assert faults(write_campaign(tmp_path, entry)) == [
        (
            "posts/law/post.md:4:1: the default wording comes to 307 characters on ico-bluesky, "
            "but Bluesky takes 300 (its documented limit): cut 7"
        )
    ]


def test_the_limit_that_a_server_announces_counts(tmp_path: Path) -> None:
    write_post(tmp_path, "law", "a" * 290)
    announced = Limits(
        text=(TextLimit(unit="letters", measure=len, maximum=50),),
        max_media=4,
        max_media_bytes=1000,
        media_types=frozenset(),
        max_alt_text=None,
        announced=True,
    )
    folder = write_campaign(tmp_path, LAW.replace("ico-x", "ico-bluesky"))
    report = check(folder, NETWORKS, lambda _schedule: {"ico-bluesky": announced}.get)
    assert lines(folder, report.faults) == [
        (
            "posts/law/post.md:4:1: the default wording comes to 290 letters on ico-bluesky, but "
            "Bluesky takes 50 (announced by its server): cut 240"
        )
    ]


def test_pictures_beyond_the_networks_limits_are_faults_at_the_media(tmp_path: Path) -> None:
    front = "media: [{file: a.png, alt: A poster.}, {file: b.gif, alt: A poster that moves.}]"
    place = write_post(tmp_path, "law", front=front)
    (place / "a.png").write_bytes(PNG.ljust(1440, b"\0"))
    (place / "b.gif").write_bytes(drawn("GIF"))
    assert faults(write_campaign(tmp_path, LAW)) == [
        "posts/law/post.md:2:8: X: Picture 1 has 1,440 bytes, the most is 1,000.",
        (
            "posts/law/post.md:2:8: X: Picture 2 is image/gif, which is not taken here: "
            "save it as image/jpeg or image/png."
        ),
    ]


@pytest.mark.parametrize(
    ("alt", "fault"),
    [
        ("", "has no alt text; say in a sentence what the picture shows"),
        (", alt: ' '", "has no alt text; say in a sentence what the picture shows"),
        (", alt: Poster 1.png", "is its file name; say what the picture shows"),
        (", alt: poster-1", "is its file name; say what the picture shows"),
        (", alt: An image of a poster", "begins with “image of”, which a screen reader says "),
        (", alt: Image of a poster", "begins with “image of”, which a screen reader says "),
    ],
)
def test_alt_text_that_says_nothing_is_a_fault(tmp_path: Path, alt: str, fault: str) -> None:
    place = write_post(tmp_path, "law", front=f"media: [{{file: poster-1.png{alt}}}]")
    (place / "poster-1.png").write_bytes(PNG)
    (found,) = faults(write_campaign(tmp_path, LAW))
    assert fault in found
    write_post(tmp_path, "law", front=f"status: draft\nmedia: [{{file: poster-1.png{alt}}}]")
    report = checked(tmp_path)
    assert report.faults == ()
    assert any(fault in one.message for one in report.warnings)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (
            "mode: pack",
            "mode: connected",
            "10:59: LinkedIn cannot be connected yet; use “mode: pack” and post by hand",
        ),
        (
            ", mode: pack",
            "",
            "10:28: LinkedIn cannot be connected yet; use “mode: pack” and post by hand",
        ),
        (
            "mode: pack",
            "mode: repost",
            (
                "10:59: LinkedIn has no repost that can be made from here; "
                "use “mode: connected” with a wording of its own, or “mode: pack”"
            ),
        ),
        (", handle: ico.example", "", "8:26: “ico-bluesky” has no handle; add “handle:” with "),
        ("network: linkedin", "network: facebook", "10:28: posts cannot go to “facebook” yet"),
        ("sectors: [education]", "logo: ndna.png", "5:37: “ndna.png” is not in the campaign"),
    ],
)
def test_a_channel_that_cannot_do_what_it_says_is_a_fault(
    tmp_path: Path, old: str, new: str, fault: str
) -> None:
    write_post(tmp_path, "law")
    head = HEAD.replace(old, new)
    (found,) = faults(write_campaign(tmp_path, LAW, head=head))
    assert found.startswith(f"schedule.yaml:{fault}")


def test_a_post_under_which_nobody_answers_is_named_where_others_have_somebody(
    tmp_path: Path,
) -> None:
    write_post(tmp_path, "law")
    write_post(tmp_path, "ask")
    ask = "  - {post: ask, at: 2027-01-13 08:30, send_to: [all]REPLIES}\n"
    people = "people:\n  ann: {name: Ann, roles: [approver, partner], partner: ndna}\n"

    def found(replies: str, rules: str = "") -> list[str]:
        entries = LAW + "\n" + ask.replace("REPLIES", replies)
        return warnings(write_campaign(tmp_path, entries, head=HEAD + people + rules))

    assert found("") == []
    assert found(", replies: ann", "rules: {replies: ann}\n") == []
    (one,) = found(", replies: ann")
    assert one.endswith(
        "nobody answers what people write under “law”; name a person in “replies:”, or in "
        "“replies:” under rules for all"
    )


def test_people_who_cannot_say_yes_are_named(tmp_path: Path) -> None:
    write_post(tmp_path, "law", front="approvals: [leagl]")
    head = HEAD + "people:\n  ann: {name: Ann, roles: [legal]}\n"
    folder = write_campaign(tmp_path, LAW, head=head)
    assert faults(folder) == [
        (
            "posts/law/post.md:2:13: nobody among the people has the role “leagl”, "
            "did you mean “legal”?"
        )
    ]
    assert warnings(folder) == [
        "schedule.yaml:5:62: nobody has the role partner, and “ndna” accepts every post itself",
        (
            "schedule.yaml:14:1: nobody has the role approver, and the rules ask for approval of "
            "every post"
        ),
    ]


def test_posts_never_scheduled_and_drafts_that_are_are_warned_of(tmp_path: Path) -> None:
    write_post(tmp_path, "law", front="status: draft")
    write_post(tmp_path, "forgotten")
    write_post(tmp_path, "not-yet", front="status: draft")
    report = checked(write_campaign(tmp_path, LAW))
    assert report.faults == ()
    assert lines(tmp_path, report.warnings) == [
        "posts/forgotten/post.md:1:1: “forgotten” stands nowhere in the schedule",
        "schedule.yaml:16:5: “law” is a draft: nothing is planned for it until its status is ready",
    ]


def test_an_embargo_at_a_time_that_does_not_exist_is_a_fault_in_the_post(tmp_path: Path) -> None:
    write_post(tmp_path, "law", front="embargo_until: 2027-03-28 01:30")
    (found,) = faults(write_campaign(tmp_path, LAW))
    assert found.startswith("posts/law/post.md:2:16: “2027-03-28 01:30” does not exist in Europe/")


def test_a_folder_without_a_schedule_is_a_fault_and_its_posts_are_checked(tmp_path: Path) -> None:
    write_post(tmp_path, "law", front="titel: x")
    report = checked(tmp_path)
    assert [one.line for one in report.faults] == [2, 1]
    assert (report.schedule, report.deliveries) == (None, ())


def test_the_sample_campaign_has_no_faults() -> None:
    from connectors.registry import NETWORKS as REAL  # noqa: PLC0415 - only here, by intention

    report = check(CHECKOUT, REAL)
    assert [str(one) for one in report.faults] == []
    assert len(report.deliveries) > 100


def test_a_channel_on_a_network_without_an_address_of_its_own_needs_a_server(
    tmp_path: Path,
) -> None:
    write_post(tmp_path, "law")
    homeless = NETWORKS | {X: replace(NETWORKS[X], needs_server=True)}
    report = check(write_campaign(tmp_path, LAW), homeless)
    assert lines(tmp_path, report.faults) == [
        "schedule.yaml:7:20: “ico-x” names no server; add “server: https://…” of its X"
    ]
