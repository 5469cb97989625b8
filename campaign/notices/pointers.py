"""Where a matter is put right: the page of the desk, or the command where no page is reached."""

from dataclasses import dataclass
from urllib.parse import quote

from campaign.notices.kinds import Kind

_PAGES: dict[Kind, str] = {
    Kind.APPROVAL: "/deliveries/{id}",
    Kind.SENT_BACK: "/deliveries/{id}",
    Kind.PARTNER: "/deliveries/{id}",
    Kind.REFUSED: "/decide/{id}",
    Kind.UNKNOWN: "/settle/{id}",
    Kind.MISSED: "/decide/{id}",
}
_COMMANDS: dict[Kind, str] = {
    Kind.APPROVAL: "campaign approve {id}",
    Kind.SENT_BACK: "campaign log {id}",
    Kind.PARTNER: "campaign log {id}",
    Kind.REFUSED: "campaign decide {id} --move TIME",
    Kind.UNKNOWN: "campaign settle {id} --published URL",
    Kind.MISSED: "campaign decide {id} --send-now",
}


@dataclass(frozen=True, slots=True)
class Pointers:
    """Ways to pages of the desk; commands where the world reaches no page of ours."""

    public_url: str
    """Without a slash at the end; empty where no public address is set."""

    def page(self, path: str, command: str) -> str:
        """Return the address of a page, or the command that does the same."""
        return f"{self.public_url}{path}" if self.public_url else command

    def delivery(self, kind: Kind, delivery_id: str) -> str:
        """Return where one delivery's matter is put right."""
        path = _PAGES[kind].format(id=quote(delivery_id))
        return self.page(path, _COMMANDS[kind].format(id=delivery_id))

    @property
    def approvals(self) -> str:
        """Where everything that waits for a yes stands."""
        return self.page("/approvals", "campaign approve --all")

    @property
    def choices(self) -> str:
        """Where somebody chooses which letters come; empty where that is no page."""
        return self.page("/you", "")
