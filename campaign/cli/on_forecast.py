"""collect --forecast: what the readings of the applied plan will take, before they are made."""

from typing import Any

from analytics.forecast import Forecast, forecast
from campaign.cli.output import counted, print_json, say, table
from campaign.cli.place import Place
from campaign.cli.session import open_session
from campaign.prices import MICROS, dollars


def show(place: Place, *, as_json: bool) -> None:
    """Print calls and money by week and network."""
    with open_session(place) as session, session.desk.store.read() as connection:
        schedule = session.desk.schedule() or session.schedule
        desk = session.desk
        found = forecast(connection, schedule, desk.networks_by_name, desk.purse, session.now)
    if as_json:
        print_json(_values(found))
        return
    rows = [
        [
            row.week.name,
            row.network,
            str(row.posts),
            str(row.accounts),
            str(row.calls),
            dollars(row.cost),
        ]
        for row in found.rows
    ]
    table(["Week", "Network", "Posts read", "Accounts read", "Calls", "Cost"], rows)
    calls, cost = sum(row.calls for row in found.rows), sum(row.cost for row in found.rows)
    say(f"{counted(calls, 'call')}, {dollars(cost)} from now on.")
    for month, micros in found.months.items():
        limit = f" of {dollars(found.limit)}" if found.limit is not None else ""
        say(f"{month:%B %Y}: {dollars(micros)}{limit}")
    if found.passed_on is not None:
        say(f"The spending limit would stop readings on {found.passed_on}; the report will say so.")


def _values(found: Forecast) -> dict[str, Any]:
    return {
        "rows": [
            {
                "week": row.week.name,
                "network": row.network,
                "posts": row.posts,
                "accounts": row.accounts,
                "calls": row.calls,
                "usd": row.cost / MICROS,
            }
            for row in found.rows
        ],
        "calls": sum(row.calls for row in found.rows),
        "usd": sum(row.cost for row in found.rows) / MICROS,
        "months": [{"month": f"{m:%Y-%m}", "usd": c / MICROS} for m, c in found.months.items()],
        "spent_usd": found.spent / MICROS,
        "limit_usd": None if found.limit is None else found.limit / MICROS,
        "limit_passed_on": None if found.passed_on is None else found.passed_on.isoformat(),
    }
