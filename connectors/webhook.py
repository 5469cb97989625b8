"""A signed webhook: posts are handed to a partner's own system, which shows them.

Every delivery has one `webhook-id` for life, so a receiver that keeps to Standard Webhooks drops a
repeat. Whether one does, only its owner can say, and for how long. So an unclear end is always a
person's to settle; where repeats are dropped, that person hears that sending again does no harm. A
2xx says that the post was taken. It says where it stands only if the
answer is JSON with a `url`.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from connectors.checking import check_limits, insist_on_offered
from connectors.contract import (
    Access,
    Account,
    AccountReading,
    CannotSay,
    Capabilities,
    Connector,
    Correction,
    Finding,
    Limits,
    MetricReading,
    Network,
    NotSent,
    OutgoingPost,
    Prepared,
    Problem,
    PublishedPost,
    RemoteId,
    Removal,
    Sought,
    Stands,
)
from connectors.grants import AppPassword, Grant, Right
from connectors.http import Answer
from connectors.web_addresses import is_web_address
from connectors.webhook_facts import (
    CAPABILITIES,
    DOCUMENTED,
    FIELDS,
    NAME,
    TITLE,
    choose_key,
    promised_life,
    read_permalink,
)
from connectors.webhook_wire import WebhookWire

_SHOWN_FOR = timedelta(minutes=45)
"""Pictures can be fetched for an hour."""
_NOBODY_TO_ASK = "a webhook takes posts and tells nothing: ask whoever looks after the endpoint"


class WebhookConnector:
    """One endpoint."""

    def __init__(self, access: Access) -> None:
        self._handle = access.handle
        self._wire = WebhookWire(access)
        self.capabilities: Capabilities = replace(CAPABILITIES, key_life=self._wire.key_life)

    def limits(self) -> Limits:
        """Return our own; endpoints announce none."""
        return DOCUMENTED

    def check(self, post: OutgoingPost, limits: Limits) -> list[Problem]:
        """List what goes over the limits."""
        return check_limits(post, limits)

    def prepare(self, post: OutgoingPost, resume: Prepared | None) -> Prepared:
        """Take down where the pictures can be fetched; nothing is sent."""
        del resume  # addresses are this attempt's own
        tokens = tuple(one.address for one in post.media)
        return Prepared(
            tokens=tokens, expires_at=self._wire.http.now() + _SHOWN_FOR if tokens else None
        )

    def publish(self, post: OutgoingPost, prepared: Prepared) -> PublishedPost:
        """Hand the post over in one request; what the receiver then does with it is its own."""
        insist_on_offered(post, CAPABILITIES, NAME)
        if len(prepared.tokens) != len(post.media) or not all(prepared.tokens):
            message = "The pictures need addresses at which the receiver can fetch them."
            raise NotSent(message, network=NAME)
        answer = self._wire.send(post, prepared)
        if not answer.ok:
            raise self._wire.error(answer)
        return PublishedPost(
            remote_id=RemoteId(post.delivery_key),
            url=_stands_at(answer) or f"urn:uuid:{post.delivery_key}",
            published_at=self._wire.http.now(),
        )

    def find(self, sought: Sought) -> Finding:
        """Say that nobody can be asked, and whether sending again would do any harm."""
        life = self._wire.key_life
        until = sought.since + life if life else sought.since
        if self._wire.http.now() >= until:
            return CannotSay(why=_NOBODY_TO_ASK)
        again = f"a repeat is dropped there until {until:%Y-%m-%d %H:%M} UTC, by its owner's word"
        return CannotSay(why=f"{_NOBODY_TO_ASK}; {again}, so `--not-published` does no harm")

    def withdraw(self, remote_id: RemoteId) -> Removal:
        """Leave it to a person: a receiver that took a post is not one that takes it down."""
        del remote_id
        return Stands(why="It was handed over; whoever looks after the endpoint takes it down.")

    def correct(self, remote_id: RemoteId, post: OutgoingPost) -> Correction:
        """Leave it to a person, likewise."""
        del remote_id, post
        return Stands(why="It was handed over; whoever looks after the endpoint corrects it.")

    def read_metrics(self, remote_ids: Sequence[RemoteId]) -> list[MetricReading]:
        """Return no values and ask nobody: nothing is counted here."""
        now = self._wire.http.now()
        return [MetricReading(remote_id=one, observed_at=now, values={}) for one in remote_ids]

    def read_account(self) -> AccountReading:
        """Return no values, likewise."""
        return AccountReading(observed_at=self._wire.http.now(), values={})

    def whoami(self) -> Account:
        """Give back the channel's own name; asking would be handing something over."""
        return _account(self._handle)

    def close(self) -> None:
        """Give the connections back."""
        self._wire.http.close()


def take(access: Access) -> Grant:
    """Look whether what was typed can be used; raise `AccessRefused` where not. Nothing is sent."""
    WebhookWire(access)
    kept = {one.name: access.credentials[one.name].strip() for one in FIELDS}
    life = promised_life(kept["DROPS_REPEATS_FOR"])
    right = "post.publish" if life is None else f"post.publish, repeats dropped for {life}"
    return Grant(account=access.handle, credentials=kept, rights=(right,))


def connect(access: Access) -> Connector:
    """Use an endpoint; raise `AccessRefused` where its address or secret is no good."""
    return WebhookConnector(access)


def _account(handle: str) -> Account:
    return Account(remote_id=RemoteId(handle), handle=handle, url="")


def _stands_at(answer: Answer) -> str | None:
    """Return where the receiver says that the post stands, if it says so."""
    url = answer.mapping().get("url")
    return url if isinstance(url, str) and is_web_address(url) else None


NETWORK = Network(
    name=NAME,
    title=TITLE,
    credentials=FIELDS,
    capabilities=CAPABILITIES,
    documented=DOCUMENTED,
    check=check_limits,
    show_link=str,
    choose_key=choose_key,
    read_permalink=read_permalink,
    has_mentions=False,
    announced_limits=None,
    sign_in=AppPassword(
        fields=FIELDS,
        rights=(Right(scope="post.publish", words="hand posts over to that address"),),
        owner_page="whoever looks after the endpoint",
        take=take,
    ),
    connect=connect,
)
