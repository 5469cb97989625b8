"""The fault matrix as a table for people, with its totals.

    python -m tests.faults.table

prints the committed one; `make test-faults` prints what it has just seen.
"""

from collections.abc import Mapping

from tests.faults.cells import Cell, End, Kind, Point, Trouble, read_expected


def doubled(end: End) -> bool:
    """Whether more than one post stands on the network."""
    return end.posts > 1


def lost(end: End) -> bool:
    """Whether nothing went out and nobody is or was asked about it."""
    return end.posts == 0 and not end.asked


def render(ends: Mapping[Cell, End]) -> list[str]:
    """Return the table's lines: a block a kind, a row a crash point, a column a network fault.

    A cell shows how many attempts it took; each `?` is one question to a person.
    """
    columns = "".join(f"{trouble:>12}" for trouble in Trouble)
    lines = ["attempts until published; every ? is one question to a person"]
    for kind in Kind:
        lines += ["", f"{kind:<16}{columns}"]
        for point in Point:
            cells = [_shown(ends.get(Cell(kind, point, trouble))) for trouble in Trouble]
            lines.append(f"{point:<16}" + "".join(f"{one:>12}" for one in cells))
    return [*lines, "", totals(ends)]


def totals(ends: Mapping[Cell, End]) -> str:
    """Return the one line that must say 0 doubled and 0 lost."""
    published = sum(end.posts == 1 and end.state == "published" for end in ends.values())
    asked = sum(end.asked > 0 for end in ends.values())
    return (
        f"{len(ends)} cells: {published} published, {asked} of them after asking a person, "
        f"{sum(map(doubled, ends.values()))} doubled, {sum(map(lost, ends.values()))} lost"
    )


def _shown(end: End | None) -> str:
    if end is None:
        return "-"
    plain = end.posts == 1 and end.state == "published"
    return f"{'' if plain else f'{end.posts} {end.state} '}{end.attempts}{'?' * end.asked}"


if __name__ == "__main__":
    print("\n".join(render(read_expected())))  # noqa: T201 - it is what was asked for
