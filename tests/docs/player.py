"""Plays a page from top to bottom: what it tells a reader to type is typed, and must work.

Blocks of `console` are commands after `$` with what they print below; `...` stands for anything.
Blocks of `yaml` are laid over the folder's schedule.yaml, `markdown` and `csv` blocks are files
whose name stands after the language; after each, `campaign check` must be content.
"""

import io
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from tests.docs.blocks import Block, Cue
from tests.docs.stage import Outcome, Stage, write_picture

LANGUAGES = {"console", "yaml", "markdown", "csv", "json", "ini", "python", "text"}
"""All that a page may use. `ini` and `python` have tests of their own, `text` is no code."""

_LEAVES_WITH = re.compile(r"#.*\bleaves with (\d+)")


@dataclass
class Typed:
    """One command of a console block, and what the page says it prints."""

    command: str
    printed: list[str] = field(default_factory=list)

    @property
    def code(self) -> int:
        """The exit code the page announces."""
        found = _LEAVES_WITH.search(self.command)
        return int(found[1]) if found else 0


def play(part: Block | Cue, stage: Stage) -> None:
    """Do what a part of a page says; fail with its place where that does not work."""
    if isinstance(part, Cue):
        _cue(part.words, stage, part.place)
    elif part.runs:
        _block(part, stage)


def _cue(words: str, stage: Stage, place: str) -> None:
    name, _, rest = words.partition(" ")
    match name:
        case "small-campaign":
            stage.small_campaign()
        case "sign-in":
            stage.sign_in(rest)
        case "clock":
            stage.clock_to(rest)
        case "fault":
            stage.fault(*rest.split())
        case "picture":
            write_picture(Path(rest))
        case "$":
            _expect(stage, Typed(rest), place)
        case _:
            message = f"{place}: nobody knows the cue {name}"
            raise AssertionError(message)


def _block(block: Block, stage: Stage) -> None:
    match block.language:
        case "console":
            for one in typed_in(block):
                _expect(stage, one, block.place)
        case "yaml":
            _lay_over(block)
            _expect(stage, Typed("campaign check"), block.place)
        case "markdown":
            _write(block)
            _expect(stage, Typed("campaign check"), block.place)
        case "csv":
            _write(block)
        case "json":
            json.loads(block.text)


def typed_in(block: Block) -> list[Typed]:
    """Return the commands of a console block; a backslash carries one on to the next line."""
    found: list[Typed] = []
    for line in block.text.replace("\\\n", " ").splitlines():
        if line.startswith("$ "):
            found.append(Typed(line.removeprefix("$ ")))
        elif found and line.strip():
            found[-1].printed.append(line)
        else:
            assert not line.strip(), f"{block.place}: “{line}” belongs to no command"
    return found


def _expect(stage: Stage, typed: Typed, place: str) -> None:
    outcome = stage.run(typed.command)
    said = f"{place}: $ {typed.command}\n{outcome.text}"
    assert outcome.code == typed.code, f"{said}\nleft with {outcome.code}"
    if typed.printed:
        assert prints(typed.printed, outcome), f"{said}\nis not what the page says"


def prints(expected: list[str], outcome: Outcome) -> bool:
    """Whether a command printed these lines; `...` is any part of a line or any lines."""
    pattern = r"\s*".join(
        r"[\s\S]*" if line.strip() == "..." else re.escape(line.strip()).replace(r"\.\.\.", ".*")
        for line in expected
    )
    return re.fullmatch(rf"\s*{pattern}\s*", outcome.text) is not None


def _write(block: Block) -> None:
    assert block.words, f"{block.place}: name the file after the language"
    path = Path(block.words)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(block.text, encoding="utf-8")


def _lay_over(block: Block) -> None:
    """Put the block's fields into schedule.yaml: mappings are joined, all else is replaced."""
    yaml = YAML()
    path = Path("schedule.yaml")
    tree: dict[str, Any] = yaml.load(path)
    for name, value in yaml.load(io.StringIO(block.text)).items():
        if isinstance(value, dict) and isinstance(tree.get(name), dict):
            tree[name].update(value)
        else:
            tree[name] = value
    with path.open("w", encoding="utf-8") as file:
        yaml.dump(tree, file)
