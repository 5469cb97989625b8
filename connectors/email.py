"""E-mail: a post is handed to a partner as one letter, which a person there then posts.

SMTP promises that a letter arrives at least once, not at most once: where the connection breaks
after the text, nobody knows whether the server has it (RFC 1047). Such a letter is never sent again
by itself; a person asks the partner. All letters of one delivery have one `Message-ID`, by which
many mailboxes hide a repeat; none promises to.
"""

from collections.abc import Sequence
from datetime import timedelta

from connectors.checking import insist_on_offered
from connectors.contract import (
    Access,
    AccessRefused,
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
    OutcomeUnknown,
    OutgoingPost,
    Postbox,
    PostRefused,
    Prepared,
    Problem,
    PublishedPost,
    RemoteId,
    Removal,
    Sought,
    Stands,
)
from connectors.email_facts import (
    CAPABILITIES,
    DOCUMENTED,
    NAME,
    TITLE,
    check,
    choose_key,
    read_permalink,
    wrong_handle,
)
from connectors.email_letter import letter, letter_id
from connectors.handing import (
    MaybeHandedError,
    NobodyThereError,
    NotHandedError,
    TurnedAwayError,
)

_AGAIN_AFTER = timedelta(minutes=5)
_NOBODY_TO_ASK = "no mail server tells what became of a letter: ask the partner whether it came"


class EmailConnector:
    """One address that posts are sent to."""

    capabilities: Capabilities = CAPABILITIES

    def __init__(self, access: Access) -> None:
        self._to, self._now, self._forbidden = access.handle, access.now, access.forbidden
        self._postbox = _postbox(access)
        wrong = wrong_handle(access.handle)
        if wrong:
            raise AccessRefused(wrong, network=NAME)

    def limits(self) -> Limits:
        """Return our own."""
        return DOCUMENTED

    def check(self, post: OutgoingPost, limits: Limits) -> list[Problem]:
        """List what goes over the limits or cannot stand in a letter."""
        return check(post, limits)

    def prepare(self, post: OutgoingPost, resume: Prepared | None) -> Prepared:
        """Name the pictures that go along; nothing is sent."""
        del resume
        return Prepared(tokens=tuple(f"attached {n}" for n, _ in enumerate(post.media, start=1)))

    def publish(self, post: OutgoingPost, prepared: Prepared) -> PublishedPost:
        """Hand the letter to the mail server, once."""
        insist_on_offered(post, CAPABILITIES, NAME)
        if len(prepared.tokens) != len(post.media):
            message = "The pictures have to go along with the post."
            raise NotSent(message, network=NAME)
        for problem in check(post, DOCUMENTED):
            raise PostRefused(problem.message, network=NAME)
        now, sender = self._now(), self._postbox.sender
        self._give(letter(post, sender=sender, to=self._to, now=now))
        return PublishedPost(
            remote_id=RemoteId(post.delivery_key),
            url=f"mid:{letter_id(post, sender)}",
            published_at=now,
        )

    def find(self, sought: Sought) -> Finding:
        """Say that nobody can be asked."""
        del sought
        return CannotSay(why=_NOBODY_TO_ASK)

    def withdraw(self, remote_id: RemoteId) -> Removal:
        """Leave it to a person: no letter can be called back."""
        del remote_id
        return Stands(why="It was sent by e-mail; ask the partner to take the post down.")

    def correct(self, remote_id: RemoteId, post: OutgoingPost) -> Correction:
        """Leave it to a person, likewise."""
        del remote_id, post
        return Stands(why="It was sent by e-mail; ask the partner to correct the post.")

    def read_metrics(self, remote_ids: Sequence[RemoteId]) -> list[MetricReading]:
        """Return no values and ask nobody: whether a letter was read is not for us to know."""
        now = self._now()
        return [MetricReading(remote_id=one, observed_at=now, values={}) for one in remote_ids]

    def read_account(self) -> AccountReading:
        """Return no values, likewise."""
        return AccountReading(observed_at=self._now(), values={})

    def whoami(self) -> Account:
        """Give back the address that posts go to."""
        return Account(remote_id=RemoteId(self._to), handle=self._to, url=f"mailto:{self._to}")

    def close(self) -> None:
        """Do nothing: every letter has a connection of its own."""

    def _give(self, message: bytes) -> None:
        why = self._forbidden()
        if why:
            raise NotSent(why, network=NAME)
        try:
            self._postbox.give(self._to, message, self._forbidden)
        except NotHandedError as error:
            later = self._now() + _AGAIN_AFTER
            message_later = f"The mail server does not have the letter: {error}."
            raise NotSent(message_later, network=NAME, retry_at=later) from error
        except NobodyThereError as error:
            message_nobody = f"The mail server sends nothing to {self._to}: {error}."
            raise AccessRefused(message_nobody, network=NAME) from error
        except TurnedAwayError as error:
            message_no = f"The mail server does not take the letter: {error}."
            raise PostRefused(message_no, network=NAME) from error
        except MaybeHandedError as error:
            message_maybe = f"The letter may have been sent: {error}."
            raise OutcomeUnknown(message_maybe, network=NAME) from error


def connect(access: Access) -> Connector:
    """Use the installation's mail server; raise `AccessRefused` where it has none."""
    return EmailConnector(access)


def _postbox(access: Access) -> Postbox:
    if access.postbox is None:
        message = "no mail server is set: set CAMPAIGN_MAIL_SERVER and CAMPAIGN_MAIL_FROM"
        raise AccessRefused(message, network=NAME)
    return access.postbox


NETWORK = Network(
    name=NAME,
    title=TITLE,
    credentials=(),
    capabilities=CAPABILITIES,
    documented=DOCUMENTED,
    check=check,
    show_link=str,
    choose_key=choose_key,
    read_permalink=read_permalink,
    wrong_handle=wrong_handle,
    has_mentions=False,
    announced_limits=None,
    connect=connect,
)
