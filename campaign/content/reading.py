"""Reads posts/: one folder a post, all faults of all posts at once."""

from dataclasses import replace
from pathlib import Path

from pydantic import ValidationError

from campaign.content.artwork import read_artwork
from campaign.content.captions import read_captions
from campaign.content.front_matter import FrontMatter, LinkFields, VideoFields
from campaign.content.pictures import read_media, read_picture
from campaign.content.post import Post, PostLink, PostMedia, PostVideo, Wording
from campaign.content.wordings import split_wordings
from campaign.schedule.faults import Fault, FaultsFound
from campaign.schedule.sentences import faults_of
from campaign.schedule.text import read_text
from campaign.schedule.tree import Tree, read_tree
from campaign.schedule.values import read_id

FENCE = "---"


def read_posts(folder: Path) -> dict[str, Post]:
    """Return the posts of a `posts/` folder by id.

    Raises `FaultsFound` with everything that is wrong with any of them.
    """
    posts, faults = read_all(folder)
    if faults:
        raise FaultsFound(faults)
    return posts


def read_all(folder: Path) -> tuple[dict[str, Post], list[Fault]]:
    """Return the posts that can be read, and the faults of the others."""
    posts: dict[str, Post] = {}
    faults: list[Fault] = []
    for name in post_names(folder):
        try:
            posts[name] = read_post(folder / name)
        except FaultsFound as found:
            faults.extend(found.faults)
    return posts, faults


def post_names(folder: Path) -> list[str]:
    """List the posts there are, readable or not; none where the folder is missing."""
    if not folder.is_dir():
        return []
    return sorted(p.name for p in folder.iterdir() if p.is_dir() and not p.name.startswith("."))


def read_post(folder: Path) -> Post:
    """Return one post; raise `FaultsFound` with everything that is wrong with it."""
    file = folder / "post.md"
    name = _id_of(folder, file)
    lines = read_text(file).split("\n")
    end = _end_of_front_matter(str(file), lines)
    wordings, faults = split_wordings(str(file), lines[end + 1 :], end + 2)
    try:
        front, tree = _front_matter(str(file), "\n".join(lines[1:end]))
        media = _media(folder, front, tree)
        link = _link(folder, front.link, tree)
    except FaultsFound as found:
        raise FaultsFound([*faults, *found.faults]) from found
    if faults:
        raise FaultsFound(faults)
    return _post(name, front, tree, wordings=wordings, parts=(link, media))


def _post(
    name: str,
    front: FrontMatter,
    tree: Tree,
    *,
    wordings: tuple[Wording, ...],
    parts: tuple[PostLink | None, tuple[PostMedia, ...]],
) -> Post:
    return Post(
        id=name,
        title=front.title or name,
        wordings=wordings,
        theme=front.theme,
        sectors=front.sectors,
        language=front.language,
        link=parts[0],
        media=parts[1],
        video=_video(front.video) if front.video else None,
        approvals=tuple(dict.fromkeys(front.approvals)),
        embargo_until=front.embargo_until,
        draft=front.status == "draft",
        note=front.note or "",
        tree=tree,
    )


def _id_of(folder: Path, file: Path) -> str:
    try:
        return read_id(folder.name)
    except ValueError as error:
        raise FaultsFound([Fault(str(file), 1, 1, f"the folder's name: {error}")]) from error


def _end_of_front_matter(file: str, lines: list[str]) -> int:
    if lines[0].rstrip() != FENCE:
        message = f"a post begins with a line {FENCE}, its fields and another line {FENCE}"
        raise FaultsFound([Fault(file, 1, 1, message)])
    for number, line in enumerate(lines[1:], start=1):
        if line.rstrip() == FENCE:
            return number
    message = f"the fields that begin here have no end; write a line {FENCE} after them"
    raise FaultsFound([Fault(file, 1, 1, message)])


def _front_matter(file: str, text: str) -> tuple[FrontMatter, Tree]:
    says_something = any(line.strip() and line.strip()[0] != "#" for line in text.split("\n"))
    tree = read_tree(file, text if says_something else "{}", first_line=2)
    try:
        return FrontMatter.model_validate(tree.value), tree
    except ValidationError as error:
        raise FaultsFound(faults_of(error, tree, FrontMatter)) from error


def _media(folder: Path, front: FrontMatter, tree: Tree) -> tuple[PostMedia, ...]:
    media: list[PostMedia] = []
    faults: list[Fault] = []
    for number, one in enumerate(front.media):
        try:
            location = ("media", number, "file")
            found = read_media(folder, one.file, tree=tree, location=location)
            alt = " ".join((one.alt or "").split())
            captioned = read_captions(
                folder, found, one.captions, tree=tree, location=("media", number, "captions")
            )
            artwork = read_artwork(folder, one, alt, tree=tree, number=number)
            media.append(replace(captioned, alt=alt, logo_at=one.logo, artwork=artwork))
        except FaultsFound as wrong:
            faults.extend(wrong.faults)
    if faults:
        raise FaultsFound(faults)
    return tuple(media)


def _video(video: VideoFields) -> PostVideo:
    return PostVideo(
        made_for_children=video.made_for_children, privacy=video.privacy, tags=video.tags
    )


def _link(folder: Path, link: LinkFields | None, tree: Tree) -> PostLink | None:
    if link is None:
        return None
    image = None
    if link.image is not None:
        image = read_picture(folder, link.image, tree=tree, location=("link", "image"))
    return PostLink(
        url=link.url,
        title=link.title or "",
        description=link.description or "",
        image=image,
    )
