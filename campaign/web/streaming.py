"""Answers with a file that is read while it is sent, so that a video never stands in memory."""

import tempfile
from collections.abc import Callable, Iterator, Mapping
from http import HTTPStatus
from typing import BinaryIO

from starlette.responses import Response, StreamingResponse

from connectors.content import PIECE, Content, pieces


def streamed(
    content: Content,
    status: HTTPStatus = HTTPStatus.OK,
    *,
    headers: Mapping[str, str],
    media_type: str,
) -> Response:
    """Return an answer with a content; its length is said in front."""
    if isinstance(content, bytes):
        return Response(content, status, headers, media_type=media_type)
    said = {**headers, "Content-Length": str(len(content))}
    return StreamingResponse(pieces(content), status, said, media_type=media_type)


def written(
    write: Callable[[BinaryIO], None], *, headers: Mapping[str, str], media_type: str
) -> Response:
    """Return an answer with what is written into a file, which is gone when it has been sent."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - closed when it has been sent
    write(file)
    said = {**headers, "Content-Length": str(file.tell())}
    return StreamingResponse(_read_out(file), headers=said, media_type=media_type)


def _read_out(file: BinaryIO) -> Iterator[bytes]:
    with file:
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece
