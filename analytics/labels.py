"""The names under which metrics are printed; a sum says whose way of counting it follows."""

from connectors.contract import PAID_OF, Metric

LABELS: dict[Metric, str] = {
    Metric.IMPRESSIONS: "times shown, as each network counts it",
    Metric.REACH: "people newly reached by the post",
    Metric.VIEWS: "views, as each network counts them",
    Metric.REACTIONS: "reactions (likes, favourites and the like)",
    Metric.REPLIES: "replies and comments",
    Metric.RESHARES: "reshares (reposts, boosts, shares)",
    Metric.QUOTES: "quotes",
    Metric.SAVES: "saves and bookmarks",
    Metric.LINK_CLICKS: "clicks on the link",
    Metric.VIDEO_VIEWS: "video views, as each network counts them",
    Metric.FOLLOWERS: "followers of the account",
}
LABELS |= {paid: f"paid for, apart: {LABELS[metric]}" for metric, paid in PAID_OF.items()}

COMES_FROM: dict[str, str] = {
    "api": "read by us",
    "upload": "file of the owner",
    "screenshot": "screenshot",
    "stated": "the owner's word",
    "link-only": "no numbers, only the link",
}
"""Evidence levels in words."""
