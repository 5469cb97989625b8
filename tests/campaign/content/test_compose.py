import hashlib
from pathlib import Path

import pytest

from campaign.content.compose import NoTranslationError, compose
from campaign.content.reading import read_post
from campaign.outgoing import outgoing
from campaign.payload import Payload
from campaign.schedule.reading import read_schedule
from connectors.contract import DeliveryKey, NetworkName
from tests.campaign.folders import HEAD, PNG, write_campaign, write_post
from tests.campaign.networks import NETWORKS

WELSH = HEAD.replace("network: x, partner: ico,", "network: x, partner: ico, language: cy,")
LINK = "link: {url: https://ico.example/law, title: The law}"


def composed(
    folder: Path,
    body: str,
    *,
    channel: str = "ico-x",
    run: int = 1,
    front: str = "",
    head: str = HEAD,
) -> Payload:
    schedule = read_schedule(write_campaign(folder, "", head=head) / "schedule.yaml")
    post = read_post(write_post(folder, "law", body, front=front))
    network = NETWORKS[NetworkName(schedule.channels[channel].network)]
    return compose(post, channel, schedule=schedule, network=network, run=run)[0]


LADDER = [
    ("All.", "All."),
    ("## x\nNetwork.", "Network."),
    ("## x / ico\nPartner.", "Partner."),
    ("## x / ico-x\nChannel.", "Channel."),
]
LADDER_IN_WELSH = [
    ("All.\n## x / cy\nCymraeg.", "Cymraeg."),
    ("## x / ico / cy\nPartner.", "Partner."),
    ("## x / ico-x / cy\nSianel.", "Sianel."),
]


@pytest.mark.parametrize("rung", range(len(LADDER)))
def test_the_most_specific_wording_wins(tmp_path: Path, rung: int) -> None:
    body = "\n".join(section for section, _ in LADDER[: rung + 1])
    assert composed(tmp_path, body).text == LADDER[rung][1]


@pytest.mark.parametrize("rung", range(len(LADDER_IN_WELSH)))
def test_the_most_specific_wording_in_the_channels_language_wins(tmp_path: Path, rung: int) -> None:
    body = "\n".join(section for section, _ in LADDER_IN_WELSH[: rung + 1])
    found = composed(tmp_path, f"{body}\n## x / ico\nEnglish.", head=WELSH)
    assert (found.text, found.language) == (LADDER_IN_WELSH[rung][1], "cy")


def test_what_is_written_for_one_channel_is_in_its_language(tmp_path: Path) -> None:
    found = composed(tmp_path, "All.\n## x / ico-x\nI bawb.", head=WELSH)
    assert (found.text, found.language) == ("I bawb.", "cy")


def test_a_post_in_the_channels_language_needs_no_translation(tmp_path: Path) -> None:
    found = composed(tmp_path, "I bawb.", front="language: cy", head=WELSH)
    assert (found.text, found.language) == ("I bawb.", "cy")


@pytest.mark.parametrize(
    "body",
    ["All.", "All.\n## x\nNetwork.", "All.\n## x / ico\nPartner.", "All.\n## x / ico / ga\nGach."],
)
def test_nothing_else_takes_the_place_of_a_translation_that_is_missing(
    tmp_path: Path, body: str
) -> None:
    with pytest.raises(NoTranslationError) as caught:
        composed(tmp_path, body, head=WELSH)
    assert str(caught.value) == (
        "“law” has no wording in “cy” for ico-x, so nothing of it goes out there; write one in "
        "posts/law/post.md under “## x / cy”"
    )


def test_wordings_for_others_are_not_used(tmp_path: Path) -> None:
    body = (
        "All.\n## bluesky\nB.\n## x / ndna\nN.\n## x / cy\nC.\n## x / ico-bluesky\nD.\n## x #2\nE."
    )
    assert composed(tmp_path, body).text == "All."


def test_a_wording_for_a_run_is_for_that_run_alone(tmp_path: Path) -> None:
    body = "All.\n## x\nFirst.\n## x #2\nSecond."
    assert [composed(tmp_path, body, run=run).text for run in (1, 2, 3)] == [
        "First.",
        "Second.",
        "First.",
    ]


def test_a_partner_outweighs_a_run(tmp_path: Path) -> None:
    body = "All.\n## x #2\nSecond.\n## x / ico\nPartner.\n## x / ico #2\nBoth."
    assert composed(tmp_path, body, run=2).text == "Both."
    assert composed(tmp_path, body.removesuffix("\n## x / ico #2\nBoth."), run=2).text == "Partner."


def test_the_language_is_that_of_the_wording(tmp_path: Path) -> None:
    body = "All.\n## x / cy\nI bawb."
    assert composed(tmp_path, body, head=WELSH).language == "cy"
    assert composed(tmp_path, body).language == "en"


def test_a_link_is_appended_where_the_wording_names_no_place_for_it(tmp_path: Path) -> None:
    tagged = (
        "https://ico.example/law"
        "?utm_source=x&utm_medium=social&utm_campaign=spring&utm_content=law-ico"
    )
    payload = composed(tmp_path, "Read this.", front=LINK)
    assert payload.text == f"Read this.\n\n{tagged}"
    assert payload.link is not None
    assert (payload.link.url, payload.link.title) == (tagged, "The law")
    placed = composed(tmp_path, "Read {link} now.", front=LINK)
    assert placed.text == f"Read {tagged} now."


def test_a_link_stands_in_the_text_as_the_network_shows_it(tmp_path: Path) -> None:
    payload = composed(tmp_path, "Read {link}.", channel="ndna-bluesky", front=LINK)
    assert payload.text == "Read ico.example/law."
    assert payload.link is not None
    assert payload.link.url.endswith(
        "utm_source=bluesky&utm_medium=social&utm_campaign=spring&utm_content=law-ndna"
    )


def test_a_partner_is_named_by_its_handle_there_else_by_its_name(tmp_path: Path) -> None:
    body = "With {partner:ico} and {partner:ndna}."
    assert composed(tmp_path, body).text == "With @ico.example and The Nurseries."
    there = composed(tmp_path, body, channel="ndna-bluesky")
    assert there.text == "With @ico.example and @ndna.example."


def test_braces_that_mean_nothing_are_text(tmp_path: Path) -> None:
    body = "{partner:nobody} {link} {this} {partner:}"
    assert composed(tmp_path, body).text == body


def test_what_a_link_or_handle_brings_is_not_filled_in_again(tmp_path: Path) -> None:
    front = 'link: "https://ico.example/{partner:ico}"'
    assert "/{partner:ico}?" in composed(tmp_path, "See {link}", front=front).text


def test_a_post_without_any_wording_for_a_network_cannot_be_composed(tmp_path: Path) -> None:
    with pytest.raises(LookupError, match="no wording for x and no default one"):
        composed(tmp_path, "## bluesky\nOnly there.")


def test_account_and_media_are_part_of_what_is_approved(tmp_path: Path) -> None:
    place = write_post(tmp_path, "law")
    (place / "a.png").write_bytes(PNG)
    front = "media: [{file: a.png, alt: A poster.}]"
    payload = composed(tmp_path, "Text.", front=front)
    (media,) = payload.media
    assert (payload.network, payload.handle, payload.server) == ("x", "@ico.example", None)
    assert media.sha256 == hashlib.sha256(PNG).hexdigest()
    assert (media.media_type, media.alt_text, media.content) == ("image/png", "A poster.", PNG)


def test_what_is_sent_is_what_was_composed(tmp_path: Path) -> None:
    place = write_post(tmp_path, "law")
    (place / "a.png").write_bytes(PNG)
    front = f"media: [{{file: a.png, alt: A poster.}}]\n{LINK}"
    payload = composed(tmp_path, "Text.", front=front)
    post = outgoing(payload, DeliveryKey("key"))
    assert (post.text, post.language, post.delivery_key) == (payload.text, "en", "key")
    assert post.link is not None
    assert payload.link is not None
    assert post.link.url == payload.link.url
    assert post.media[0].content == PNG
