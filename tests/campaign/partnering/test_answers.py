"""What a partner's page calls: answers by a store and an instant, and the end of reminders."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from campaign.decisions.approvals import CannotDecideError, approve
from campaign.partnering.addresses import STOP_PATH, stop_link
from campaign.partnering.answers import accept, ask_for_change, decline
from campaign.partnering.reminders import stop_reminders
from campaign.schedule.reading import read_schedule
from campaign.store.database import Store, open_store
from campaign.store.deliveries import get_delivery, history
from connectors.contract import NetworkName
from connectors.registry import NETWORKS
from tests.campaign.deliveries import NOW
from tests.campaign.ledger import PACK, PARTNERS, Ledger, in_pack, on_partners_channel
from tests.campaign.partnering.conftest import AGREED

LINKEDIN = NETWORKS[NetworkName("linkedin")]
ADDRESS = "https://www.linkedin.com/feed/update/urn:li:share:7284567890123456789"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Two deliveries wait for the Chiefs alone."""
    (tmp_path / "schedule.yaml").write_text(AGREED, encoding="utf-8")
    opened = open_store(f"sqlite:///{tmp_path}/campaign.db")
    with opened.write() as connection:
        ledger = Ledger(connection, read_schedule(tmp_path / "schedule.yaml"))
        ledger.put(on_partners_channel(), in_pack())
        approve(connection, PARTNERS, ledger.change("ben"), ledger.roles)
    yield opened
    opened.close()


def stands(store: Store, delivery: str) -> tuple[str, str]:
    """Return where a delivery stands, and who brought it there."""
    with store.read() as connection:
        found = get_delivery(connection, delivery)
        last = history(connection, delivery)[-1]
    assert found is not None
    return found.state, last.who


def test_a_yes_a_no_and_a_wish_are_written_down_with_who_said_so(store: Store) -> None:
    assert accept(store, PARTNERS, "noor@npcc.example", NOW) == "planned"
    assert stands(store, PARTNERS) == ("planned", "noor@npcc.example")
    assert decline(store, PARTNERS, "sam@npcc.example", "not now", NOW) == "declined"
    assert stands(store, PARTNERS) == ("declined", "sam@npcc.example")
    assert ask_for_change(store, PACK, "noor@npcc.example", "say “you”", NOW) == "awaiting-approval"
    assert stands(store, PACK) == ("awaiting-approval", "noor@npcc.example")


def test_an_empty_wish_changes_nothing(store: Store) -> None:
    with pytest.raises(CannotDecideError, match="say what should be different"):
        ask_for_change(store, PARTNERS, "noor", "  ", NOW)
    assert stands(store, PARTNERS) == ("awaiting-approval", "ben")


@pytest.mark.parametrize("given", ["token", "whole link", "address"])
def test_one_click_ends_the_reminders_to_one_address(store: Store, given: str) -> None:
    with store.write() as connection:
        link = stop_link(connection, "Noor@npcc.example", "https://desk.example")
    ways = {
        "token": link.rpartition(STOP_PATH)[2],
        "whole link": link,
        "address": "NOOR@npcc.example",
    }
    assert stop_reminders(store, ways[given], NOW) == "noor@npcc.example"
    assert stop_reminders(store, ways[given], NOW + timedelta(days=1)) == "noor@npcc.example"


def test_a_contact_that_was_never_written_to_can_end_reminders_and_a_stranger_is_unknown(
    store: Store,
) -> None:
    assert stop_reminders(store, "sam@npcc.example", NOW) == "sam@npcc.example"
    assert stop_reminders(store, "who@ever.example", NOW) is None
    assert stop_reminders(store, "a-guessed-token", NOW) is None
