"""What the pages for writing share: the folder, what judges a post, and how one is opened."""

from pathlib import Path

from campaign.composing.folder import NoSuchPostError, Opened, open_post
from campaign.composing.judging import Bench
from campaign.composing.limits import KeptLimits
from campaign.schedule.faults import FaultsFound
from campaign.web.answers import ConflictError, NotFoundError
from campaign.web.visitors import Visitor


def folder_of(visitor: Visitor) -> Path:
    """Return the campaign's folder."""
    return visitor.desk.settings.folder


def bench_of(visitor: Visitor) -> Bench:
    """Return what judges posts here."""
    limits: KeptLimits = visitor.request.app.state.limits
    return Bench(folder=folder_of(visitor), networks=visitor.desk.networks, ask=limits.ask)


def opened_post(visitor: Visitor, post: str) -> Opened:
    """Return a post as it stands; a page that says why where there is none, or none for a form."""
    try:
        return open_post(folder_of(visitor), post)
    except NoSuchPostError as error:
        raise NotFoundError(f"{error}.") from error
    except FaultsFound as error:
        first = error.faults[0]
        message = (
            f"“{post}” has to be mended in its files first, line {first.line} of "
            f"{Path(first.file).name}: {first.message}"
        )
        raise ConflictError(message) from error
