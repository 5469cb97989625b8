"""Posts that are first a container, which nobody sees and which is published once.

Instagram and Threads work so. Pictures are fetched by the network from an address of ours; several
of them are a container each, and one more holds them together. What was made is kept as tokens:
the pictures' containers while they are in the works, then the one that will be published. After a
lost answer that one tells whether it was.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Protocol

from connectors.contract import (
    Absent,
    CannotSay,
    ConnectorError,
    NotSent,
    OutcomeUnknown,
    PostRefused,
    Prepared,
    RemoteId,
)
from connectors.graph_errors import graph_error, is_gone
from connectors.http import Answer, Http, Purpose

PROCESSING = " processing"
"""Stands behind the id of a container that the network has not finished."""
PART = "part "
"""Stands before the id of a container that holds one picture of several."""

_LASTS_FOR = timedelta(hours=23)
"""A container that is not published expires after 24 hours."""
_CODE = re.compile(r"\b(?:2207\d{3}|UNKNOWN|[A-Z]+(?:_[A-Z]+)+)\b")
"""How the two networks name what went wrong with a container, amid words."""

_Fields = Mapping[str, str]


class Wire(Protocol):
    """The calls of one network."""

    @property
    def http(self) -> Http:
        """The way to the network."""

    def make(self, fields: _Fields) -> Answer:
        """Make a container."""

    def standing(self, container: str) -> tuple[Answer, str]:
        """Read how a container stands: the answer, and the words about what went wrong."""

    def publish(self, container: str) -> Answer:
        """Publish a container."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """The containers that a post needs."""

    whole: _Fields
    """The one to be published; `children` is added where there are parts."""
    parts: Sequence[_Fields] = ()
    """One for each picture, where there are several."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Manner:
    """In what the networks differ."""

    title: str
    status_field: str
    again_after: timedelta
    """How long to wait before a container is asked after again."""
    passing: frozenset[str]
    """What may go wrong with a container without its content being the reason."""


class Containers:
    """Makes, watches and publishes the containers of one account; never waits."""

    def __init__(self, wire: Wire, manner: Manner) -> None:
        self._wire = wire
        self._http = wire.http
        self._manner = manner

    def prepare(self, draft: Draft, resume: Prepared | None) -> Prepared:
        """Make what the post needs; what `resume` holds is kept while it lasts.

        It may still be in the works when this returns; asked again, or by `publish`, while that
        is so, `NotSent` says when to come back.
        """
        kept = resume if resume is not None and self._lasts(resume) else None
        if kept is not None and _is_whole(kept):
            ready = self._ready(kept.tokens[0])
            if ready is not None:
                return replace(kept, tokens=(ready,))
            kept = None
        if kept is not None:
            return self._join(draft, kept)
        ends_at = self._http.now() + _LASTS_FOR
        parts = tuple(PART + self._make(one) for one in draft.parts)
        return self._join(draft, Prepared(tokens=parts, expires_at=ends_at))

    def publish(self, prepared: Prepared) -> RemoteId:
        """Publish the container, which can be done once; return the id of the post."""
        if not self._lasts(prepared):
            raise self._to_be_made_again()
        if not _is_whole(prepared):
            raise self._at_work()
        container = self._ready(prepared.tokens[0])
        if container is None:
            raise self._to_be_made_again()
        answer = self._wire.publish(container)
        if not answer.ok:
            raise self._refused(answer, container)
        post_id = answer.mapping().get("id")
        if not isinstance(post_id, str) or not post_id.isdigit():
            message = f"{self._manner.title} answered without the id of the post."
            raise self._http.unclear(message, Purpose.CREATE)
        return RemoteId(post_id)

    def verdict(self, prepared: Prepared | None) -> Absent | CannotSay | None:
        """Say what the container tells of its post; None where it may be out.

        Without a container nothing was ever published: its id is kept before that.
        """
        if prepared is None or not _is_whole(prepared):
            return Absent()
        answer, _ = self._wire.standing(_id_in(prepared.tokens[0]))
        status = answer.mapping().get(self._manner.status_field)
        if not answer.ok and not is_gone(answer):
            raise self._error(answer, Purpose.READ)
        if status in ("FINISHED", "ERROR"):
            return Absent()
        if status == "IN_PROGRESS":
            return CannotSay(why=f"{self._manner.title} is still working on it")
        return None

    def _join(self, draft: Draft, made: Prepared) -> Prepared:
        """Make the container that is published, once all its parts are finished."""
        parts = [one.removeprefix(PART) for one in made.tokens]
        standings = [self._status(one) for one in parts]
        if "EXPIRED" in standings:
            raise self._to_be_made_again()
        if "IN_PROGRESS" in standings:
            return made
        children = {"children": ",".join(parts)} if parts else {}
        container = self._make({**draft.whole, **children})
        finished = self._status(container) == "FINISHED"
        token = container if finished else container + PROCESSING
        return replace(made, tokens=(token,))

    def _make(self, fields: _Fields) -> str:
        answer = self._wire.make(fields)
        container = answer.mapping().get("id")
        if not answer.ok:
            raise self._error(answer, Purpose.PREPARE)
        if not isinstance(container, str) or not container.isdigit():
            message = f"{self._manner.title} made a container without naming it."
            raise self._http.unclear(message, Purpose.PREPARE)
        return container

    def _lasts(self, prepared: Prepared) -> bool:
        """Whether there is something prepared that the network still has."""
        ends_at = prepared.expires_at
        return bool(prepared.tokens) and (ends_at is None or self._http.now() < ends_at)

    def _ready(self, token: str) -> str | None:
        """Return the id of a container that can be published; None where it is gone."""
        container = _id_in(token)
        status = self._status(container) if token.endswith(PROCESSING) else "FINISHED"
        if status == "IN_PROGRESS":
            raise self._at_work()
        return container if status in ("FINISHED", "PUBLISHED") else None

    def _status(self, container: str) -> str:
        """Read how a container stands; raise where nothing can be made of its content."""
        answer, words = self._wire.standing(container)
        status = answer.mapping().get(self._manner.status_field)
        if is_gone(answer):
            return "EXPIRED"
        if not answer.ok or not isinstance(status, str):
            raise self._error(answer, Purpose.READ)
        if status == "ERROR":
            raise self._failed(words)
        return status

    def _failed(self, words: str) -> ConnectorError:
        code = found[0] if (found := _CODE.search(words)) else None
        title, network = self._manner.title, self._http.network
        if code in self._manner.passing:
            message = (
                f"{title} could not fetch or process the pictures ({code}); it is tried again."
            )
            return NotSent(message, network=network, code=code, uploads_gone=True)
        message = f"{title} could not make anything of the post: {code or 'no reason given'}."
        return PostRefused(message, network=network, code=code or "ERROR")

    def _at_work(self) -> NotSent:
        message = f"{self._manner.title} is still working on the post."
        again_at = self._http.now() + self._manner.again_after
        return NotSent(message, network=self._http.network, retry_at=again_at)

    def _to_be_made_again(self) -> NotSent:
        message = "The post has to be prepared (again) before it is published."
        return NotSent(message, network=self._http.network, uploads_gone=True)

    def _refused(self, answer: Answer, container: str) -> ConnectorError:
        """Say what a refusal means: a container that is out already is refused, too."""
        error = self._error(answer, Purpose.CREATE)
        if not isinstance(error, PostRefused):
            return error
        try:
            standing, _ = self._wire.standing(container)
        except ConnectorError:
            status = None
        else:
            gone = is_gone(standing)
            status = "EXPIRED" if gone else standing.mapping().get(self._manner.status_field)
        if status == "EXPIRED":
            return self._to_be_made_again()
        if status in ("FINISHED", "ERROR"):
            return error
        message = (
            f"{self._manner.title} refuses to publish it and does not say that it is not out "
            "already."
        )
        return OutcomeUnknown(message, network=self._http.network, code="published")

    def _error(self, answer: Answer, purpose: Purpose) -> ConnectorError:
        return graph_error(self._http, answer, purpose, title=self._manner.title)


def _is_whole(prepared: Prepared) -> bool:
    """Whether the container is made that will be published."""
    return len(prepared.tokens) == 1 and not prepared.tokens[0].startswith(PART)


def _id_in(token: str) -> str:
    return token.removesuffix(PROCESSING)
