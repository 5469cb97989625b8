"""What a backup holds, what it never holds, and how a damaged one is told."""

import json
import sqlite3
import stat
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest

from campaign.audit.chain import seal
from campaign.cli.place import Place
from tests.campaign.cli.shell import Shell
from tests.campaign.office import DUE, MONDAY, POST
from tests.keeping.kept import Kept

KEY = "aGVsbG8gd29ybGQsIHRoaXMgaXMgMzIgYnl0ZXMuLi4="
SQLITE = pytest.mark.parametrize("either_database", ["sqlite"], indirect=True)


@pytest.fixture(autouse=True)
def applied(kept: Kept) -> None:
    kept.office.apply()
    kept.office.approve()


def edited(kept: Kept, **changes: object) -> None:
    """Write the backup anew with other content in its members, and the manifest as it was."""
    with zipfile.ZipFile(kept.file) as archive:
        members = {one: archive.read(one) for one in archive.namelist()}
    for name, content in changes.items():
        members[name.replace("__", "/").replace("_dot_", ".")] = content  # type: ignore[assignment]
    with zipfile.ZipFile(kept.file, "w") as archive:
        for name, content in members.items():
            if content is not None:
                archive.writestr(name, content)


def test_everything_comes_back_into_an_empty_place(kept: Kept, tmp_path: Path) -> None:
    kept.office.publish_at(DUE)
    kept.back_up()
    folder = tmp_path / "elsewhere"
    place = Place(folder=folder, clock=kept.office.clock, environment=dict(kept.office.environment))
    there = Shell(place)
    shown = there.fine("restore", str(kept.file), "--yes", "--as", "ben")
    assert "It is stopped." in shown.out
    assert (folder / "posts/law-helps/post.md").read_text(encoding="utf-8") == POST
    schedule = (kept.office.folder / "schedule.yaml").read_bytes()
    assert (folder / "schedule.yaml").read_bytes() == schedule
    status = there.fine("status", "--json").json()
    assert status["stopped"] is True
    assert {one["state"] for one in status["deliveries"]} == {"published"}
    assert sorted(one.name for one in folder.iterdir()) == ["campaign.db", "posts", "schedule.yaml"]
    there.fine("audit", "verify")


@SQLITE
def test_a_place_that_holds_something_is_named_and_left_alone_without_over(kept: Kept) -> None:
    kept.back_up()
    says = r"the campaign “think-check-share” with 3 deliveries in sqlite:///.* and schedule.yaml"
    kept.shell.fails("restore", str(kept.file), "--yes", "--as", "ben", code=1, says=says)
    kept.office.write_post("law-helps", POST.replace("Data", "New data"))
    shown = kept.restore()
    (replaced,) = kept.office.folder.glob("replaced-*")
    assert f"What stood there before is in {replaced}." in shown.out
    text = (replaced / "posts/law-helps/post.md").read_text(encoding="utf-8")
    assert "New data" in text
    kept.shell.fine("backup", str(replaced / "before-the-restore.backup"), "--check")


@SQLITE
def test_a_campaign_is_never_restored_over_another_one(kept: Kept, tmp_path: Path) -> None:
    kept.back_up()
    folder = tmp_path / "other"
    other = Shell(Place(folder=folder, clock=kept.office.clock, environment={}))
    other.fine("new", str(folder))
    other.fine("apply", "--yes", "--as", "ann")
    says = "the database holds the campaign “our-campaign” and the backup “think-check-share”"
    other.fails("restore", str(kept.file), "--over", "--yes", "--as", "ben", code=1, says=says)


@SQLITE
def test_a_database_that_was_moved_away_from_is_not_brought_to_life_again(
    kept: Kept, tmp_path: Path
) -> None:
    kept.back_up()
    kept.shell.fine("move-database", f"sqlite:///{tmp_path}/new.db", "--yes", "--as", "ben")
    says = "a move between this database and .*new.db has begun or was made"
    kept.shell.fails("restore", str(kept.file), "--over", "--yes", "--as", "ben", code=1, says=says)


@SQLITE
def test_a_database_that_cannot_be_read_is_put_beside(kept: Kept) -> None:
    kept.back_up()
    database = Path(kept.url.removeprefix("sqlite:///"))
    kept.office.close()
    database.write_bytes(b"no database" * 1000)
    kept.restore()
    (replaced,) = kept.office.folder.glob("replaced-*")
    assert (replaced / "campaign.db").read_bytes().startswith(b"no database")
    assert kept.shell.states()["law-helps/ico-x/1"] == "awaiting-approval"


@SQLITE
def test_no_key_no_hidden_file_and_nothing_from_elsewhere_is_in_it(
    kept: Kept, tmp_path: Path
) -> None:
    posts = kept.office.folder / "posts"
    (posts / ".notes").write_text("draft", encoding="utf-8")
    (tmp_path / "outside.txt").write_text("outside", encoding="utf-8")
    (posts / "link.txt").symlink_to(tmp_path / "outside.txt")
    (kept.office.folder / "campaign.env").write_text("TOKEN=1", encoding="utf-8")
    shown = kept.back_up()
    assert "left out: posts/.notes: it is hidden" in shown.err
    assert "left out: posts/link.txt: it is a link to another place" in shown.err
    with zipfile.ZipFile(kept.file) as archive:
        assert sorted(archive.namelist()) == [
            "campaign.db",
            "files/posts/law-helps/post.md",
            "files/schedule.yaml",
            "manifest.json",
        ]
    assert stat.S_IMODE(kept.file.stat().st_mode) == 0o600


@SQLITE
def test_a_key_among_the_files_keeps_the_backup_from_being_made(kept: Kept, tmp_path: Path) -> None:
    key = tmp_path / "campaign-desk.key"
    key.write_text(KEY, encoding="ascii")
    shell = kept.shell.with_environment(CAMPAIGN_SECRET_KEY_FILE=str(key))
    shown = shell.fine("backup", str(tmp_path / "first.backup"))
    assert f"it is in {key}. Keep a copy apart." in shown.out
    (kept.office.folder / "posts" / "notes.txt").write_text(f"the key: {KEY}", encoding="utf-8")
    says = r"notes.txt holds a key or password that is set on this machine"
    shell.fails("backup", str(kept.file), code=1, says=says)
    assert not kept.file.exists()
    assert list(tmp_path.glob(".*")) == []


@SQLITE
def test_a_file_of_that_name_is_never_written_over(kept: Kept) -> None:
    kept.back_up()
    before = kept.file.read_bytes()
    kept.shell.fails("backup", str(kept.file), code=1, says="is there already; name a new file")
    assert kept.file.read_bytes() == before


def test_a_whole_one_is_told_and_so_is_what_is_in_it(kept: Kept) -> None:
    kept.back_up()
    shown = kept.shell.fine("backup", str(kept.file), "--check", "--json").json()
    assert shown["campaign"] == "think-check-share"
    assert shown["taken_at"] == "2027-01-11T07:00:00Z"
    assert shown["rows"]["delivery"] == 3
    assert shown["files"] == ["files/posts/law-helps/post.md", "files/schedule.yaml"]


CHANGED: list[tuple[dict[str, object], str]] = [
    ({"files__schedule_dot_yaml": b"campaign: other\n"}, "does not hold the files"),
    ({"files__posts__more_dot_md": b"more"}, "does not hold the files"),
    ({"files__posts__law-helps__post_dot_md": b"x" * len(POST)}, "is not as it was written"),
    ({"manifest_dot_json": b"{}"}, "its manifest cannot be read"),
    ({"manifest_dot_json": b'{"format": 2}'}, "it is of format 2, this Campaign Desk reads 1"),
    ({"manifest_dot_json": None}, "it has no manifest"),
]


@SQLITE
def test_what_was_changed_is_neither_whole_nor_restored(kept: Kept) -> None:
    kept.back_up()
    whole = kept.file.read_bytes()
    for changes, says in CHANGED:
        kept.file.write_bytes(whole)
        edited(kept, **changes)
        kept.shell.fails("backup", str(kept.file), "--check", code=1, says=says)
        kept.shell.fails("restore", str(kept.file), "--over", "--yes", code=1, says=says)


ESCAPING = ["files/../escaped", "files//etc/x", "files/other.txt", "escaped", "files/posts/a/../b"]


@SQLITE
def test_no_name_in_it_leads_out_of_the_campaigns_files(kept: Kept) -> None:
    kept.back_up()
    whole = kept.file.read_bytes()
    for name in ESCAPING:
        kept.file.write_bytes(whole)
        with zipfile.ZipFile(kept.file) as archive:
            manifest = json.loads(archive.read("manifest.json"))
        manifest["members"][name] = {"bytes": 1, "sha256": "0" * 64}
        edited(kept, **{name: b"x", "manifest_dot_json": json.dumps(manifest).encode()})
        says = "which no backup has"
        kept.shell.fails("restore", str(kept.file), "--over", "--yes", code=1, says=says)


@SQLITE
def test_a_log_that_was_changed_before_the_backup_is_told(kept: Kept) -> None:
    with kept.office.desk.store.write() as connection:
        seal(connection, MONDAY)
    kept.office.close()
    with sqlite3.connect(kept.url.removeprefix("sqlite:///")) as beside:
        beside.execute("DROP TRIGGER move_no_update")
        beside.execute("UPDATE move SET who = 'eve' WHERE id = 1")
    beside.close()
    kept.back_up()
    says = "the log in it was changed before it was backed up"
    kept.shell.fails("backup", str(kept.file), "--check", code=1, says=says)


def test_nobody_is_signed_in_no_link_works_and_no_letter_leaves_again(kept: Kept) -> None:
    now, store = MONDAY, kept.office.desk.store
    with store.write() as connection:
        for statement in ENDED:
            connection.exec_driver_sql(statement.format(now=f"{now:%Y-%m-%d %H:%M:%S}.000000"))
    kept.back_up()
    kept.office.clock.advance(timedelta(hours=1))
    changed = kept.restore("--json").json()["changed"]
    assert changed == {
        "asked-anew": 3,
        "invitations": 1,
        "letters": 2,
        "partner links": 1,
        "sign-in links": 1,
        "visits": 1,
    }
    with kept.office.desk.store.read() as connection:
        letters = connection.exec_driver_sql("SELECT id, state FROM letter ORDER BY id").all()
        links = connection.exec_driver_sql("SELECT ended_by FROM partner_link").all()
    assert [tuple(one) for one in letters] == [("a", "unknown"), ("b", "not-sent"), ("c", "sent")]
    assert [tuple(one) for one in links] == [("ben",)]


_LETTER = (
    "INSERT INTO letter (id, purpose, person, address, subject, text, html, stop_link, state,"
    " created_at, attempt, note, posts)"
    " VALUES ({what}, 'ben', 'b@ico.example', 's', 't', '', '', {state}, '{{now}}', 0, '', '')"
)
_VISIT = "id_hash, person, way, browser, began_at, seen_at, until"
_BEN_IS_IN = "('h', 'ben', 'password', 'b', '{now}', '{now}', '{now}')"
_INVITATION = "channel, link_id, made_at, made_by, expires_at"
_LINK = "secret_hash, partner, contact, made_at, made_by, expires_at"
ENDED = [
    _LETTER.format(what="'a', 'report'", state="'planned'"),
    _LETTER.format(what="'b', 'partner-link'", state="'sending'"),
    _LETTER.format(what="'c', 'report'", state="'sent'"),
    f"INSERT INTO visit ({_VISIT}) VALUES {_BEN_IS_IN}",
    "INSERT INTO sign_in_link VALUES ('t', 'ben', 'ama', '{now}')",
    f"INSERT INTO invitation ({_INVITATION}) VALUES ('ico-x', 'l', '{{now}}', 'ben', '{{now}}')",
    f"INSERT INTO partner_link ({_LINK}) VALUES ('s', 'npcc', '', '{{now}}', 'ben', '{{now}}')",
]
