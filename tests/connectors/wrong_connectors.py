"""Connectors that are wrong on purpose, each in one way that real ones have been wrong.

Each is the true connector with one thing changed, so a law that passes them passes the mistake.
"""

import logging
import time
import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import ClassVar

from connectors.contract import (
    Absent,
    Access,
    AccessRefused,
    Account,
    AccountReading,
    CannotSay,
    ConnectorError,
    DeliveryKey,
    Finding,
    Found,
    Limits,
    Metric,
    MetricReading,
    NetworkName,
    NotSent,
    OutcomeUnknown,
    OutgoingPost,
    PostRefused,
    Prepared,
    Problem,
    PublishedPost,
    RemoteId,
    Sought,
)
from connectors.mastodon import MastodonConnector
from connectors.mastodon_facts import NAME as MASTODON
from connectors.webhook import WebhookConnector
from connectors.webhook_facts import NAME as WEBHOOK
from connectors.x import XConnector
from connectors.x_wire import NAME as X


class WrongX(XConnector):
    """Marks the network a wrong connector is tried on."""

    network: ClassVar[NetworkName] = X


class WrongMastodon(MastodonConnector):
    """Marks the network a wrong connector is tried on."""

    network: ClassVar[NetworkName] = MASTODON


class WrongWebhook(WebhookConnector):
    """Marks the network a wrong connector is tried on."""

    network: ClassVar[NetworkName] = WEBHOOK


class SaysThatItWasSeen(WrongWebhook):
    def find(self, sought: Sought) -> Finding:
        return Found(
            post=PublishedPost(
                remote_id=RemoteId(sought.post.delivery_key),
                url=f"urn:uuid:{sought.post.delivery_key}",
                published_at=sought.since,
            )
        )


class CountsWhatNobodyCounts(WrongWebhook):
    def read_metrics(self, remote_ids: Sequence[RemoteId]) -> list[MetricReading]:
        readings = super().read_metrics(remote_ids)
        return [replace(one, values={Metric.IMPRESSIONS: 0}) for one in readings]


class SendsAgainAfterATimeout(WrongX):
    def publish(self, post: OutgoingPost, prepared: Prepared) -> PublishedPost:
        try:
            return super().publish(post, prepared)
        except OutcomeUnknown:
            return super().publish(post, prepared)


class SwallowsTheError(WrongX):
    def publish(self, post: OutgoingPost, prepared: Prepared) -> PublishedPost:
        try:
            return super().publish(post, prepared)
        except ConnectorError:
            now = self._now()
            return PublishedPost(remote_id=RemoteId("0"), url="https://x.com", published_at=now)


class CallsAnUnclearEndARefusal(WrongX):
    def publish(self, post: OutgoingPost, prepared: Prepared) -> PublishedPost:
        try:
            return super().publish(post, prepared)
        except OutcomeUnknown as error:
            raise PostRefused(str(error), network=X) from error


class HidesTheCause(WrongX):
    def publish(self, post: OutgoingPost, prepared: Prepared) -> PublishedPost:
        try:
            return super().publish(post, prepared)
        except OutcomeUnknown as error:
            raise OutcomeUnknown(str(error), network=X) from None


class BlamesTheAccount(WrongX):
    def publish(self, post: OutgoingPost, prepared: Prepared) -> PublishedPost:
        try:
            return super().publish(post, prepared)
        except PostRefused as error:
            raise AccessRefused(str(error), network=X) from error


class LosesTheTimeToComeBack(WrongX):
    def publish(self, post: OutgoingPost, prepared: Prepared) -> PublishedPost:
        try:
            return super().publish(post, prepared)
        except NotSent as error:
            raise NotSent(str(error), network=X) from error


class SleepsUntilItMay(WrongX):
    def publish(self, post: OutgoingPost, prepared: Prepared) -> PublishedPost:
        try:
            return super().publish(post, prepared)
        except NotSent:
            time.sleep(900)
            raise


class SendsWithoutPictures(WrongX):
    def publish(self, post: OutgoingPost, prepared: Prepared) -> PublishedPost:
        media = post.media[: len(prepared.tokens)]
        return super().publish(replace(post, media=media), prepared)


class PublishesWhilePreparing(WrongX):
    def prepare(self, post: OutgoingPost, resume: Prepared | None) -> Prepared:
        prepared = super().prepare(post, resume)
        if resume is None:
            super().publish(post, prepared)
        return prepared


class TrustsOldUploads(WrongX):
    def prepare(self, post: OutgoingPost, resume: Prepared | None) -> Prepared:
        return resume or super().prepare(post, None)


class TrimsTheText(WrongX):
    def publish(self, post: OutgoingPost, prepared: Prepared) -> PublishedPost:
        return super().publish(replace(post, text=post.text[:30]), prepared)


class DropsAltText(WrongX):
    def prepare(self, post: OutgoingPost, resume: Prepared | None) -> Prepared:
        silent = tuple(replace(one, alt_text="") for one in post.media)
        return super().prepare(replace(post, media=silent), resume)


class TurnsPicturesRound(WrongX):
    def prepare(self, post: OutgoingPost, resume: Prepared | None) -> Prepared:
        return super().prepare(replace(post, media=post.media[::-1]), resume)


class UploadsAgainAndAgain(WrongX):
    def prepare(self, post: OutgoingPost, resume: Prepared | None) -> Prepared:
        del resume
        return super().prepare(post, None)


class NeverTimesOut(WrongX):
    def __init__(self, access: Access) -> None:
        super().__init__(replace(access, timeout=timedelta(minutes=1)))


class CountsCodePoints(WrongX):
    def check(self, post: OutgoingPost, limits: Limits) -> list[Problem]:
        naive = tuple(replace(one, measure=len) for one in limits.text)
        return super().check(post, replace(limits, text=naive))


class AllowsOneMore(WrongX):
    def check(self, post: OutgoingPost, limits: Limits) -> list[Problem]:
        looser = tuple(replace(one, maximum=one.maximum + 1) for one in limits.text)
        return super().check(post, replace(limits, text=looser))


class ChecksNothing(WrongX):
    def check(self, post: OutgoingPost, limits: Limits) -> list[Problem]:
        del post, limits
        return []


class ClaimsItsLimitsWereAnnounced(WrongX):
    def limits(self) -> Limits:
        return replace(super().limits(), announced=True)


class TakesNotSeeingForAbsence(WrongX):
    def find(self, sought: Sought) -> Finding:
        finding = super().find(sought)
        return Absent() if isinstance(finding, CannotSay) else finding


class TakesAFailedLookForAbsence(WrongMastodon):
    def find(self, sought: Sought) -> Finding:
        try:
            return super().find(sought)
        except ConnectorError:
            return Absent()


class ForgetsWhatItAnswers(WrongX):
    def publish(self, post: OutgoingPost, prepared: Prepared) -> PublishedPost:
        return super().publish(replace(post, answers=None), prepared)


class LooksAmongPostsOnly(WrongX):
    def find(self, sought: Sought) -> Finding:
        return super().find(replace(sought, post=replace(sought.post, answers=None)))


class CopiesInsteadOfReposting(WrongX):
    def publish(self, post: OutgoingPost, prepared: Prepared) -> PublishedPost:
        return super().publish(replace(post, reposts=None), prepared)


class OverlooksItsOwnPost(WrongX):
    def find(self, sought: Sought) -> Finding:
        del sought
        return CannotSay(why="did not look")


class TakesAnotherDeliverysPost(WrongX):
    def find(self, sought: Sought) -> Finding:
        return super().find(replace(sought, taken=frozenset()))


class TakesAnyPost(WrongX):
    def find(self, sought: Sought) -> Finding:
        now, newest = self._now(), RemoteId("1")
        post = PublishedPost(remote_id=newest, url="https://x.com", published_at=now)
        return Found(post=post)


class SaysZeroForMissing(WrongX):
    def read_metrics(self, remote_ids: Sequence[RemoteId]) -> list[MetricReading]:
        return [
            replace(one, values={**dict.fromkeys(one.missing, 0), **one.values})
            for one in super().read_metrics(remote_ids)
        ]


class SaysZeroWhenItCannotRead(WrongX):
    def read_metrics(self, remote_ids: Sequence[RemoteId]) -> list[MetricReading]:
        try:
            return super().read_metrics(remote_ids)
        except NotSent:
            nothing = MetricReading(
                remote_id=RemoteId(""), observed_at=self._now(), values=dict.fromkeys(Metric, 0)
            )
            return [replace(nothing, remote_id=one) for one in remote_ids]

    def read_account(self) -> AccountReading:
        try:
            return super().read_account()
        except NotSent:
            return AccountReading(observed_at=self._now(), values={Metric.FOLLOWERS: 0})


class SaysZeroForEverything(WrongX):
    def read_metrics(self, remote_ids: Sequence[RemoteId]) -> list[MetricReading]:
        return [
            replace(one, values=dict.fromkeys(one.values, 0))
            for one in super().read_metrics(remote_ids)
        ]

    def read_account(self) -> AccountReading:
        return replace(super().read_account(), values={Metric.FOLLOWERS: 0})


class AsksForNothing(WrongX):
    def read_metrics(self, remote_ids: Sequence[RemoteId]) -> list[MetricReading]:
        if not remote_ids:
            self._wire.posts(["1"], ["public_metrics"])
        return super().read_metrics(remote_ids)


class NamesWhoeverIsConfigured(WrongX):
    def whoami(self) -> Account:
        return replace(super().whoami(), handle="@somebody.else")


class RemembersWhoItIs(WrongX):
    remembered: Account | None = None

    def whoami(self) -> Account:
        self.remembered = self.remembered or super().whoami()
        return self.remembered


class LeavesOutWhatIsGone(WrongX):
    def read_metrics(self, remote_ids: Sequence[RemoteId]) -> list[MetricReading]:
        return [one for one in super().read_metrics(remote_ids) if one.values]


class ReadsOneByOne(WrongX):
    def read_metrics(self, remote_ids: Sequence[RemoteId]) -> list[MetricReading]:
        readings: list[MetricReading] = []
        for one in remote_ids:
            readings += super().read_metrics([one])
        return readings


class MakesANewKeyEachTime(WrongMastodon):
    def publish(self, post: OutgoingPost, prepared: Prepared) -> PublishedPost:
        fresh = DeliveryKey(str(uuid.uuid4()))
        return super().publish(replace(post, delivery_key=fresh), prepared)


class LosesTheLanguage(WrongMastodon):
    def publish(self, post: OutgoingPost, prepared: Prepared) -> PublishedPost:
        return super().publish(replace(post, language="en"), prepared)


class KeepsItsKeys(WrongX):
    """Right as it is; the wrong ones below show what it keeps."""

    def __init__(self, access: Access) -> None:
        super().__init__(access)
        self.keys = dict(access.credentials)


class NamesTheTokenInAnError(KeepsItsKeys):
    def publish(self, post: OutgoingPost, prepared: Prepared) -> PublishedPost:
        try:
            return super().publish(post, prepared)
        except PostRefused as error:
            raise PostRefused(f"{error} ({self.keys})", network=X) from error


class ShowsTheTokenInItsRepr(KeepsItsKeys):
    def __repr__(self) -> str:
        return f"XConnector({self.keys})"


class SignsInWithAnything(WrongX):
    def __init__(self, access: Access) -> None:
        keys = {name: value or "anything" for name, value in access.credentials.items()}
        super().__init__(replace(access, credentials=keys))


class ClosesOnlyOnce(WrongX):
    closed = False

    def close(self) -> None:
        assert not self.closed
        self.closed = True
        super().close()


class LogsTheToken(KeepsItsKeys):
    def publish(self, post: OutgoingPost, prepared: Prepared) -> PublishedPost:
        logging.getLogger("connectors.x").debug("signing with %s", self.keys)
        return super().publish(post, prepared)


class LogsTheWording(WrongX):
    def publish(self, post: OutgoingPost, prepared: Prepared) -> PublishedPost:
        logging.getLogger("connectors.x").debug("sending %s", post.text)
        return super().publish(post, prepared)
