import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from connectors.checking import check_limits
from connectors.contract import (
    DeliveryKey,
    Limits,
    Media,
    Metric,
    Network,
    NetworkName,
    OutgoingPost,
)
from connectors.registry import NETWORKS

EVERY = pytest.mark.parametrize("network", NETWORKS.values(), ids=NETWORKS)
VECTORS = Path(__file__).parents[1] / "vectors" / "text-length.json"


def post(text: str, *media: Media) -> OutgoingPost:
    return OutgoingPost(delivery_key=DeliveryKey("k"), text=text, language="en", media=media)


def picture(media_type: str = "image/png", size: int = 10, alt_text: str = "") -> Media:
    return Media(content=b"\0" * size, media_type=media_type, alt_text=alt_text)


def network(name: str) -> Network:
    return NETWORKS[NetworkName(name)]


def documented(name: str) -> Limits:
    return network(name).documented


def test_networks_are_known_in_the_order_pages_name_them() -> None:
    titles = [(name, one.title) for name, one in NETWORKS.items()]
    assert titles == [
        ("x", "X"),
        ("mastodon", "Mastodon"),
        ("bluesky", "Bluesky"),
        ("linkedin", "LinkedIn"),
        ("facebook", "Facebook"),
        ("instagram", "Instagram"),
        ("threads", "Threads"),
        ("youtube", "YouTube"),
        ("webhook", "Webhook"),
        ("feed", "Feed"),
        ("email", "E-mail"),
    ]


@EVERY
def test_definitions_are_named_after_network_and_field_and_count_each_metric_once(
    network: Network,
) -> None:
    both = [*network.capabilities.metrics, *network.capabilities.account_metrics]
    assert all(one.id.startswith(f"{network.name}.") for one in both)
    assert all(one.id.rpartition(".")[2].isdecimal() for one in both)
    assert all(one.words.endswith(".") and one.words[0].isupper() for one in both)
    assert len({one.id for one in both}) == len({one.metric for one in both}) == len(both)


@EVERY
def test_reads_grow_older_and_go_on_for_weeks(network: Network) -> None:
    ages = network.capabilities.cadence.ages
    assert list(ages) == sorted(set(ages))
    weeks = timedelta(days=28) if network.capabilities.metrics else timedelta()
    assert network.capabilities.cadence.weekly_until >= weeks
    assert bool(ages) is bool(network.capabilities.metrics)


def test_networks_without_a_price_are_read_often_then_daily_to_day_fourteen() -> None:
    hours = [one / timedelta(hours=1) for one in network("bluesky").capabilities.cadence.ages]
    assert hours == [1, 3, 6, 12, 24, 48, 72, *range(96, 337, 24)]
    assert network("mastodon").capabilities.cadence == network("bluesky").capabilities.cadence


def test_who_can_be_posted_to_has_credentials_and_who_cannot_has_none() -> None:
    posted_to = {name for name, one in NETWORKS.items() if one.connect is not None}
    assert posted_to == set(NETWORKS)
    through_settings = {"email"}
    assert posted_to == through_settings | {
        name for name, one in NETWORKS.items() if one.credentials
    }


def test_versions_that_end_are_named_with_their_end() -> None:
    ends = {name: one.api_ends_on for name, one in NETWORKS.items() if one.api_ends_on}
    assert ends == {
        "linkedin": date(2027, 8, 31),
        "facebook": date(2028, 7, 29),
        "instagram": date(2028, 7, 29),
    }


def test_nothing_is_called_link_clicks_that_counts_other_clicks_too() -> None:
    offering = {
        name
        for name, one in NETWORKS.items()
        if any(each.metric is Metric.LINK_CLICKS for each in one.capabilities.metrics)
    }
    assert "linkedin" not in offering
    assert "facebook" not in offering


def test_reach_is_offered_only_where_people_are_counted() -> None:
    offering = {
        name
        for name, one in NETWORKS.items()
        if any(each.metric is Metric.REACH for each in one.capabilities.metrics)
    }
    assert offering == {"linkedin", "facebook", "instagram"}


@pytest.mark.parametrize(("name", "proves_absence"), [("linkedin", False), ("facebook", True)])
def test_a_page_has_no_key_and_its_links_stand_as_they_are(name: str, proves_absence: bool) -> None:  # noqa: FBT001 - a column
    capabilities = network(name).capabilities
    assert (capabilities.key_life, capabilities.proves_absence) == (None, proves_absence)
    assert network(name).announced_limits is None
    assert network(name).show_link("https://ico.org.uk/a") == "https://ico.org.uk/a"


@pytest.mark.parametrize(
    ("name", "counted"),
    [("linkedin", "linkedin-escaped"), ("facebook", "facebook"), ("instagram", "instagram")],
)
def test_a_pages_text_is_counted_as_in_the_vectors(name: str, counted: str) -> None:
    rows = [one for one in json.loads(VECTORS.read_text()) if one["platform"] == counted]
    [limit] = documented(name).text
    assert len(rows) >= 3
    for row in rows:
        assert limit.measure(row["text"]) == row["expected"], row["case"]
        assert (limit.measure(row["text"]) <= limit.maximum) is row["ok"], row["case"]


@pytest.mark.parametrize(("place", "part"), [(0, "title"), (1, "description")])
def test_a_videos_title_and_description_are_counted_as_in_the_vectors(
    place: int, part: str
) -> None:
    rows = [one for one in json.loads(VECTORS.read_text()) if one["platform"] == f"youtube-{part}"]
    limit = documented("youtube").text[place]
    assert len(rows) >= 4
    for row in rows:
        text = row["text"] if place == 0 else f"A title\n\n{row['text']}"
        assert limit.measure(text) == row["expected"], row["case"]
        assert (limit.measure(text) <= limit.maximum) is row["ok"], row["case"]


@pytest.mark.parametrize(
    ("name", "unit", "most"),
    [("linkedin", "escaped characters", 3000), ("facebook", "characters", 63_206)],
)
def test_a_page_takes_the_limit_and_not_one_more(name: str, unit: str, most: int) -> None:
    fits = "🚀" + "a" * (most - 2)
    assert network(name).check(post(fits), documented(name)) == []
    [problem] = network(name).check(post(fits + "a"), documented(name))
    assert problem.message == (
        f"The text is {most + 1} {unit} long, the most is {most}: shorten it by 1."
    )


ITSELF = "the address itself"
ADDRESSES = [
    ("linkedin", "https://www.linkedin.com/feed/update/urn:li:share:7/", "urn:li:share:7"),
    ("linkedin", "https://www.linkedin.com/feed/update/urn%3Ali%3AugcPost%3A7", "urn:li:ugcPost:7"),
    ("linkedin", "https://www.linkedin.com/posts/n-d-n-a_think-share-7-Ab_c", "urn:li:share:7"),
    ("linkedin", "https://www.linkedin.com/posts/ndna_think-activity-7-Abc", ITSELF),
    ("linkedin", "https://www.linkedin.com/posts/ico_think-share-7-Abc", None),
    ("linkedin", "https://lnkd.in/abc", ITSELF),
    ("linkedin", "https://linkedin.com.a.example/posts/7", None),
    ("linkedin", "https://www.linkedin.com/", None),
    ("linkedin", "https://[broken", None),
    ("facebook", "https://www.facebook.com/17/posts/7", "17_7"),
    ("facebook", "https://www.facebook.com/permalink.php?story_fbid=7&id=17", "17_7"),
    ("facebook", "https://www.facebook.com/permalink.php?story_fbid=pfbid0a&id=17", ITSELF),
    ("facebook", "https://www.facebook.com/ndna/posts/7", ITSELF),
    ("facebook", "https://www.facebook.com/NDNA/posts/pfbid0abc", ITSELF),
    ("facebook", "https://www.facebook.com/ico/posts/7", None),
    ("facebook", "https://fb.watch/abc/", ITSELF),
    ("facebook", "ftp://www.facebook.com/ndna", None),
    ("facebook", "https://notfacebook.com/ndna", None),
    ("instagram", "https://www.instagram.com/p/AbC-1_d/", ITSELF),
    ("instagram", "https://www.instagram.com/ndna/p/AbC-1_d/?img_index=1", ITSELF),
    ("instagram", "https://instagram.com/NDNA/reel/AbC", ITSELF),
    ("instagram", "https://www.instagram.com/ico.example/p/AbC/", None),
    ("instagram", "https://www.instagram.com/ndna/", None),
    ("instagram", "https://notinstagram.com/p/AbC/", None),
    ("youtube", "https://www.youtube.com/watch?v=aB3-_xYz012&t=5", "aB3-_xYz012"),
    ("youtube", "https://youtu.be/aB3-_xYz012?si=x", "aB3-_xYz012"),
    ("youtube", "https://m.youtube.com/shorts/aB3-_xYz012", "aB3-_xYz012"),
    ("youtube", "https://www.youtube.com/@ndna/videos", None),
    ("youtube", "https://www.youtube.com/watch?v=short", None),
    ("youtube", "https://notyoutube.com/watch?v=aB3-_xYz012", None),
    ("youtube", "https://[broken", None),
]


@pytest.mark.parametrize(("name", "url", "expected"), ADDRESSES)
def test_an_address_gives_the_id_or_is_it(name: str, url: str, expected: str | None) -> None:
    found = network(name).read_permalink(url, "@NDNA", None)
    assert found == (url if expected is ITSELF else expected)


TIFF = (
    "Picture 1 is image/tiff, which is not taken here: save it as image/gif or image/jpeg or "
    "image/png."
)


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("linkedin", "https://www.linkedin.com/posts/ndna_think-activity-7-Abc"),
        ("facebook", "https://www.facebook.com/ndna/posts/7"),
    ],
)
def test_a_pack_without_a_handle_takes_any_pages_post(name: str, url: str) -> None:
    assert network(name).read_permalink(url, "", None) == url


def test_what_is_over_a_limit_is_said_with_number_and_remedy() -> None:
    media = [picture("image/tiff"), picture(size=6_000_000), picture(alt_text="a" * 4087)]
    said = [
        (one.field, one.message) for one in check_limits(post("a", *media), documented("linkedin"))
    ]
    assert said == [
        ("media", TIFF),
        ("media", "Picture 2 has 6,000,000 bytes, the most is 5,242,880."),
        ("alt_text", "The alt text of picture 3 is 4087 characters long, the most is 4086."),
    ]


def test_too_many_pictures_and_an_empty_post_are_problems() -> None:
    many = [picture("image/jpeg") for _ in range(11)]
    [problem] = check_limits(post("a", *many), documented("facebook"))
    assert problem.message == "11 pictures are too many: at most 10."
    [empty] = check_limits(post(" \n"), documented("facebook"))
    assert empty.message == "The post has neither text nor pictures."


@EVERY
def test_a_key_is_a_pure_choice(network: Network) -> None:
    at = datetime(2027, 1, 12, 8, 30, tzinfo=UTC)
    key = network.choose_key("law/ico/1", "content", at)
    assert key == network.choose_key("law/ico/1", "content", at)
    assert key != network.choose_key("law/ico/2", "content", at)
