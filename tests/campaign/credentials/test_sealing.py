import io
import logging
import sqlite3
import stat
from dataclasses import replace

import pytest
from sqlalchemy import insert

from campaign.access.codes import new_secret, set_secret
from campaign.credentials.connecting import start
from campaign.credentials.means import CannotSignInError
from campaign.credentials.sealing import Belonging, Seal, SealError
from campaign.secret_keys import new_key
from campaign.store.credentials import Kept, kept_for
from campaign.store.kept_sessions import keep_session
from campaign.store.tables import PERSON
from connectors.contract import ConnectorError
from tests.campaign.credentials.scene import BY_BROWSER, HANDLES, Scene


@pytest.fixture
def signed_in(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> Scene:
    scene.owner_says(monkeypatch, "mastodon")
    assert scene.connect("mastodon").code == 0
    return scene


def use(scene: Scene) -> str:
    """Use the channel and return whose it is."""
    desk = scene.desk()
    try:
        return desk.sign_in("ico-mastodon").whoami().handle
    finally:
        desk.close()


def row(scene: Scene) -> Kept:
    """Return the row of the channel."""
    desk = scene.desk()
    with desk.store.read() as connection:
        found = kept_for(connection, "ico-mastodon")
    desk.close()
    assert found is not None
    return found


def test_another_key_is_one_sentence_and_no_traceback(signed_in: Scene) -> None:
    signed_in.environment["CAMPAIGN_SECRET_KEY"] = new_key()
    words = "the sign-in of ico-mastodon was sealed with another key than CAMPAIGN_SECRET_KEY"
    with pytest.raises(ConnectorError, match=words):
        use(signed_in)
    told = signed_in.shell("doctor")
    assert told.code == 1
    assert f"WRONG  ico-mastodon: {words}" in told.out
    told = signed_in.shell("disconnect", "ico-mastodon")
    assert told.code == 1
    assert told.err.startswith("nothing is sent with ico-mastodon any more, but the network did")
    assert words in told.err
    told = signed_in.shell.fine("disconnect", "ico-mastodon", "--only-here")
    assert told.out.startswith("ico-mastodon is disconnected and forgotten here; ")


def test_without_a_key_the_sentence_says_how_to_make_one(signed_in: Scene) -> None:
    del signed_in.environment["CAMPAIGN_SECRET_KEY"]
    with pytest.raises(
        ConnectorError, match=r"there is no CAMPAIGN_SECRET_KEY to seal .*secret-key"
    ):
        use(signed_in)


def test_a_new_key_goes_in_front_and_after_resealing_the_old_one_can_go(signed_in: Scene) -> None:
    old, new = signed_in.environment["CAMPAIGN_SECRET_KEY"], new_key()
    signed_in.environment["CAMPAIGN_SECRET_KEY"] = f"{new} {old}"
    assert use(signed_in) == "@ico@social.example"
    before = row(signed_in).sealed
    put_codes_and_session(signed_in, old)
    signed_in.shell.fails(
        *("secret-key", "--check"),
        code=1,
        says="alone does not open the sign-in of ico-mastodon, the session of ico-mastodon, the "
        "codes of ben; keep the other keys",
    )
    said = signed_in.shell.fine("secret-key", "--reseal").out
    assert said == "3 secrets are sealed; the first key alone opens all.\n"
    assert row(signed_in).sealed != before
    signed_in.environment["CAMPAIGN_SECRET_KEY"] = new
    assert signed_in.shell.fine("secret-key", "--check").out == said
    assert use(signed_in) == "@ico@social.example"
    assert deeds(signed_in)[-1] == ("changed key", "secret-key", "3 sealed anew")


def put_codes_and_session(scene: Scene, key: str) -> None:
    desk = scene.desk()
    with desk.store.write() as connection:
        connection.execute(
            insert(PERSON).values(id="ben", code_step=0, changed_at=desk.clock.now())
        )
        set_secret(connection, "ben", new_secret(), [key])
        sealed = Seal([key]).seal_text(Belonging(channel="a", origin="", grant_id="s"), "x")
        keep_session(connection, "ico-mastodon", sealed, desk.clock.now())
    desk.close()


def deeds(scene: Scene) -> list[tuple[str, str, str]]:
    with sqlite3.connect(scene.folder / "campaign.db") as connection:
        return list(connection.execute("SELECT what, about, words FROM deed ORDER BY id"))


def test_who_connects_and_disconnects_a_channel_is_in_the_log(signed_in: Scene) -> None:
    signed_in.shell.fine("disconnect", "ico-mastodon")
    assert deeds(signed_in) == [
        ("connected", "ico-mastodon", "as @ico"),
        ("disconnected", "ico-mastodon", ""),
        ("forgot sign-in", "ico-mastodon", ""),
    ]


def test_a_key_is_made_into_a_file_that_only_its_owner_reads(signed_in: Scene) -> None:
    place = signed_in.folder / "the.key"
    signed_in.shell.fine("secret-key", "--out", str(place))
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    signed_in.shell.fails("secret-key", "--out", str(place), code=1, says="is there already")
    made = signed_in.shell.fine("secret-key").out.strip()
    Seal([made, place.read_text().strip()]).check()
    signed_in.environment["CAMPAIGN_SECRET_KEY_FILE"] = str(place)
    signed_in.shell.fails("status", code=1, says="are both set; keep one of them")
    del signed_in.environment["CAMPAIGN_SECRET_KEY"]
    with pytest.raises(ConnectorError, match="sealed with another key"):
        use(signed_in)


@pytest.mark.parametrize("key", ["short", "ä" * 44, "A" * 44, "AAAA" * 11 + "=", "a b"])
def test_what_is_no_key_is_told_without_showing_it(signed_in: Scene, key: str) -> None:
    signed_in.environment["CAMPAIGN_SECRET_KEY"] = key
    told = signed_in.shell("status")
    assert told.code == 1
    assert "CAMPAIGN_SECRET_KEY: key 1 is no key of 44 characters" in told.err
    assert key not in told.err.replace("a b", "")


def test_a_row_that_was_copied_to_another_channel_or_server_does_not_open(
    signed_in: Scene,
) -> None:
    kept = row(signed_in)
    seal = Seal([signed_in.environment["CAMPAIGN_SECRET_KEY"]])
    assert seal.open(kept).credentials
    for forged in (
        replace(kept, channel="ico-x"),
        replace(kept, origin="https://elsewhere.example"),
        replace(kept, grant_id="another"),
    ):
        with pytest.raises(SealError, match="was sealed for another channel or server"):
            seal.open(forged)


def test_a_changed_server_wants_a_new_sign_in_and_sees_no_token(signed_in: Scene) -> None:
    elsewhere = signed_in.rehearsal.server_of("threads")
    signed_in.write_schedule(signed_in.servers | {"mastodon": elsewhere})
    signed_in.shell.fine("apply", "--as", "ama", "--yes")
    with pytest.raises(ConnectorError, match=f"the schedule says {elsewhere} now; run `campaign"):
        use(signed_in)
    told = signed_in.shell.fine("disconnect", "ico-mastodon")
    assert "has revoked it" in told.out
    seen = signed_in.rehearsal.requests("threads")
    assert [one.path for one in seen if "authorization" in one.headers] == []
    assert signed_in.rehearsal.requests("mastodon")[-1].path == "/oauth/revoke"


def test_plain_http_to_another_machine_is_refused_before_anybody_goes_there(scene: Scene) -> None:
    desk = scene.desk()
    account = replace(desk.account("ico-mastodon"), server="http://social.example")
    with pytest.raises(CannotSignInError, match=r"http://social\.example is not encrypted"):
        start(desk.means, account, "http://127.0.0.1:1/callback")
    desk.close()


def test_the_environment_goes_before_a_sign_in_and_both_say_so(signed_in: Scene) -> None:
    (account,) = signed_in.rehearsal._world.accounts.on("mastodon")
    signed_in.environment["CAMPAIGN__ICO_MASTODON__ACCESS_TOKEN"] = account.credentials[
        "ACCESS_TOKEN"
    ]
    found = signed_in.shell("doctor").out
    assert "fine   ico-mastodon: signed in as @ico@social.example; at most" in found
    told = signed_in.shell.fine("disconnect", "ico-mastodon")
    assert "The environment still holds secrets for ico-mastodon" in told.err
    assert use(signed_in) == "@ico@social.example"


TAKE_NO_TEXT = ("instagram", "youtube")
COMMANDS = [
    ("status",),
    ("status", "--json"),
    ("doctor",),
    ("doctor", "--json"),
    ("plan",),
    ("preview", "--json"),
    ("check",),
    ("publish",),
    ("publish", "--json"),
    ("collect",),
    ("log", "hello/ico-x/1"),
    ("log", "hello/ico-x/1", "--json"),
    ("explain", "hello/ico-x/1"),
    ("stop", "--reason", "drill", "--as", "ama"),
    ("resume", "--as", "ben"),
    ("secret-key", "--reseal"),
]


def test_no_secret_is_in_any_output_file_or_table(
    scene: Scene,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    channels = ", ".join(f"ico-{one}" for one in HANDLES if one not in TAKE_NO_TEXT)
    entries = f"  - {{post: hello, at: 2027-01-12 08:30, send_to: [{channels}]}}\n"
    scene.write_schedule(scene.servers, entries)
    scene.shell.fine("apply", "--as", "ama", "--yes")
    said = ""
    for network in BY_BROWSER:
        scene.owner_says(monkeypatch, network)
        told = scene.connect(network)
        assert told.code == 0, told
        said += told.out + told.err
    (account,) = scene.rehearsal._world.accounts.on("bluesky")
    told = scene.connect("bluesky", typed=io.StringIO(account.credentials["APP_PASSWORD"]))
    said += told.out + told.err
    secrets = every_secret(scene)
    assert len(secrets) > 8
    scene.clock.move_to(scene.clock.now().replace(day=12, hour=8, minute=30))
    for line in COMMANDS:
        told = scene.shell(*line)
        assert "a fault in Campaign Desk itself" not in told.err, line
        said += told.out + told.err
    assert {one["state"] for one in scene.shell("status", "--json").json()["deliveries"]} == {
        "published"
    }
    for network in HANDLES:
        told = scene.shell("disconnect", f"ico-{network}")
        said += told.out + told.err
    with sqlite3.connect(scene.folder / "campaign.db") as connection:
        tables = "\n".join(connection.iterdump())
    files = b"".join(one.read_bytes() for one in scene.folder.rglob("*") if one.is_file())
    captured = capfd.readouterr()
    for secret in secrets | every_secret(scene):
        assert secret not in said + captured.out + captured.err
        assert secret not in caplog.text
        assert secret not in tables
        assert secret.encode() not in files


def every_secret(scene: Scene) -> set[str]:
    """Return all tokens that are held, and the apps' and the seal's secrets."""
    desk = scene.desk()
    found = set()
    with desk.store.read() as connection:
        rows = [kept_for(connection, f"ico-{network}") for network in HANDLES]
    for kept in rows:
        if kept is not None:
            grant = desk.means.seal.open(kept)
            found |= set(grant.credentials.values())
            found |= {one for name, one in grant.keeps.items() if name != "CLIENT_ID"}
    desk.close()
    found |= {one for name, one in scene.environment.items() if "SECRET" in name}
    return {one for one in found if len(one) > 16}
