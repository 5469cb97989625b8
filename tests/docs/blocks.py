"""Takes a page of documentation apart: its code blocks and its cues, in the order they stand.

A cue is a comment that readers of the page do not see, `<!-- play: clock 2027-01-11 09:00 -->`:
it sets the scene for the blocks that follow. A block that no test can run says so after its
language, `console no-test: why`.
"""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = (
    *(ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
)

_FENCE = re.compile(r"^```(?P<info>.*)$")
_CUE = re.compile(r"^<!-- play: (?P<words>.+) -->$")
_NO_TEST = re.compile(r"no-test(?:: *(?P<why>.*))?$")


@dataclass(frozen=True, kw_only=True)
class Block:
    """A fenced block; `words` is what stands after its language."""

    place: str
    language: str
    words: str
    text: str

    @property
    def runs(self) -> bool:
        """Whether a test may run it."""
        return not _NO_TEST.match(self.words)

    @property
    def why_not(self) -> str:
        """The reason given for not running it."""
        found = _NO_TEST.match(self.words)
        return (found["why"] or "").strip() if found else ""


@dataclass(frozen=True, kw_only=True)
class Cue:
    """What has to be so before the next block is run."""

    place: str
    words: str


def parts_of(page: Path) -> list[Block | Cue]:
    """Return the blocks and cues of a page; a fence without an end is an error."""
    found: list[Block | Cue] = []
    opened: tuple[str, str] | None = None
    lines: list[str] = []
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), start=1):
        place = f"{page.relative_to(ROOT)}:{number}"
        fence, cue = _FENCE.match(line), _CUE.match(line)
        if opened and fence:
            language, _, words = opened[1].partition(" ")
            text = "\n".join(lines) + "\n"
            found.append(Block(place=opened[0], language=language, words=words.strip(), text=text))
            opened, lines = None, []
        elif opened:
            lines.append(line)
        elif fence:
            opened = (place, fence["info"].strip())
        elif cue:
            found.append(Cue(place=place, words=cue["words"]))
    assert opened is None, f"{opened} has no end"
    return found


def blocks_of(page: Path) -> list[Block]:
    """Return the blocks of a page."""
    return [one for one in parts_of(page) if isinstance(one, Block)]


def prose_of(page: Path) -> str:
    """Return a page without its blocks, cues and code words: what is said in words."""
    text = re.sub(
        r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL
    )
    text = re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)
    return re.sub(r"`[^`\n]*`", "", text)
