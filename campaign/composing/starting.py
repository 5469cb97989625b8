"""Starts a post: a new one, or a copy of another one; always a draft that goes nowhere yet."""

import re
import shutil
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from campaign.composing.folder import POST, open_post
from campaign.composing.manuscript import Manuscript, Text
from campaign.composing.post_file import with_manuscript
from campaign.schedule.values import KEBAB, LONGEST_ID, RESERVED
from campaign.schedule.writing import only_writer, write_whole


def start_post(folder: Path, title: str, text: str) -> str:
    """Write a new draft and return its name, made of its title.

    Raises `CannotRewriteError` where the text cannot stand in the file as it is meant.
    """
    wanted = Manuscript(title=title, texts=(Text(text=text),))
    written = with_manuscript(POST, f"---\ntitle: x\n---\n{text}\n", wanted)
    with only_writer(folder):
        name = free_name(name_of(title), (folder / "posts").__truediv__)
        place = folder / "posts" / name
        place.mkdir(parents=True)
        write_whole(place / POST, written.encode())
    return name


def copy_post(folder: Path, post: str) -> str:
    """Copy a post with its files as a new draft, which stands nowhere in the schedule yet."""
    with only_writer(folder):
        opened = open_post(folder, post)
        wanted = replace(opened.manuscript, title=f"{opened.manuscript.title} (copy)", draft=True)
        written = with_manuscript(POST, opened.text, wanted)
        name = free_name(f"{post[: LONGEST_ID - 5]}-copy", (folder / "posts").__truediv__)
        place = folder / "posts" / name
        shutil.copytree(folder / "posts" / post, place)
        write_whole(place / POST, written.encode())
    return name


def name_of(title: str) -> str:
    """Return a title as a name: small letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    name = "-".join(re.findall("[a-z0-9]+", plain))[: LONGEST_ID - 4].strip("-")
    if not re.fullmatch(KEBAB, name) or name in RESERVED:
        return f"post-{name}".rstrip("-")
    return name


def free_name(wanted: str, place_of: Callable[[str], Path], ending: str = "") -> str:
    """Return a name that nothing has yet, with a number behind it where it is taken."""
    number, name = 1, wanted
    while place_of(f"{name}{ending}").exists():
        number += 1
        name = f"{wanted}-{number}"
    return name
