"""The calls of the Threads API, as the wire has them.

Parameters go in a form, the token in a header, never in an address. Facts: Meta's documentation,
Threads API v1.0, and Meta's own collection of requests.
"""

from collections.abc import Mapping

from connectors.contract import Access, AccessRefused
from connectors.http import Answer, Call, Http, Purpose
from connectors.threads_facts import NAME

HOST = "https://graph.threads.net"
VERSION = "v1.0"
PAGE = 100


class ThreadsWire:
    """One token."""

    def __init__(self, access: Access) -> None:
        token = access.credentials.get("ACCESS_TOKEN", "").strip()
        if not token:
            message = "The Threads channel has no ACCESS_TOKEN: connect it first."
            raise AccessRefused(message, network=NAME)
        self.http = Http(NAME, access, secrets=(token,))
        self._base = f"{(access.server or HOST).rstrip('/')}/{VERSION}"
        self._headers = {"Authorization": f"Bearer {token}"}

    def make(self, fields: Mapping[str, str]) -> Answer:
        """Make a container, which nobody sees."""
        return self._write(Purpose.PREPARE, "/me/threads", fields)

    def publish(self, container: str) -> Answer:
        """Publish a container; it can be done once."""
        return self._write(Purpose.CREATE, "/me/threads_publish", {"creation_id": container})

    def standing(self, container: str) -> tuple[Answer, str]:
        """Read how a container stands, and what is said of its failure."""
        answer = self.read(container, "status,error_message")
        return answer, str(answer.mapping().get("error_message") or "")

    def read(self, object_id: str, fields: str) -> Answer:
        """Read some fields of a container, a post or `me`."""
        return self._get(f"/{object_id}", {"fields": fields})

    def own_posts(self, fields: str, *, since: int = 0) -> Answer:
        """List the account's posts, the newest first; `since` is an epoch in seconds."""
        return self._get("/me/threads", {"fields": fields, "since": str(since), "limit": str(PAGE)})

    def delete(self, post_id: str) -> Answer:
        """Delete a post; an account may delete 100 a day."""
        call = Call(
            purpose=Purpose.CHANGE,
            method="DELETE",
            url=f"{self._base}/{post_id}",
            headers=self._headers,
        )
        return self.http.send(call)

    def own_replies(self, fields: str, *, since: int = 0) -> Answer:
        """List the account's answers, the newest first; `own_posts` shows only what stands alone.

        ("Retrieve a list of all a user's replies", Threads API.)
        """
        return self._get("/me/replies", {"fields": fields, "since": str(since), "limit": str(PAGE)})

    def insights(self, post_id: str, metrics: str) -> Answer:
        """Read counts of one post; one name that is not known fails the whole call."""
        return self._get(f"/{post_id}/insights", {"metric": metrics})

    def own_insights(self, metrics: str) -> Answer:
        """Read the account's own numbers."""
        return self._get("/me/threads_insights", {"metric": metrics})

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
            purpose=purpose,
            method="POST",
            url=self._base + path,
            headers=self._headers,
            form=form,
        )
        return self.http.send(call)
