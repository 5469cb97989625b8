"""What a network's session is kept in: sealed, for one channel at one server."""

import io
import logging
import sqlite3

import pytest

from campaign.credentials.sealing import Belonging, Seal
from campaign.credentials.shelf import SessionShelf
from campaign.secret_keys import new_key
from campaign.wiring import Desk
from tests.campaign.credentials.scene import HANDLES, Scene

TEXT = '{"access_token": "eyJ.a.token"}'


def shelf(
    desk: Desk, *, keys: tuple[str, ...], origin: str = "https://pds.example"
) -> SessionShelf:
    belonging = Belonging(channel="ico-bluesky", origin=origin, grant_id="session")
    return SessionShelf(store=desk.store, clock=desk.clock, seal=Seal(keys), belonging=belonging)


def test_what_one_process_puts_there_another_reads(scene: Scene) -> None:
    key, desk, other = new_key(), scene.desk(), scene.desk()
    assert shelf(desk, keys=(key,)).read() is None
    shelf(desk, keys=(key,)).put("old")
    shelf(desk, keys=(key,)).put(TEXT)
    assert shelf(other, keys=(key,)).read() == TEXT
    desk.close()
    other.close()


def test_another_key_another_server_and_no_key_find_nothing(scene: Scene) -> None:
    key, desk = new_key(), scene.desk()
    shelf(desk, keys=(key,)).put(TEXT)
    assert shelf(desk, keys=(new_key(),)).read() is None
    assert shelf(desk, keys=(key,), origin="https://evil.example").read() is None
    assert shelf(desk, keys=()).read() is None
    desk.close()


def test_the_database_alone_shows_no_token(scene: Scene) -> None:
    desk = scene.desk()
    shelf(desk, keys=(new_key(),)).put(TEXT)
    desk.close()
    assert b"eyJ.a.token" not in (scene.folder / "campaign.db").read_bytes()


def test_a_row_that_was_copied_to_another_channel_does_not_open(scene: Scene) -> None:
    key, desk = new_key(), scene.desk()
    shelf(desk, keys=(key,)).put(TEXT)
    with sqlite3.connect(scene.folder / "campaign.db") as database:
        database.execute("UPDATE kept_session SET channel = 'ico-mastodon'")
    database.close()
    belonging = Belonging(channel="ico-mastodon", origin="https://pds.example", grant_id="session")
    copied = SessionShelf(store=desk.store, clock=desk.clock, seal=Seal([key]), belonging=belonging)
    assert copied.read() is None
    desk.close()


def test_without_a_key_nothing_is_kept(scene: Scene) -> None:
    desk = scene.desk()
    shelf(desk, keys=()).put(TEXT)
    desk.close()
    assert kept(scene) == 0


def test_where_the_table_cannot_be_used_a_sentence_is_logged_and_nothing_is_raised(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    key, desk = new_key(), scene.desk()
    with sqlite3.connect(scene.folder / "campaign.db") as database:
        database.execute("DROP TABLE kept_session")
    database.close()
    with caplog.at_level(logging.WARNING):
        assert shelf(desk, keys=(key,)).read() is None
        shelf(desk, keys=(key,)).put(TEXT)
    desk.close()
    told = [one.getMessage() for one in caplog.records]
    assert told[0].startswith("no session is taken from the database: ")
    assert told[1].startswith("the session of ico-bluesky is not kept: ")


def test_a_channel_in_use_keeps_its_session_and_disconnecting_forgets_it(scene: Scene) -> None:
    (account,) = scene.rehearsal._world.accounts.on("bluesky")
    typed = io.StringIO(account.credentials["APP_PASSWORD"] + "\n")
    assert scene.connect("bluesky", typed=typed).code == 0
    before = sign_ins(scene)
    for _ in range(3):
        desk = scene.desk()
        assert desk.sign_in("ico-bluesky").whoami().handle == HANDLES["bluesky"]
        desk.close()
    assert sign_ins(scene) == before + 1
    assert kept(scene) == 1
    scene.shell.fine("disconnect", "ico-bluesky")
    assert kept(scene) == 0


def test_a_password_that_was_taken_back_is_refused_though_its_session_is_kept(
    scene: Scene,
) -> None:
    (account,) = scene.rehearsal._world.accounts.on("bluesky")
    password = account.credentials["APP_PASSWORD"]
    assert scene.connect("bluesky", typed=io.StringIO(password + "\n")).code == 0
    desk = scene.desk()
    desk.sign_in("ico-bluesky").whoami()
    desk.close()
    assert kept(scene) == 1
    account.credentials["APP_PASSWORD"] = "aaaa-bbbb-cccc-dddd"
    told = scene.connect("bluesky", typed=io.StringIO(password + "\n"))
    assert told.code == 1
    assert "Bluesky does not let this account in" in told.err


def sign_ins(scene: Scene) -> int:
    asked = [one.path for one in scene.rehearsal.requests("bluesky")]
    return sum(path.endswith("createSession") for path in asked)


def kept(scene: Scene) -> int:
    with sqlite3.connect(scene.folder / "campaign.db") as database:
        (number,) = database.execute("SELECT count(*) FROM kept_session").fetchone()
    database.close()
    return int(number)
