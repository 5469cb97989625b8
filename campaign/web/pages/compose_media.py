"""Pictures, videos and the files beside them, between a manuscript and the form of a post.

Each has a number, under which the form asks for it: `alt-2`, `captions-2`, `artwork_alt-2-1`. What
is uploaded is judged and kept in the post's folder before anything else is said of the form, so
that nobody has to choose a file twice.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import count, takewhile
from pathlib import Path

from campaign.composing.keeping import Judge, as_captions, as_media, as_picture, keep_upload
from campaign.composing.manuscript import Artwork, Manuscript, Picture
from campaign.content.pictures import media_type_of
from campaign.uploads.judging import UploadError
from campaign.web.forms import Faults, Form

_BEGINNING = 32
"""Bytes by which a file is known."""


class Uploads:
    """The files that came with a form, kept in the post's folder as they are asked for."""

    def __init__(self, folder: Path, post: str, form: Form) -> None:
        self._folder, self._post, self._form = folder, post, form
        self.faults = Faults()

    def kept(self, field: str, judge: Judge) -> str:
        """Keep a file and return its name; nothing where none came, or none that is taken."""
        sent = self._form.file(field)
        if sent is None:
            return ""
        try:
            return keep_upload(
                self._folder, self._post, sent.filename or "", sent.file.read(), judge
            )
        except UploadError as error:
            self.faults.add(field, f"{str(error)[:1].upper()}{str(error)[1:]}")
        except OSError as error:
            self.faults.add(field, f"The file cannot be kept: {error.strerror}")
        return ""


def pictures_in(form: Form) -> Iterator[Picture]:
    """Yield what is to stay of the pictures, with what somebody typed of each."""
    for number in _numbers(form):
        yield Picture(
            file=form.text(f"file-{number}"),
            alt=_words(form, f"alt-{number}"),
            captions=form.text(f"captions-{number}"),
            logo=form.text(f"logo-{number}"),
            artwork=tuple(_artwork(form, number)),
        )


def with_uploads(form: Form, wanted: Manuscript, uploads: Uploads) -> Manuscript:
    """Return what was typed with the files that came along."""
    media = [
        _with_its_files(form, number, one, uploads)
        for number, one in zip(_numbers(form), wanted.media, strict=True)
    ]
    name, alt = uploads.kept("picture", as_media), _words(form, "picture_alt")
    known = {one.file for one in media}
    if name in known:
        media = [replace(one, alt=alt or one.alt) if one.file == name else one for one in media]
    elif name:
        media.append(Picture(file=name, alt=alt))
    image = uploads.kept("link_image_file", as_picture) or wanted.link_image
    return replace(wanted, media=tuple(media), link_image=image)


def not_yet_kept(form: Form) -> Form:
    """Return what was typed for a file that was not taken: no manuscript holds it."""
    names = ("picture_alt", "artwork_for-", "artwork_words-")
    return form.only(lambda name: name.startswith(names))


def kinds_of(folder: Path, wanted: Manuscript) -> dict[str, str]:
    """Return what each file is: `image`, `video`, `application`, or nothing."""
    return {one.file: _kind(folder, one.file) for one in wanted.media}


def caption_files(folder: Path) -> list[str]:
    """Return the files of a post's folder that are named as captions are."""
    return sorted(one.name for one in folder.iterdir() if one.suffix in {".srt", ".vtt"})


def _with_its_files(form: Form, number: int, one: Picture, uploads: Uploads) -> Picture:
    captions = uploads.kept(f"captions_file-{number}", as_captions) or one.captions
    field, partner = f"artwork_file-{number}", form.text(f"artwork_for-{number}")
    if form.file(field) is not None and not partner:
        uploads.faults.add(f"artwork_for-{number}", "Choose whose version of the picture it is")
        return replace(one, captions=captions)
    name = uploads.kept(field, as_picture)
    artwork = one.artwork
    if name:
        version = Artwork(partner=partner, file=name, alt=_words(form, f"artwork_words-{number}"))
        artwork = (*(other for other in artwork if other.partner != partner), version)
    return replace(one, captions=captions, artwork=artwork)


def _artwork(form: Form, number: int) -> Iterator[Artwork]:
    for version in takewhile(lambda n: form.holds(f"artwork_partner-{number}-{n}"), count(1)):
        place = f"{number}-{version}"
        if not form.text(f"artwork_drop-{place}"):
            yield Artwork(
                partner=form.text(f"artwork_partner-{place}"),
                file=form.text(f"artwork_name-{place}"),
                alt=_words(form, f"artwork_alt-{place}"),
            )


def _numbers(form: Form) -> list[int]:
    """Return the numbers of the pictures that are not to be taken out."""
    listed = takewhile(lambda number: form.holds(f"file-{number}"), count(1))
    return [number for number in listed if not form.text(f"drop-{number}")]


def _kind(folder: Path, name: str) -> str:
    file = (folder / name).resolve()
    if not file.is_relative_to(folder.resolve()):
        return ""
    try:
        with file.open("rb") as opened:
            media_type = media_type_of(opened.read(_BEGINNING))
    except OSError:
        return ""
    return (media_type or "").partition("/")[0]


def _words(form: Form, name: str) -> str:
    return " ".join(form.raw(name).split())
