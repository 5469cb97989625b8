"""watch: one look from outside at whether posts go out, for cron on this or another machine."""

from datetime import timedelta

from sqlalchemy.exc import DBAPIError

from campaign.cli.failures import FAILED, Failure
from campaign.cli.output import print_json, say
from campaign.cli.place import Place
from campaign.cli.session import open_session, settings_for
from campaign.operating.alarms import URGENT, Found, Kind
from campaign.operating.looking import look
from campaign.operating.standing import Told
from campaign.operating.telling import tell_without_database
from campaign.store.database import StoreError, explain


def watch(place: Place, *, as_json: bool) -> None:
    """Say what is not as it should be, tell the operator, and leave with 1 where posts wait."""
    found = _found(place)
    if as_json:
        rows = [{"kind": one.kind, "about": one.about, "words": one.words} for one in found]
        print_json({"fine": not found, "found": rows})
    else:
        for one in found:
            say(f"{'WRONG' if one.kind in URGENT else 'SOON '}  {one.words}")
        if not found:
            say("Fine: posts go out, and nothing is overdue.")
    if any(one.kind in URGENT for one in found):
        raise SystemExit(FAILED)


def _found(place: Place) -> list[Found]:
    try:
        with open_session(place) as session:
            return list(look(session.desk.watched, lasts=timedelta()))
    except (StoreError, Failure) as error:
        return [_database_away(place, str(error))]
    except DBAPIError as error:
        return [_database_away(place, explain(error))]


def _database_away(place: Place, why: str) -> Found:
    settings = settings_for(place)
    found = Found(kind=Kind.DATABASE, words=why)
    now = place.clock.now()
    told = Told(
        id=int(now.timestamp()), kind=found.kind, about="", words=why, raised_at=now, times=0
    )
    tell_without_database(settings, [told], settings.folder.name)
    return found
