"""One signed message to one endpoint: who it goes to, what it says, and how it is signed."""

import json
from dataclasses import replace
from urllib.parse import urlsplit

from connectors.content import digest
from connectors.contract import (
    Access,
    AccessRefused,
    ConnectorError,
    Link,
    OutgoingPost,
    Prepared,
)
from connectors.http import Answer, Call, Http, Purpose
from connectors.standard_webhooks import key_of, signed
from connectors.webhook_facts import NAME, promised_life

_SENT_ON = range(300, 400)


class WebhookWire:
    """The endpoint with its secrets; nothing is asked of it but to take a post."""

    def __init__(self, access: Access) -> None:
        """Read what was signed in with; raise `AccessRefused` where it cannot be used."""
        url = access.credentials.get("URL", "").strip()
        secret = access.credentials.get("SECRET", "").strip()
        # The receiver's clock says nothing about ours, and none of its pages ever lifts an alarm.
        self.http = Http(
            NAME,
            replace(access, saw_date=lambda _date: None, saw_allowance=lambda *_: None),
            secrets=(url, *_path_of(url), *secret.split()),
        )
        self._address = _address(url, access.server)
        self._keys = tuple(_key(one) for one in secret.split())
        if not self._keys:
            raise _refused("SECRET is missing; it is the secret shared with the endpoint, whsec_…")
        promised = access.credentials.get("DROPS_REPEATS_FOR", "").strip()
        if not promised:
            raise _refused("DROPS_REPEATS_FOR is missing; write a time such as 72h, or no")
        try:
            self.key_life = promised_life(promised)
        except ValueError as error:
            raise _refused(str(error)) from None

    def send(self, post: OutgoingPost, prepared: Prepared) -> Answer:
        """Hand the post over, once; every attempt has the same id, and the signature of its own."""
        body = _body(post, prepared)
        return self.http.send(
            Call(
                purpose=Purpose.CREATE,
                method="POST",
                url=self._address,
                headers={
                    "Content-Type": "application/json",
                    **signed(self._keys, post.delivery_key, self.http.now(), body),
                },
                content=body,
            )
        )

    def error(self, answer: Answer) -> ConnectorError:
        """Say what an answer that is no 2xx means."""
        code = str(answer.status)
        if answer.status == 410:
            message = "The endpoint says that it takes no posts any more (410)."
            return AccessRefused(message, network=NAME, code=code)
        if answer.status in {404, 405}:
            message = f"Nothing takes posts at that address ({code}); correct URL."
            return AccessRefused(message, network=NAME, code=code)
        if answer.status in _SENT_ON and answer.status not in {302, 303}:
            message = f"The endpoint sends us on to another address ({code}); correct URL."
            return AccessRefused(message, network=NAME, code=code)
        return self.http.plain_error(answer, Purpose.CREATE)


def _body(post: OutgoingPost, prepared: Prepared) -> bytes:
    media = [
        {
            "address": address,
            "media_type": one.media_type,
            "alt_text": one.alt_text,
            "bytes": len(one.content),
            "sha256": digest(one.content),
        }
        for one, address in zip(post.media, prepared.tokens, strict=True)
    ]
    data = {
        "id": post.delivery_key,
        "text": post.text,
        "language": post.language,
        "link": _link(post.link) if post.link else None,
        "media": media,
    }
    content = {"type": "post.publish", "data": data}
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def _link(link: Link) -> dict[str, str]:
    return {"url": link.url, "title": link.title, "description": link.description}


def _address(url: str, server: str | None) -> str:
    """Return where to send: the endpoint's path, at the channel's server where it names one."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        host = None
    if not host or parts.scheme not in {"https", "http"}:
        raise _refused("URL is missing or no address; it is where the endpoint takes posts")
    if server:
        there = urlsplit(server)
        return parts._replace(scheme=there.scheme, netloc=there.netloc, fragment="").geturl()
    if parts.scheme != "https":
        raise _refused("URL is not encrypted; the endpoint has to begin with https://")
    return parts._replace(fragment="").geturl()


def _path_of(url: str) -> tuple[str, ...]:
    """Return what is secret in an address: many receivers know their callers by its path."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ()
    return tuple(one for one in (parts.path.strip("/"), parts.query) if len(one) > 8)


def _key(secret: str) -> bytes:
    try:
        return key_of(secret)
    except ValueError as error:
        raise _refused(f"SECRET cannot be used: {error}") from None


def _refused(message: str) -> AccessRefused:
    return AccessRefused(message, network=NAME)
