"""The heaviest page we could think of: every list too long, every note in its place."""

from dataclasses import replace
from fractions import Fraction

from analytics.objectives import Progress, Standing
from analytics.report import Report
from analytics.report_parts import Correction, Learning, Restated
from analytics.tiles import MEASURES
from analytics.walls import MissedReading
from campaign.schedule.objectives import Objective
from connectors.contract import Metric
from tests.analytics.weeks_of import LONG

LAST_WORDS = "Frances Anybody"


def heaviest(report: Report, *, corrected: bool) -> Report:
    """Return a full report with everything in it that can be."""
    changes = tuple(
        Restated(
            week="2027-W03",
            sent_at=report.as_of,
            figure=figure,
            was="16,935",
            now="17,192",
            reason="numbers that came later: ndna-linkedin",
        )
        for figure in ("times shown", "people newly reached", "engagement rate")
    )
    paid = replace(report.this.totals[0], metric=Metric.PAID_IMPRESSIONS)
    missed = MissedReading(
        delivery=f"{LONG}/ico-x/1",
        channel="ico-x",
        network="x",
        wall_at=report.as_of,
        read_at=None,
    )
    return replace(
        report,
        provisional=True,
        this=replace(report.this, totals=(*report.this.totals, paid)),
        missed=(missed,) * 3,
        correction=Correction(
            number=2, replaces_sent_at=report.as_of, changes=changes, reason="word " * 24
        )
        if corrected
        else None,
        learning=Learning(text="A sentence of many words. " * 9, person=LAST_WORDS),
        needed=tuple(f"Somebody asks for something long, number {n}. " * 3 for n in range(9)),
        restated=changes,
        objectives=tuple(target(measure) for measure in MEASURES),
        caveats=tuple(f"A gap that takes many words to tell, number {n}. " * 3 for n in range(9)),
    )


def target(measure: str) -> Progress:
    fields = {"text": "To be seen by many", "stage": "outputs", "measure": measure}
    values = fields | {"target": "50%" if measure == "engagement-rate" else 150_000}
    return Progress(
        name=measure,
        objective=Objective.model_validate(values | {"by": "2027-09-30"}),
        known=Standing(
            lower=Fraction(13_192),
            upper=None,
            printed="130,000 to 131,920, or more",
            rests_on="15 of 42 posts",
        ),
        verdict="not reached as far as counted",
        share=Fraction(88, 100),
        time_passed=Fraction(6, 100),
    )
