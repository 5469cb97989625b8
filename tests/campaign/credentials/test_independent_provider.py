from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from campaign.credentials.connecting import code_in, finish, start
from campaign.settings import app_variable
from connectors.contract import AccessRefused
from tests.campaign.credentials.person import say
from tests.campaign.credentials.provider import CLIENT_ID, CLIENT_SECRET, Book, serving
from tests.campaign.credentials.scene import Scene
from tests.campaign.office import MONDAY


@pytest.fixture
def elsewhere(scene: Scene) -> Iterator[Book]:
    """X is served by oauthlib's authorisation server."""
    with serving(f"http://127.0.0.1:{scene.port}/callback") as (origin, book):
        scene.environment[app_variable("x", "CLIENT_ID")] = CLIENT_ID
        scene.environment[app_variable("x", "CLIENT_SECRET")] = CLIENT_SECRET
        scene.write_schedule(scene.servers | {"x": origin})
        scene.shell.fine("apply", "--as", "ama", "--yes")
        yield book


def test_signing_in_renewing_and_out_is_what_another_implementation_understands(
    scene: Scene, elsewhere: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.owner_says(monkeypatch, "x")
    told = scene.connect("x")
    assert told.code == 0, told
    assert elsewhere.codes == {}
    (first,) = elsewhere.refresh_tokens

    desk = scene.desk()
    for hours in (1.1, 2.2, 3.3):
        scene.clock.move_to(MONDAY + timedelta(hours=hours))
        assert desk.sign_in("ico-x").whoami().handle == "@ico.example"
    assert len(elsewhere.access_tokens) == 4
    (last,) = elsewhere.refresh_tokens
    assert last != first
    desk.close()

    assert "X has revoked it" in scene.shell.fine("disconnect", "ico-x").out
    assert elsewhere.refresh_tokens == {}
    assert len(elsewhere.access_tokens) == 3  # the newest is gone too


def test_a_code_that_somebody_caught_is_of_no_use_without_our_verifier(
    scene: Scene, elsewhere: Book
) -> None:
    desk = scene.desk()
    account = desk.account("ico-x")
    ours = start(desk.means, account, f"http://127.0.0.1:{scene.port}/callback")
    theirs = start(desk.means, account, ours.redirect_uri)
    code = code_in(ours, say(ours.address, "@ico.example"))
    with pytest.raises(AccessRefused, match="invalid_grant"):
        finish(desk.means, replace(ours, verifier=theirs.verifier), code, "ama")
    assert finish(desk.means, ours, code, "ama").account == "@ico.example"
    with pytest.raises(AccessRefused, match="invalid_grant"):
        finish(desk.means, ours, code, "ama")
    desk.close()
