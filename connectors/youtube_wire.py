"""The calls of the YouTube Data API, as the wire has them.

JSON goes in and out; files go to a place of their own. The token goes in a header, and to no host
but Google's, also where an answer names the address. Facts: Google's documentation (YouTube Data
API v3, "Resumable uploads", videos, captions and channels).
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from connectors.contract import Access, AccessRefused, Captions
from connectors.http import Answer, Call, Http, Purpose
from connectors.youtube_facts import NAME

HOST = "https://www.googleapis.com"
_GOOGLE = ".googleapis.com"
_BOUNDARY = "campaign-desk-captions-6f1c0d7b"
_CHANNEL = "UC"


class YouTubeWire:
    """One token for one channel."""

    def __init__(self, access: Access) -> None:
        self.channel = _credential(access, "CHANNEL_ID")
        token = _credential(access, "ACCESS_TOKEN")
        if not self.channel.startswith(_CHANNEL):
            message = "CHANNEL_ID has to be the channel's id, for example UCk9Yl4cCkHa0jzZ5t0Qx0tA."
            raise AccessRefused(message, network=NAME)
        self.http = Http(NAME, access, secrets=(token,))
        self._server = access.server.rstrip("/") if access.server else None
        base = self._server or HOST
        self._base, self._upload = f"{base}/youtube/v3", f"{base}/upload/youtube/v3"
        self._headers = {"Authorization": f"Bearer {token}"}

    def open_session(self, resource: Mapping[str, Any], *, size: int, media_type: str) -> Answer:
        """Name a video that is going to be uploaded (videos.insert, resumable)."""
        call = Call(
            purpose=Purpose.PREPARE,
            method="POST",
            url=f"{self._upload}/videos",
            query=(("uploadType", "resumable"), ("part", "snippet,status")),
            headers={
                **self._headers,
                "X-Upload-Content-Length": str(size),
                "X-Upload-Content-Type": media_type,
            },
            json=resource,
        )
        return self.http.send(call)

    def is_ours(self, address: str) -> bool:
        """Whether an address that an answer names may be shown our token."""
        try:
            there, known = urlsplit(address), urlsplit(self._base)
        except ValueError:
            return False
        if self._server is not None:
            return (there.scheme, there.netloc) == (known.scheme, known.netloc)
        return there.scheme == "https" and f".{there.hostname or ''}".endswith(_GOOGLE)

    def send_part(self, session: str, part: bytes, *, start: int, total: int) -> Answer:
        """Send some bytes of a video to its session."""
        end = start + len(part) - 1
        return self._put(session, part, f"bytes {start}-{end}/{total}")

    def ask_session(self, session: str, *, total: int) -> Answer:
        """Ask a session how much of the video has arrived."""
        return self._put(session, b"", f"bytes */{total}")

    def add_captions(self, resource: Mapping[str, Any], captions: Captions) -> Answer:
        """Put a caption file beside a video (captions.insert, multipart/related)."""
        parts = (
            ("application/json; charset=UTF-8", json.dumps(resource).encode()),
            ("application/octet-stream", captions.content),
        )
        body = b"".join(
            f"--{_BOUNDARY}\r\nContent-Type: {kind}\r\n\r\n".encode() + content + b"\r\n"
            for kind, content in parts
        )
        call = Call(
            purpose=Purpose.PREPARE,
            method="POST",
            url=f"{self._upload}/captions",
            query=(("uploadType", "multipart"), ("part", "snippet")),
            headers={
                **self._headers,
                "Content-Type": f"multipart/related; boundary={_BOUNDARY}",
            },
            content=body + f"--{_BOUNDARY}--\r\n".encode(),
        )
        return self.http.send(call)

    def update(self, part: str, resource: Mapping[str, Any], purpose: Purpose) -> Answer:
        """Replace one part of a video's page, all of it (videos.update)."""
        call = Call(
            purpose=purpose,
            method="PUT",
            url=f"{self._base}/videos",
            query=(("part", part),),
            headers=self._headers,
            json=resource,
        )
        return self.http.send(call)

    def delete(self, video_id: str) -> Answer:
        """Delete a video (videos.delete)."""
        call = Call(
            purpose=Purpose.CHANGE,
            method="DELETE",
            url=f"{self._base}/videos",
            query=(("id", video_id),),
            headers=self._headers,
        )
        return self.http.send(call)

    def videos(self, part: str, ids: Sequence[str]) -> Answer:
        """Read some parts of videos (videos.list)."""
        return self._get("videos", (("part", part), ("id", ",".join(ids))))

    def own_channel(self, part: str) -> Answer:
        """Read some parts of the channel that the token is for (channels.list)."""
        return self._get("channels", (("part", part), ("mine", "true")))

    def _put(self, session: str, part: bytes, content_range: str) -> Answer:
        headers = {**self._headers, "Content-Range": content_range}
        call = Call(
            purpose=Purpose.PREPARE, method="PUT", url=session, headers=headers, content=part
        )
        return self.http.send(call)

    def _get(self, what: str, query: tuple[tuple[str, str], ...]) -> Answer:
        call = Call(
            purpose=Purpose.READ,
            method="GET",
            url=f"{self._base}/{what}",
            query=query,
            headers=self._headers,
        )
        return self.http.send(call)


def _credential(access: Access, name: str) -> str:
    value = access.credentials.get(name, "").strip()
    if not value:
        message = f"The YouTube channel has no {name}: connect it first."
        raise AccessRefused(message, network=NAME)
    return value
