"""found: posts on partners' accounts that may be ours; a person says of each whether it is."""

from campaign.cli.failures import Failure
from campaign.cli.found_clock import look_now
from campaign.cli.output import for_people, instant, print_json, say, table, tell
from campaign.cli.place import Place
from campaign.cli.session import open_session
from campaign.partner_links.finding import Sighting, confirm, sightings, turn_down


def show(place: Place, *, look: bool, as_json: bool) -> None:
    """List what a person is asked about, after a look at the accounts where that is wanted."""
    with open_session(place) as session:
        if look:
            finding = look_now(session)
            for one in finding.attached:
                tell(f"{one}: found and recorded, the words and the link are the same.")
            for one in finding.failures:
                tell(f"not looked at: {one}")
        with session.desk.store.read() as connection:
            found = sightings(connection)
        if as_json:
            print_json({"found": [_plain(one) for one in found]})
            return
        zone = session.schedule.zone
        rows = [
            [str(one.number), one.delivery, for_people(one.published_at, zone), one.why, one.url]
            for one in found
        ]
    table(["Post", "Delivery", "Out since", "What is the same", "Address"], rows, whole="Delivery")


def decide(place: Place, number: int, person: str | None, *, yes: bool, no: bool) -> None:
    """Record a post as the delivery it is, or never ask about it again."""
    if yes == no:
        raise Failure("give either --confirm or --another", code=2)
    with open_session(place) as session, session.desk.store.write() as connection:
        if yes:
            change = session.change(person, "confirmed: it was found on the partner's account")
            networks = session.desk.networks_by_name
            say(f"{confirm(connection, number, networks, change)}: Live")
        else:
            change = session.change(person, "it is another post")
            say(f"{turn_down(connection, number, change)}: still waited for")


def _plain(one: Sighting) -> dict[str, object]:
    return {
        "found": one.number,
        "delivery": one.delivery,
        "url": one.url,
        "published_at": instant(one.published_at),
        "why": one.why,
        "seen_at": instant(one.seen_at),
    }
