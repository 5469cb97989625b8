"""The desk's own pages: their routers, and what the service navigation leads to, in its order."""

from campaign.access.rights import Action
from campaign.web.page import NavigationLink
from campaign.web.pages import (
    approvals,
    asked_outside,
    board,
    calendar,
    compose,
    compose_list,
    compose_out,
    compose_send,
    compose_share,
    correct,
    decide,
    deliveries,
    essential,
    from_partners,
    legal_holds,
    move,
    now,
    records,
    report_words,
    reports,
    stop,
    withdraw,
)

ROUTERS = tuple(
    one.router
    for one in (
        now,
        approvals,
        asked_outside,
        calendar,
        compose_list,
        compose_out,
        compose_send,
        compose_share,
        compose,
        correct,
        essential,
        deliveries,
        board,
        decide,
        withdraw,
        stop,
        move,
        report_words,
        reports,
        from_partners,
        records,
        legal_holds,
    )
)
NAVIGATION = (
    NavigationLink(text="Now", href="/now", action=Action.SEE_DESK),
    NavigationLink(text="Approvals", href="/approvals", action=Action.APPROVE),
    NavigationLink(text="Calendar", href="/calendar", action=Action.SEE_DESK),
    NavigationLink(text="Posts", href="/posts", action=Action.WRITE),
    NavigationLink(text="From partners", href="/from-partners", action=Action.SETTLE),
    NavigationLink(text="Reports", href="/reports", action=Action.SEE_REPORTS),
    NavigationLink(text="Records", href="/records", action=Action.EXPORT),
)
