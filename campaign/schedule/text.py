"""From a path to text: every way in which a file cannot be read becomes one clear fault."""

from pathlib import Path

from campaign.schedule.faults import Fault, FaultsFound


def read_text(path: Path) -> str:
    """Return a file's text with LF line ends; raise `FaultsFound` with one fault otherwise."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise FaultsFound([Fault(str(path), 1, 1, _why(path, error))]) from error
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FaultsFound([_not_utf8(path, content, error.start)]) from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _why(path: Path, error: OSError) -> str:
    if path.is_dir():
        return "this is a folder; a file was expected"
    if isinstance(error, FileNotFoundError):
        return "there is no such file; `campaign new DIR` writes one to start from"
    return f"this file cannot be read: {error.strerror}"


def _not_utf8(path: Path, content: bytes, start: int) -> Fault:
    before = content[:start].decode("utf-8-sig", "replace")
    column = len(before) - (before.rfind("\n") + 1) + 1
    message = "this is not UTF-8 text; save the file as UTF-8"
    return Fault(str(path), before.count("\n") + 1, column, message)
