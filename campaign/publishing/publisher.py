"""One delivery from claim to outcome; safe to call any number of times, by anyone, at any moment.

The order is the promise: the attempt is committed, then everything that could forbid the post is
asked once more, then the network is called exactly once, then the outcome is committed under the
attempt's fence. Whatever happens in between leaves `sending`, which recovery makes `unknown`.
"""

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from campaign.outgoing import outgoing
from campaign.payload import Payload
from campaign.publishing.asked import Ended, Failure, Leave, Turn, Written
from campaign.publishing.batches import ask_for_leave, write
from campaign.publishing.callby import calls_about, calls_until
from campaign.publishing.claim import Claim, save_prepared
from campaign.publishing.keeping import keeping
from campaign.publishing.late import LateAnswer
from campaign.publishing.outcome import News, give_back
from campaign.publishing.rig import Rig
from campaign.publishing.verdict import Instead
from campaign.states import State
from campaign.store.database import DamagedError, explain
from campaign.store.leaders import is_repost
from campaign.store.payloads import read_payload, with_bytes
from campaign.tracing import Ids, step
from connectors.contract import (
    Connector,
    ConnectorError,
    NetworkName,
    NotSent,
    OutcomeUnknown,
    OutgoingPost,
    Prepared,
    PublishedPost,
)

__all__ = ["Line", "Rig", "publish", "read_prepared"]

log = logging.getLogger(__name__)

A_MOMENT = timedelta(milliseconds=100)
"""For how long a last check holds."""


class NotAsApprovedError(Exception):
    """What would go out is not what was approved; a person has to decide."""


def publish(rig: Rig, delivery_id: str) -> State | None:
    """Make one attempt at a due delivery; return its new state, None if nothing was done."""
    states: list[State] = []
    line = Line(rig, states.append)
    line.publish(delivery_id)
    line.end()
    return states[-1] if states else None


class Line:
    """One thread's deliveries, sent one after the other.

    What came of one is written together with the claim of the next, so that each costs one commit.
    """

    def __init__(self, rig: Rig, tell: Callable[[State], None]) -> None:
        """Begin; `tell` hears to which states deliveries come."""
        self._rig = rig
        self._tell = tell
        self._ended: tuple[Claim, Ended] | None = None

    def publish(self, delivery_id: str) -> bool:
        """Make one attempt at a due delivery; return whether there was anything to be done."""
        written = self._write(delivery_id)
        claimed = written.claimed
        if isinstance(claimed, Claim):
            with step("publish", **_ids(claimed)) as span:
                ended = self._send(claimed, written.leave)
                span.set_attribute("outcome", _outcome(ended))
            self._ended = (claimed, ended) if ended else None
        elif claimed is not None:
            self._tell(claimed.to)
        return claimed is not None

    def end(self) -> None:
        """Write what came of the last attempt."""
        if self._ended is not None:
            self._write(None)

    def _write(self, wish: str | None) -> Written:
        ids = {"claims": wish} if wish else {}
        if self._ended is not None:
            ids["settles"] = self._ended[0].delivery.id
        with step("write", **ids):
            return self._written(wish)

    def _written(self, wish: str | None) -> Written:
        if self._ended is None:
            return write(self._rig, Turn(wish=wish))
        claimed, ended = self._ended
        try:
            written = write(self._rig, Turn(ended, wish))
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            if wish is None:
                raise
            # A row that cannot be claimed must not take the outcome of another with it.
            self._written(None)
            return self._written(wish)
        self._ended = None
        state = written.state or _come_late(self._rig, claimed, ended)
        if state is not None:
            self._tell(state)
        _log(claimed, ended, state)
        return written

    def _send(self, claimed: Claim, leave: Leave | None) -> Ended | None:
        rig = self._rig
        try:
            post = _post(rig, claimed)
            # Uploads may take long, so they too begin only with leave; a text goes out at once.
            if post.media and not _still_allowed(rig, claimed, leave):
                return None
            with step("prepare", files=len(post.media)):
                prepared, connector = _prepare(rig, claimed, post)
        except ConnectorError as error:
            return Failure(claimed.delivery, error)
        except (DamagedError, NotAsApprovedError) as error:
            self._tell(_hold(rig, claimed, str(error)))
            return None
        if not _still_allowed(rig, claimed, None if prepared.tokens else leave):
            return None
        return _call(rig, claimed, lambda: connector.publish(post, prepared))


def _call(rig: Rig, claimed: Claim, send: Callable[[], PublishedPost]) -> Ended:
    try:
        until = calls_until(_latest_call(rig, claimed))
        with calls_about(claimed.delivery.post), until, step("call"):
            published = send()
    except ConnectorError as error:
        return Failure(claimed.delivery, error)
    except Exception as error:
        # A fault in the connector itself: the request may have left, so nobody may send again.
        log.exception("connector failed", extra=_told(claimed))
        return Failure(claimed.delivery, _unclear(claimed, error))
    read_due_at = _first_read_at(rig, claimed, published)
    return News(delivery=claimed.delivery, post=published, read_due_at=read_due_at)


def _still_allowed(rig: Rig, claimed: Claim, leave: Leave | None) -> bool:
    """Ask everything again under the claim; give the claim back where something came up.

    What was asked a moment ago, when the claim had been committed, holds; it is asked anew after
    an upload, and by a process that stood still.
    """
    if leave is None or not timedelta() <= rig.clock.now() - leave.at <= A_MOMENT:
        leave = ask_for_leave(rig, claimed.delivery)
    against = leave.against
    if not leave.in_force:
        with _late(rig, claimed) as answer:
            answer.nothing_sent()
        return False
    if against is None and not _lease_suffices(rig, claimed, leave.at):
        against = Instead(to=State.PLANNED, why="the claim was too old to start a call")
    if against is None:
        return True
    with rig.store.write_one() as connection:
        give_back(connection, claimed.delivery, against, leave.at)
    return False


def _latest_call(rig: Rig, claimed: Claim) -> datetime:
    """Return the last instant at which the call may leave: the lease and the late limit say."""
    lease_until = claimed.delivery.lease_until
    if lease_until is None:
        return claimed.latest_at
    return min(claimed.latest_at, lease_until - rig.call_timeout)


def _first_read_at(rig: Rig, claimed: Claim, post: PublishedPost) -> datetime | None:
    """Return when its counts are read; what passes on another post has none of its own."""
    if is_repost(claimed.delivery):
        return None
    return rig.first_read_at(_network(claimed), post.published_at)


def _lease_suffices(rig: Rig, claimed: Claim, now: datetime) -> bool:
    lease_until = claimed.delivery.lease_until
    return lease_until is not None and now + rig.call_timeout < lease_until


def _post(rig: Rig, claimed: Claim) -> OutgoingPost:
    """Return what was approved, letter by letter; raise `DamagedError` where it is lost.

    Raises `NotAsApprovedError` where a repost would pass on another wording, or where it is not
    known what a part stands under.
    """
    payload = read_payload(claimed.body, claimed.delivery.content_hash)
    _check_original(claimed, payload)
    if payload.all_media():
        with rig.store.read() as connection:
            payload = with_bytes(connection, payload)
    try:
        return outgoing(payload, claimed.key, claimed.ahead)
    except LookupError as error:
        raise NotAsApprovedError(str(error)) from error


def _check_original(claimed: Claim, payload: Payload) -> None:
    if payload.reposts is not None and payload.reposts != claimed.ahead_hash:
        message = (
            f"{claimed.delivery.follows} went out with another wording than the one whose "
            f"repost was approved"
        )
        raise NotAsApprovedError(message)


def _prepare(rig: Rig, claimed: Claim, post: OutgoingPost) -> tuple[Prepared, Connector]:
    """Upload what shows nothing, and keep what came of it before anything is published."""
    resume = _resume(claimed, rig.clock.now())
    connect = rig.sign_in if claimed.let_through else rig.connector_for
    try:
        connector = connect(claimed.account)
        with calls_about(claimed.delivery.post), keeping(partial(_keep, rig, claimed)):
            prepared = connector.prepare(_shown(rig, claimed, post), resume)
    except OutcomeUnknown as error:
        # Nothing that `prepare` does can be seen by anybody, so trying again is safe.
        raise NotSent(str(error), network=error.network, code=error.code) from error
    except ConnectorError:
        raise
    except DBAPIError as error:
        raise NotSent(explain(error), network=_network(claimed)) from error
    except Exception as error:
        log.exception("connector failed", extra={**_told(claimed), "action": "prepare"})
        raise NotSent(f"the upload failed: {error}", network=_network(claimed)) from error
    if prepared.tokens and prepared != resume:
        _keep(rig, claimed, prepared)
    return prepared, connector


def _keep(rig: Rig, claimed: Claim, prepared: Prepared) -> None:
    with rig.store.write_one() as connection:
        save_prepared(connection, claimed, _to_json(prepared))


def _shown(rig: Rig, claimed: Claim, post: OutgoingPost) -> OutgoingPost:
    """Give the pictures addresses, where the network fetches them itself."""
    fetches = rig.networks[claimed.delivery.network].capabilities.fetches_media
    if not (fetches and post.media):
        return post
    addresses = rig.show_media(claimed.delivery, post.media)
    shown = (
        replace(one, address=address) for one, address in zip(post.media, addresses, strict=True)
    )
    return replace(post, media=tuple(shown))


def _resume(claimed: Claim, now: datetime) -> Prepared | None:
    kept = read_prepared(claimed.prepared_json)
    return None if kept is None or (kept.expires_at and kept.expires_at <= now) else kept


def read_prepared(text: str | None) -> Prepared | None:
    """Return what an attempt had prepared; raise `DamagedError` where its row is damaged.

    It is never taken for nothing: a container may have been published under a token lost here.
    """
    if text is None:
        return None
    try:
        fields = json.loads(text)
        expires_at = fields["expires_at"] and datetime.fromisoformat(fields["expires_at"])
        return Prepared(tokens=tuple(fields["tokens"]), expires_at=expires_at)
    except (ValueError, KeyError, TypeError) as error:
        message = "what an earlier attempt had uploaded is damaged in the database; not sent again"
        raise DamagedError(message) from error


def _to_json(prepared: Prepared) -> str:
    return json.dumps(asdict(prepared), default=datetime.isoformat)


def _hold(rig: Rig, claimed: Claim, why: str) -> State:
    """Set a delivery aside for a person before anything of it was sent."""
    with rig.store.write() as connection:
        give_back(connection, claimed.delivery, Instead(to=State.HELD, why=why), rig.clock.now())
    log.error("held back: %s", why, extra=_told(claimed))
    return State.HELD


def _log(claimed: Claim, ended: Ended, state: State | None) -> None:
    told = _told(claimed)
    if isinstance(ended, Failure):
        log.warning("not published: %s", ended.error, extra=told)
    elif state is State.PUBLISHED:
        log.info("published", extra=told)


def _outcome(ended: Ended | None) -> str:
    """Say in a word of ours what came of an attempt."""
    if ended is None:
        return "not sent"
    return type(ended.error).__name__ if isinstance(ended, Failure) else "published"


def _ids(claimed: Claim) -> dict[str, Ids]:
    one = claimed.delivery
    return {
        "delivery": one.id,
        "channel": one.channel,
        "network": one.network,
        "attempt": one.attempt,
    }


def _told(claimed: Claim) -> dict[str, object]:
    one = claimed.delivery
    return {
        "action": "publish",
        "delivery_id": one.id,
        "post": one.post,
        "attempt": one.attempt,
        "network": one.network,
    }


def _come_late(rig: Rig, claimed: Claim, ended: Ended) -> State | None:
    """Take in what came of an attempt that others had taken over from."""
    with _late(rig, claimed) as answer:
        if isinstance(ended, News):
            return answer.published(ended.post, ended.read_due_at)
        if isinstance(ended.error, OutcomeUnknown):
            return answer.unclear(ended.error, rig.settling_of(claimed.delivery.network))
        answer.nothing_sent()
        return None


@contextmanager
def _late(rig: Rig, claimed: Claim) -> Iterator[LateAnswer]:
    """Write, alone, what is known of an attempt that others have taken over from."""
    with rig.store.write() as connection:
        yield LateAnswer(
            connection=connection,
            delivery=claimed.delivery,
            who=rig.worker.name,
            at=rig.clock.now(),
            key_life=rig.networks[claimed.delivery.network].capabilities.key_life,
        )


def _unclear(claimed: Claim, error: Exception) -> OutcomeUnknown:
    message = f"the connector failed while sending ({type(error).__name__}); it may be out"
    return OutcomeUnknown(message, network=_network(claimed))


def _network(claimed: Claim) -> NetworkName:
    return NetworkName(claimed.delivery.network)
