"""A file on the disk, read a part at a time: a video may be larger than the memory."""

from pathlib import Path


class FileContent:
    """The bytes of a file as long as it stands still; where it shrinks, slices are shorter."""

    def __init__(self, path: Path, size: int) -> None:
        self._path = path
        self._size = size

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, part: slice, /) -> bytes:
        """Return some of the bytes; raise `OSError` where the file can no longer be read."""
        start, stop, _ = part.indices(self._size)
        with self._path.open("rb", buffering=0) as file:
            file.seek(start)
            return file.read(max(0, stop - start))
