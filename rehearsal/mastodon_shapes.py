"""How Mastodon words things: statuses, accounts, attachments, the instance, errors.

The entities are those of Mastodon 4.5 (`mastodon` API version 7).
"""

import html
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import regex  # type: ignore[import-untyped]  # the package ships no types

from rehearsal.accounts import Account
from rehearsal.counting import links_on_mastodon
from rehearsal.exchange import Answer, as_json
from rehearsal.records import StoredMedia, StoredPost

DOMAIN = "social.example"
SITE = f"https://{DOMAIN}"
MAX_CHARACTERS = 500
MAX_ATTACHMENTS = 4
URL_WEIGHT = 23
MAX_DESCRIPTION = 1500
FILM = "video/mp4"
VIDEO_BYTES = 103_809_024
IMAGE_BYTES = 16_777_216
IMAGE_PIXELS = 33_177_600
MEDIA_TYPES = ("image/jpeg", "image/png", "image/gif", "image/webp", "image/avif")
SHOWN_OF_LINK = 30
"""Characters of an address that people see before the ellipsis."""

ALWAYS_EMPTY: Mapping[str, Any] = {
    "emojis": [],
    "card": None,
    "poll": None,
    "reblog": None,
    "favourited": False,
    "reblogged": False,
    "muted": False,
    "bookmarked": False,
    "pinned": False,
    "filtered": [],
}
"""Parts of a status that no rehearsed status has."""

_HASHTAG = regex.compile(r"(?<![\w/&])#(\w*[\p{L}_]\w*)")


def error(status: int, words: str) -> Answer:
    """Answer with Mastodon's one error shape."""
    return as_json(status, {"error": words})


def failed(words: str) -> Answer:
    """Answer 422 for a record that does not validate."""
    return error(422, f"Validation failed: {words}")


def page_of_apology() -> Answer:
    """Answer 500 with a page, as Mastodon does when it breaks."""
    page = (
        "<!DOCTYPE html>\n<html lang='en'>\n<head>\n<title>We're sorry, but something went wrong "
        "on our end.</title>\n</head>\n<body class='error'><h1>500</h1></body>\n</html>\n"
    )
    return Answer(status=500, body=page.encode(), media_type="text/html; charset=utf-8")


def instant(at: datetime) -> str:
    """Write a time as Mastodon does, with milliseconds."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def as_account(account: Account, now: datetime, *, statuses: int) -> dict[str, Any]:
    """Return an account as everybody sees it."""
    picture = f"{SITE}/avatars/original/missing.png"
    banner = f"{SITE}/headers/original/missing.png"
    return {
        "id": account.remote_id,
        "username": account.name,
        "acct": account.name,
        "display_name": account.name,
        "locked": False,
        "bot": False,
        "group": False,
        "discoverable": True,
        "indexable": True,
        "created_at": account.added_at.strftime("%Y-%m-%dT00:00:00.000Z"),
        "note": "<p>An invented account of a rehearsal.</p>",
        "url": f"{SITE}/@{account.name}",
        "uri": f"{SITE}/users/{account.name}",
        "avatar": picture,
        "avatar_static": picture,
        "header": banner,
        "header_static": banner,
        "followers_count": account.followers_at(now),
        "following_count": 120,
        "statuses_count": statuses,
        "last_status_at": None,
        "emojis": [],
        "fields": [],
    }


def as_own_account(account: Account, now: datetime, *, statuses: int) -> dict[str, Any]:
    """Return an account as its owner sees it."""
    source = {
        "privacy": "public",
        "sensitive": False,
        "language": "en",
        "note": "An invented account of a rehearsal.",
        "fields": [],
        "follow_requests_count": 0,
        "discoverable": True,
        "indexable": True,
        "hide_collections": False,
    }
    role = {"id": "-99", "name": "", "permissions": "0", "color": "", "highlighted": False}
    return as_account(account, now, statuses=statuses) | {"source": source, "role": role}


def as_attachment(media: StoredMedia, *, ready: bool) -> dict[str, Any]:
    """Return an attachment; while it is processed its address is null."""
    file = f"{SITE}/system/media_attachments/files/{media.remote_id}/original/picture"
    meta = None
    if ready and media.height:
        original = {
            "width": media.width,
            "height": media.height,
            "size": f"{media.width}x{media.height}",
            "aspect": media.width / media.height,
        }
        meta = {"original": original}
    return {
        "id": media.remote_id,
        "type": "video" if media.media_type == FILM else "image",
        "url": file if ready else None,
        "preview_url": file.replace("original", "small") if ready else None,
        "remote_url": None,
        "preview_remote_url": None,
        "text_url": None,
        "meta": meta,
        "description": media.alt_text or None,
        "blurhash": None,
    }


def as_status(
    post: StoredPost, account: Mapping[str, Any], *, counts: Mapping[str, int]
) -> dict[str, Any]:
    """Return a status with its counts."""
    return {
        "id": post.remote_id,
        "uri": f"{SITE}/users/{account['username']}/statuses/{post.remote_id}",
        "url": post.url,
        "created_at": instant(post.created_at),
        "edited_at": post.raw.get("edited_at"),
        "in_reply_to_id": post.answers,
        "in_reply_to_account_id": None,
        "sensitive": post.raw.get("sensitive") in (True, "true", "1"),
        "spoiler_text": post.raw.get("spoiler_text") or "",
        "visibility": post.raw.get("visibility") or "public",
        "language": post.language,
        "content": as_html(post.text),
        "account": account,
        "media_attachments": [as_attachment(media, ready=True) for media in post.media],
        "mentions": [],
        "tags": [
            {"name": name.lower(), "url": f"{SITE}/tags/{name.lower()}"}
            for name in _HASHTAG.findall(post.text)
        ],
        "application": {"name": "rehearsal", "website": None},
        "replies_count": counts["replies"],
        "reblogs_count": counts["reshares"],
        "favourites_count": counts["reactions"],
        "quotes_count": counts["quotes"],
        **ALWAYS_EMPTY,
    }


def as_html(text: str) -> str:
    """Return a text as Mastodon shows it: paragraphs, line breaks, links, hashtags."""
    if not text:
        return ""
    shown, at = "", 0
    for start, end in links_on_mastodon(text):
        shown += _plain(text[at:start]) + _link(text[start:end])
        at = end
    shown += _plain(text[at:])
    paragraphs = regex.split(r"\n{2,}", shown.replace("\r\n", "\n").strip("\n"))
    return "".join(f"<p>{one.replace(chr(10), '<br />')}</p>" for one in paragraphs)


def _plain(text: str) -> str:
    escaped = html.escape(text).replace("&#x27;", "&#39;")
    shown: str = _HASHTAG.sub(_hashtag, escaped)
    return shown


def _hashtag(found: Any) -> str:
    return (
        f'<a href="{SITE}/tags/{found[1]}" class="mention hashtag" rel="tag">'
        f"#<span>{found[1]}</span></a>"
    )


def _link(address: str) -> str:
    scheme = regex.match(r"https?://(?:www\.)?", address, regex.IGNORECASE)
    start = scheme.end() if scheme else 0
    shown, hidden = address[start:][:SHOWN_OF_LINK], address[start:][SHOWN_OF_LINK:]
    return (
        f'<a href="{html.escape(address)}" target="_blank" rel="nofollow noopener" '
        f'translate="no"><span class="invisible">{html.escape(address[:start])}</span>'
        f'<span class="{"ellipsis" if hidden else ""}">{html.escape(shown)}</span>'
        f'<span class="invisible">{html.escape(hidden)}</span></a>'
    )


def instance() -> dict[str, Any]:
    """Return what the server says of itself, limits included."""
    return {
        "domain": DOMAIN,
        "title": "Rehearsal",
        "version": "4.5.0",
        "source_url": "https://github.com/mastodon/mastodon",
        "description": "A stand-in; nobody reads here.",
        "usage": {"users": {"active_month": 12}},
        "thumbnail": {"url": f"{SITE}/thumbnail.png"},
        "icon": [],
        "languages": ["en"],
        "configuration": _configuration(),
        "registrations": {"enabled": False, "approval_required": False, "message": None},
        "api_versions": {"mastodon": 7},
        "contact": {"email": f"desk@{DOMAIN}", "account": None},
        "rules": [],
    }


def _configuration() -> dict[str, Any]:
    return {
        "urls": {"streaming": f"wss://{DOMAIN}"},
        "accounts": {"max_featured_tags": 10, "max_pinned_statuses": 5},
        "statuses": {
            "max_characters": MAX_CHARACTERS,
            "max_media_attachments": MAX_ATTACHMENTS,
            "characters_reserved_per_url": URL_WEIGHT,
        },
        "media_attachments": {
            "supported_mime_types": [*MEDIA_TYPES, FILM],
            "description_limit": MAX_DESCRIPTION,
            "image_size_limit": IMAGE_BYTES,
            "image_matrix_limit": IMAGE_PIXELS,
            "video_size_limit": VIDEO_BYTES,
            "video_frame_rate_limit": 120,
            "video_matrix_limit": 8_294_400,
        },
        "polls": {
            "max_options": 4,
            "max_characters_per_option": 50,
            "min_expiration": 300,
            "max_expiration": 2_629_746,
        },
        "translation": {"enabled": False},
    }
