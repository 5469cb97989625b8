"""The calls of LinkedIn's versioned REST API, as the wire has them.

Rest.li 2.0: URNs are percent-encoded, the parentheses and commas of a `List(…)` are not, so
addresses are written here in full. Facts: LinkedIn's documentation, version 202609.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlsplit

from connectors.content import Content
from connectors.contract import Access, AccessRefused
from connectors.http import Answer, Call, Http, Purpose
from connectors.linkedin_facts import API_VERSION, NAME

HOST = "https://api.linkedin.com"
PAGE = 20
"""Posts in one page of the author's own."""

_UPLOAD_DOMAINS = ("linkedin.com", "licdn.com")


class LinkedInWire:
    """One token for one page."""

    def __init__(self, access: Access) -> None:
        token = _credential(access, "ACCESS_TOKEN")
        number = _credential(access, "ORGANIZATION_ID")
        if not (number.isascii() and number.isdigit()):
            message = "ORGANIZATION_ID has to be the page's number, for example 5515715."
            raise AccessRefused(message, network=NAME)
        self.author = f"urn:li:organization:{number}"
        self.http = Http(NAME, access, secrets=(token,))
        self._number = number
        self._server = access.server.rstrip("/") if access.server else None
        self._headers = {
            "Authorization": f"Bearer {token}",
            "LinkedIn-Version": access.api_version or API_VERSION,
            "X-Restli-Protocol-Version": "2.0.0",
        }

    def create(self, body: Mapping[str, Any]) -> Answer:
        """Make the post visible, once (Posts API, create)."""
        return self._write(Purpose.CREATE, "CREATE", "/rest/posts", body)

    def post(self, urn: str) -> Answer:
        """Read one post (Posts API, get)."""
        return self._read("GET", f"/rest/posts/{encoded(urn)}")

    def edit(self, urn: str, written: str) -> Answer:
        """Give a post another commentary (Posts API, partial update)."""
        body = {"patch": {"$set": {"commentary": written}}}
        path = f"/rest/posts/{encoded(urn)}"
        return self._write(Purpose.CHANGE, "PARTIAL_UPDATE", path, body)

    def delete(self, urn: str) -> Answer:
        """Delete a post; done also where it is gone (Posts API, delete)."""
        call = Call(
            purpose=Purpose.CHANGE,
            method="DELETE",
            url=f"{self._server or HOST}/rest/posts/{encoded(urn)}",
            headers={**self._headers, "X-RestLi-Method": "DELETE"},
        )
        return self.http.send(call)

    def posts(self, urns: Sequence[str]) -> Answer:
        """Read several posts (Posts API, batch get)."""
        return self._read("BATCH_GET", f"/rest/posts?ids={listed(urns)}")

    def own_posts(self, start: int) -> Answer:
        """Read a page of the author's posts, the last changed first (Posts API, find by author)."""
        query = f"author={encoded(self.author)}&q=author&count={PAGE}&start={start}"
        return self._read("FINDER", f"/rest/posts?{query}&sortBy=LAST_MODIFIED")

    def comment(self, urn: str, text: str) -> Answer:
        """Put a comment under a post, as the page (Comments API, create)."""
        body = {"actor": self.author, "object": urn, "message": {"text": text}}
        path = f"/rest/socialActions/{encoded(urn)}/comments"
        return self._write(Purpose.CREATE, "CREATE", path, body)

    def comments(self, urn: str, start: int) -> Answer:
        """Read a page of the comments on a post (Comments API, get comments on shares)."""
        query = f"start={start}&count={PAGE}"
        return self._read("GET_ALL", f"/rest/socialActions/{encoded(urn)}/comments?{query}")

    def statistics(self, kind: str, urns: Sequence[str]) -> Answer:
        """Read the counts of posts of one kind, `shares` or `ugcPosts`, over their whole life."""
        owner = f"q=organizationalEntity&organizationalEntity={encoded(self.author)}"
        path = f"/rest/organizationalEntityShareStatistics?{owner}&{kind}={listed(urns)}"
        return self._read("FINDER", path)

    def followers(self) -> Answer:
        """Read the page's number of followers (Organization Lookup, network sizes)."""
        edge = "edgeType=COMPANY_FOLLOWED_BY_MEMBER"
        return self._read("GET", f"/rest/networkSizes/{encoded(self.author)}?{edge}")

    def organization(self) -> Answer:
        """Read the page itself (Organization Lookup)."""
        return self._read("GET", f"/rest/organizations/{self._number}")

    def begin_upload(self, kind: str, fields: Mapping[str, Any]) -> Answer:
        """Ask where the bytes of an `images`, `videos` or `documents` asset go."""
        body = {"initializeUploadRequest": {"owner": self.author, **fields}}
        path = f"/rest/{kind}?action=initializeUpload"
        return self._write(Purpose.PREPARE, "ACTION", path, body)

    def end_upload(self, fields: Mapping[str, Any]) -> Answer:
        """Put the parts of a video together (Videos API, finalizeUpload)."""
        body = {"finalizeUploadRequest": fields}
        path = "/rest/videos?action=finalizeUpload"
        return self._write(Purpose.PREPARE, "ACTION", path, body)

    def asset(self, kind: str, urn: str) -> Answer:
        """Read how far LinkedIn is with an upload."""
        return self._read("GET", f"/rest/{kind}/{encoded(urn)}")

    def put(self, address: str, content: Content) -> Answer:
        """Send bytes to an address that LinkedIn gave; it is a secret, so the token stays here."""
        call = Call(
            purpose=Purpose.PREPARE,
            method="PUT",
            url=self._upload_address(address),
            headers={"Content-Type": "application/octet-stream"},
            content=content,
        )
        return self.http.send(call)

    def _upload_address(self, address: str) -> str:
        """Return where an upload goes: the channel's own server, else a host of LinkedIn's."""
        parts = urlsplit(address)
        if self._server is not None:
            return f"{self._server}{parts.path}" + (f"?{parts.query}" if parts.query else "")
        host = (parts.hostname or "").casefold()
        known = any(host == one or host.endswith(f".{one}") for one in _UPLOAD_DOMAINS)
        if parts.scheme != "https" or not known:
            message = "LinkedIn named an address for an upload that is not its own."
            raise self.http.unclear(message, Purpose.PREPARE)
        return address

    def _read(self, method: str, path: str) -> Answer:
        call = Call(
            purpose=Purpose.READ,
            method="GET",
            url=f"{self._server or HOST}{path}",
            headers={**self._headers, "X-RestLi-Method": method},
        )
        return self.http.send(call)

    def _write(self, purpose: Purpose, method: str, path: str, body: Mapping[str, Any]) -> Answer:
        call = Call(
            purpose=purpose,
            method="POST",
            url=f"{self._server or HOST}{path}",
            headers={**self._headers, "X-RestLi-Method": method},
            json=body,
        )
        return self.http.send(call)


def encoded(urn: str) -> str:
    """Encode a URN as Rest.li wants it in an address, colons included."""
    return quote(urn, safe="")


def listed(urns: Sequence[str]) -> str:
    """Write a Rest.li list: the URNs encoded, the parentheses and commas not."""
    return f"List({','.join(map(encoded, urns))})"


def _credential(access: Access, name: str) -> str:
    value = access.credentials.get(name, "").strip()
    if not value:
        message = f"The LinkedIn channel has no {name}: connect it first."
        raise AccessRefused(message, network=NAME)
    return value
