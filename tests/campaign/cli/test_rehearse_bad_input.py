from pathlib import Path

import pytest

from tests.campaign.cli.shell import Shell
from tests.campaign.cli.test_rehearse import SCHEDULE, shell_in, write_folder


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return shell_in(write_folder(tmp_path / "campaign"))


def test_faults_are_told_as_by_check_and_leave_with_the_same_code(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "campaign", SCHEDULE.replace("post: tips", "post: tipps"))
    checked = shell_in(folder)("check")
    result = shell_in(folder)("rehearse", "--out", str(tmp_path / "out"))
    assert (checked.code, result.code) == (3, 3)
    assert result.err.splitlines() == [line for line in checked.lines if "warning" not in line]
    assert result.out == ""
    assert not (tmp_path / "out").exists()


def test_a_campaign_without_posts_has_nothing_to_rehearse(tmp_path: Path) -> None:
    head = SCHEDULE[: SCHEDULE.index("schedule:")]
    folder = write_folder(tmp_path / "campaign", f"{head}schedule: []\n")
    shell_in(folder).fails(
        "rehearse",
        "--out",
        str(tmp_path / "out"),
        code=1,
        says="plans no post from 2027-03-22 to 2027-04-04: nothing to rehearse",
    )
    assert not (tmp_path / "out").exists()


def test_a_folder_that_no_rehearsal_made_is_left_alone(shell: Shell, tmp_path: Path) -> None:
    precious = tmp_path / "mine" / "precious.txt"
    precious.parent.mkdir()
    precious.write_text("mine", encoding="utf-8")
    says = "was not made by a rehearsal and is left alone; name another with --out"
    shell.fails("rehearse", "--out", str(precious.parent), code=1, says=says)
    says = "is a file; name another place with --out"
    shell.fails("rehearse", "--out", str(precious), code=1, says=says)
    assert precious.read_text(encoding="utf-8") == "mine"


def test_the_next_rehearsal_clears_what_the_one_before_left(shell: Shell, tmp_path: Path) -> None:
    arguments = ("rehearse", "--until", "2027-03-23", "--out", str(tmp_path / "out"))
    shell.fine(*arguments)
    (tmp_path / "out" / "left-over.txt").write_text("old", encoding="utf-8")
    shell.fine(*arguments)
    assert not (tmp_path / "out" / "left-over.txt").exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--faults", "plenty"), "--faults plenty is unknown; write none, some, many"),
        (("--until", "soon"), "--until: “soon” is no day; write for example 2027-02-14"),
        (("--until", "2028-01-01"), "lies outside the campaign's days, 2027-03-22 to 2027-04-04"),
        (("--until", "2027-03-21"), "lies outside the campaign's days"),
    ],
)
def test_options_that_make_no_sense_are_refused_in_a_sentence(
    shell: Shell, tmp_path: Path, arguments: tuple[str, ...], says: str
) -> None:
    shell.fails("rehearse", "--out", str(tmp_path / "out"), *arguments, code=2, says=says)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    shell = shell_in(tmp_path / "nowhere")
    shell.fails("rehearse", "--out", str(tmp_path / "out"), code=2, says="is no folder")
