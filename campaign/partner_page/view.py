"""What the partner's page says: what is asked for, or what was agreed to and until when."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from campaign.credentials.connecting import owner_page
from campaign.credentials.ending import end_of
from campaign.credentials.means import Means, origin_of
from campaign.partner_page.invitations import Invitation
from campaign.publishing.accounts import Account
from campaign.schedule.model import Schedule
from campaign.store.credentials import Kept, kept_for
from connectors.grants import AppPassword

_ENVIRONMENT = Environment(
    loader=PackageLoader("campaign.partner_page"),
    autoescape=select_autoescape(),
    undefined=StrictUndefined,
    trim_blocks=True,
)
STYLE = _ENVIRONMENT.get_template("style.css").render()


@dataclass(frozen=True, kw_only=True)
class View:
    """What pages are made of."""

    means: Means
    schedule: Schedule
    account_of: Callable[[str], Account]
    in_environment: Callable[[Account], bool]
    base: str
    """The path under which the pages stand, without a slash at the end."""

    def page(self, invitation: Invitation, token: str, *, fault: str = "") -> str:
        """Return the page of a link as things stand."""
        account = self.account_of(invitation.channel)
        with self.means.store.read() as connection:
            kept = kept_for(connection, account.id)
        return self._render(
            token=token,
            fault=fault,
            link_until=self._day(invitation.expires_at),
            **self._facts(account),
            **self._state(account, kept),
        )

    def plain(self, heading: str, *, fault: str = "", said: str = "") -> str:
        """Return a page that leads nowhere."""
        state = "gone" if fault else "left"
        return self._render(heading=heading, state=state, fault=fault, said=said)

    def _state(self, account: Account, kept: Kept | None) -> dict[str, Any]:
        title = self.means.network_of(account).title
        if self.in_environment(account):
            return {"state": "environment", "heading": f"{account.handle} on {title}"}
        if kept and kept.leaving_at is None and kept.origin == origin_of(account.server):
            end = end_of(kept)
            return {
                "state": "connected",
                "heading": f"{kept.account} is connected",
                "account": kept.account,
                "since": self._day(kept.connected_at),
                "until": self._day(end) if end else "",
                "rights": self._rights(account, kept.rights.split()),
            }
        sign_in = self.means.network_of(account).sign_in
        state = "password" if isinstance(sign_in, AppPassword) else "start"
        heading = f"Connect {account.handle} on {title}"
        return {"state": state, "heading": heading, "rights": self._rights(account, [])}

    def _facts(self, account: Account) -> dict[str, str]:
        return {
            "campaign": self.schedule.title or self.schedule.campaign,
            "owner": self._owner(),
            "network": self.means.network_of(account).title,
            "handle": account.handle,
            "owner_page": owner_page(self.means, account),
        }

    def _rights(self, account: Account, given: list[str]) -> list[str]:
        """Return in words what was given, or asked for where nothing is given yet."""
        sign_in = self.means.network_of(account).sign_in
        every = sign_in.rights if sign_in else ()
        return [one.words for one in every if not given or one.scope in given]

    def _owner(self) -> str:
        names = [one.name for one in self.schedule.partners.values() if one.owner]
        return names[0] if names else self.schedule.campaign

    def _day(self, at: datetime) -> str:
        local = at.astimezone(self.schedule.zone)
        return f"{local.day} {local:%B %Y, %H:%M}"

    def _render(self, **values: Any) -> str:
        return _ENVIRONMENT.get_template("page.html").render(base=self.base, **values)
