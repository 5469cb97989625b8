from collections.abc import Iterator

import pytest

from tests.campaign.mailing.mailbox import Mailbox, open_mailbox


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with open_mailbox() as opened:
        yield opened
