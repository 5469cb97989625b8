"""Weekly reports as pages show them: built once for an instant, since they never change then."""

import threading
from collections import OrderedDict
from datetime import datetime
from typing import Any

from starlette.requests import Request

from analytics.charts import Chart, draw_charts
from analytics.issues import Press
from analytics.report_parts import Contents
from analytics.weeks import Week

KEPT = 12
"""Reports that are kept in memory; a campaign's readers look at the last few weeks."""
Made = tuple[Contents, tuple[Chart, ...]]
Key = tuple[str, datetime]
"""A week's name, and as known when."""


class BuiltReports:
    """Builds reports and draws their charts, one at a time, and remembers the last ones."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made: OrderedDict[Key, Made] = OrderedDict()
        self._reports: OrderedDict[Key, Contents] = OrderedDict()

    def of(self, press: Press, week: Week, as_of: datetime) -> Made:
        """Return the report of a week as it was known at an instant, and its charts."""
        key = week.name, as_of
        with self._lock:
            made = self._made.get(key)
            if made is None:
                report = self._built(press, week, as_of)
                made = report, tuple(draw_charts(report, press.banner))
                _keep(self._made, key, made)
            return made

    def without_charts(self, press: Press, week: Week, as_of: datetime) -> Contents:
        """Return the report alone: its charts take longer to draw than it takes to build."""
        with self._lock:
            return self._built(press, week, as_of)

    def _built(self, press: Press, week: Week, as_of: datetime) -> Contents:
        key = week.name, as_of
        report = self._reports.get(key)
        if report is None:
            report = press.built(week, as_of)
            _keep(self._reports, key, report)
        return report


def built_reports(request: Request) -> BuiltReports:
    """Return what one application remembers."""
    state = request.app.state
    if not hasattr(state, "built_reports"):
        state.built_reports = BuiltReports()
    kept: BuiltReports = state.built_reports
    return kept


def _keep(kept: OrderedDict[Key, Any], key: Key, made: Any) -> None:
    kept[key] = made
    if len(kept) > KEPT:
        kept.popitem(last=False)
