"""A campaign with somebody outside who has to say yes, and a phone with their link."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from campaign.clock import SteppedClock
from campaign.mailing.outbox import letters_of
from campaign.outside.asking import ask_outside
from campaign.outside.office import Office
from rehearsal.server import Rehearsal
from tests.campaign.office import MONDAY
from tests.web.partners import KEYS, POST, PartnerOffice

ASKS = POST.replace("theme: myth", "theme: myth\napprovals: [clinical]")
IFE = (
    "  ife: {name: Dr Ife Okoro, roles: [clinical], outside: true, organisation: The College, "
    "email: ife@college.example}\n"
)


class OutsideOffice(PartnerOffice):
    """The office, whose post wants a yes from somebody outside."""

    def write_schedule(self, *args: Any, **words: Any) -> None:
        """Write schedule.yaml with Dr Okoro, and a post that asks for her yes."""
        super().write_schedule(*args, **words)
        self.write_post("law-helps", ASKS, ("door.png",), size=(640, 400))
        file = self.folder / "schedule.yaml"
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace("channels:\n", f"{IFE}channels:\n", 1), encoding="utf-8")

    def ask(self) -> str:
        """Let the clock ask; return the path of the newest link."""
        return ask_for_a_yes(self)


def ask_for_a_yes(place: PartnerOffice) -> str:
    """Let the clock ask who is outside; return the path of the newest link."""
    office = Office(
        schedule=place.schedule(),
        keys=KEYS,
        address="https://desk.example/outside",
        now=place.clock.now(),
    )
    with place.desk.store.write() as connection:
        ask_outside(connection, office)
        letters = letters_of(connection, "outside-link/")
    return f"/outside/{letters[-1].text.split('/outside/')[1].split()[0]}"


@contextmanager
def open_outside_office(folder: Path) -> Iterator[OutsideOffice]:
    """Open the office, applied by Ama and approved by Ben: all waits for Dr Okoro."""
    clock = SteppedClock(MONDAY)
    with Rehearsal(now=clock.now) as rehearsal:
        place = OutsideOffice(folder, rehearsal, clock)
        place.apply()
        place.approve()
        yield place
        place.close()
