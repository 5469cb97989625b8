"""Files for a post: a picture, a video, a document or captions, kept in the post's folder.

A file comes as the body, as it is. It is read from the wire only for whoever may write, and not
into memory; then it is judged by what is in it, as a file from the page is.
"""

import hashlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO, Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from campaign.composing.folder import NoSuchPostError, post_folder
from campaign.composing.keeping import Judge, as_captions, as_media, as_picture, keep_upload
from campaign.content.pictures import LARGEST
from campaign.uploads.judging import UploadError
from campaign.web.api.caller import Caller
from campaign.web.api.posts import PostId
from campaign.web.api.problems import ProblemError, Wrong, documented
from campaign.web.api.shapes import Shape
from campaign.web.api.writing import Done, Key, Writing, once_in_files, writing_of
from campaign.web.api.writing_posts import Authors

router = APIRouter(tags=["writing"])
LARGEST_BODY = LARGEST + 64 * 1024
"""Bytes: somewhat more than the largest file, which is then refused with a sentence."""
KEPT_IN_MEMORY = 1024 * 1024
KINDS: Mapping[str, Judge] = {
    "media": as_media,
    "picture": as_picture,
    "captions": as_captions,
}
FileKind = Annotated[
    Literal["media", "picture", "captions"],
    Query(
        description="What it is for: `media` is a picture, video or document; `picture` stands on "
        "a link's card or in a picture's place for a partner; `captions` are a video's.",
    ),
]
FileName = Annotated[
    str,
    Query(
        min_length=1,
        max_length=200,
        pattern="^[^\x00-\x1f\x7f]+$",
        description="The file's name; its ending is made of what is in it.",
        examples=["poster.png"],
    ),
]
_BINARY = {
    "requestBody": {
        "required": True,
        "description": "The file itself, of any media type: it is judged by what is in it.",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
_KEEPS = documented(
    *("not-understood", "not-found", "conflict", "key-reused", "too-large", "invalid")
)


@dataclass(frozen=True, slots=True)
class Received:
    """A file that has come in whole, for a post."""

    writing: Writing
    post: str
    file: IO[bytes]
    sha256: str


class Sent(BaseModel):
    """What makes two uploads the same."""

    name: str
    kind: str
    sha256: str


class KeptShape(Shape):
    """A file of a post's folder; name it in the manuscript to use it."""

    post: str = Field(examples=["law-helps"])
    file: str = Field(
        description="Its name there, for `media`, `link_image`, `artwork` or `captions` of the "
        "manuscript.",
        examples=["poster.png"],
    )
    size: int = Field(ge=1, description="Bytes.")
    sha256: str = Field(description="Of its bytes.")


async def _received(
    request: Request, caller: Authors, post: PostId, key: Key = None
) -> AsyncIterator[Received]:
    """Read the body once it is known that its sender may write, and that the post is there."""
    writing = writing_of(request, key)
    await run_in_threadpool(_check_post, caller, post)
    if request.headers.get("content-type", "").startswith("multipart/"):
        wrong = Wrong(at="header.Content-Type", what="Send the file itself as the body, no form.")
        raise ProblemError("invalid", "Wrong or missing: header.Content-Type", errors=[wrong])
    known = hashlib.sha256()
    with SpooledTemporaryFile(max_size=KEPT_IN_MEMORY) as file:
        async for part in request.stream():
            known.update(part)
            await run_in_threadpool(file.write, part)
        file.seek(0)
        yield Received(writing, post, file, known.hexdigest())


@router.post(
    "/posts/{post}/files",
    status_code=201,
    response_model=KeptShape,
    responses=_KEEPS,
    openapi_extra=_BINARY,
    max_body_size=LARGEST_BODY,
)
def upload_file(
    caller: Authors,
    received: Annotated[Received, Depends(_received)],
    name: FileName,
    kind: FileKind = "media",
) -> Response:
    """Keep a file for a post; the manuscript then names it, with its alt text or captions.

    The body is the file itself. The same file under the same name is kept once. Pictures may have
    20 MB and 50 million pixels, videos 64 MB; drawings (SVG) are not taken.
    """

    def act() -> Done:
        return Done(_kept(caller, received, name, KINDS[kind]), status=201)

    asked = Sent(name=name, kind=kind, sha256=received.sha256)
    return once_in_files(caller, received.writing, asked, act)


def _kept(caller: Caller, received: Received, name: str, judge: Judge) -> KeptShape:
    folder, post = caller.desk.settings.folder, received.post
    try:
        file = keep_upload(folder, post, name, received.file.read(), judge)
    except UploadError as error:
        wrong = Wrong(at="body", what=f"{str(error)[:1].upper()}{str(error)[1:]}.")
        raise ProblemError("invalid", str(error), errors=[wrong]) from error
    except OSError as error:
        raise ProblemError("fault", f"the file cannot be kept: {error.strerror}") from error
    with (post_folder(folder, post) / file).open("rb") as there:
        sha256 = hashlib.file_digest(there, "sha256").hexdigest()
        return KeptShape(post=post, file=file, size=there.tell(), sha256=sha256)


def _check_post(caller: Caller, post: str) -> None:
    try:
        post_folder(caller.desk.settings.folder, post)
    except NoSuchPostError as error:
        raise ProblemError("not-found", str(error)) from error
