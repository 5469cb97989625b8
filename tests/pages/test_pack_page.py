"""The page of a partner's pack before axe-core, as wide as a telephone and as a desk."""

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image

from campaign.models import Delivery
from campaign.packs.contents import lay_out
from campaign.packs.gathering import Following, Gathered, PackedPost
from campaign.packs.index import index_page
from campaign.payload import Payload, PayloadMedia
from campaign.schedule.reading import read_schedule
from campaign.store.sight import Because
from connectors.content import whole
from connectors.registry import NETWORKS
from tests.pages.browser import Browser, Screen
from tests.pages.test_pages import SCREENS

DUE = datetime(2027, 1, 12, 8, 30, tzinfo=UTC)
UNTIL = datetime(2027, 4, 30, 23, 0, tzinfo=UTC)
TEXT = (
    "Have you ever held back because of data protection?\n\nRead the ten steps here: "
    "https://ico.example/share/ten-steps?utm_source=facebook&utm_medium=social&utm_campaign="
    "think-check-share&utm_content=law-helps-you-share-eya\n\n#ThinkCheckShare"
)
WORDING_STAYS = '<meta http-equiv="Content-Security-Policy"'


def packed() -> PackedPost:
    target = io.BytesIO()
    Image.new("RGB", (160, 90), (18, 67, 109)).save(target, format="PNG")
    picture = PayloadMedia(
        sha256="0" * 64,
        media_type="image/png",
        alt_text="A dark blue field.",
        content=target.getvalue(),
    )
    payload = Payload(
        network="facebook", handle="eya.example", server=None, text=TEXT, language="en",
        media=(picture,),
    )  # fmt: skip
    delivery = Delivery.model_construct(
        id="law-helps-you-share/eya-facebook/1", post="law-helps-you-share", network="facebook",
        channel="eya-facebook", due_at=DUE, wall_time="2027-01-12 08:30",
    )  # fmt: skip
    return PackedPost(parts=(delivery,), payloads=(payload,))


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pack")
    gathered = Gathered(
        schedule=read_schedule(Path(__file__).parents[2] / "schedule.yaml"),
        partner="eya",
        posts=(packed(), packed()),
        following=(Following(because=Because.EMBARGO, count=2, at=DUE),),
        applied_at=DUE,
        holds_from=None,
    )
    posts = [lay_out(one, NETWORKS) for one in gathered.posts]
    for name, content in posts[0].files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(whole(content))
    text = index_page(gathered, posts, "0123456789ab", UNTIL)
    # What forbids scripts would forbid axe-core, too.
    lines = [line for line in text.splitlines() if not line.startswith(WORDING_STAYS)]
    assert len(lines) == len(text.splitlines()) - 1
    file = folder / "index.html"
    file.write_text("\n".join(lines), "utf-8")
    return file


@SCREENS
def test_axe_finds_nothing_and_nothing_overflows(
    browser: Browser, page: Path, screen: Screen
) -> None:
    found = browser.examine(page, screen)
    assert (found["width"], found["dark"]) == (screen.width, screen.dark)
    assert found["violations"] == []
    assert found["unsure"] == []
    assert found["overflow"] <= 0
    assert found["passes"] > 15
