"""Taking a post out of the schedule, for the pages and the API: what it stands in decides how.

An entry of its own is taken out beside everything that is applied; out of a queue, what stands
behind it moves up, and that is planned with the whole folder.
"""

from dataclasses import replace

from campaign.composing.entries import standing_in, without_post
from campaign.composing.folder import SCHEDULE
from campaign.composing.judging import Bench
from campaign.composing.taking_out import TakingOut, propose_taking_out, take_out
from campaign.moves import Folder, Proposal, carry_out, propose_text
from campaign.schedule.text import read_text
from campaign.schedule.tree import read_tree
from campaign.web.api.caller import Caller
from campaign.web.visitors import Visitor

Shown = TakingOut | Proposal
WHY = "taken out of the schedule"


def propose_out(who: Visitor | Caller, bench: Bench, post: str, entry: str) -> Shown:
    """Work out what taking a post out of an entry would change; nothing is written.

    Raises:
        LookupError: the schedule has no such entry for this post.
        CannotRewriteError: the file is written in a way that cannot be changed from here.
        FaultsFound: something has to be mended in the files first.
    """
    text = read_text(bench.folder / SCHEDULE)
    known = standing_in(read_tree(SCHEDULE, text).value, post)
    if entry not in known:
        message = f"there is no entry “{entry}” for “{post}” in schedule.yaml"
        raise LookupError(message)
    if not known[entry]:
        return propose_taking_out(bench, who.desk.store, who.schedule, entry, who.now)
    after = without_post(SCHEDULE, text, entry, post)
    return propose_text(_folder(who), who.desk.store, entry, text, after)


def carry_out_of(who: Visitor | Caller, bench: Bench, shown: Shown, reason: str) -> None:
    """Take it out as it was shown; raise `StalePlanError` where anything has changed since."""
    change = replace(who.change(reason or WHY), reason=reason)
    if isinstance(shown, TakingOut):
        take_out(bench, who.desk.store, shown, change)
    else:
        carry_out(_folder(who), who.desk.store, shown, change)


def _folder(who: Visitor | Caller) -> Folder:
    desk = who.desk
    return Folder(path=desk.settings.folder, networks=desk.networks, clock=desk.clock)
