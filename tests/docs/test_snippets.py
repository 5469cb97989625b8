"""Snippets that are neither commands nor files of a campaign: units, environment, modules."""

import configparser
import re
import shlex
from pathlib import Path
from types import ModuleType

import pytest

from campaign.settings import read_settings
from connectors.contract import DeliveryKey, Network, OutgoingPost
from connectors.registry import NETWORKS
from tests.docs.blocks import PAGES, ROOT, Block, blocks_of
from tests.docs.made import command_names

CARRIED_OUT = {"adding-a-metric.md", "adding-a-report-section.md"}
"""Guides, whose snippets `tests/architecture/test_guides.py` puts into a copy of the project."""
FIELDS = {field.name for network in NETWORKS.values() for field in network.credentials}


def block(name: str) -> Block:
    """Return the one block of the documentation with this file name."""
    (found,) = [one for page in PAGES for one in blocks_of(page) if one.words.endswith(name)]
    return found


def test_snippets_of_these_kinds_are_all_looked_at_here() -> None:
    found = [
        Path(one.words).name
        for page in PAGES
        for one in blocks_of(page)
        if one.language in {"ini", "python"} and page.name not in CARRIED_OUT
    ]
    assert sorted(found) == [
        "campaign-desk.env",
        "campaign-desk.service",
        "desk_client.py",
        "picture_client.py",
        "tiktok.py",
    ]


@pytest.fixture
def unit() -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # keys keep their capitals
    parser.read_string(block("campaign-desk.service").text)
    return parser


def test_the_service_starts_a_command_that_exists(unit: configparser.ConfigParser) -> None:
    program, *arguments = shlex.split(unit["Service"]["ExecStart"])
    assert Path(program).name == "campaign"
    assert arguments == ["run"]
    assert "run" in command_names()


def test_the_service_waits_longer_than_one_call_may_take(unit: configparser.ConfigParser) -> None:
    settings = read_settings(Path(), {})
    connecting_and_reading = 2 * settings.call_timeout.total_seconds()
    assert int(unit["Service"]["TimeoutStopSec"]) > connecting_and_reading
    assert unit["Service"]["KillSignal"] == "SIGTERM"


def test_the_service_may_write_where_the_campaign_is(unit: configparser.ConfigParser) -> None:
    environment = dict(_assignments())
    assert unit["Service"]["EnvironmentFile"] == block("campaign-desk.env").words
    assert unit["Service"]["ReadWritePaths"] == environment["CAMPAIGN_DIR"]


def test_every_name_in_the_environment_file_is_read_by_the_program() -> None:
    for name, value in _assignments():
        assert value
        secret = re.fullmatch(r"CAMPAIGN__[A-Z0-9_]+?__([A-Z_]+)", name)
        assert name == "CAMPAIGN_DIR" if secret is None else secret[1] in FIELDS


def test_the_settings_have_the_defaults_that_the_page_gives() -> None:
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    settings = read_settings(Path(), {})
    settling = {one.title: one.capabilities.settling.total_seconds() for one in NETWORKS.values()}
    for name, value in {
        "CAMPAIGN_HANDS": settings.hands,
        "CAMPAIGN_CALL_TIMEOUT": settings.call_timeout.total_seconds(),
        "CAMPAIGN_LEASE": settings.lease.total_seconds(),
        "CAMPAIGN_SETTLING": settling["X"],
    }.items():
        assert f"| `{name}` | {value:.0f}" in page, name
    others = {title: rest for title, rest in settling.items() if rest != settling["X"]}
    assert others == {"Instagram": 360, "Threads": 360}
    assert "120, on Instagram and Threads 360" in page


def test_partners_are_told_the_shapes_that_each_network_wants() -> None:
    page = (ROOT / "docs" / "partners.md").read_text(encoding="utf-8")
    table = page.partition("| network | shapes |\n|---|---|\n")[2].partition("\n\n")[0]
    told = dict(row.strip("| ").split(" | ") for row in table.splitlines())
    wanted = {one.title: one.capabilities.picture_shapes for one in NETWORKS.values()}
    assert told == {
        title: ", ".join(shape.words for shape in shapes)
        for title, shapes in wanted.items()
        if shapes
    }


@pytest.fixture
def network() -> Network:
    module = ModuleType("tiktok")
    exec(block("tiktok.py").text, vars(module))
    found = module.NETWORK
    assert isinstance(found, Network)
    return found


def test_the_network_of_the_snippet_counts_and_reads_addresses(network: Network) -> None:
    def faults(text: str) -> list[str]:
        post = OutgoingPost(delivery_key=DeliveryKey("key"), text=text, language="en")
        return [one.field for one in network.check(post, network.documented)]

    assert faults("a" * 2200) == []
    assert faults("a" * 2201) == ["text"]
    address = "https://www.tiktok.com/@ico/photo/7400"
    assert network.read_permalink(address, "ico", None) == address
    assert network.read_permalink("https://elsewhere.example/post/1", "ico", None) is None


def test_the_network_of_the_snippet_is_complete(network: Network) -> None:
    can = network.capabilities
    ids = [one.id for one in can.metrics]
    assert all(one.startswith(f"{network.name}.") for one in ids)
    assert can.key_life is None
    assert not can.proves_absence
    assert network.connect is None


def _assignments() -> list[tuple[str, str]]:
    lines = block("campaign-desk.env").text.splitlines()
    return [(name, value) for name, _, value in (line.partition("=") for line in lines)]
