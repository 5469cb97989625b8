import hashlib
import io
import zipfile
from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from campaign.packs.archive import write_zip

NAMES = st.text("abcdefgh-./", min_size=1, max_size=12).filter(lambda one: one.strip("./") != "")
FILES = st.dictionaries(NAMES, st.binary(max_size=60), max_size=6)
AT = datetime(2027, 1, 11, 9, 30, 4)  # noqa: DTZ001 - a zip knows no zones


def zipped(files: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    write_zip(files, AT, target)
    return target.getvalue()


@given(FILES, st.randoms())
def test_the_order_in_which_files_are_given_changes_no_byte(
    files: dict[str, bytes], random: object
) -> None:
    shuffled = list(files.items())
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert zipped(dict(shuffled)) == zipped(files)


@given(FILES)
def test_every_file_comes_back_with_its_checksum(files: dict[str, bytes]) -> None:
    with zipfile.ZipFile(io.BytesIO(zipped(files))) as archive:
        back = {name: archive.read(name) for name in archive.namelist()}
        dates = {one.date_time for one in archive.infolist()}
    sums = back.pop("SHA256SUMS").decode().splitlines()
    assert back == files
    assert sums == [f"{hashlib.sha256(files[one]).hexdigest()}  {one}" for one in sorted(files)]
    assert dates == {(2027, 1, 11, 9, 30, 4)}
