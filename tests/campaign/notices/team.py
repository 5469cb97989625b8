"""A team with addresses, and the clock that rings every half minute for its letters."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from sqlalchemy import update

from campaign.mailing.outbox import PLANNED, letters_of
from campaign.models_reports import Letter
from campaign.notices.bureau import Bureau
from campaign.notices.concerned import Concerned
from campaign.notices.pointers import Pointers
from campaign.notices.rounds import Round, round_in
from campaign.people import Absence
from campaign.plan import PlannedDelivery
from campaign.store.tables import LETTER
from tests.campaign.deliveries import NOW, planned
from tests.campaign.ledger import SCHEDULE, Ledger

TEAM = SCHEDULE.replace(
    SCHEDULE[SCHEDULE.index("  ama:") : SCHEDULE.index("channels:")],
    """\
  ama: {name: Ama Mensah, roles: [author], email: ama@ico.example}
  ben: {name: Ben Archer, roles: [approver, legal], email: ben@ico.example}
  cat: {name: Cat Okafor, roles: [approver], email: cat@ico.example}
  leo: {name: Leo Lind, roles: [legal], email: leo@ico.example}
  dee: {name: Dee Hill, roles: [approver]}
  rea: {name: Rea Osei, roles: [reader], email: rea@ico.example}
""",
).replace("campaign: spring", "campaign: spring\ntitle: Spring")
RING = timedelta(seconds=30)
OFTEN_FOR, RARELY = timedelta(minutes=5), timedelta(minutes=30)
DESK = "https://desk.example"


@dataclass
class Team:
    """The rows, and the letters that the clock writes about them."""

    ledger: Ledger
    public_url: str = DESK
    digest_at: time | None = None
    gone: frozenset[str] = frozenset()
    absences: tuple[Absence, ...] = ()
    now: datetime = NOW
    sends: bool = True
    """Whether the mail server takes what it is given."""
    sent: list[Letter] = field(default_factory=list)

    def ring(self) -> Round:
        """Let the clock ring once, and the mail server take what is written."""
        made = round_in(self.ledger.connection, self.bureau, self.digest_at)
        if self.sends:
            self._take()
        return made

    def wait(self, how_long: timedelta) -> list[Letter]:
        """Let time go by, the clock ringing all the while; return what was sent.

        After some minutes it rings less often than it would: it only looks at rows.
        """
        before, start, end = len(self.sent), self.now, self.now + how_long
        while self.now < end:
            self.now += RING if self.now < start + OFTEN_FOR else min(RARELY, end - self.now)
            self.ledger.now = self.now
            self.ring()
        return self.sent[before:]

    @property
    def bureau(self) -> Bureau:
        """What letters are written with at this instant."""
        schedule = self.ledger.schedule
        pointers = Pointers(self.public_url)
        return Bureau(
            schedule=schedule,
            concerned=Concerned(schedule, self.gone, self.absences),
            pointers=pointers,
            now=self.now,
        )

    def fails(self, delivery: str, state: str = "refused", **values: object) -> None:
        """Let a delivery come to a bad end, as publishing would write it."""
        attempt = self.ledger.row(delivery).attempt + 1
        self.ledger.force(state, delivery, **{"attempt": attempt, **values})

    def _take(self) -> None:
        connection = self.ledger.connection
        for letter in letters_of(connection, ""):
            if letter.state == PLANNED:
                self.sent.append(letter)
                done = update(LETTER).where(LETTER.c.id == letter.id)
                connection.execute(done.values(state="sent", ended_at=self.now))


def posts(number: int) -> list[PlannedDelivery]:
    """Return that many posts for one channel, a minute apart, with no yes needed."""
    return list(_posts(number))


def _posts(number: int) -> Iterator[PlannedDelivery]:
    for one in range(number):
        due_at = NOW + timedelta(days=1, minutes=one)
        yield planned(f"post-{one:02}/ico-x/1", f"Text {one}.", due_at=due_at, gates=())


def by_person(letters: list[Letter]) -> dict[str, Letter]:
    """Return the letters by whom they are to; nobody may have two."""
    found = {one.person: one for one in letters}
    assert len(found) == len(letters), [one.id for one in letters]
    return found
