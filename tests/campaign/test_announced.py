from pathlib import Path

from campaign.announced import ask_servers
from campaign.cli.on_schedule import checked
from campaign.cli.place import Place
from campaign.wiring import NETWORKS
from rehearsal.server import Call, Fault
from tests.campaign.office import POST, Office

LONG = "Sharing. " * 50  # 450 graphemes; the documented limit is 500


def limit_lines(office: Office) -> list[str]:
    report, _ = checked(Place(folder=office.folder, clock=office.clock))
    return [one.message for one in report.faults]


def test_the_limits_a_server_announces_are_the_ones_that_count(office: Office) -> None:
    announced = ask_servers(office.schedule(), NETWORKS, office.clock)
    limits = announced.of("ico-mastodon")
    assert limits is not None
    assert limits.announced
    assert limits.text[0].maximum == 500
    assert announced.of("ico-x") is None
    assert announced.silent == {}


def test_a_server_that_cannot_be_reached_leaves_the_documented_limits_and_is_named(
    office: Office,
) -> None:
    office.rehearsal.inject("mastodon", Fault.HTML_ERROR, on=Call.LIMITS)
    announced = ask_servers(office.schedule(), NETWORKS, office.clock)
    assert announced.of("ico-mastodon") is None
    assert list(announced.silent) == ["ico-mastodon"]


def test_a_text_over_the_limit_says_who_set_the_limit(office: Office) -> None:
    too_long = POST.replace("\nData", f"\n## mastodon\n\n{LONG} {LONG}\n\n## x\n\nData", 1)
    office.write_post("law-helps", too_long)
    assert any("takes 500 (announced by its server)" in one for one in limit_lines(office))
    office.rehearsal.inject("mastodon", Fault.HTML_ERROR, on=Call.LIMITS)
    assert any("takes 500 (its documented limit)" in one for one in limit_lines(office))


def test_names_that_can_never_be_reached_are_not_asked(office: Office, tmp_path: Path) -> None:
    text = (office.folder / "schedule.yaml").read_text(encoding="utf-8")
    server = office.rehearsal.server_of("mastodon")
    text = text.replace(server, "https://social.example")
    (office.folder / "schedule.yaml").write_text(text, encoding="utf-8")
    announced = ask_servers(office.schedule(), NETWORKS, office.clock)
    assert "ico-mastodon" not in announced.silent
    assert office.rehearsal.requests("mastodon") == []


def test_a_server_is_asked_once_however_many_channels_it_has(office: Office) -> None:
    path = office.folder / "schedule.yaml"
    text = path.read_text(encoding="utf-8")
    start = text.index("  ico-mastodon:")
    channel = text[start : text.index("}", start) + 2]
    second = channel.replace("ico-mastodon", "ico-second")
    path.write_text(text.replace(channel, channel + second), encoding="utf-8")
    announced = ask_servers(office.schedule(), NETWORKS, office.clock)
    assert announced.of("ico-second") == announced.of("ico-mastodon")
    assert len(office.rehearsal.requests("mastodon")) == 1
