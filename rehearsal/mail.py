"""The stand-in for a mail server and for the people whose mailboxes it fills.

It says in the server's own numbers what it does with each letter (RFC 5321), and nothing where the
connection is to be cut. Letters are opened by the standard library's reader.
"""

from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from rehearsal.accounts import Account
from rehearsal.faults import DONE_FIRST, DROPS, Call, Fault
from rehearsal.pictures import look_at
from rehearsal.records import RecordedRequest, StoredMedia, StoredPost
from rehearsal.world import World

SENDER = "posts@desk.example"
TEXT_FILE = "post.txt"


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """What the server says to a letter."""

    line: str
    """Empty where the connection is cut instead."""
    wait: float = 0.0
    """Seconds of real time before it."""


_SAID = {
    Fault.REFUSE: "554 5.7.1 this letter is not taken",
    Fault.RATE_LIMIT: "451 4.7.1 too many, come again later",
    Fault.EXPIRED_TOKEN: "451 4.7.0 sign in again",
    Fault.HTML_ERROR: "<html><body>502 Bad Gateway</body></html>",
    Fault.EMPTY_ERROR: "",
    Fault.ODD_JSON: "299 whatever",
    Fault.FAIL_BEFORE_STORING: "??? something broke",
    Fault.STORE_THEN_FAIL: "??? something broke",
}


class MailStandIn:
    """All mailboxes of one rehearsal."""

    name = "email"
    origin = "https://email.example"

    def __init__(self, world: World) -> None:
        self._world = world
        self._store = world.stores["email"]
        self._recorded: list[RecordedRequest] = []

    def start(self, port: int = 0) -> None:
        """Do nothing: whoever wants a socket puts one in front."""

    def stop(self) -> None:
        """Do nothing, likewise."""

    def recorded(self) -> list[RecordedRequest]:
        """List the letters that came, in order."""
        return list(self._recorded)

    def take_recorded(self) -> list[RecordedRequest]:
        """Return them and begin anew."""
        taken, self._recorded = self._recorded, []
        return taken

    @property
    def is_open(self) -> bool:
        """Whether anybody would answer."""
        return not self._world.stopping.is_set()

    def knows(self, to: str) -> bool:
        """Whether anybody has that address."""
        return self._world.accounts.get(self.name, to) is not None

    def take(self, to: str, content: bytes) -> Reply:
        """Take one letter, or do what was ordered."""
        account = self._world.accounts.get(self.name, to)
        if account is None:
            return Reply(line="550 5.1.1 nobody of that name here")
        taken = self._world.faults.take(self.name, Call.PUBLISH, handle=account.handle)
        fault = taken.fault if taken else None
        with self._world.locks[self.name]:
            if fault is None or fault in DONE_FIRST:
                self._deliver(account, content)
            reply = Reply(
                line="" if fault in DROPS else _SAID.get(fault, "250 OK") if fault else "250 OK",
                wait=taken.seconds if taken and fault is Fault.SLOW else 0.0,
            )
            self._write_down(account, reply, fault)
        return reply

    def _deliver(self, account: Account, content: bytes) -> None:
        message = message_from_bytes(content, policy=default)
        key = str(message["Message-ID"]).strip("<>").partition("@")[0]
        before = sum(post.raw["key"] == key for post in self._store.every())
        self._store.keep(
            StoredPost(
                handle=account.handle,
                remote_id=f"{key}/{before + 1}" if before else key,
                text=_text(message),
                language=str(message["Content-Language"]),
                created_at=self._world.now(),
                media=_pictures(message),
                raw={"key": key, "subject": str(message["Subject"])},
                url=f"mid:{key}@{SENDER.partition('@')[2]}",
            )
        )

    def _write_down(self, account: Account, reply: Reply, fault: Fault | None) -> None:
        code = reply.line[:3]
        self._recorded.append(
            RecordedRequest(
                method="DATA",
                path="/",
                query="",
                headers={},
                body=b"",
                status=int(code) if code.isdigit() else None,
                at=self._world.now(),
                call=Call.PUBLISH,
                handle=account.handle,
                fault=fault,
            )
        )


def _text(message: EmailMessage) -> str:
    for part in message.iter_attachments():
        if part.get_filename() == TEXT_FILE:
            return bytes(part.get_payload(decode=True)).decode()
    return ""


def _pictures(message: EmailMessage) -> tuple[StoredMedia, ...]:
    found = []
    for part in message.iter_attachments():
        if part.get_filename() != TEXT_FILE:
            content = bytes(part.get_payload(decode=True))
            picture = look_at(content)
            found.append(
                StoredMedia(
                    content=content,
                    media_type=part.get_content_type(),
                    alt_text=str(part["Content-Description"] or ""),
                    width=picture.width if picture else 0,
                    height=picture.height if picture else 0,
                )
            )
    return tuple(found)
