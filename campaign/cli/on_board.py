"""board: what became of one post on every channel."""

from campaign.cli.output import print_json, say, table
from campaign.cli.place import Place
from campaign.cli.session import open_session
from campaign.partnering.board import Board
from campaign.partnering.board import board as board_of


def board(place: Place, post: str, *, as_json: bool) -> None:
    """Print a row for each delivery of the post, and the sentence that they come to."""
    with open_session(place) as session:
        found = board_of(session.desk.store, post)
        partners = {name: one.name for name, one in session.schedule.partners.items()}
    if as_json:
        print_json(found.to_json())
        return
    _print(found, partners)


def _print(found: Board, partners: dict[str, str]) -> None:
    say(f"{found.post}: {found.sentence}")
    say("")
    table(
        ["Delivery", "Partner", "Due", "State", "Who posted it", "Where"],
        [
            [
                one.delivery,
                partners.get(one.partner, one.partner),
                one.wall_time,
                one.words,
                partners.get(one.posted_by, one.posted_by) or "nobody yet",
                one.url or "",
            ]
            for one in found.rows
        ],
        whole="Delivery",
    )
    say("")
    for wording in dict.fromkeys(one.wording for one in found.rows):
        channels = ", ".join(dict.fromkeys(o.channel for o in found.rows if o.wording == wording))
        say(f"── on {channels}")
        say(wording)
