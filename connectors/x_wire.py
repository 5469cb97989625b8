"""Carries X's calls: built by tweepy, let in by keys or a token, sent through `connectors.http`.

OAuth 1.0a signs with the app's two keys and the account's two tokens; OAuth 2 sends `USER_TOKEN`,
which `campaign connect` got and somebody else renews. Where there is one it is used.

tweepy knows the addresses and parameters of API v2 but sends without a time-out, to a host that
cannot be chosen, and writes wordings to its log; its session is therefore replaced by a door that
leads there. Uploads, which tweepy 4.17 only has in the withdrawn v1.1, are sent
directly. The signature covers the address that is really called, so the host is put in before it
is made.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote, urlencode, urlsplit

import requests

from connectors.contract import Access, AccessRefused, Media, NetworkName
from connectors.http import Answer, Call, Http, Purpose
from connectors.muzzle import keep_quiet

NAME = NetworkName("x")
CREDENTIALS = ("API_KEY", "API_SECRET", "ACCESS_TOKEN", "ACCESS_TOKEN_SECRET")

_ORIGIN = "https://api.x.com"
# What these write below WARNING are signed headers, tokens and the wording of posts.
_TALKATIVE = (
    "tweepy.client",
    "tweepy.auth",
    "oauthlib",
    "oauthlib.oauth1.rfc5849",
    "oauthlib.oauth1.rfc5849.signature",
    "requests_oauthlib.oauth1_auth",
)


class Wire:
    """One account's way to X; every call is made once and comes back as an `Answer`."""

    def __init__(self, access: Access) -> None:
        # tweepy takes a third of a second to import, which `campaign --help` should not pay.
        import tweepy  # noqa: PLC0415 - see above

        keep_quiet(*_TALKATIVE)
        self._user_token = access.credentials.get("USER_TOKEN", "").strip()
        names = () if self._user_token else CREDENTIALS
        keys = tuple(_credential(access, name) for name in names)
        self.http = Http(NAME, access, secrets=(*keys, self._user_token))
        self._origin = (access.server or _ORIGIN).rstrip("/")
        self._signer = tweepy.OAuth1UserHandler(*keys).apply_auth().client if keys else None
        self._tweepy = tweepy.Client(return_type=requests.Response, wait_on_rate_limit=False)
        if keys:
            self._tweepy.consumer_key, self._tweepy.consumer_secret = keys[:2]
            self._tweepy.access_token, self._tweepy.access_token_secret = keys[2:]
        self._tweepy.session.close()
        self._tweepy.session = _Door(self.send)

    def create(self, text: str, media_ids: Sequence[str], *, answers: str | None) -> Answer:
        """Make a post, or an answer to one of the account's own.

        The text is always sent: X rejects a post with pictures that has none.
        """
        return _received(
            lambda: self._tweepy.create_tweet(
                text=text,
                media_ids=list(media_ids) or None,
                in_reply_to_tweet_id=answers,
                user_auth=self._signer is not None,
            )
        )

    def delete(self, remote_id: str) -> Answer:
        """Delete a post, with every version of it that was edited."""
        return _received(lambda: self._tweepy.delete_tweet(remote_id, user_auth=True))

    def repost(self, user_id: str, post_id: str) -> Answer:
        """Pass another account's post on (`POST /2/users/{id}/retweets`)."""
        call = Call(
            purpose=Purpose.CREATE,
            method="POST",
            url=f"/2/users/{user_id}/retweets",
            json={"tweet_id": post_id},
        )
        return self.send(call)

    def take_back(self, user_id: str, post_id: str) -> Answer:
        """Pass a post on no longer (`DELETE /2/users/{id}/retweets/{source_tweet_id}`)."""
        call = Call(
            purpose=Purpose.CHANGE,
            method="DELETE",
            url=f"/2/users/{user_id}/retweets/{post_id}",
        )
        return self.send(call)

    def posts(self, remote_ids: Sequence[str], groups: Sequence[str]) -> Answer:
        """Ask for groups of counts, such as `public_metrics`, of at most 100 posts."""
        return _received(
            lambda: self._tweepy.get_tweets(
                list(remote_ids), tweet_fields=list(groups), user_auth=self._signer is not None
            )
        )

    def timeline(
        self, user_id: str, *, since: datetime, page: str | None, leave_out: Sequence[str]
    ) -> Answer:
        """Ask for an account's own posts, newest first, without `retweets` or `replies`."""
        return _received(
            lambda: self._tweepy.get_users_tweets(
                user_id,
                start_time=since,
                max_results=100,
                exclude=list(leave_out) or None,
                tweet_fields=["created_at", "entities", "attachments", "referenced_tweets"],
                pagination_token=page,
                user_auth=self._signer is not None,
            )
        )

    def me(self) -> Answer:
        """Ask whose keys these are, and for that account's counts."""
        return _received(
            lambda: self._tweepy.get_me(
                user_fields=["public_metrics"], user_auth=self._signer is not None
            )
        )

    def upload(self, media: Media) -> Answer:
        """Upload a picture in one go; it stays invisible and is kept for a day."""
        kind = media.media_type.rpartition("/")[2]
        return self.send(
            Call(
                purpose=Purpose.PREPARE,
                method="POST",
                url="/2/media/upload",
                form={"media_category": "tweet_image"},
                files={"media": (f"picture.{kind}", media.content, media.media_type)},
            )
        )

    def begin(self, size: int, media_type: str, category: str) -> Answer:
        """Say that a file of so many bytes will come in parts: a video, or its captions."""
        body = {"media_type": media_type, "media_category": category, "total_bytes": size}
        return self._prepare("/2/media/upload/initialize", json=body)

    def append(self, media_id: str, number: int, part: bytes) -> Answer:
        """Send one part of a video; they are counted from 0."""
        files = {"media": ("part.mp4", part, "application/octet-stream")}
        path = f"/2/media/upload/{media_id}/append"
        return self._prepare(path, form={"segment_index": str(number)}, files=files)

    def finalize(self, media_id: str) -> Answer:
        """Say that all parts of a video have come."""
        return self._prepare(f"/2/media/upload/{media_id}/finalize")

    def caption(self, media_id: str, track: str, *, language: str, name: str) -> Answer:
        """Put an uploaded caption file to an uploaded video (`POST /2/media/subtitles`)."""
        subtitles = {"id": track, "language_code": language, "display_name": name}
        body = {"id": media_id, "media_category": "TweetVideo", "subtitles": subtitles}
        return self._prepare("/2/media/subtitles", json=body)

    def upload_status(self, media_id: str) -> Answer:
        """Ask how far X is with a video."""
        query = (("command", "STATUS"), ("media_id", media_id))
        call = Call(purpose=Purpose.READ, method="GET", url="/2/media/upload", query=query)
        return self.send(call)

    def _prepare(self, path: str, **body: Any) -> Answer:
        return self.send(Call(purpose=Purpose.PREPARE, method="POST", url=path, **body))

    def describe(self, media_id: str, alt_text: str) -> Answer:
        """Give an uploaded picture its alt text."""
        return self.send(
            Call(
                purpose=Purpose.PREPARE,
                method="POST",
                url="/2/media/metadata",
                json={"id": media_id, "metadata": {"alt_text": {"text": alt_text}}},
            )
        )

    def send(self, call: Call) -> Answer:
        """Sign a call whose `url` is a path on X, and make it once."""
        url = self._origin + call.url
        if call.query:
            url += "?" + urlencode(call.query, quote_via=quote)
        headers = self._let_in(call.method, url)
        return self.http.send(replace(call, url=url, query=(), headers=headers))

    def _let_in(self, method: str, url: str) -> Mapping[str, str]:
        if self._signer is None:
            return {"Authorization": f"Bearer {self._user_token}"}
        # JSON and multipart bodies are no part of an OAuth 1.0a signature (RFC 5849, 3.4.1.3.1).
        try:
            _, headers, _ = self._signer.sign(url, http_method=method)
        except ValueError:
            message = "The address of the X server cannot be used; correct `server:`."
            # No cause: the library's own text repeats what it was to sign.
            raise AccessRefused(message, network=NAME) from None
        return {"Authorization": headers["Authorization"]}


@dataclass(frozen=True, slots=True)
class _Received:
    """An answer in the shape in which tweepy hands it through."""

    answer: Answer

    @property
    def status_code(self) -> int:
        return self.answer.status

    @property
    def reason(self) -> str:
        return ""

    @property
    def headers(self) -> Mapping[str, str]:
        return self.answer.headers

    @property
    def content(self) -> bytes:
        return self.answer.body

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Nothing to give back: the body was read to its end."""


class _DeclinedError(Exception):
    """Carries an answer past tweepy, which trusts the bodies of errors to be well formed."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


class _Door:
    """Stands where tweepy expects a `requests.Session`."""

    def __init__(self, send: Callable[[Call], Answer]) -> None:
        self._send = send

    def request(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        **replaced: Any,
    ) -> _Received:
        del replaced  # tweepy's headers and signature are for a host we do not call
        answer = self._send(
            Call(
                purpose=_PURPOSES[method],
                method=method,
                url=urlsplit(url).path,
                query=tuple((name, str(value)) for name, value in (params or {}).items()),
                json=json,
            )
        )
        if not answer.ok:
            raise _DeclinedError(answer)
        return _Received(answer)


_PURPOSES = {"POST": Purpose.CREATE, "DELETE": Purpose.CHANGE, "GET": Purpose.READ}


def _received(call: Callable[[], Any]) -> Answer:
    try:
        received = call()
    except _DeclinedError as declined:
        return declined.answer
    answer: Answer = received.answer
    return answer


def _credential(access: Access, name: str) -> str:
    value = access.credentials.get(name, "").strip()
    if not value:
        message = f"The X channel has no {name}: connect it first."
        raise AccessRefused(message, network=NAME)
    return value
