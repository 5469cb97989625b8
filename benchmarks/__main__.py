"""`make bench`: every part of the benchmarks, or those that are named.

Prints a table for each, or one JSON document; with `--write` the tables also replace those of a
page, between its lines `<!-- figures: NAME -->` and `<!-- end of figures -->`.
"""

import argparse
import json
import os
import platform
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks import (
    burst,
    desk_pages,
    disk,
    future,
    lateness,
    planning,
    server_limit,
    workers,
)
from benchmarks.loopback import BenchmarkError
from benchmarks.pages import write_into
from benchmarks.services import Services
from benchmarks.tables import Section

FEW, MANY = 1_000, 10_000
ROUNDS = 3


class Parts:
    """The parts, each measured when it is asked for."""

    def __init__(self, told: argparse.Namespace, services: Services) -> None:
        few, rounds = told.posts, told.rounds
        many = MANY if told.big else few
        names = told.engines.split(",") if told.engines else ()
        self.by_name: dict[str, Callable[[], Section]] = {
            "server": lambda: server_limit.measure(rounds),
            "burst": lambda: burst.measure(many, rounds, names, services),
            "lateness": lambda: lateness.measure(few, rounds, services),
            "workers": lambda: workers.measure(many, rounds, services),
            "future": lambda: future.measure(rounds),
            "plan": lambda: planning.measure(rounds),
            "desk": lambda: desk_pages.measure(rounds),
            "disk": lambda: disk.measure(few, rounds, services),
        }


def main() -> None:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument(
        "parts", nargs="*", help="server, burst, lateness, workers, future, desk, …"
    )
    parser.add_argument("--big", action="store_true", help="10,000 posts in the same second")
    parser.add_argument("--posts", type=int, default=FEW)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--engines", help="of the burst, with commas: bare,desk")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--write", type=Path, help="a page whose tables are replaced")
    told = parser.parse_args()
    with Services() as services:
        parts = Parts(told, services).by_name
        unknown = [name for name in told.parts if name not in parts]
        if unknown:
            parser.error(f"there is no part {unknown[0]}; there are {', '.join(parts)}")
        sections = [_measured(parts[name], told) for name in told.parts or parts]
    if told.json:
        print(json.dumps({"machine": _machine(), "parts": [_plain(one) for one in sections]}))


def _measured(part: Callable[[], Section], told: argparse.Namespace) -> Section:
    section = part()
    if not told.json:
        print(f"\n{section.title}\n\n{section.text}", flush=True)
    if told.write:
        write_into(told.write, section)
    return section


def _machine() -> dict[str, Any]:
    return {"processors": os.cpu_count(), "python": platform.python_version()}


def _plain(section: Section) -> dict[str, Any]:
    return {"name": section.name, "title": section.title, "figures": section.figures}


if __name__ == "__main__":
    try:
        main()
    except BenchmarkError as error:
        sys.exit(f"not measured: {error}")
