"""Plain calls to the server, as its documentation writes them; nothing of our connector is used.

What the tests claim about posts is read with these, so that a fault in the connector cannot hide
itself.
"""

from dataclasses import dataclass, field
from typing import Any

import requests

POSTS = "app.bsky.feed.post"
_TIMEOUT_S = 30


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """An answer: its status and its JSON."""

    status: int
    json: Any
    headers: dict[str, str]

    @property
    def error(self) -> str:
        """The error's name, empty where there is none."""
        return str(self.json.get("error", ""))


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """An account made for one test, with the token of its owner."""

    server: str
    did: str
    handle: str
    token: str = field(repr=False)
    app_password: str = field(repr=False)

    def post(self, name: str, body: Any, *, token: str | None = None) -> Said:
        """Call a procedure with JSON."""
        return post(self.server, name, body, token=self.token if token is None else token)

    def upload(self, content: bytes, media_type: str) -> Said:
        """Upload a picture."""
        headers = {"Content-Type": media_type, "Authorization": f"Bearer {self.token}"}
        url = f"{self.server}/xrpc/com.atproto.repo.uploadBlob"
        return _said(requests.post(url, data=content, headers=headers, timeout=_TIMEOUT_S))

    def put(self, key: str, record: dict[str, Any], **further: Any) -> Said:
        """Write a post under a name."""
        body = {"repo": self.did, "collection": POSTS, "rkey": key, "record": record, **further}
        return self.post("com.atproto.repo.putRecord", body)

    def delete(self, key: str) -> Said:
        """Delete a post."""
        body = {"repo": self.did, "collection": POSTS, "rkey": key}
        return self.post("com.atproto.repo.deleteRecord", body)

    def posts(self) -> list[dict[str, Any]]:
        """Return every post that anybody can read of this account, with `uri`, `cid`, `value`."""
        said = get(
            self.server,
            "com.atproto.repo.listRecords",
            {"repo": self.did, "collection": POSTS, "limit": "100"},
        )
        assert said.status == 200, said
        assert "cursor" not in said.json or len(said.json["records"]) < 100, "more than one page"
        found: list[dict[str, Any]] = said.json["records"]
        return found

    def the_post(self) -> dict[str, Any]:
        """Return the record of the one post there is."""
        found = self.posts()
        assert len(found) == 1, [one["value"]["text"] for one in found]
        value: dict[str, Any] = found[0]["value"]
        return value

    def revision(self) -> str:
        """Return the revision of the account's store: it changes with every write."""
        said = get(self.server, "com.atproto.sync.getLatestCommit", {"did": self.did})
        assert said.status == 200, said
        return str(said.json["rev"])

    def blob(self, reference: dict[str, Any]) -> bytes:
        """Return the bytes that a record refers to."""
        response = requests.get(
            f"{self.server}/xrpc/com.atproto.sync.getBlob",
            params={"did": self.did, "cid": reference["ref"]["$link"]},
            timeout=_TIMEOUT_S,
        )
        assert response.status_code == 200, response.text
        return response.content


def make_account(server: str, name: str) -> Account:
    """Open an account with a password for programs, as its owner would in the settings."""
    owner = {
        "handle": f"{name}.test",
        "email": f"{name}@campaign.example",
        "password": f"the owner of {name}",
    }
    made = post(server, "com.atproto.server.createAccount", owner)
    assert made.status == 200, made
    token = str(made.json["accessJwt"])
    own = post(server, "com.atproto.server.createAppPassword", {"name": "campaign"}, token=token)
    assert own.status == 200, own
    return Account(
        server=server,
        did=made.json["did"],
        handle=made.json["handle"],
        token=token,
        app_password=own.json["password"],
    )


def post(server: str, name: str, body: Any, *, token: str = "") -> Said:
    """Call a procedure."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    url = f"{server}/xrpc/{name}"
    return _said(requests.post(url, json=body, headers=headers, timeout=_TIMEOUT_S))


def get(server: str, name: str, query: dict[str, str], *, token: str = "") -> Said:
    """Call a query."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    url = f"{server}/xrpc/{name}"
    return _said(requests.get(url, params=query, headers=headers, timeout=_TIMEOUT_S))


def _said(response: requests.Response) -> Said:
    headers = {name.lower(): value for name, value in response.headers.items()}
    said = response.json() if response.content else {}
    return Said(status=response.status_code, json=said, headers=headers)
