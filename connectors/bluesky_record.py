"""Builds the record that is a post on Bluesky, the same bytes at every attempt.

Everything in it comes from the post, its key and what `prepare` left: no clock, no server. Source:
lexicons `app.bsky.feed.post`, `app.bsky.feed.repost`, `app.bsky.embed.images`,
`app.bsky.embed.external` and `com.atproto.repo.strongRef`.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import regex  # type: ignore[import-untyped]  # the package ships no types

from connectors.bluesky_facts import COLLECTION, REPOSTS
from connectors.bluesky_key import created_at, written
from connectors.contract import Media, OutgoingPost
from connectors.facets import bluesky_facets
from connectors.picture_size import size_of

_SHOWN_AT_MOST = 30


def show_link(url: str) -> str:
    """Return a link as it stands in a text: host and path, at most 30 characters.

    The facet leads to the full address, so nothing of it is lost.
    """
    parts = urlsplit(url)
    shown = (parts.netloc + parts.path).rstrip("/")
    characters = regex.findall(r"\X", shown)
    if len(characters) <= _SHOWN_AT_MOST:
        return shown
    return "".join(characters[: _SHOWN_AT_MOST - 1]) + "…"


def uploads(post: OutgoingPost) -> tuple[Media, ...]:
    """Return what has to be uploaded: the pictures, or the card's when there are none."""
    if post.reposts is not None:
        return ()
    if post.media or post.link is None or post.link.thumbnail is None:
        return post.media
    return (post.link.thumbnail,)


def mentioned(post: OutgoingPost) -> list[str]:
    """Return the handles that the text mentions, each once; a repost has no text of its own."""
    if post.reposts is not None:
        return []
    features = [feature for facet in _facets(post) for feature in facet["features"]]
    return list(dict.fromkeys(one["handle"] for one in features if "handle" in one))


def blob_token(blob: Mapping[str, Any]) -> str:
    """Write down an upload for `Prepared`."""
    return json.dumps({"blob": blob}, sort_keys=True)


def mention_token(handle: str, did: str) -> str:
    """Write down whom a handle means for `Prepared`."""
    return json.dumps({"handle": handle, "did": did}, sort_keys=True)


def reference_token(remote_id: str, reference: Mapping[str, str]) -> str:
    """Write down for `Prepared` under which address and content another post stands."""
    return json.dumps({"post": remote_id, "reference": dict(reference)}, sort_keys=True)


def referred_to(post: OutgoingPost) -> tuple[str, ...]:
    """Return the posts whose content ids the record has to name, each once."""
    if post.reposts is not None:
        return (post.reposts.remote_id,)
    if post.answers is None:
        return ()
    return tuple(dict.fromkeys((post.answers.parent, post.answers.root)))


def references_in(tokens: Sequence[str]) -> dict[str, dict[str, str]]:
    """Return address and content id of other posts, by the id that the post asks for them by."""
    return {one["post"]: one["reference"] for one in map(json.loads, tokens) if "post" in one}


def blobs_in(tokens: Sequence[str]) -> list[dict[str, Any]]:
    """Return the uploads among the tokens, in the order of `uploads`."""
    return [one["blob"] for one in map(json.loads, tokens) if "blob" in one]


def build_record(post: OutgoingPost, tokens: Sequence[str]) -> dict[str, Any]:
    """Build the record; ValueError where the key is no TID or something is not prepared."""
    references = references_in(tokens)
    missing = [one for one in referred_to(post) if one not in references]
    if missing:
        message = f"it is not known how {', '.join(missing)} stand on the server"
        raise ValueError(message)
    if post.reposts is not None:
        return {
            "$type": REPOSTS,
            "subject": references[post.reposts.remote_id],
            "createdAt": written(created_at(post.delivery_key)),
        }
    record: dict[str, Any] = {
        "$type": COLLECTION,
        "text": post.text,
        "createdAt": written(created_at(post.delivery_key)),
        "langs": [post.language],
    }
    known = [json.loads(one) for one in tokens]
    dids = {one["handle"]: one["did"] for one in known if "handle" in one}
    facets = [resolved for one in _facets(post) if (resolved := _resolved(one, dids))]
    if facets:
        record["facets"] = facets
    if post.answers is not None:
        answered = post.answers
        record["reply"] = {
            "root": references[answered.root],
            "parent": references[answered.parent],
        }
    embed = _embed(post, blobs_in(tokens))
    if embed:
        record["embed"] = embed
    return record


def _facets(post: OutgoingPost) -> list[dict[str, Any]]:
    links = {show_link(post.link.url): post.link.url} if post.link else {}
    return bluesky_facets(post.text, links)


def _resolved(facet: dict[str, Any], dids: Mapping[str, str]) -> dict[str, Any] | None:
    """Put the account's DID where the handle stands; a handle nobody has stays plain text."""
    features = []
    for feature in facet["features"]:
        if "handle" not in feature:
            features.append(feature)
        elif feature["handle"] in dids:
            features.append({"$type": feature["$type"], "did": dids[feature["handle"]]})
    return {"index": facet["index"], "features": features} if features else None


def _embed(post: OutgoingPost, blobs: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    if post.media:
        images = [_image(*pair) for pair in zip(post.media, blobs, strict=True)]
        return {"$type": "app.bsky.embed.images", "images": images}
    if post.link is None:
        return None
    card: dict[str, Any] = {
        "uri": post.link.url,
        "title": post.link.title or show_link(post.link.url),
        "description": post.link.description,
    }
    for _, blob in zip(uploads(post), blobs, strict=True):
        card["thumb"] = blob
    return {"$type": "app.bsky.embed.external", "external": card}


def _image(media: Media, blob: dict[str, Any]) -> dict[str, Any]:
    image: dict[str, Any] = {"alt": media.alt_text, "image": blob}
    size = size_of(media.content)
    if size:
        image["aspectRatio"] = {"width": size[0], "height": size[1]}
    return image
