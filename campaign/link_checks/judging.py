"""What a person has to hear of a link: dead, moved to another site, changed since approval.

A page changes in many ways that matter to nobody; its title says what it is about, so that is
what is compared. Nothing is held back for any of this: whether a post still goes out is a person's
decision, and a check that fails for reasons of its own must not silence a campaign.
"""

from enum import StrEnum
from urllib.parse import urlsplit, urlunsplit

from campaign.link_checks.trying import Seen


class Verdict(StrEnum):
    """How a link stands."""

    FINE = "fine"
    DEAD = "dead"
    MOVED = "moved"
    CHANGED = "changed"
    UNTRIED = "untried"
    """It could not be told: the site did not answer, or answers no programs."""


def page_of(url: str) -> str:
    """Return a link without our UTM values and without a fragment: the page that is tried."""
    parts = urlsplit(url)
    kept = [one for one in parts.query.split("&") if one and not one.lower().startswith("utm_")]
    return urlunsplit((parts.scheme, parts.netloc, parts.path or "/", "&".join(kept), ""))


def judge(page: str, seen: Seen, first_title: str | None) -> tuple[Verdict, str]:
    """Return how a page stands and what to tell a person; no words where it is fine."""
    if seen.fault:
        verdict = Verdict.DEAD if seen.is_final else Verdict.UNTRIED
        return verdict, f"{page} cannot be opened: {seen.fault}"
    if seen.status in {404, 410}:
        return Verdict.DEAD, f"{page} is no longer there ({seen.status})"
    if seen.status is None or not 200 <= seen.status < 400:
        return Verdict.UNTRIED, f"{page} could not be tried: the site answered {seen.status}"
    return _elsewhere(page, seen) or _changed(page, seen, first_title) or (Verdict.FINE, "")


def _elsewhere(page: str, seen: Seen) -> tuple[Verdict, str] | None:
    if not _same_site(page, seen.url):
        return Verdict.MOVED, f"{page} leads to another site now: {seen.url}"
    if _is_front(seen.url) and not _is_front(page):
        return Verdict.MOVED, f"{page} leads to the front page of its site now"
    return None


def _changed(page: str, seen: Seen, first_title: str | None) -> tuple[Verdict, str] | None:
    if not first_title or not seen.title or first_title == seen.title:
        return None
    words = f"its title was “{first_title}” when it was approved, it is “{seen.title}” now"
    return Verdict.CHANGED, f"{page} has changed: {words}"


def _same_site(one: str, other: str) -> bool:
    """Whether two addresses are of one site: the same name, or one below the other."""
    first, second = _site(one), _site(other)
    return first == second or first.endswith(f".{second}") or second.endswith(f".{first}")


def _site(url: str) -> str:
    return (urlsplit(url).hostname or "").casefold().removeprefix("www.")


def _is_front(url: str) -> bool:
    parts = urlsplit(url)
    return parts.path in {"", "/"} and not parts.query
