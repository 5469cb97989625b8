"""metrics: the same text that `/metrics` answers with, printed or put into a file."""

import os
import sys
import tempfile
from pathlib import Path

from campaign.cli.failures import Failure
from campaign.cli.place import Place
from campaign.cli.session import open_session
from campaign.operating.exposing import exposition


def show(place: Place, out: Path | None) -> None:
    """Print the metrics, or write them into a file."""
    with open_session(place) as session:
        text = exposition(session.desk.watched)
    if out is None:
        sys.stdout.write(text)
    else:
        _put(out, text)


def _put(out: Path, text: str) -> None:
    """Put a whole file in the place of the old one: whoever reads meanwhile finds either."""
    if not out.parent.is_dir():
        raise Failure(f"{out.parent} is no folder; make it, or name another with --out", code=2)
    handle, name = tempfile.mkstemp(prefix=".metrics-", dir=out.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).chmod(0o644)  # so that the exporter, which is somebody else, can read it
        Path(name).replace(out)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
