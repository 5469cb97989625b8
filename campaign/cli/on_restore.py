"""restore: puts a backup into its place, where the campaign starts stopped."""

import shutil
import sys
import tempfile
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from campaign.cli.failures import Failure
from campaign.cli.on_backup import secrets_of, where_the_keys_are
from campaign.cli.output import counted, instant, print_json, say, tell
from campaign.cli.place import Place
from campaign.keeping.adopting import adopt, is_database
from campaign.keeping.backup import Wanted, back_up
from campaign.keeping.checking import check_database, unpack
from campaign.keeping.importing import read_export
from campaign.keeping.manifest import DATABASE, Manifest
from campaign.keeping.placing import (
    in_the_way,
    place_files,
    replaced_folder,
    set_aside_database,
)
from campaign.keeping.restoring import Order, There, finish, restore, what_is_there
from campaign.people import check_known, system_user
from campaign.schedule.model import Schedule
from campaign.settings import Settings, read_settings
from campaign.store.backends import shown_address
from campaign.store.copying import no_news
from campaign.store.database import Store, StoreError, open_wherever
from campaign.store.tables import CAMPAIGN
from campaign.wiring import NETWORKS

BEFORE = "before-the-restore.backup"
"""What the database and the files were, should anybody want them back."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """What a person asks for."""

    file: Path
    over: bool
    yes: bool
    person: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Scene:
    """A backup that is unpacked and whole, and the place it goes to."""

    settings: Settings
    manifest: Manifest
    unpacked: Path
    there: There | None
    """None where the database that stands there cannot be read."""
    number: str


def restore_backup(place: Place, wish: Wish, *, as_json: bool) -> None:
    """Put everything into its place, stopped; say what is to be done next."""
    settings = read_settings(place.folder, place.environment)
    settings.folder.mkdir(parents=True, exist_ok=True)
    with _unpacked(settings, wish.file) as (unpacked, manifest):
        there = _look(settings, over=wish.over)
        begun = there.unfinished if there and there.of_backup == manifest.number else None
        number = begun or str(uuid.uuid4())
        scene = Scene(
            settings=settings, manifest=manifest, unpacked=unpacked, there=there, number=number
        )
        if begun is None:
            _ask(scene, wish)
            _keep_what_is_there(place, scene)
        done = _restore(place, scene, wish.person)
    _tell(scene, done, as_json=as_json)


@contextmanager
def _unpacked(settings: Settings, file: Path) -> Iterator[tuple[Path, Manifest]]:
    """Unpack a backup beside its place, whole, before anything is touched."""
    for left in settings.folder.glob(".restore-*"):  # by one that was killed
        shutil.rmtree(left)
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=settings.folder) as name:
        place = Path(name)
        manifest = _read(file, settings.folder, place)
        check_database(place, manifest)
        yield place, manifest


def _read(file: Path, folder: Path, place: Path) -> Manifest:
    if file.is_dir():
        return read_export(file, place)
    return adopt(file, folder, place) if is_database(file) else unpack(file, place)


def _look(settings: Settings, *, over: bool) -> There | None:
    try:
        target = open_wherever(settings.database_url)
    except StoreError:
        if over and _file_of(settings) is not None:
            return None
        raise
    try:
        return what_is_there(target)
    finally:
        target.close()


def _file_of(settings: Settings) -> Path | None:
    _sqlite, is_file, path = settings.database_url.partition("sqlite:///")
    return Path(path) if is_file else None


def _ask(scene: Scene, wish: Wish) -> None:
    """Name what would be replaced, and go on only where a person wants just that."""
    standing = _standing(scene)
    other = scene.there and scene.there.campaign not in (None, scene.manifest.campaign)
    if scene.there and other:
        raise Failure(
            f"the database holds the campaign “{scene.there.campaign}” and the backup "
            f"“{scene.manifest.campaign}”; name another CAMPAIGN_DATABASE_URL or --dir"
        )
    if standing and not wish.over:
        raise Failure(f"there is {' and '.join(standing)}; give --over to replace that")
    if wish.yes:
        return
    if not sys.stdin.isatty():
        raise Failure("there is nobody to ask; give --yes to go on without", code=2)
    _question(scene, standing)


def _question(scene: Scene, standing: list[str]) -> None:
    import typer  # noqa: PLC0415 - only where a person is asked

    manifest = scene.manifest
    say(f"“{manifest.campaign}” as of {manifest.taken_at:%Y-%m-%d %H:%M} UTC")
    for one in standing:
        say(f"replaces {one}")
    say(f"It was kept in {manifest.kept_in}. Nothing may run on that any more.")
    if not typer.confirm("Restore it?"):
        raise Failure("nothing was changed")


def _standing(scene: Scene) -> list[str]:
    where = shown_address(scene.settings.database_url)
    found = in_the_way(scene.settings.folder)
    files = [f"{', '.join(found)} in {scene.settings.folder}"] if found else []
    if scene.there is None:
        return [f"a database that cannot be read in {where}", *files]
    if scene.there.campaign is None:
        return files
    count = counted(scene.there.deliveries, "delivery", "deliveries")
    return [f"the campaign “{scene.there.campaign}” with {count} in {where}", *files]


def _keep_what_is_there(place: Place, scene: Scene) -> None:
    """Back up what is replaced; a database that cannot be read is put beside as it is."""
    settings, file = scene.settings, _file_of(scene.settings)
    if scene.there is None and file is not None:
        set_aside_database(file, settings.folder, scene.number)
    if scene.there is None or scene.there.campaign is None:
        return
    to = replaced_folder(settings.folder, scene.number)
    to.mkdir(mode=0o700)
    store = open_wherever(settings.database_url)
    try:
        wanted = Wanted(
            store=store,
            kept_in=shown_address(settings.database_url),
            folder=settings.folder,
            secrets=secrets_of(settings),
            at=place.clock.now(),
            file=to / BEFORE,
        )
        back_up(wanted)
    finally:
        store.close()


def _restore(place: Place, scene: Scene, person: str | None) -> Counter[str]:
    networks = NETWORKS if place.networks is None else place.networks
    readable = frozenset(
        str(name) for name, one in networks.items() if one.capabilities.finds_unnoted
    )
    with _opened(f"sqlite:///{scene.unpacked / DATABASE}") as source:
        order = Order(
            number=scene.number,
            manifest=scene.manifest,
            person=_speaker(source, person),
            at=place.clock.now(),
            readable=readable,
        )
        with _opened(scene.settings.database_url) as target:
            done = restore(source, target, order, no_news)
            place_files(scene.unpacked, scene.settings.folder, scene.number)
            finish(target, order)
    return done


@contextmanager
def _opened(url: str) -> Iterator[Store]:
    store = open_wherever(url)
    try:
        yield store
    finally:
        store.close()


def _speaker(source: Store, person: str | None) -> str:
    who = person or system_user()
    with source.read() as connection:
        text = connection.execute(select(CAMPAIGN.c.schedule_json)).scalar_one()
    check_known(who, Schedule.model_validate_json(text).people)
    return who


WORDS = {
    "looked-up": "may be out by now: looked up once the stop is lifted",
    "to-settle": "may be out by now, and nobody can look there: a person has to settle",
    "asked-anew": "wait for a new yes, since the old one may have been taken back",
    "looked-up-first": "are looked up before they are sent",
    "letters": "letters wait for a person: they may have been sent",
    "corrections": "corrections were dropped: ask for them again if they still hold",
    "reminders": "reminders are not written again: partners may have had them",
    "messages": "messages to subscribers are given up: they may have arrived",
    "access tokens": "access tokens of programs were ended; make new ones",
    "visits": "browsers were signed out",
    "partner links": "partner links were ended; send new ones",
    "invitations": "links for signing a channel in were ended",
}


def _tell(scene: Scene, done: Counter[str], *, as_json: bool) -> None:
    manifest, replaced = scene.manifest, replaced_folder(scene.settings.folder, scene.number)
    kept = str(replaced) if replaced.is_dir() else None
    if as_json:
        result = {"campaign": manifest.campaign, "taken_at": instant(manifest.taken_at)}
        changed = dict(sorted(done.items()))
        print_json({**result, "stopped": True, "replaced": kept, "changed": changed})
        return
    say(f"Restored “{manifest.campaign}” as of {manifest.taken_at:%Y-%m-%d %H:%M} UTC.")
    say("It is stopped.")
    for name, words in WORDS.items():
        if done[name]:
            say(f"{done[name]} {words}.")
    if kept:
        say(f"What stood there before is in {kept}.")
    tell(where_the_keys_are(scene.settings))
    say("Take away again what was taken away since: people and partners who have left.")
    say("What rules of keeping deleted since is there again: run `campaign retention --apply`.")
    say("Look at `campaign status` and at the accounts, then lift the stop with `campaign resume`.")
