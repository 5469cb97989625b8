"""Keeps the answers to writes under their Idempotency-Keys, for when a request is sent again."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select

from campaign.store.tables import API_ANSWER

KEPT_FOR = timedelta(days=7)
"""How long the same request gets the same answer."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What a write was answered with."""

    status: int
    body: str
    etag: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """A request, as it is told from others."""

    person: str
    key: str
    request_hash: str


class OtherRequestError(Exception):
    """The key was used for another request."""


def answer_to(connection: Connection, asked: Asked, now: datetime) -> Answer | None:
    """Return what the same request was answered with; None where it has not been done yet.

    Raises `OtherRequestError` where the key was used for another one.
    """
    query = select(API_ANSWER).where(
        API_ANSWER.c.person == asked.person,
        API_ANSWER.c.key == asked.key,
        API_ANSWER.c.at > now - KEPT_FOR,
    )
    row = connection.execute(query).first()
    if row is None:
        return None
    if row.request_hash != asked.request_hash:
        raise OtherRequestError
    return Answer(status=row.status, body=row.body, etag=row.etag)


def keep_answer(connection: Connection, asked: Asked, answer: Answer, now: datetime) -> None:
    """Keep an answer, in the transaction of the change that it tells of; let old ones go."""
    connection.execute(delete(API_ANSWER).where(API_ANSWER.c.at <= now - KEPT_FOR))
    connection.execute(
        insert(API_ANSWER).values(
            person=asked.person,
            key=asked.key,
            request_hash=asked.request_hash,
            status=answer.status,
            body=answer.body,
            etag=answer.etag,
            at=now,
        )
    )
