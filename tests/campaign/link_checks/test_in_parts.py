"""What is kept of links, on both kinds of database; nothing is fetched."""

import pytest
from sqlalchemy import select

from campaign.link_checks import checking
from campaign.link_checks.checking import check_links
from campaign.link_checks.trying import Seen
from campaign.store.tables import DELIVERY, LINK_CHECK
from tests.campaign.office import POST, Office

DAYS = {"x": 14, "bluesky": 12, "mastodon": 13}
ENTRY = "  - {{post: law-helps, id: {1}, at: 2027-01-{0} 08:30, send_to: [network:{1}]}}\n"
LOOKED_AT = select(DELIVERY.c.channel).join(
    LINK_CHECK, LINK_CHECK.c.content_hash == DELIVERY.c.content_hash
)


@pytest.fixture
def database_url(either_database: str) -> str:
    return either_database


def test_a_large_campaign_is_looked_at_a_part_at_a_time_what_goes_out_first_before_the_rest(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Nobody sends while these rows are written, so there must never be many of them at once.
    monkeypatch.setattr(checking, "CONTENTS_AT_ONCE", 2)
    monkeypatch.setattr(checking, "ROWS_AT_ONCE", 1)
    office.write_post("law-helps", f"{POST}\nRead it all: https://ico.example/law\n")
    office.write_schedule(entries="".join(ENTRY.format(day, to) for to, day in DAYS.items()))
    office.apply()
    office.approve()
    tried: list[str] = []

    def look() -> set[str]:
        check_links(office.desk.store, office.clock.now(), seen)
        with office.desk.store.read() as connection:
            return set(connection.execute(LOOKED_AT).scalars())

    def seen(page: str) -> Seen:
        tried.append(page)
        return Seen(status=200, url=page, title="The law")

    assert look() == {"ico-bluesky", "ico-mastodon"}
    assert look() == {"ico-bluesky", "ico-mastodon", "ico-x"}
    assert (look(), tried) == ({"ico-bluesky", "ico-mastodon", "ico-x"}, tried[:2])
