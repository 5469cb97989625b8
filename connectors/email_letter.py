"""The letter in which a post is handed over: ready to be copied, its pictures with their words.

A delivery's letter has one id for life, and no part of it differs from one try to the next but its
date, so a mailbox that sees it twice can tell.
"""

from collections.abc import Iterator
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from connectors.content import whole
from connectors.contract import OutgoingPost

TEXT_FILE = "post.txt"
_LONGEST_SUBJECT = 70
_POLICY = SMTP.clone(max_line_length=998)
_LINE = "-" * 40
_ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "image/webp": "webp"}


def letter_id(post: OutgoingPost, sender: str) -> str:
    """Return what mail programs know the letter by, without its angle brackets."""
    return f"{post.delivery_key}@{sender.rpartition('@')[2]}"


def letter(post: OutgoingPost, *, sender: str, to: str, now: datetime) -> bytes:
    """Return the letter as bytes."""
    message = EmailMessage(policy=_POLICY)
    message["From"] = sender
    message["To"] = to
    message["Subject"] = f"To be posted now: {_first_words(post.text)}"
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{letter_id(post, sender)}>"
    # Machines that answer for people who are away leave it alone (RFC 3834).
    message["Auto-Submitted"] = "auto-generated"
    message.set_content("\n".join(_body(post)))
    message.add_attachment(post.text.encode(), maintype="text", subtype="plain", filename=TEXT_FILE)
    for number, one in enumerate(post.media, start=1):
        main, _, sub = one.media_type.partition("/")
        message.add_attachment(
            whole(one.content), maintype=main, subtype=sub, filename=_name(number, one.media_type)
        )
        described = " ".join(one.alt_text.split())
        if described:
            message.get_payload()[-1]["Content-Description"] = described  # type: ignore[index]
    message["Content-Language"] = post.language
    # The parts are parted by a line of our own, since a random one would differ each time.
    message.set_boundary(f"=_{post.delivery_key}")
    return message.as_bytes()


def _body(post: OutgoingPost) -> Iterator[str]:
    yield "Please post this now. The text is attached as well, ready to be copied."
    yield from ("", _LINE, post.text, _LINE, "")
    for number, one in enumerate(post.media, start=1):
        name = _name(number, one.media_type)
        yield f"Picture {number}, {name}. Words for those who cannot see it:"
        yield from (one.alt_text or "none", "")
    yield "If this comes twice, it is the same post: post it once."
    yield f"Reference: {post.delivery_key}"


def _first_words(text: str) -> str:
    words = " ".join(text.split()) or "a picture"
    return words if len(words) <= _LONGEST_SUBJECT else f"{words[: _LONGEST_SUBJECT - 1]}…"


def _name(number: int, media_type: str) -> str:
    return f"picture-{number}.{_ENDINGS.get(media_type, 'bin')}"
