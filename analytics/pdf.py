"""The page as a tagged PDF (PDF/UA-1): the same HTML, laid out for A4 by WeasyPrint.

WeasyPrint needs Pango, which is a library of the system. Where it is absent everything else still
works, and asking for a PDF says what to install.
"""

import ctypes
import io
import logging
import sys
from contextlib import redirect_stdout
from hashlib import sha256
from typing import Any

from PIL import ImageFile

NO_PANGO = (
    "PDF files need the library Pango, which is not installed (on Debian: apt install "
    "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0; on a Mac: brew install pango)"
)

ON_LINUX = ("libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz-subset.so.0")


class NoPdfError(RuntimeError):
    """This machine cannot make PDF files; the message says what to install."""


def check_library() -> None:
    """Raise `NoPdfError` where the system's libraries are missing.

    On Linux they are only opened, since loading all of WeasyPrint takes a second.
    """
    if sys.platform != "linux":
        _library()
        return
    try:
        for name in ON_LINUX:
            ctypes.CDLL(name)
    except OSError as error:
        raise NoPdfError(NO_PANGO) from error


def as_pdf(page: str) -> bytes:
    """Return a page as PDF; the same page gives the same bytes.

    The page's own `dcterms.created` becomes the file's date. Nothing is fetched from anywhere.
    Raises `NoPdfError` where the system's library is missing.
    """
    library = _library()
    only_embedded = library.urls.URLFetcher(allowed_protocols=["data"])
    document = library.HTML(string=page, url_fetcher=only_embedded)
    name = sha256(page.encode()).hexdigest()[:32].encode()
    return bytes(
        document.write_pdf(pdf_variant="pdf/ua-1", pdf_identifier=name, finisher=_name_scopes)
    )


def _name_scopes(_document: Any, pdf: Any) -> None:
    """Say of every heading of a table whether it heads a row or a column (ISO 32000-1, 14.8.5.7).

    The library links cells to headings by ids, which not every reading aid follows.
    """
    parts: list[Any] = [one for one in pdf.objects if isinstance(one, dict)]
    by_reference = {one.reference: one for one in parts}
    for part in parts:
        if part.get("S") == "/TH":
            row = by_reference[part["P"]]
            in_body = by_reference[row["P"]]["S"] == "/TBody"
            part["A"]["Scope"] = "/Row" if in_body else "/Column"


def _library() -> Any:
    # Loading takes a second and the system's library: only for those who want a PDF.
    strict = ImageFile.LOAD_TRUNCATED_IMAGES
    try:
        # Where the library is absent WeasyPrint prints a page of advice among our results.
        with redirect_stdout(io.StringIO()):
            import weasyprint  # noqa: PLC0415 - slow to load, and may be absent
    except OSError as error:
        raise NoPdfError(NO_PANGO) from error
    finally:
        # Loading it lets every cut-off picture pass in the whole process, ours to be posted too.
        ImageFile.LOAD_TRUNCATED_IMAGES = strict
    # It tells of every rule for screens that paper has no use for.
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    return weasyprint
