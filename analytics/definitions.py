"""What each number of a report counts, channel by channel, and when it was last read."""

from collections.abc import Iterable, Mapping

from analytics.gain_rows import GainRow
from analytics.paid import definitions_by_id
from analytics.report_parts import DefinitionRead
from connectors.contract import Network, Paid


def definitions_read(
    rows: Iterable[GainRow], networks: Mapping[str, Network]
) -> list[DefinitionRead]:
    """List what each number that is in the report counts, channel by channel."""
    words = definitions_by_id(networks)
    used: dict[tuple[str, str, str], list[GainRow]] = {}
    for row in rows:
        if row.gain is not None and row.definition is not None:
            used.setdefault((row.channel, row.network, row.definition), []).append(row)
    return [
        DefinitionRead(
            id=name,
            network=network,
            channel=channel,
            raw_name=words[name].raw_name if name in words else name,
            words=words[name].words if name in words else "No longer in use.",
            paid=words[name].paid if name in words else Paid.NOT_TOLD,
            evidence=tuple(sorted({str(row.evidence) for row in found})),
            read_to=max(
                (at for row in found if row.gain and (at := row.gain.read_to)), default=None
            ),
        )
        for (channel, network, name), found in sorted(used.items())
    ]
