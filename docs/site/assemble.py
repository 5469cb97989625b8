"""Lays out the pages of the repository as one tree that Sphinx builds into a site.

Pages are written for whoever reads them in the repository: plain Markdown, links to files. Here
they are copied side by side, links follow, and the lists of links in `docs/index.md` become the
site's navigation. A link to a file that is no page of the site ends the build with its place.
"""

import os
import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
FROM_THE_ROOT = {
    "README.md": "readme.md",
    "CHANGELOG.md": "changes.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
    "posts/README.md": "sample.md",
    "LICENSE": "licence.md",
}
FILES = (".png", ".svg", ".jpg", ".json")

_FENCED = re.compile(r"(^```.*?^```$)", re.MULTILINE | re.DOTALL)
_COMMENT = re.compile(r"^<!--.*?-->\n?", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(\]\()(?P<to>[^)\s]+)(\))")
_SECTION = re.compile(r"^## (.+)$", re.MULTILINE)


class DeadLinkError(Exception):
    """A page leads to what the site does not have; the message says which page, and to what."""


def places() -> dict[Path, Path]:
    """Return every page and file of the repository, and where it stands on the site."""
    found = {ROOT / name: Path(place) for name, place in FROM_THE_ROOT.items()}
    for path in sorted(DOCS.rglob("*")):
        if path.suffix in (".md", *FILES):
            found[path] = path.relative_to(DOCS)
    return found


def assemble(out: Path) -> None:
    """Write the tree; what stood there before is taken away."""
    shutil.rmtree(out, ignore_errors=True)
    known = places()
    for path, place in known.items():
        target = out / place
        target.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix in FILES:
            shutil.copyfile(path, target)
        else:
            target.write_text(page_of(path, known), encoding="utf-8")
    for name in ("conf.py", "look.css"):
        shutil.copyfile(DOCS / "site" / name, out / name)


def page_of(path: Path, known: dict[Path, Path]) -> str:
    """Return a page as the site has it."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".md":
        return f"# Licence\n\n```text\n{text}```\n"
    if path.name in ("index.md", "README.md") and DOCS in path.parents:
        text += navigation(text)
    parts = _FENCED.split(text)
    return "".join(part if part.startswith("```") else _prose(part, path, known) for part in parts)


def navigation(text: str) -> str:
    """Return what makes a list of links, section by section, the navigation beside each page."""
    parts = _SECTION.split(text)
    sections = zip(parts[1::2], parts[2::2], strict=True) if parts[1:] else [("", text)]
    return "".join(_tree(name, _pages_in(body)) for name, body in sections)


def _pages_in(text: str) -> list[str]:
    aims = [one["to"] for one in _LINK.finditer(text)]
    pages = [aim for aim in aims if aim.endswith((".md", "/LICENSE"))]
    return list(dict.fromkeys(pages))


def _tree(name: str, pages: list[str]) -> str:
    if not pages:
        return ""
    # Written as links, so that they follow a page to where it stands on the site.
    listed = "\n".join(f"[]({page})" for page in pages)
    return f"\n<<tree {name}\n{listed}\n>>\n"


def _prose(text: str, path: Path, known: dict[Path, Path]) -> str:
    text = _COMMENT.sub("", text)
    text = _LINK.sub(lambda one: one[1] + _follow(one["to"], path, known) + one[3], text)
    return re.sub(r"^<<tree (.*)\n((?:.*\n)*?)>>$", _as_toctree, text, flags=re.MULTILINE)


def _as_toctree(found: re.Match[str]) -> str:
    pages = "\n".join(line[3:-1].removesuffix(".md") for line in found[2].splitlines())
    caption = f":caption: {found[1]}\n" if found[1] else ""
    return f"```{{toctree}}\n:hidden:\n{caption}\n{pages}\n```"


def _follow(aim: str, path: Path, known: dict[Path, Path]) -> str:
    name, _, anchor = aim.partition("#")
    if aim.startswith(("https://", "http://", "mailto:")) or not name:
        return aim
    target = (path.parent / name).resolve()
    target = target / "README.md" if target.is_dir() else target
    if target not in known:
        message = f"{path.relative_to(ROOT)} leads to {aim}, which is no page of the site"
        raise DeadLinkError(message)
    here = known[path].parent
    return os.path.relpath(known[target], here) + (f"#{anchor}" if anchor else "")


if __name__ == "__main__":
    assemble(Path(sys.argv[1]))
