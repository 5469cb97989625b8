"""The stand-ins' sign-ins, by a client library that is neither the connectors' nor ours."""

from datetime import timedelta
from typing import Any

import pytest
import requests
from oauthlib.oauth2 import InvalidGrantError, OAuth2Error  # type: ignore[import-untyped]  # ships no types
from requests_oauthlib import OAuth2Session  # type: ignore[import-untyped]  # ships no types

from campaign.clock import SteppedClock
from rehearsal.server import Rehearsal

BACK = "http://127.0.0.1:1/callback"
SCOPES = ["tweet.read", "tweet.write", "users.read", "media.write", "offline.access"]
TIMEOUT = 5


@pytest.fixture
def session(rehearsal: Rehearsal, monkeypatch: pytest.MonkeyPatch) -> OAuth2Session:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")  # it knows no loopback
    rehearsal.add_account("x", "@ico.example")
    app = rehearsal.add_app("x", BACK)
    made = OAuth2Session(app["CLIENT_ID"], redirect_uri=BACK, scope=SCOPES, pkce="S256")
    made.secret = app["CLIENT_SECRET"]
    return made


def said_yes(session: OAuth2Session, rehearsal: Rehearsal, **more: str) -> str:
    server = rehearsal.server_of("x")
    address, _ = session.authorization_url(f"{server}/i/oauth2/authorize", **more)
    answer = requests.post(
        address,
        data={"account": "@ico.example", "decision": "allow"},
        allow_redirects=False,
        timeout=TIMEOUT,
    )
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"]


def tokens(session: OAuth2Session, rehearsal: Rehearsal, back: str) -> dict[str, Any]:
    url = f"{rehearsal.server_of('x')}/2/oauth2/token"
    found: dict[str, Any] = session.fetch_token(
        url, authorization_response=back, client_secret=session.secret, timeout=TIMEOUT
    )
    return found


def test_a_code_is_good_once_for_thirty_seconds(
    session: OAuth2Session, rehearsal: Rehearsal, clock: SteppedClock
) -> None:
    back = said_yes(session, rehearsal)
    given = tokens(session, rehearsal, back)
    assert (given["token_type"], given["expires_in"]) == ("bearer", 7200)
    assert given["scope"] == SCOPES
    me = session.get(f"{rehearsal.server_of('x')}/2/users/me", timeout=TIMEOUT)
    assert me.json()["data"]["username"] == "ico.example"
    with pytest.raises(InvalidGrantError):
        tokens(session, rehearsal, back)
    late = said_yes(session, rehearsal)
    clock.move_to(clock.now() + timedelta(seconds=30))
    with pytest.raises(InvalidGrantError):
        tokens(session, rehearsal, late)


def test_a_refresh_token_is_good_once_and_an_access_token_for_two_hours(
    session: OAuth2Session, rehearsal: Rehearsal, clock: SteppedClock
) -> None:
    first = tokens(session, rehearsal, said_yes(session, rehearsal))
    url = f"{rehearsal.server_of('x')}/2/oauth2/token"
    known = {"client_id": session.client_id, "client_secret": session.secret}
    second = session.refresh_token(url, timeout=TIMEOUT, **known)
    assert second["refresh_token"] != first["refresh_token"]
    with pytest.raises(OAuth2Error, match="Value passed for the token was invalid"):
        session.refresh_token(url, first["refresh_token"], timeout=TIMEOUT, **known)
    clock.move_to(clock.now() + timedelta(hours=2))
    me = session.get(f"{rehearsal.server_of('x')}/2/users/me", timeout=TIMEOUT)
    assert me.status_code == 401


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"redirect_uri": "http://127.0.0.1:2/elsewhere"}, "invalid_request"),
        ({"client_id": "a-stranger"}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
    ],
)
def test_nobody_is_sent_to_a_stranger_or_without_a_challenge(
    session: OAuth2Session, rehearsal: Rehearsal, changed: dict[str, str], error: str
) -> None:
    query = {
        "client_id": session.client_id,
        "redirect_uri": BACK,
        "response_type": "code",
        "code_challenge": "a",
        "code_challenge_method": "S256",
    }
    page = f"{rehearsal.server_of('x')}/i/oauth2/authorize"
    answer = requests.get(page, params=query | changed, timeout=TIMEOUT)
    assert (answer.status_code, answer.json()["error"]) == (400, error)


def test_a_token_of_an_hour_is_made_one_of_sixty_days_and_renewed_once_a_day_old(
    rehearsal: Rehearsal, clock: SteppedClock
) -> None:
    rehearsal.add_account("threads", "@ico.example")
    app = rehearsal.add_app("threads", BACK)
    server = rehearsal.server_of("threads")
    query = {"client_id": app["CLIENT_ID"], "redirect_uri": BACK, "response_type": "code"}
    answer = requests.post(
        f"{server}/oauth/authorize",
        params=query | {"scope": "threads_basic"},
        data={"account": "@ico.example", "decision": "allow"},
        allow_redirects=False,
        timeout=TIMEOUT,
    )
    code = answer.headers["Location"].partition("code=")[2]
    form = {
        "client_id": app["CLIENT_ID"],
        "client_secret": app["CLIENT_SECRET"],
        "grant_type": "authorization_code",
        "redirect_uri": BACK,
        "code": code,
    }
    short = requests.post(f"{server}/oauth/access_token", data=form, timeout=TIMEOUT).json()
    asked = {
        "grant_type": "th_exchange_token",
        "client_secret": app["CLIENT_SECRET"],
        "access_token": short["access_token"],
    }
    long = requests.get(f"{server}/access_token", params=asked, timeout=TIMEOUT).json()
    assert long["expires_in"] == 5_184_000
    again = {"grant_type": "th_refresh_token", "access_token": long["access_token"]}
    young = requests.get(f"{server}/refresh_access_token", params=again, timeout=TIMEOUT)
    assert young.status_code == 400
    clock.move_to(clock.now() + timedelta(days=1))
    assert requests.get(f"{server}/refresh_access_token", params=again, timeout=TIMEOUT).ok
    clock.move_to(clock.now() + timedelta(days=60))
    ended = requests.get(f"{server}/refresh_access_token", params=again, timeout=TIMEOUT)
    assert ended.json()["error"]["code"] == 190
