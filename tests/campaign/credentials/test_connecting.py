import io
import socket
import sqlite3
import sys

import pytest
import requests

from campaign.settings import app_variable
from tests.campaign.credentials.person import say
from tests.campaign.credentials.scene import BY_BROWSER, HANDLES, Scene

PUBLISHES = pytest.mark.parametrize("network", BY_BROWSER)


@PUBLISHES
def test_an_owner_says_yes_at_the_network_and_the_channel_can_be_used(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, network: str
) -> None:
    pages = scene.owner_says(monkeypatch, network)
    told = scene.connect(network)
    assert told.code == 0, told
    assert told.out.startswith(f"ico-{network}: signed in as ")
    assert "publish posts" in told.out
    assert "You can close this page." in pages[0]
    desk = scene.desk()
    account = desk.sign_in(f"ico-{network}").whoami()
    desk.close()
    assert account.handle.lstrip("@").startswith("ico")
    sealed = (scene.folder / "campaign.db").read_bytes()
    assert network.encode() in sealed
    assert not any(token.encode() in sealed for token in secrets_of(scene, network))


def secrets_of(scene: Scene, network: str) -> list[str]:
    """Return every credential of the channel as the desk holds it now."""
    desk = scene.desk()
    held = desk.holder.held(desk.account(f"ico-{network}"))
    desk.close()
    assert held is not None
    return [one for one in held.credentials.values() if len(one) > 20]


def test_an_app_password_is_typed_and_the_accounts_own_password_is_not_taken(scene: Scene) -> None:
    (account,) = scene.rehearsal._world.accounts.on("bluesky")
    good = account.credentials["APP_PASSWORD"]
    told = scene.connect("bluesky", typed=io.StringIO(good + "\n"))
    assert told.code == 0, told
    assert good not in told.out + told.err
    told = scene.connect("bluesky", typed=io.StringIO("correct horse battery\n"))
    assert told.code == 1
    assert "That is no app password" in told.err
    assert "correct horse" not in told.err


@PUBLISHES
def test_a_headless_machine_prints_the_address_and_takes_the_pasted_one(
    scene: Scene, network: str
) -> None:
    class Keyboard(io.StringIO):
        def readline(self, size: int | None = -1) -> str:  # type: ignore[override]  # of the stubs
            assert isinstance(sys.stderr, io.StringIO)
            said = sys.stderr.getvalue()
            (address,) = [one.strip() for one in said.splitlines() if one.startswith("  http")]
            return say(address, HANDLES[network]) + "\n"

    told = scene.connect(network, "--paste", typed=Keyboard())
    assert told.code == 0, told
    assert f"ico-{network}: signed in as" in told.out


def test_an_owner_who_says_no_is_told_and_nothing_is_kept(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = scene.owner_says(monkeypatch, "x", "deny")
    told = scene.connect("x")
    assert told.code == 1
    assert "nobody agreed (The owner said no); nothing was kept" in told.err
    assert "nobody agreed" in pages[0]
    assert kept(scene) == []


def test_a_sign_in_of_another_account_is_given_back_and_not_kept(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.rehearsal.add_account("x", "@stranger.example")
    scene.owner_says(monkeypatch, "x", who="@stranger.example")
    told = scene.connect("x")
    assert told.code == 1
    assert "is for @stranger.example, but the schedule says @ico.example" in told.err
    assert kept(scene) == []
    assert [one.path for one in scene.rehearsal.requests("x")][-1] == "/2/oauth2/revoke"


def test_of_several_pages_the_one_in_the_schedule_is_taken(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.rehearsal.add_account("facebook", "another.example")
    scene.owner_says(monkeypatch, "facebook")
    assert scene.connect("facebook").code == 0
    desk = scene.desk()
    assert desk.sign_in("ico-facebook").whoami().handle == "ico.example"
    desk.close()


def test_an_answer_to_another_sign_in_changes_nothing_and_is_said(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages: list[str] = []

    def opened(address: str) -> bool:
        stranger = f"http://127.0.0.1:{scene.port}/callback?code=abc&state=another"
        pages.append(requests.get(stranger, timeout=5).text)
        back = say(address, "@ico.example")
        pages.append(requests.get(back, timeout=5).text)
        pages.append(requests.get(back, timeout=5).text)
        return True

    monkeypatch.setattr("webbrowser.open", opened)
    assert scene.connect("x").code == 0
    assert "this answer belongs to another sign-in" in pages[0]
    assert "Thank you" in pages[1]
    assert "This sign-in has had its answer." in pages[2]


def test_a_port_that_is_taken_and_an_owner_who_never_comes_are_each_a_sentence(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webbrowser.open", lambda _: True)
    with socket.create_server(("127.0.0.1", scene.port)):
        told = scene.connect("x")
    assert told.code == 1
    assert f"port {scene.port} is taken on this machine" in told.err
    told = scene.connect("x", "--wait", "1")
    assert told.code == 1
    assert told.err.endswith("nobody came back from the network within 1 seconds\n")


def test_what_is_missing_is_said_before_anybody_goes_anywhere(scene: Scene) -> None:
    without_key = scene.shell.without_environment("CAMPAIGN_SECRET_KEY")
    without_key.fails("connect", "ico-x", code=1, says="there is no CAMPAIGN_SECRET_KEY to seal")
    name = app_variable("x", "CLIENT_ID")
    scene.shell.without_environment(name).fails("connect", "ico-x", code=1, says=f"set {name}: ")
    scene.shell.fails("connect", "ico-y", code=2, says="there is no channel “ico-y”; known are: ")
    assert kept(scene) == []


@PUBLISHES
def test_disconnecting_forgets_revokes_where_the_network_can_and_says_what_is_left(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, network: str
) -> None:
    scene.owner_says(monkeypatch, network)
    assert scene.connect(network).code == 0
    desk = scene.desk()
    connector = desk.sign_in(f"ico-{network}")
    said = scene.shell.fine("disconnect", f"ico-{network}").out
    if network in {"x", "mastodon", "youtube"}:
        assert "has revoked it, and it is forgotten here" in said
    else:
        assert "is not told by us, so end it there as well: " in said
    assert kept(scene) == []
    with pytest.raises(Exception, match="was disconnected while this was under way"):
        connector.whoami()
    with pytest.raises(Exception, match="not signed in; run `campaign connect"):
        desk.sign_in(f"ico-{network}")
    desk.close()


def kept(scene: Scene) -> list[str]:
    """Return the channels that are signed in, as the table has it."""
    with sqlite3.connect(scene.folder / "campaign.db") as connection:
        return [row[0] for row in connection.execute("SELECT channel FROM credential")]
