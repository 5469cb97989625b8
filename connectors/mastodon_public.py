"""What an account on a Mastodon server has shown to everybody, read without signing in.

From Mastodon's documentation, "accounts API methods": `lookup` and `statuses` need no token, but
a server may ask for one (limited federation mode) and then answers 401.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from connectors.contract import Access, PublicPost, RemoteId
from connectors.http import Answer, Call, Http, Purpose
from connectors.mastodon_api import server_of
from connectors.mastodon_facts import NAME
from connectors.mastodon_text import text_and_links

_PAGE = 40
_MOST_PAGES = 5
_SHOWN_TO_ALL = frozenset({"public", "unlisted"})


def public_posts(access: Access, since: datetime) -> list[PublicPost]:
    """List an account's posts since an instant; raise a `ConnectorError` where nobody answers."""
    http = Http(NAME, access)
    try:
        return _since(http, server_of(access), access.handle, since)
    finally:
        http.close()


def _since(http: Http, server: str, handle: str, since: datetime) -> list[PublicPost]:
    user = handle.strip().lstrip("@").partition("@")[0]
    account = _get(http, f"{server}/api/v1/accounts/lookup", ("acct", user)).mapping()
    path = f"{server}/api/v1/accounts/{account.get('id')}/statuses"
    usual = (("limit", str(_PAGE)), ("exclude_reblogs", "true"), ("exclude_replies", "true"))
    found: list[PublicPost] = []
    before: tuple[tuple[str, str], ...] = ()
    for _ in range(_MOST_PAGES):
        page = _get(http, path, *usual, *before).mappings() or []
        posts = [post for one in page if (post := _post_in(one)) is not None]
        found += [post for post in posts if post.published_at >= since]
        if len(page) < _PAGE or any(post.published_at < since for post in posts):
            break
        before = (("max_id", str(page[-1].get("id"))),)
    return found


def _get(http: Http, url: str, *query: tuple[str, str]) -> Answer:
    answer = http.send(Call(purpose=Purpose.READ, method="GET", url=url, query=query))
    if not answer.ok:
        raise http.plain_error(answer, Purpose.READ)
    return answer


def _post_in(status: Mapping[str, Any]) -> PublicPost | None:
    """Return a status as a post; None for one that not everybody sees, or that cannot be read."""
    named = [status.get(name) for name in ("id", "url", "content", "created_at")]
    if status.get("visibility") not in _SHOWN_TO_ALL or not all(
        isinstance(one, str) and one for one in named
    ):
        return None
    remote_id, url, content, created_at = map(str, named)
    try:
        published_at = datetime.fromisoformat(created_at)
    except ValueError:
        return None
    text, links = text_and_links(content)
    return PublicPost(
        remote_id=RemoteId(remote_id), url=url, text=text, links=links, published_at=published_at
    )
