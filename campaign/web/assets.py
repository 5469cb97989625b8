"""The style sheets and scripts, under addresses that change with their content.

They stand in the package, read once and compressed once. Every address holds a hash over all of
them, so a browser may keep them for a year and a new version is fetched at once.
"""

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from campaign.web.answers import NotFoundError

FOLDER = Path(__file__).parent / "static"
ENDINGS = (".css", ".js", ".svg", ".png", ".ico", ".txt")
_A_YEAR = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    """One file, as it is sent."""

    media_type: str
    content: bytes = field(repr=False)
    compressed: bytes = field(repr=False)


@cache
def assets() -> dict[str, Asset]:
    """Return every file by its path below the folder."""
    found = sorted(one for one in FOLDER.rglob("*") if one.suffix in ENDINGS)
    return {str(one.relative_to(FOLDER)): _asset(one) for one in found}


@cache
def version() -> str:
    """Return what stands in every address: a hash over all files and their names."""
    known = hashlib.sha256()
    for name, one in assets().items():
        known.update(name.encode() + b"\0" + hashlib.sha256(one.content).digest())
    return known.hexdigest()[:16]


def address_of(name: str) -> str:
    """Return where a browser finds a file; raise `KeyError` for one that is not there."""
    _known = assets()[name]
    return f"/static/{version()}/{name}"


def _asset(path: Path) -> Asset:
    content = path.read_bytes()
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    if path.suffix == ".js":
        media_type = "text/javascript"
    return Asset(media_type, content, gzip.compress(content, 9, mtime=0))


async def _serve(request: Request) -> Response:
    found = assets().get(request.path_params["name"])
    if found is None:
        raise NotFoundError
    is_current = request.path_params["version"] == version()
    headers = {"Cache-Control": _A_YEAR if is_current else "no-cache", "Vary": "Accept-Encoding"}
    takes_gzip = "gzip" in request.headers.get("Accept-Encoding", "")
    if takes_gzip:
        headers["Content-Encoding"] = "gzip"
    content = found.compressed if takes_gzip else found.content
    return Response(content, headers=headers, media_type=found.media_type)


ROUTE = Route("/static/{version}/{name:path}", _serve, name="static")
