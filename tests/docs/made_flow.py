"""Makes `docs/images/data-flow.svg`, the way from a file that people write to the weekly page."""

from tests.docs.drawn import Box, drawing

_BOXES = {
    "files": Box(column=0, row=0, words=("schedule.yaml, posts/", "what people write")),
    "plan": Box(column=1, row=0, words=("Plan", "campaign.plan")),
    "apply": Box(column=2, row=0, words=("Apply", "campaign.apply")),
    "deliveries": Box(column=3, row=0, words=("Deliveries", "campaign.store")),
    "gates": Box(column=4, row=0, words=("Gates: people say yes", "campaign.decisions")),
    "clock": Box(column=4, row=1, words=("Clock: what is due?", "campaign.cli")),
    "hands": Box(column=3, row=1, words=("Hands: claim, attempt", "campaign.publishing")),
    "connectors": Box(column=2, row=1, words=("Connectors", "connectors")),
    "networks": Box(column=1, row=1, words=("Networks", "or rehearsal networks")),
    "readings": Box(column=2, row=2, words=("Readings, snapshots", "analytics")),
    "report": Box(column=3, row=2, words=("Weekly report", "analytics")),
    "readers": Box(column=4, row=2, words=("Readers", "released by a person")),
}
_ARROWS = [
    *(("files", "plan"), ("plan", "apply"), ("apply", "deliveries"), ("deliveries", "gates")),
    *(("gates", "clock"), ("clock", "hands"), ("hands", "connectors"), ("hands", "deliveries")),
    *(("connectors", "networks"), ("connectors", "readings"), ("readings", "report")),
    ("report", "readers"),
]


def flow_picture() -> str:
    """Return the drawing; each module it names has to exist, which a test looks after."""
    return drawing(_BOXES, _ARROWS, "How data flows")


def named_modules() -> set[str]:
    """Return the modules and packages that stand in the drawing."""
    smaller = {one.words[1] for one in _BOXES.values()}
    return {one for one in smaller if one.split(".")[0] in {"campaign", "connectors", "analytics"}}
