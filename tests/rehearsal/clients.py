"""Clients of a few lines for the tests of the stand-in networks: `requests` and nothing of ours, so
that the stand-ins are proved without the connectors that are proved against them."""

import io
from collections.abc import Mapping
from typing import Any

import requests
from PIL import Image
from requests_oauthlib import OAuth1  # type: ignore[import-untyped]  # the package ships no types

TIMEOUT = 5.0


def picture(kind: str = "PNG", size: tuple[int, int] = (6, 4), colour: str = "teal") -> bytes:
    """Make a real picture."""
    held = io.BytesIO()
    Image.new("RGB", size, colour).save(held, kind)
    return held.getvalue()


class XClient:
    """Signs with OAuth 1.0a over the address it really asks."""

    def __init__(self, server: str, credentials: Mapping[str, str]) -> None:
        self.server = server
        self.credentials = dict(credentials)

    def call(
        self, method: str, path: str, timeout: float = TIMEOUT, **more: Any
    ) -> requests.Response:
        keys = self.credentials
        signature = OAuth1(
            keys["API_KEY"],
            keys["API_SECRET"],
            keys["ACCESS_TOKEN"],
            keys["ACCESS_TOKEN_SECRET"],
        )
        return requests.request(method, self.server + path, auth=signature, timeout=timeout, **more)

    def post(self, text: str, **more: Any) -> requests.Response:
        return self.call("POST", "/2/tweets", json={"text": text, **more})

    def upload(self, content: bytes, category: str = "tweet_image") -> requests.Response:
        return self.call(
            "POST",
            "/2/media/upload",
            files={"media": ("picture", content)},
            data={"media_category": category},
        )

    @property
    def user_id(self) -> str:
        return self.credentials["ACCESS_TOKEN"].partition("-")[0]


class MastodonClient:
    """Sends a bearer token."""

    def __init__(self, server: str, credentials: Mapping[str, str]) -> None:
        self.server = server
        self.token = credentials["ACCESS_TOKEN"]

    def call(
        self, method: str, path: str, key: str | None = None, **more: Any
    ) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.token}"}
        if key is not None:
            headers["Idempotency-Key"] = key
        return requests.request(
            method, self.server + path, headers=headers, timeout=TIMEOUT, **more
        )

    def post(self, text: str, key: str | None = None, **more: Any) -> requests.Response:
        return self.call("POST", "/api/v1/statuses", key, json={"status": text, **more})

    def upload(self, content: bytes, description: str = "") -> requests.Response:
        return self.call(
            "POST",
            "/api/v2/media",
            files={"file": ("picture.png", content, "image/png")},
            data={"description": description},
        )


class BlueskyClient:
    """Signs in when first asked and keeps the session."""

    def __init__(self, server: str, credentials: Mapping[str, str]) -> None:
        self.server = server
        self.credentials = dict(credentials)
        self.session: dict[str, Any] = {}

    def sign_in(self, password: str | None = None) -> requests.Response:
        body = {
            "identifier": self.credentials["IDENTIFIER"],
            "password": password or self.credentials["APP_PASSWORD"],
        }
        return self.open("POST", "com.atproto.server.createSession", json=body)

    def open(self, method: str, name: str, **more: Any) -> requests.Response:
        """Call without a token."""
        return requests.request(method, f"{self.server}/xrpc/{name}", timeout=TIMEOUT, **more)

    def call(self, method: str, name: str, **more: Any) -> requests.Response:
        if not self.session:
            self.session = self.sign_in().json()
        headers = {
            "Authorization": f"Bearer {self.session['accessJwt']}",
            **more.pop("headers", {}),
        }
        return self.open(method, name, headers=headers, **more)

    def put(self, rkey: str, record: Mapping[str, Any], **more: Any) -> requests.Response:
        return self.call(
            "POST", "com.atproto.repo.putRecord", json=self._write(rkey, record) | more
        )

    def create(self, rkey: str, record: Mapping[str, Any]) -> requests.Response:
        return self.call("POST", "com.atproto.repo.createRecord", json=self._write(rkey, record))

    def get(self, rkey: str) -> requests.Response:
        return self.call("GET", "com.atproto.repo.getRecord", params=self._key(rkey))

    def delete(self, rkey: str) -> requests.Response:
        return self.call("POST", "com.atproto.repo.deleteRecord", json=self._key(rkey))

    def upload(self, content: bytes, media_type: str = "image/png") -> requests.Response:
        headers = {"Content-Type": media_type}
        return self.call("POST", "com.atproto.repo.uploadBlob", data=content, headers=headers)

    def _key(self, rkey: str) -> dict[str, Any]:
        repo = self.credentials["IDENTIFIER"]
        return {"repo": repo, "collection": "app.bsky.feed.post", "rkey": rkey}

    def _write(self, rkey: str, record: Mapping[str, Any]) -> dict[str, Any]:
        return self._key(rkey) | {"record": dict(record)}


def record(text: str, **more: Any) -> dict[str, Any]:
    """Make a post record for Bluesky."""
    return {
        "$type": "app.bsky.feed.post",
        "text": text,
        "createdAt": "2027-01-12T08:30:00.000Z",
        "langs": ["en"],
        **more,
    }
