"""The calls of Mastodon's API that need a token, each answer checked or turned into an error.

`connectors.mastodon` decides what to call when; here stands how. Facts about the API are from
Mastodon's documentation as of July 2026 (docs.joinmastodon.org); where compatible servers differ,
the comment says so.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from connectors.contract import (
    Access,
    AccessRefused,
    ConnectorError,
    DeliveryKey,
    Media,
    NotSent,
    PostRefused,
)
from connectors.http import Answer, Call, Http, Purpose
from connectors.mastodon_facts import NAME
from connectors.mastodon_finding import addresses, instant, keeps_alt_text

PROCESSING = " processing"
"""Stands behind the id of an upload that the server has not finished."""

_PROCESSING_FOR = timedelta(seconds=10)
_PAGE = 40
_MOST_PAGES = 25

# Three answers carry no code of their own. Phrases as of November 2026: Mastodon 4.5 (English), and
# Takahe 0.11, which answers 400 where Mastodon answers 401.
_NOT_READY = "not finished processing"
_NOT_FREE = "already attached to another post"
_BAD_TOKEN = "invalid bearer token"  # noqa: S105 - a server's phrase, no secret


def server_of(access: Access) -> str:
    """Return the origin of the account's server, which Mastodon always needs."""
    if not access.server:
        message = "A Mastodon channel needs the address of its server: add `server:`."
        raise AccessRefused(message, network=NAME)
    return access.server.rstrip("/")


class MastodonApi:
    """One token on one server. Reads that fail raise `NotSent`, or `AccessRefused`."""

    def __init__(self, access: Access) -> None:
        token = access.credentials.get("ACCESS_TOKEN", "").strip()
        if not token:
            message = "The Mastodon channel has no ACCESS_TOKEN: connect it first."
            raise AccessRefused(message, network=NAME)
        self.server = server_of(access)
        self.now = access.now
        self.http = Http(NAME, access, secrets=(token,))
        self._headers = {"Authorization": f"Bearer {token}"}
        self._account_id: str | None = None

    def me(self) -> dict[str, Any]:
        """Return the account the token belongs to (methods/accounts, verify_credentials)."""
        me = self._expect_id(self._get("/api/v1/accounts/verify_credentials"))
        self._account_id = str(me["id"])
        return me

    def upload(self, media: Media) -> str:
        """Upload a picture with its alt text; the id is marked while the server works on it.

        Raises `PostRefused` where the server drops the alt text (methods/media, v2: 202 when it
        is not finished).
        """
        kind = media.media_type.rpartition("/")[2]
        answer = self.http.send(
            Call(
                purpose=Purpose.PREPARE,
                method="POST",
                url=f"{self.server}/api/v2/media",
                headers=self._headers,
                form={"description": media.alt_text} if media.alt_text else None,
                files={"file": (f"picture.{kind}", media.content, media.media_type)},
            )
        )
        attachment = answer.mapping()
        if answer.status not in {200, 202} or not _has_id(attachment):
            raise self.error(answer, Purpose.PREPARE)
        _insist_on_alt_text(attachment, media)
        ready = answer.status == 200 and bool(attachment.get("url"))
        return str(attachment["id"]) + ("" if ready else PROCESSING)

    def finished(self, token: str, media: Media) -> str | None:
        """Return the id of an upload that can be posted; None where it has to be sent again.

        Raises `NotSent` while the server works on it (methods/media: 206), `PostRefused` when it
        could not make anything of it (422).
        """
        media_id = token.removesuffix(PROCESSING)
        answer = self._get(f"/api/v1/media/{media_id}")
        if answer.status == 404:
            return None
        if answer.status == 206:
            raise self._still_processing("206")
        if answer.status == 422:
            raise self.error(answer, Purpose.PREPARE)
        _insist_on_alt_text(self._expect_id(answer), media)
        return media_id

    def create(self, body: Mapping[str, Any], key: DeliveryKey) -> Answer:
        """Make the post visible, once; the answer is given back whatever it is."""
        call = Call(
            purpose=Purpose.CREATE,
            method="POST",
            url=f"{self.server}/api/v1/statuses",
            headers={**self._headers, "Idempotency-Key": key},
            json=body,
        )
        return self.http.send(call)

    def delete(self, status_id: str) -> Answer:
        """Delete a status, its pictures at once (methods/statuses; `delete_media` since 4.4)."""
        call = Call(
            purpose=Purpose.CHANGE,
            method="DELETE",
            url=f"{self.server}/api/v1/statuses/{quote(status_id, safe='')}",
            query=(("delete_media", "true"),),
            headers=self._headers,
        )
        return self.http.send(call)

    def edit(self, status_id: str, body: Mapping[str, Any]) -> Answer:
        """Edit a status (methods/statuses, since 3.5)."""
        call = Call(
            purpose=Purpose.CHANGE,
            method="PUT",
            url=f"{self.server}/api/v1/statuses/{quote(status_id, safe='')}",
            headers=self._headers,
            json=body,
        )
        return self.http.send(call)

    def status(self, status_id: str) -> dict[str, Any] | None:
        """Return a status; None where the server says by its own 404 that there is none."""
        answer = self._get(f"/api/v1/statuses/{quote(status_id, safe='')}")
        if answer.status in {404, 410} and isinstance(answer.mapping().get("error"), str):
            return None
        return self._expect_id(answer)

    def has(self, status_id: str) -> bool:
        """Ask whether a status stands (methods/statuses); only the server's own 404 is a no."""
        return self.status(status_id) is not None

    def local_id(self, url: str) -> str | None:
        """Return under which id this server knows a status, on whatever server that stands.

        None where it cannot be had (methods/search, `resolve`: the server fetches what it does not
        know yet).
        """
        query = (("q", url), ("type", "statuses"), ("resolve", "true"))
        answer = self._get("/api/v2/search", query)
        found = answer.mapping().get("statuses")
        if not answer.ok or not isinstance(found, list):
            raise self.error(answer, Purpose.READ)
        same = [one for one in found if isinstance(one, dict) and url in addresses(one)]
        return str(same[0]["id"]) if same and _has_id(same[0]) else None

    def reblog(self, status_id: str) -> Answer:
        """Boost a status; a second time it gives the boost there is (methods/statuses, reblog)."""
        call = Call(
            purpose=Purpose.CREATE,
            method="POST",
            url=f"{self.server}/api/v1/statuses/{status_id}/reblog",
            headers=self._headers,
            json={"visibility": "public"},
        )
        return self.http.send(call)

    def statuses(self, ids: tuple[str, ...]) -> list[dict[str, Any]]:
        """Return those of the statuses that exist (methods/statuses, since 4.3)."""
        query = tuple(("id[]", one) for one in ids)
        return self._expect_list(self._get("/api/v1/statuses", query))

    def own_statuses_since(
        self, not_before: datetime, *, with_boosts: bool
    ) -> list[dict[str, Any]] | None:
        """Page back through the account's own statuses; None where that leads nowhere.

        Answers to its own statuses are among them (methods/accounts, `exclude_replies` is not set).

        Goes on until a page ends before `not_before` or is empty: some servers give fewer than
        asked, so a short page proves nothing.
        """
        statuses: dict[str, dict[str, Any]] = {}
        for _ in range(_MOST_PAGES):
            page = self._page(before=next(reversed(statuses), None), with_boosts=with_boosts)
            new = {str(one.get("id")): one for one in page if str(one.get("id")) not in statuses}
            if page and not new:
                return None
            statuses |= new
            oldest = instant(page[-1].get("created_at")) if page else None
            if not page or (oldest is not None and oldest < not_before):
                return list(statuses.values())
        return None

    def error(self, answer: Answer, purpose: Purpose) -> ConnectorError:
        """Turn an answer that is not what was asked for into our error."""
        words = answer.words().casefold()
        if answer.status == 400 and _BAD_TOKEN in words:
            message = "The server does not accept the access token: connect the channel again."
            return AccessRefused(message, network=NAME, code="400")
        if answer.status == 422 and purpose is not Purpose.READ and _NOT_READY in words:
            return self._still_processing("422")
        if answer.status == 422 and purpose is Purpose.CREATE and _NOT_FREE in words:
            # The other post may be this one, out since an attempt whose answer was lost.
            message = "The server says that a picture is used in a post already or is gone."
            return self.http.unclear(message, purpose, code="422")
        return self.http.plain_error(answer, purpose)

    def _still_processing(self, code: str) -> NotSent:
        message = "The server is still working on a picture."
        retry_at = self.now() + _PROCESSING_FOR
        return NotSent(message, network=NAME, code=code, retry_at=retry_at)

    def _page(self, *, before: str | None, with_boosts: bool) -> list[dict[str, Any]]:
        account_id = self._account_id or str(self.me()["id"])
        query = [("limit", str(_PAGE)), ("exclude_reblogs", str(not with_boosts).lower())]
        if before is not None:
            query.append(("max_id", before))
        path = f"/api/v1/accounts/{account_id}/statuses"
        return self._expect_list(self._get(path, tuple(query)))

    def _get(self, path: str, query: tuple[tuple[str, str], ...] = ()) -> Answer:
        call = Call(
            purpose=Purpose.READ,
            method="GET",
            url=self.server + path,
            query=query,
            headers=self._headers,
        )
        return self.http.send(call)

    def _expect_id(self, answer: Answer) -> dict[str, Any]:
        if answer.ok and _has_id(answer.mapping()):
            return answer.mapping()
        raise self.error(answer, Purpose.READ)

    def _expect_list(self, answer: Answer) -> list[dict[str, Any]]:
        found = answer.mappings()
        if answer.ok and found is not None:
            return found
        raise self.error(answer, Purpose.READ)


def _has_id(found: Mapping[str, Any]) -> bool:
    return isinstance(found.get("id"), str | int) and not isinstance(found.get("id"), bool)


def _insist_on_alt_text(attachment: Mapping[str, Any], media: Media) -> None:
    if media.alt_text and not keeps_alt_text(attachment, media.alt_text):
        message = "The server did not keep the alt text of a picture, so the post was not sent."
        raise PostRefused(message, network=NAME)
