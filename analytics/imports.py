"""Takes in the numbers that a partner reports for posts it published by hand, as a CSV file.

The whole file is checked before anything is stored, so a file is either in or out. Each fault is
one line `file:line: message`. What comes in is marked as `upload`, or as less sure where a person
says so, and the report says that nobody read it from the network.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from analytics.gain_rows import EVIDENCE
from analytics.import_plausible import disagreements, held_counts, jumps
from analytics.import_rows import ChannelFacts, StatedCount, check_header, check_row
from campaign.models import Delivery
from campaign.states import State
from campaign.store.deliveries import delivery_of
from campaign.store.snapshots import SIGNED_IN, SnapshotLine, add_snapshots, known_values
from campaign.store.tables import CAMPAIGN, CHANNEL, DELIVERY
from connectors.contract import Network

UPLOAD = "upload"
BROUGHT = tuple(one for one in EVIDENCE if one != "api")
"""How sure numbers are that people bring: a file of their tool, a screenshot, or their word."""
_MOST_BYTES = 20_000_000


class MetricsFileError(Exception):
    """The file cannot be used and nothing of it was stored; `faults` has a line for each fault."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))


@dataclass(frozen=True, kw_only=True, slots=True)
class NumbersFile:
    """A file with numbers, as it was read."""

    name: str
    """What the faults call it."""
    text: str
    accept_jumps: bool = False
    """A count that jumps beyond reason is a fault, unless a person has looked at it."""
    evidence: str = UPLOAD
    """One of `BROUGHT`."""
    partner: str | None = None
    """Where one partner brings it: no other's channels are known to it."""
    remedy: str = "mend it, or say --accept-jumps"
    """What to do where a count jumps."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportSummary:
    """What an import did."""

    new: int
    corrected: int
    """Counts that were known otherwise; the one that came last holds, the earlier one is kept."""
    known: int
    """Rows that said nothing new."""


def read_metrics_file(path: Path) -> str:
    """Return the text of a file as spreadsheets save it; raise `MetricsFileError`."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise MetricsFileError([f"{path}: cannot be read: {error.strerror}"]) from error
    return decode_metrics(content, str(path))


def decode_metrics(content: bytes, name: str) -> str:
    """Return the text of a file's bytes; raise `MetricsFileError`, which calls it by a name."""
    if len(content) > _MOST_BYTES:
        raise MetricsFileError([f"{name}: is larger than 20 MB; split it"])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"{name}: is not UTF-8 text; save it as “CSV UTF-8”"
        raise MetricsFileError([message]) from error


def import_metrics(
    connection: Connection,
    file: NumbersFile,
    *,
    networks: Mapping[str, Network],
    now: datetime,
) -> ImportSummary:
    """Store what the file says, or raise `MetricsFileError` and store nothing.

    The columns are `channel,post,observed_at,metric,value` and, if wanted, `paid`, in any order.
    `post` may be a delivery's id; a time without an offset is meant in the campaign's zone.
    Reading the same file again changes nothing. The caller's transaction decides whether the
    rows stay.
    """
    zone, channels = _facts(connection, networks, file.partner)
    by_line = _checked(file, channels, zone=zone, now=now)
    _check_against_known(connection, by_line, file)
    counts = list(by_line.values())
    held = known_values(connection, {one.delivery_id for one in counts}, file.evidence)
    new = [one for one in counts if _key(one) not in held]
    corrected = [one for one in counts if held.get(_key(one), one.value) != one.value]
    add_snapshots(connection, [_line(one, file.evidence, now) for one in (*new, *corrected)])
    known = len(counts) - len(new) - len(corrected)
    return ImportSummary(new=len(new), corrected=len(corrected), known=known)


def _facts(
    connection: Connection, networks: Mapping[str, Network], partner: str | None
) -> tuple[ZoneInfo, dict[str, ChannelFacts]]:
    zone = connection.execute(select(CAMPAIGN.c.timezone)).scalar()
    if zone is None:
        message = "no schedule has been applied yet, so no post can have numbers"
        raise MetricsFileError([message])
    deliveries: dict[str, list[Delivery]] = {}
    query = select(DELIVERY).where(DELIVERY.c.state != State.CANCELLED).order_by(DELIVERY.c.id)
    for row in connection.execute(query):
        deliveries.setdefault(row.channel, []).append(delivery_of(row))
    return ZoneInfo(zone), {
        row.id: ChannelFacts(
            id=row.id,
            network=networks[row.network],
            read_by_api=row.mode == SIGNED_IN and networks[row.network].connect is not None,
            deliveries=tuple(deliveries.get(row.id, ())),
        )
        for row in connection.execute(select(CHANNEL))
        if row.network in networks and partner in {None, row.partner}
    }


def _check_against_known(
    connection: Connection, by_line: Mapping[int, StatedCount], file: NumbersFile
) -> None:
    known = held_counts(connection, (one.delivery_id for one in by_line.values()))
    found = disagreements(by_line, known, file.evidence)
    if not file.accept_jumps:
        hint = f"; {file.remedy}"
        found |= {line: said + hint for line, said in jumps(by_line, known, file.evidence).items()}
    if found:
        raise MetricsFileError(f"{file.name}:{line}: {found[line]}" for line in sorted(found))


def _checked(
    file: NumbersFile,
    channels: Mapping[str, ChannelFacts],
    *,
    zone: ZoneInfo,
    now: datetime,
) -> dict[int, StatedCount]:
    """Return by line what the rows say, each one by itself."""
    faults: list[str] = []
    counts: dict[int, StatedCount] = {}
    first_line: dict[tuple[str, str, datetime], int] = {}
    for line, row, wrong in _rows(file.text, file.name):
        stated, found = check_row(row, channels, zone=zone, now=now) if not wrong else (None, wrong)
        if stated and _key(stated) in first_line:
            earlier = first_line[_key(stated)]
            same = counts[earlier].value == stated.value
            says = "says the same again as" if same else "contradicts"
            found = [f"{says} line {earlier}; keep one of them"]
        elif stated:
            first_line[_key(stated)] = line
            counts[line] = stated
        faults += [f"{file.name}:{line}: {message}" for message in found]
    faults += [f"{file.name}:{line}: {said}" for line, said in _said_of_one_part(counts)]
    if faults:
        raise MetricsFileError(faults)
    return counts


def _said_of_one_part(counts: Mapping[int, StatedCount]) -> Iterator[tuple[int, str]]:
    """Find counts of which one line says whether they were paid for and another does not."""
    first: dict[tuple[str, str, datetime], int] = {}
    for line, count in counts.items():
        earlier = first.setdefault((count.delivery_id, count.metric, count.observed_at), line)
        if (counts[earlier].paid is None) is not (count.paid is None):
            yield line, f"is a part of line {earlier}, or it is not: say in both whether it is paid"


def _rows(text: str, file: str) -> Iterator[tuple[int, dict[str, str], list[str]]]:
    """Yield each row with its line and what is wrong with its shape."""
    lines = _lines_of_cells(text, file)
    header = lines[0][1] if lines else []
    wrong = check_header(header)
    if wrong:
        yield 1, {}, wrong
        return
    if len(lines) == 1:
        yield 2, {}, ["the file has no rows; write one for each number"]
    for line, cells in lines[1:]:
        if len(cells) == len(header):
            yield line, dict(zip(header, cells, strict=True)), []
        else:
            yield line, {}, [f"has {len(cells)} values; {len(header)} are wanted"]


def _lines_of_cells(text: str, file: str) -> list[tuple[int, list[str]]]:
    """Split the text into lines of trimmed cells; empty lines are left out, as spreadsheets do."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        lines = [(reader.line_num, [cell.strip() for cell in cells]) for cells in reader]
    except csv.Error as error:
        raise MetricsFileError([f"{file}:{reader.line_num}: is no CSV: {error}"]) from error
    return [(line, cells) for line, cells in lines if any(cells)]


def _key(count: StatedCount) -> tuple[str, str, datetime]:
    return count.delivery_id, count.definition.id, count.observed_at


def _line(count: StatedCount, evidence: str, now: datetime) -> SnapshotLine:
    return SnapshotLine(
        delivery_id=count.delivery_id,
        metric=count.definition.metric,
        definition=count.definition.id,
        source=evidence,
        observed_at=count.observed_at,
        recorded_at=now,
        value=count.value,
        reason=None,
    )
