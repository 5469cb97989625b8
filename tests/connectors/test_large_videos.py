"""A large video is never held whole: every network that takes one reads it a part at a time."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from connectors.content import Content
from connectors.contract import Media, NotSent, OutgoingPost
from tests.connectors.bench import Bench, open_bench
from tests.connectors.test_row_by_fault import SAMPLES
from tests.connectors.test_youtube import padded

MEGABYTE = 1024 * 1024
MOST_AT_ONCE = 4 * MEGABYTE
MORE = {"bluesky": 4.5 * MEGABYTE}
"""Of a server as it comes out of the box, which takes files up to 5 MiB."""
TAKERS = [name for name, one in SAMPLES.items() if one.network.documented.video is not None]


class Watched:
    """A content that refuses to be taken in one piece."""

    def __init__(self, content: Content) -> None:
        self._content = content
        self.asked = 0

    def __len__(self) -> int:
        return len(self._content)

    def __getitem__(self, part: slice, /) -> bytes:
        start, stop, _ = part.indices(len(self))
        assert stop - start <= MOST_AT_ONCE, (
            f"{stop - start} bytes of a video are asked for at once"
        )
        self.asked += max(0, stop - start)
        return self._content[start:stop]


@pytest.fixture(params=TAKERS)
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    with open_bench(SAMPLES[request.param]) as opened:
        yield opened


def test_the_networks_are_those_that_take_videos() -> None:
    assert TAKERS == [
        "x", "mastodon", "bluesky", "linkedin", "facebook", "instagram", "threads", "youtube",
    ]  # fmt: skip


def test_a_large_video_arrives_byte_for_byte_and_is_read_in_parts(bench: Bench) -> None:
    whole = padded(int(MORE.get(bench.name, 9 * MEGABYTE))).content
    video = Watched(whole)
    shown = bench.show(Media(content=video, media_type="video/mp4", alt_text="", burnt_in=True))
    post = replace(bench.post("A long talk", pictures=0), media=(shown,))
    publish(bench, post)
    (stored,) = bench.stored()
    assert [bytes(one.content) == whole for one in stored.media] == [True]
    assert video.asked >= len(whole)


def publish(bench: Bench, post: OutgoingPost) -> None:
    """Prepare and publish, as often as a network at work asks for it."""
    connector, prepared = bench.connector(), None
    for _ in range(9):
        try:
            prepared = connector.prepare(post, prepared)
            connector.publish(post, prepared)
        except NotSent as error:
            bench.clock.move_to(error.retry_at or bench.clock.now())
        else:
            return
    pytest.fail("the video was never published")
