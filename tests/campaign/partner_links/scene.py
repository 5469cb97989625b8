"""A campaign with two partners that post by hand, as rows."""

from typing import Any

from campaign.plan import PlannedDelivery
from campaign.secret_keys import new_key
from tests.campaign.deliveries import planned

KEYS = (new_key(),)

SCHEDULE = """\
campaign: spring
title: Spring
runs: {from: 2027-01-11, until: 2027-04-30}
partners:
  ico: {name: The Office, owner: true}
  npcc: {name: The Chiefs, contacts: [{name: Pat, email: press@npcc.example}]}
  ndna: {name: The Nurseries, contacts: [{name: Elin, email: press@ndna.example}]}
people:
  ama: {name: Ama, roles: [author]}
  ben: {name: Ben, roles: [approver]}
channels:
  ico-x: {network: x, partner: ico, handle: "@ico.example"}
  npcc-linkedin: {network: linkedin, partner: npcc, mode: pack}
  npcc-x: {network: x, partner: npcc, handle: "@npcc.example", mode: pack}
  npcc-bluesky: {network: bluesky, partner: npcc, handle: npcc.example, mode: pack}
  ndna-linkedin: {network: linkedin, partner: ndna, mode: pack}
rules:
  windows:
    - {from: 2027-02-01, until: 2027-02-01, partners: [npcc], do: hold, reason: election}
schedule: []
"""
MINE, ON_X, THEIRS = "myth/npcc-linkedin/1", "myth/npcc-x/1", "myth/ndna-linkedin/1"


def by_hand(delivery: str = MINE, text: str = "Hello.", **changes: Any) -> PlannedDelivery:
    """Return a delivery that a partner posts by hand, approved by nobody yet."""
    partner, network = delivery.split("/")[1].split("-")
    usual = {"partner": partner, "network": network, "mode": "pack", "gates": ()}
    return planned(delivery, text, **{**usual, **changes})
