"""Every delivery of the sample that our connectors send: preview and wire are one text."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from campaign.checks.preview import preview_rows
from campaign.checks.report import check
from campaign.cli.demo_stage import Stage, set_stage
from campaign.cli.on_demo import prepare
from campaign.cli.session import open_session
from campaign.models import Delivery
from campaign.publishing.due import next_instant
from campaign.publishing.hands import Hands
from campaign.store.deliveries import list_deliveries
from campaign.store.leaders import is_repost
from campaign.wiring import NETWORKS
from rehearsal.server import RecordedRequest, StoredPost
from tests.contracts import needs_contracts, violations

CONNECTED = ("x", "mastodon", "bluesky", "linkedin", "facebook")
Row = dict[str, object]


@dataclass(frozen=True, kw_only=True)
class Sent:
    """What was planned, shown and received."""

    deliveries: list[Delivery]
    rows: list[Row]
    posts: dict[str, StoredPost]
    requests: list[RecordedRequest]


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Sent:
    folder: Path = tmp_path_factory.mktemp("sample") / "demo"
    with set_stage(folder, seed=1) as stage:
        prepare(stage)
        deliveries = publish_everything(stage)
        posts = [post for name in CONNECTED for post in stage.rehearsal.posts(name)]
        requests = [one for name in CONNECTED[:2] for one in stage.rehearsal.requests(name)]
    rows = preview_rows(check(folder / "campaign", NETWORKS), NETWORKS)
    by_id = {post.remote_id: post for post in posts}
    return Sent(deliveries=deliveries, rows=rows, posts=by_id, requests=requests)


def test_everything_that_may_go_out_by_itself_goes_out_once(sent: Sent) -> None:
    states = Counter(one.state for one in sent.deliveries)
    assert states == {
        "published": 206,
        "with-partner": 64,
        "held": 4,
        "declined": 1,
        "no-answer": 1,
    }
    assert len(sent.posts) == 206


def test_the_networks_receive_exactly_what_preview_shows(sent: Sent) -> None:
    shown: dict[tuple[object, object], list[object]] = {}
    for row in sent.rows:
        shown.setdefault((row["post"], row["channel"]), []).append(as_shown(row))
    for one in sent.deliveries:
        if one.state == "published" and not is_repost(one):
            post = sent.posts[str(one.remote_id)]
            assert as_sent(post) in shown[one.post, one.channel], one.id


@needs_contracts
def test_every_request_is_as_the_networks_own_descriptions_have_it(sent: Sent) -> None:
    writes = [one for one in sent.requests if one.method == "POST"]
    assert len(writes) > 150
    assert [fault for one in writes for fault in violations(one)] == []


def publish_everything(stage: Stage) -> list[Delivery]:
    """Go from due time to due time until nothing is left to send."""
    with open_session(stage.place) as session:
        hands = Hands(session.desk.rig("worker"), 8)
        following: datetime | None = stage.clock.now()
        while following is not None:
            stage.clock.move_to(following)
            hands.run_until_idle()
            with session.desk.store.read() as connection:
                following = next_instant(connection, stage.clock.now())
        hands.close()
        with session.desk.store.read() as connection:
            return list_deliveries(connection)


def as_sent(post: StoredPost) -> object:
    # On LinkedIn and Facebook, what the network shows: there it is escaped, or in a form.
    text = post.raw.get("text", post.raw.get("status", post.text))
    return text, [(media.alt_text, len(media.content)) for media in post.media]


def as_shown(row: Row) -> object:
    media = row["media"]
    assert isinstance(media, list)
    return row["text"], [(one["alt"], one["bytes"]) for one in media]
