"""`campaign move-database`, both ways, with something in every table."""

import json
import re
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from campaign.publishing.publisher import publish
from campaign.store.backends import address_of
from campaign.store.database import open_store, open_wherever
from campaign.store.deliveries import get_delivery
from campaign.store.whereabouts import ElsewhereError
from tests.campaign.cli.shell import Answering
from tests.campaign.office import DUE
from tests.moving.scene import Scene, everything

OUT = "law-helps/ico-bluesky/1"
SENDING = "in-pictures/ico-bluesky/1"
LATER = "later/ico-mastodon/1"


def run_statement(url: str, statement: str) -> None:
    engine = create_engine(address_of(url))
    with engine.begin() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


def test_every_row_arrives_and_the_only_new_one_is_the_stop(scene: Scene) -> None:
    before = everything(scene.old)
    assert [name for name, rows in before.items() if not rows] == []
    moved = scene.move()
    assert moved.code == 0, moved
    after = everything(scene.new)
    (added,) = [one for one in after["stop"] if one not in before["stop"]]
    after["stop"].remove(added)
    assert after == before
    shown = scene.campaign(scene.new).fine("status", "--json").json()
    assert shown["stopped"] is True
    number = sum(len(rows) for rows in before.values()) + 1
    assert f"{number} rows in {len(before)} tables; number and content of each agree" in moved.out
    assert "1 delivery was being sent" in moved.out


def test_the_old_database_is_used_by_no_command(scene: Scene) -> None:
    scene.move()
    says = r"was moved to \S+ by ben on 12 January 2027, 09:31 UTC; write that address into CAMP"
    for command in (
        ("publish",),
        ("run",),
        ("collect",),
        ("status",),
        ("apply", "--yes"),
        ("plan",),
        ("resume", "--as", "cat"),
        ("stop", "--reason", "x"),
        ("approve", "--all", "--yes"),
        ("move-database", f"sqlite:///{scene.folder}/third.db", "--yes"),
        ("move-database", scene.new, "--yes"),
    ):
        scene.refused(scene.old, says, *command)
    assert not (scene.folder / "third.db").exists()


def test_nothing_is_sent_from_the_new_one_until_a_person_lifts_the_stop(scene: Scene) -> None:
    scene.move()
    sent = {network: scene.office.texts(network) for network in ("x", "mastodon", "bluesky")}
    new = scene.campaign(scene.new)
    scene.office.clock.move_to(DUE + timedelta(days=8, hours=1))
    new.fine("publish")
    assert new.state(LATER) == "held"
    assert sent == {network: scene.office.texts(network) for network in sent}
    new.fine("resume", "--as", "ben")
    assert new.state(LATER) == "held"
    new.fine("decide", LATER, "--send-now", "--as", "ben")
    new.fine("publish")
    assert scene.office.texts("mastodon").count("See you later.") == 1
    assert new.state(OUT) == "published"


def test_what_was_being_sent_is_looked_up_once_the_lease_is_over(scene: Scene) -> None:
    scene.move()
    new = scene.campaign(scene.new)
    assert new.state(SENDING) == "sending"
    scene.office.clock.move_to(scene.office.clock.now() + timedelta(minutes=3))
    new.fine("resume", "--as", "ben")
    new.fine("publish")
    lines = new.fine("log", SENDING).out
    assert "stopped before it wrote what came of it" in lines
    assert "looked up: it did not go out" in lines


def test_it_can_be_moved_back_into_a_new_database(scene: Scene) -> None:
    scene.move()
    file = scene.folder / "third.db"
    third = f"sqlite:///{file}"
    scene.campaign(scene.new).fine("move-database", third, "--yes", "--as", "cat")
    scene.refused(scene.new, "was moved to sqlite:///.*third.db by cat")
    before, after = everything(scene.new), everything(third)
    assert {name: rows for name, rows in after.items() if name != "stop"} == {
        name: rows for name, rows in before.items() if name != "stop"
    }
    scene.campaign(third).fine("status")


def test_the_password_of_an_address_is_shown_and_kept_nowhere(scene: Scene) -> None:
    moved = scene.move()
    told = scene.campaign(scene.old)("publish")
    assert "hush" not in moved.out + moved.err + told.out + told.err
    for url in (scene.old, scene.new):
        store = open_wherever(url)
        with store.read() as connection:
            rows = connection.exec_driver_sql("SELECT * FROM relocation").all()
        store.close()
        assert len(rows) == 1
        assert "hush" not in repr(rows) + repr(everything(url)["stop"])


def test_json_says_what_was_moved(scene: Scene) -> None:
    old = scene.campaign(scene.old)
    shown = old.fine("move-database", scene.new, "--yes", "--as", "ben", "--json").json()
    assert sorted(shown) == ["from", "rows", "sending", "stopped", "to"]
    assert shown["rows"]["delivery"] == 6
    assert (shown["sending"], shown["stopped"]) == (1, True)
    assert "hush" not in json.dumps(shown)


def test_it_asks_and_takes_no_for_an_answer(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    old = scene.campaign(scene.old)
    before = everything(scene.old)
    shown = old("move-database", scene.new)
    assert (shown.code, "give --yes" in shown.err) == (2, True)
    monkeypatch.setattr(sys, "stdin", Answering("n\n"))
    shown = old("move-database", scene.new, "--as", "ben")
    assert (shown.code, "nothing was changed" in shown.err) == (1, True)
    assert everything(scene.old) == before
    old.fine("status")


def test_a_database_with_a_campaign_in_it_is_refused(scene: Scene) -> None:
    scene.move()
    fresh = f"sqlite:///{scene.folder}/other.db"
    other = scene.campaign(fresh)
    other.fine("apply", "--yes", "--as", "ama")
    before = everything(scene.new)
    shown = other("move-database", scene.new, "--yes", "--as", "ben")
    assert shown.code == 1
    assert re.search("is not empty: it has the table “[a-z_]+”; name a new database", shown.err)
    assert everything(scene.new) == before
    other.fine("status")


def test_a_database_of_another_program_is_refused(scene: Scene) -> None:
    run_statement(scene.new, "CREATE TABLE invoice (id INTEGER)")
    shown = scene.move()
    assert shown.code == 1
    assert "is not empty: it has the table “invoice”; name a new database" in shown.err
    scene.campaign(scene.old).fine("status")


def test_tables_without_rows_do_no_harm(scene: Scene) -> None:
    open_store(scene.new).close()
    assert scene.move().code == 0
    scene.campaign(scene.new).fine("status")


def test_what_does_not_arrive_as_it_was_sent_ends_the_move(scene: Scene) -> None:
    open_store(scene.new).close()
    run_statement(scene.new, SPOIL_SQLITE if scene.new.startswith("sqlite") else SPOIL_POSTGRES)
    before = everything(scene.old)
    shown = scene.move()
    assert shown.code == 1
    assert "the table “delivery” did not arrive as it was sent (6 rows" in shown.err
    assert everything(scene.old) == before
    scene.campaign(scene.old).fine("status")
    scene.refused(scene.new, "a move from .* into this database was not finished")
    assert everything(scene.new)["delivery"] == []


SPOIL_SQLITE = """
CREATE TRIGGER spoil AFTER INSERT ON delivery WHEN NEW.id = 'later/ico-mastodon/1'
BEGIN UPDATE delivery SET late_limit_s = late_limit_s + 1 WHERE id = NEW.id; END
"""
SPOIL_POSTGRES = """
CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.id = 'later/ico-mastodon/1' THEN NEW.late_limit_s = NEW.late_limit_s + 1; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER spoil BEFORE INSERT ON delivery FOR EACH ROW EXECUTE FUNCTION spoil()
"""


def test_numbers_go_on_after_the_highest(scene: Scene) -> None:
    before = everything(scene.old)
    scene.move()
    new = scene.campaign(scene.new)
    new.fine("stop", "--channel", "ico-x", "--reason", "drill", "--as", "ben")
    new.fine("reject", LATER, "--reason", "a typo", "--as", "ben")
    after = everything(scene.new)
    highest = max(row[0] for row in before["stop"])
    assert sorted(row[0] for row in after["stop"])[-2:] == [highest + 1, highest + 2]
    assert max(row[0] for row in after["move"]) == max(row[0] for row in before["move"]) + 1


@pytest.mark.parametrize(
    ("target", "code", "says"),
    [
        ("nonsense", 2, "“nonsense” is no address of a new database; write sqlite:///FILE"),
        ("mysql://localhost/x", 2, "is no address of a new database"),
        ("postgresql://ann:hush@127.0.0.1:1/spring", 1, "spring cannot be used: .*is the server"),
        ("sqlite:////nowhere/at/all/new.db", 1, "is the folder /nowhere/at/all there"),
        ("sqlite:///{folder}/campaign.db", 2, "is kept in sqlite:///.*campaign.db already"),
    ],
)
def test_an_address_that_cannot_be_moved_to_is_told(
    tmp_path: Path, scene: Scene, target: str, code: int, says: str
) -> None:
    if "campaign.db" in target and not scene.old.startswith("sqlite"):
        pytest.skip("the campaign is not in that file")
    old = scene.campaign(scene.old)
    address = target.format(folder=tmp_path)
    old.fails("move-database", address, "--yes", "--as", "ben", code=code, says=says)
    assert "hush" not in old("move-database", address, "--yes", "--as", "ben").err
    old.fine("status")


def test_a_person_whom_nobody_knows_moves_nothing(scene: Scene) -> None:
    shown = scene.campaign(scene.old)("move-database", scene.new, "--yes", "--as", "zoe")
    assert (shown.code, "there is no “zoe”" in shown.err) == (1, True)
    scene.campaign(scene.old).fine("status")


def test_where_nothing_was_applied_there_is_nothing_to_move(scene: Scene, tmp_path: Path) -> None:
    empty = scene.campaign(f"sqlite:///{tmp_path}/nothing.db")
    shown = empty("move-database", scene.new, "--yes")
    assert (shown.code, "nothing has been applied yet" in shown.err) == (1, True)
    assert not (tmp_path / "nothing.db").exists()


def test_a_command_that_was_open_before_cannot_write_after(scene: Scene) -> None:
    store = scene.office.desk.store  # opened long before
    assert scene.move().code == 0
    with pytest.raises(ElsewhereError, match="was moved to"), store.write():
        pass
    scene.office.clock.move_to(DUE + timedelta(days=8, hours=1))
    assert publish(scene.office.desk.rig("a worker that knows nothing yet"), LATER) == "held"
    with store.read() as connection:
        kept = get_delivery(connection, LATER)
    assert kept is not None
    assert kept.note.startswith("stopped by campaign: moved to ")
    assert "See you later." not in scene.office.texts("mastodon")
