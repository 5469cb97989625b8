"""The week by sector: what the partners of each sector had out, and what that was shown.

A partner may belong to several sectors and its posts then stand under each of them, so the lines
are not to be added up. Partners of all sectors, as the owner often is, have a line of their own.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from analytics.attribution import Count
from analytics.partners import PartnerRow
from campaign.schedule.model import Schedule

EVERY = "all"


@dataclass(frozen=True, kw_only=True, slots=True)
class SectorRow:
    """One sector's week."""

    sector: str
    partners: int
    planned: int
    live: int
    impressions: Count | None
    """Of those partners that have a figure; None where none has."""
    with_figure: int
    """How many partners that is."""


def sector_rows(schedule: Schedule, partners: Iterable[PartnerRow]) -> list[SectorRow]:
    """Return a line for every sector that the schedule knows of, `all` last."""
    listed = list(partners)
    known = {
        sector
        for partner in schedule.partners.values()
        for sector in partner.sectors
        if sector != EVERY
    }
    names = [*sorted(known), EVERY]
    rows = [_row(name, [one for one in listed if _is_in(schedule, one, name)]) for name in names]
    return [row for row in rows if row.partners]


def _is_in(schedule: Schedule, row: PartnerRow, sector: str) -> bool:
    partner = schedule.partners.get(row.partner)
    return partner is not None and sector in partner.sectors


def _row(sector: str, rows: list[PartnerRow]) -> SectorRow:
    figures = [row.impressions for row in rows if row.impressions is not None]
    return SectorRow(
        sector=sector,
        partners=len(rows),
        planned=sum(row.planned for row in rows),
        live=sum(row.live for row in rows),
        impressions=sum(figures, 0) if figures else None,
        with_figure=len(figures),
    )
