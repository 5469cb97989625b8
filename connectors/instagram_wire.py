"""The calls of Instagram's API, as the wire has them.

Forms go in, JSON comes out, through Facebook's host, as for accounts that belong to a page. The
token goes in a header, never in an address. Facts: Meta's documentation, Instagram Platform, Graph
API v26.0.
"""

import json
from collections.abc import Mapping, Sequence

from connectors.contract import Access, AccessRefused
from connectors.http import Answer, Call, Http, Purpose
from connectors.instagram_facts import API_VERSION, NAME

HOST = "https://graph.facebook.com"
PAGE = 100
COMMENTS = 50
"""Comments that are looked through for one of our own; no call gives more."""


class InstagramWire:
    """One token for one account."""

    def __init__(self, access: Access) -> None:
        self.account = _credential(access, "ACCOUNT_ID")
        token = _credential(access, "ACCESS_TOKEN")
        if not (self.account.isascii() and self.account.isdigit()):
            message = "ACCOUNT_ID has to be the account's number, for example 17841400008460056."
            raise AccessRefused(message, network=NAME)
        self.http = Http(NAME, access, secrets=(token,))
        self._base = f"{(access.server or HOST).rstrip('/')}/{API_VERSION}"
        self._headers = {"Authorization": f"Bearer {token}"}

    def make(self, fields: Mapping[str, str]) -> Answer:
        """Make a container, which nobody sees; Instagram fetches the picture meanwhile."""
        return self._write(Purpose.PREPARE, f"/{self.account}/media", fields)

    def standing(self, container: str) -> tuple[Answer, str]:
        """Read how a container stands, and what is said of its failure."""
        answer = self.read(container, "status_code,status")
        return answer, str(answer.mapping().get("status") or "")

    def publish(self, container: str) -> Answer:
        """Publish a container; it can be done once."""
        form = {"creation_id": container}
        return self._write(Purpose.CREATE, f"/{self.account}/media_publish", form)

    def comment(self, post_id: str, text: str) -> Answer:
        """Put a comment under a post of the account's own (IG Media comments)."""
        return self._write(Purpose.CREATE, f"/{post_id}/comments", {"message": text})

    def comments(self, post_id: str) -> Answer:
        """List the latest comments on a post, the newest first (IG Media comments)."""
        query = {"fields": "id,text,timestamp,from", "limit": str(COMMENTS)}
        return self._get(f"/{post_id}/comments", query)

    def read(self, object_id: str, fields: str) -> Answer:
        """Read some fields of a container, a post or the account."""
        return self._get(f"/{object_id}", {"fields": fields})

    def own_posts(self, fields: str, *, since: int = 0) -> Answer:
        """List the account's posts, the newest first; `since` is an epoch in seconds."""
        query = {"fields": fields, "since": str(since), "limit": str(PAGE)}
        return self._get(f"/{self.account}/media", query)

    def quota(self) -> Answer:
        """Read how many posts the account may publish, and how many it has."""
        fields = {"fields": "config,quota_usage"}
        return self._get(f"/{self.account}/content_publishing_limit", fields)

    def batch(self, addresses: Sequence[str]) -> Answer:
        """Make several reads in one request; each has a status and a body of its own."""
        requests = [{"method": "GET", "relative_url": one} for one in addresses]
        form = {"batch": json.dumps(requests), "include_headers": "false"}
        return self._write(Purpose.READ, "", form)

    def _get(self, path: str, query: Mapping[str, str]) -> Answer:
        call = Call(
            purpose=Purpose.READ,
            method="GET",
            url=self._base + path,
            query=tuple(query.items()),
            headers=self._headers,
        )
        return self.http.send(call)

    def _write(self, purpose: Purpose, path: str, form: Mapping[str, str]) -> Answer:
        call = Call(
            purpose=purpose, method="POST", url=self._base + path, headers=self._headers, form=form
        )
        return self.http.send(call)


def _credential(access: Access, name: str) -> str:
    value = access.credentials.get(name, "").strip()
    if not value:
        message = f"The Instagram channel has no {name}: connect it first."
        raise AccessRefused(message, network=NAME)
    return value
