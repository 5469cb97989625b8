"""Says who did something without saying who it was, and keeps addresses out of free text.

Staff become their roles unless names are asked for; whoever belongs to a partner becomes "the
partner" in any case, and no e-mail address ever stands in what is taken out.
"""

import re
from collections.abc import Collection, Iterable

from campaign.schedule.model import Schedule

ADDRESS = re.compile(r"(?<![@\w])[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
"""An e-mail address, and no name of a Mastodon account, which begins with an @."""
LINK = re.compile(r"https?://\S*/(?:partner|connect|sign-in|preview)/\S+")
"""An address of our own that opens something to whoever has it."""
NO_ADDRESS, NO_LINK = "[an address]", "[a link of this desk]"
_PROGRAM = frozenset({"campaign", "recovery", "simulation"})
_PARTNER = "the partner"


class Redacted:
    """The people of one campaign, as far as they may be named."""

    def __init__(self, schedule: Schedule, *, names: bool, workers: Collection[str] = ()) -> None:
        """Look people up in an applied schedule; workers are what processes call themselves."""
        self._programs = _PROGRAM.union(workers)
        self._schedule = schedule
        self._names = names
        known = {word: self.person(name) for name in schedule.people for word in self._words(name)}
        self._called = known
        joined = "|".join(re.escape(one) for one in sorted(known, key=len, reverse=True))
        self._pattern = re.compile(rf"(?<![\w-])(?:{joined})(?![\w-])") if known else None

    def person(self, name: str) -> str:
        """Return a person as they may be called: name, role, or neither."""
        if name in self._programs:
            return "the program"
        found = self._schedule.people.get(name)
        if found is None:
            partner = "@" in name or "(link " in name or name.startswith("the partner")
            return _PARTNER if partner or name in self._schedule.partners else "somebody else"
        if found.partner is not None and found.partner != self._schedule.owner:
            return _PARTNER
        roles = " and ".join(found.roles) or "a member of staff"
        return f"{found.name} ({roles})" if self._names else roles

    def people(self, names: str | Iterable[str]) -> str:
        """Return several, each once; they may be given with commas between."""
        listed = names.split(",") if isinstance(names, str) else names
        return ", ".join(dict.fromkeys(self.person(one) for one in listed if one))

    def text(self, words: str) -> str:
        """Return free text without addresses, secret links and, unless asked for, staff's names."""
        said = ADDRESS.sub(NO_ADDRESS, LINK.sub(NO_LINK, words))
        if self._pattern is None:
            return said
        return self._pattern.sub(lambda found: self._called[found[0]], said)

    def _words(self, name: str) -> Iterable[str]:
        found = self._schedule.people[name]
        if self._names and not (found.partner and found.partner != self._schedule.owner):
            return ()
        return {name, found.name}
