"""What a change of the files would do to deliveries, as the API shows it before it is done."""

from pydantic import Field

from campaign.composing.judging import Bench
from campaign.diff import Difference
from campaign.web.api.caller import Caller
from campaign.web.api.shapes import Id, Shape


class LineShape(Shape):
    """What happens to one delivery."""

    delivery: Id
    kind: str = Field(description="`add`, `change` or `cancel`.")
    wall_time: str = Field(
        description="The time as planned, by the campaign's clocks.", examples=["2027-01-12 08:30"]
    )
    changes: list[str] = Field(description="What changes, in words; empty where `kind` says all.")


def lines_of(found: Difference) -> list[LineShape]:
    """Return every delivery that would be added, changed or cancelled."""
    return [
        LineShape(
            delivery=one.delivery,
            kind=one.kind,
            wall_time=one.wall_time,
            changes=list(one.changes),
        )
        for one in found.lines
    ]


def bench_of(caller: Caller) -> Bench:
    """Return what judges posts here."""
    desk = caller.desk
    ask = caller.request.app.state.limits.ask
    return Bench(folder=desk.settings.folder, networks=desk.networks, ask=ask)
