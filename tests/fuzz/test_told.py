"""What browsers, programs and sign-in services tell us: tokens, bodies, answers, caption files."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

import pytest
import requests
from joserfc import jwt
from joserfc.jwk import RSAKey
from requests.adapters import HTTPAdapter

from campaign.access.organisation import Begun, Organisation, OrganisationError
from campaign.content.reading import read_post
from campaign.organisation_settings import OrganisationSettings
from campaign.schedule.faults import FaultsFound
from campaign.secret_keys import new_key
from campaign.signing import BadSignatureError, said_in, signed
from campaign.web.signing import Signing
from connectors.standard_webhooks import key_of
from tests.connectors.bench import START
from tests.fuzz.answers import TEXTS, AnyNetwork, any_body
from tests.fuzz.budget import with_each_seed
from tests.fuzz.test_files import FILMS, damaged
from tests.web.api.programs import MASTODON, Program, X, program
from tests.web.people import open_web_office

ISSUER = "https://login.example"
SETTINGS = OrganisationSettings(issuer=ISSUER, client_id="desk", client_secret="a-secret")
BEGUN = Begun(state="the-state", nonce="the-nonce", verifier="v" * 43)
BACK = "https://desk.example/sign-in/organisation/back"
SIGNING_KEY = RSAKey.generate_key(2048, {"kid": "1", "use": "sig", "alg": "RS256"})
CLAIMS = {
    "iss": ISSUER, "aud": "desk", "sub": "17", "email": "ama@ico.example", "nonce": BEGUN.nonce,
    "exp": int(START.timestamp()) + 300, "iat": int(START.timestamp()), "email_verified": True,
}  # fmt: skip
ODD: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    1e308,
    float("nan"),
    [],
    {},
    ["desk", "other"],
    [5],
    {"a": 1},
    *TEXTS,
)


class Issuer(HTTPAdapter):
    """A sign-in service that answers truly, or nearly so, or not at all."""

    def __init__(self, chance: Random) -> None:
        super().__init__()
        self.chance = chance

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        """Answer from what the service says of itself, its keys and its tokens."""
        answer = requests.Response()
        answer.request, answer.url, answer.status_code = request, request.url or "", 200
        told: Any = self._told(str(request.url))
        answer._content = json.dumps(told).encode("utf-8", "replace")
        if self.chance.random() < 0.1:
            answer.status_code = self.chance.choice((201, 302, 400, 401, 500))
        if self.chance.random() < 0.1:
            answer._content = any_body(self.chance, "bluesky")
        return answer

    def _told(self, url: str) -> Any:
        if url.endswith("openid-configuration"):
            places = {"token_endpoint": f"{ISSUER}/token", "jwks_uri": f"{ISSUER}/keys"}
            return self._odd({"issuer": ISSUER, **places})
        if url.endswith("/keys"):
            keys = {"keys": [self._odd(SIGNING_KEY.as_dict(private=False))]}
            return self._odd(keys) if self.chance.random() < 0.3 else keys
        claims = self._odd(CLAIMS)
        token = jwt.encode({"alg": "RS256", "kid": "1"}, claims, SIGNING_KEY)
        if self.chance.random() < 0.2:
            token = damaged(self.chance, token.encode()).decode("utf-8", "replace")
        return self._odd({"access_token": "a", "token_type": "Bearer", "id_token": token})

    def _odd(self, told: dict[str, Any]) -> dict[str, Any]:
        """Return it with one thing otherwise, now and then."""
        if self.chance.random() < 0.7:
            return told
        name = self.chance.choice(list(told))
        if self.chance.random() < 0.3:
            return {key: value for key, value in told.items() if key != name}
        return {**told, name: self.chance.choice(ODD)}


def identity(chance: Random, _folder: Path) -> None:
    issuer = Issuer(chance)
    with patch.object(HTTPAdapter, "send", lambda _self, *a, **w: issuer.send(*a, **w)):
        address = f"{BACK}?code=abc&state={BEGUN.state}"
        with suppress(OrganisationError):
            known = Organisation(SETTINGS, BACK).finish(BEGUN, address, START)
            assert known.email
            assert known.subject.startswith(f"{ISSUER} ")


KEY = new_key()
SECRET = "whsec_" + "YW5vdGhlciBzZWNyZXQsIGp1c3QgYXMgbG9uZyBhcyBpdA=="
TOKENS = (signed(b"delivery", b"a-page", (KEY,)), Signing((KEY,)).sign_visit("17"), SECRET)


def tokens(chance: Random, _folder: Path) -> None:
    """Law: nothing but what was signed is believed."""
    true = chance.choice(TOKENS)
    token = damaged(chance, true.encode()).decode("utf-8", chance.choice(("replace", "ignore")))
    signing = Signing((KEY,))
    with suppress(BadSignatureError):
        assert said_in(token, b"a-page", (KEY,)) == b"delivery"
    assert signing.visit_in(token) in {None, "17"}
    assert signing.said_in(token) == ""
    assert not signing.is_form_token(token, "17")
    with suppress(ValueError):
        assert 24 <= len(key_of(token)) <= 64


VTT = b"WEBVTT\n\n00:00.000 --> 00:02.000\nAsk first.\n"
SRT = b"1\n00:00:00,000 --> 00:00:02,000\nAsk first.\n"
FILM_POST = (
    "---\ntitle: A film\nmedia: [{file: a.mp4, alt: A film., captions: a.srt}]\n---\nLook.\n"
)


def captions(chance: Random, folder: Path) -> None:
    place = folder / "film"
    place.mkdir(exist_ok=True)
    (place / "post.md").write_text(FILM_POST, encoding="utf-8")
    (place / "a.mp4").write_bytes(min(FILMS.glob("*.mp4")).read_bytes())
    (place / "a.srt").write_bytes(damaged(chance, chance.choice((VTT, SRT))))
    with suppress(FaultsFound):
        (media,) = read_post(place).media
        assert media.captions is not None
        assert media.captions.media_type in {"text/vtt", "application/x-subrip"}


SHOWN = [{"delivery": X, "content_hash": "a" * 64, "wall_time": "2027-01-12 08:30"}]
WRITES: dict[str, dict[str, Any]] = {
    "/approvals/approve": {"deliveries": SHOWN},
    "/approvals/send-back": {"deliveries": SHOWN, "comment": "Shorter."},
    "/stops": {"scope": "channel", "target": "ico-x", "reason": "A death"},
    "/stops/lift": {"scope": "all", "reason": "Over", "fingerprint": "a"},
    f"/deliveries/{X}/move": {"to": "2027-01-13 09:00", "reason": "later"},
    f"/deliveries/{X}/drop": {"reason": "no"},
    f"/deliveries/{MASTODON}/settle": {"published": True, "url": "https://a.example/1"},
    f"/deliveries/{MASTODON}/withdraw": {"reason": "no"},
    f"/deliveries/{X}/send-now": {"reason": "now"},
}


def drawn_body(chance: Random, told: dict[str, Any]) -> bytes:
    """Return a body that is nearly right, or is anything."""
    if chance.random() < 0.2:
        return any_body(chance, "x")
    text = json.dumps(told).encode()
    if chance.random() < 0.5:
        network = AnyNetwork("x", chance, HTTPAdapter())
        return network._damaged(text)
    return damaged(chance, text)


PROGRAM: list[Program] = []


@contextmanager
def answering(folder: Path) -> Iterator[None]:
    """Let a program of Ben's ask in an office whose posts wait."""
    folder.mkdir()
    with open_web_office(folder) as office:
        PROGRAM[:] = [program(office, "ben")]
        yield


def bodies(chance: Random, _folder: Path) -> None:
    """Law: no body makes the program fail, and what it says no to is told as a problem."""
    address = chance.choice(list(WRITES))
    headers = {
        "Idempotency-Key": chance.choice(("k", "key-1", "", "\x7f", "x" * 300)),
        "Content-Type": chance.choice(("application/json", "application/json; charset=x", "a/b")),
        "If-Match": chance.choice(("*", '"a"', "", 'W/"x"', "a, b")),
    }
    content = drawn_body(chance, WRITES[address])
    answer = PROGRAM[0].post(address, content=content, headers=headers)
    assert answer.status_code < 500, (address, answer.text)
    if answer.status_code >= 400:
        assert answer.headers["Content-Type"] == "application/problem+json", answer.text


FUZZERS = (identity, bodies, captions, tokens)


@pytest.mark.fuzz
@pytest.mark.filterwarnings("ignore:Key size")  # how weak a key may be is the issuer's to say
@pytest.mark.parametrize("once", FUZZERS, ids=lambda one: one.__name__)
def test_whatever_we_are_told_ends_in_a_result_or_the_declared_error(
    once: Callable[[Random, Path], None], tmp_path: Path
) -> None:
    with answering(tmp_path / "office") if once is bodies else nullcontext():
        with_each_seed(lambda seed: once(Random(seed), tmp_path))
