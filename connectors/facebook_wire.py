"""The calls of Facebook's Graph API, as the wire has them.

Forms go in, JSON comes out. The token goes in a header, never in an address. Facts: Meta's
documentation, Graph API v26.0 (Pages API, page feed, photos and videos, batch requests).
"""

import json
from collections.abc import Mapping, Sequence

from connectors.content import Content
from connectors.contract import Access, AccessRefused, Media
from connectors.facebook_facts import API_VERSION, NAME
from connectors.http import Answer, Call, Http, Purpose

HOST = "https://graph.facebook.com"
VIDEO_HOST = "https://graph-video.facebook.com"

COMMENTS = 100
"""Comments that are looked through for one of our own."""

Files = Mapping[str, tuple[str, Content, str]]


class FacebookWire:
    """One token for one page."""

    def __init__(self, access: Access) -> None:
        self.page = _credential(access, "PAGE_ID")
        token = _credential(access, "PAGE_TOKEN")
        if not (self.page.isascii() and self.page.isdigit()):
            message = "PAGE_ID has to be the page's number, for example 104052007871234."
            raise AccessRefused(message, network=NAME)
        self.http = Http(NAME, access, secrets=(token,))
        server = access.server.rstrip("/") if access.server else None
        self._base = f"{server or HOST}/{API_VERSION}"
        self._video_base = f"{server or VIDEO_HOST}/{API_VERSION}"
        self._headers = {"Authorization": f"Bearer {token}"}

    def upload_photo(self, media: Media) -> Answer:
        """Upload a picture that no post shows yet (page photos, `published=false`)."""
        kind = media.media_type.rpartition("/")[2]
        form = {"published": "false"}
        if media.alt_text:
            form["alt_text_custom"] = media.alt_text
        files = {"source": (f"picture.{kind}", media.content, media.media_type)}
        return self._write(Purpose.PREPARE, f"{self._base}/{self.page}/photos", form, files)

    def draft(self, fields: Mapping[str, str]) -> Answer:
        """Make a post that nobody sees (page feed, `published=false`)."""
        form = {**fields, "published": "false"}
        return self._write(Purpose.PREPARE, f"{self._base}/{self.page}/feed", form)

    def release(self, post_id: str) -> Answer:
        """Make a post visible that stands unpublished; done twice, it is done once."""
        return self._write(Purpose.CREATE, f"{self._base}/{post_id}", {"is_published": "true"})

    def edit(self, post_id: str, message: str) -> Answer:
        """Give a post other words; only the app that made it may (Pages API, posts)."""
        return self._write(Purpose.CHANGE, f"{self._base}/{post_id}", {"message": message})

    def delete(self, post_id: str) -> Answer:
        """Delete a post (Pages API, posts)."""
        call = Call(
            purpose=Purpose.CHANGE,
            method="DELETE",
            url=f"{self._base}/{post_id}",
            headers=self._headers,
        )
        return self.http.send(call)

    def comment(self, post_id: str, text: str) -> Answer:
        """Put a comment under a post, as the page (Pages API, comments)."""
        return self._write(Purpose.CREATE, f"{self._base}/{post_id}/comments", {"message": text})

    def comments(self, post_id: str) -> Answer:
        """List the latest comments on a post, the newest first (object comments)."""
        query = (
            ("fields", "id,message,created_time,from"),
            ("filter", "toplevel"),
            ("order", "reverse_chronological"),
            ("limit", str(COMMENTS)),
        )
        call = Call(
            purpose=Purpose.READ,
            method="GET",
            url=f"{self._base}/{post_id}/comments",
            query=query,
            headers=self._headers,
        )
        return self.http.send(call)

    def video(
        self, purpose: Purpose, fields: Mapping[str, str], files: Files | None = None
    ) -> Answer:
        """Take one step of a resumable upload (page videos: start, transfer, finish)."""
        return self._write(purpose, f"{self._video_base}/{self.page}/videos", fields, files)

    def add_captions(self, video_id: str, content: bytes, locale: str) -> Answer:
        """Put a caption file to a video, shown unless a viewer chooses another (video captions).

        The file's name tells the locale. Sent as text, it is refused (reports of 2017).
        """
        files = {"captions_file": (f"captions.{locale}.srt", content, "application/octet-stream")}
        form = {"default_locale": locale}
        return self._write(Purpose.CHANGE, f"{self._base}/{video_id}/captions", form, files)

    def captions(self, video_id: str) -> Answer:
        """List the captions of a video (video captions)."""
        return self.read(f"{video_id}/captions", "locale,is_auto_generated")

    def read(self, path: str, fields: str) -> Answer:
        """Read some fields of a post, a video or the page."""
        call = Call(
            purpose=Purpose.READ,
            method="GET",
            url=f"{self._base}/{path}",
            query=(("fields", fields),),
            headers=self._headers,
        )
        return self.http.send(call)

    def batch(self, addresses: Sequence[str]) -> Answer:
        """Make several reads in one request; each has a status and a body of its own."""
        requests = [{"method": "GET", "relative_url": one} for one in addresses]
        form = {"batch": json.dumps(requests), "include_headers": "false"}
        return self._write(Purpose.READ, self._base, form)

    def _write(
        self, purpose: Purpose, url: str, form: Mapping[str, str], files: Files | None = None
    ) -> Answer:
        call = Call(
            purpose=purpose, method="POST", url=url, headers=self._headers, form=form, files=files
        )
        return self.http.send(call)


def _credential(access: Access, name: str) -> str:
    value = access.credentials.get(name, "").strip()
    if not value:
        message = f"The Facebook channel has no {name}: connect it first."
        raise AccessRefused(message, network=NAME)
    return value
