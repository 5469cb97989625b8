"""Whatever stands in a file that somebody hands in: a value, or the declared error in words."""

import io
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest
from PIL import Image

from analytics.imports import MetricsFileError, _lines_of_cells, decode_metrics
from campaign.calendar_files.sheets import as_csv, as_xlsx, read_table
from campaign.content.reading import read_post
from campaign.schedule.faults import FaultsFound
from campaign.schedule.reading import read_schedule
from campaign.uploads.judging import PICTURES, UploadError, judged
from connectors.video import read_video
from tests.campaign.schedule.test_robust import POST, SCHEDULE, SIGNS
from tests.connectors.bench import START
from tests.fuzz.budget import with_each_seed

FILMS = Path(__file__).parents[1] / "films"
PIECES = [*(one.encode() for one in SIGNS.split(" ")), b"", b"\n", b'"', b"\xff\xfe", b"\x00" * 9]
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>'
CELLS = [{"post": "law-helps", "date": "2027-01-12", "time": "08:30", "text": 'a "b", c'}]
COUNTS = b"channel,post,observed_at,metric,value\nico-x,law,2027-01-18 09:00,impressions,120\n"


def damaged(chance: Random, content: bytes) -> bytes:
    """Cut, change, double and slip pieces in."""
    for _ in range(chance.randrange(1, 6)):
        start = chance.randrange(len(content) + 1)
        end = min(len(content), start + chance.choice((0, 1, 4, 40, 4000)))
        piece = chance.choice((*PIECES, chance.randbytes(4), content[start:end] * 2))
        content = content[:start] + piece + content[end:]
    return content


def picture(kind: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (40, 30), (9, 90, 200)).save(file, kind)
    return file.getvalue()


def archive() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("[Content_Types].xml", "<Types/>" * 2000)
    return file.getvalue()


UPLOADS = (picture("PNG"), picture("JPEG"), picture("GIF"), picture("WEBP"), SVG, archive())
TABLES = (as_csv(("post", "date"), CELLS), as_xlsx(("post", "date"), CELLS, START), archive())


def schedule(chance: Random, folder: Path) -> None:
    file = folder / "schedule.yaml"
    file.write_bytes(damaged(chance, SCHEDULE.encode()))
    with suppress(FaultsFound):
        read_schedule(file)


def post(chance: Random, folder: Path) -> None:
    (folder / "law").mkdir(exist_ok=True)
    (folder / "law" / "post.md").write_bytes(damaged(chance, POST.encode()))
    with suppress(FaultsFound):
        read_post(folder / "law")


def table(chance: Random, folder: Path) -> None:
    file = folder / chance.choice(("a.csv", "a.xlsx"))
    file.write_bytes(damaged(chance, chance.choice(TABLES)))
    with suppress(FaultsFound):
        read_table(file)


def counts(chance: Random, folder: Path) -> None:
    with suppress(MetricsFileError):
        _lines_of_cells(decode_metrics(damaged(chance, COUNTS), "a.csv"), "a.csv")


def upload(chance: Random, folder: Path) -> None:
    content = damaged(chance, chance.choice(UPLOADS))
    try:
        taken = judged(content, PICTURES)
    except UploadError as error:
        said = str(error)
    else:
        said = taken.media_type
        assert b"<script" not in taken.content
    assert said


def film(chance: Random, folder: Path) -> None:
    content = chance.choice(sorted(FILMS.glob("*.mp4"))).read_bytes()
    found = read_video(damaged(chance, content))
    assert found is None or found.width >= 0


FUZZERS = (schedule, post, table, counts, upload, film)


@pytest.mark.fuzz
@pytest.mark.parametrize("once", FUZZERS, ids=lambda one: one.__name__)
def test_whatever_is_in_a_file_ends_in_a_value_or_the_declared_error(
    once: Callable[[Random, Path], None], tmp_path: Path
) -> None:
    with_each_seed(lambda seed: once(Random(seed), tmp_path))
