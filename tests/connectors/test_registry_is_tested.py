import importlib
from types import ModuleType

import pytest

from connectors.contract import Network
from connectors.registry import NETWORKS
from rehearsal.world import EVERY
from tests.connectors.contract import ConnectorContract
from tests.connectors.test_row_by_fault import SAMPLES

CONNECTABLE = [one for one in NETWORKS.values() if one.connect is not None]
LAWS = {name for name in dir(ConnectorContract) if name.startswith("test_")}


def suites_in(module: ModuleType, network: Network) -> list[type[ConnectorContract]]:
    """The subclasses of the contract that pytest collects for a network."""
    return [
        one
        for name, one in vars(module).items()
        if name.startswith("Test")
        and isinstance(one, type)
        and issubclass(one, ConnectorContract)
        and one.sample.network is network
    ]


def test_there_are_networks_to_test() -> None:
    assert {one.name for one in CONNECTABLE} == {
        "x",
        "mastodon",
        "bluesky",
        "linkedin",
        "facebook",
        "instagram",
        "threads",
        "youtube",
        "webhook",
        "feed",
        "email",
    }


@pytest.mark.parametrize("network", CONNECTABLE, ids=lambda one: one.name)
def test_every_connectable_network_is_held_to_all_laws(network: Network) -> None:
    module = importlib.import_module(f"tests.connectors.test_{network.name}")
    (suite,) = suites_in(module, network)
    assert LAWS & set(vars(suite)) == set(), "a law may not be overridden"
    assert getattr(suite, "__test__", True), "a suite may not be switched off"


def test_every_connectable_network_is_rehearsed_and_crossed_with_every_fault() -> None:
    names = {one.name for one in CONNECTABLE}
    assert set(EVERY) == names
    assert set(SAMPLES) == names


@pytest.mark.parametrize("network", CONNECTABLE, ids=lambda one: one.name)
def test_a_network_without_a_suite_would_be_noticed(network: Network) -> None:
    assert suites_in(ModuleType("empty"), network) == []


@pytest.mark.parametrize("network", NETWORKS.values(), ids=lambda one: one.name)
def test_every_network_says_what_it_can_do(network: Network) -> None:
    can = network.capabilities
    ids = [one.id for one in (*can.metrics, *can.account_metrics)]
    assert len(set(ids)) == len(ids)
    assert all(one.startswith(f"{network.name}.") for one in ids)
    assert len({one.metric for one in can.metrics}) == len(can.metrics)
    assert list(can.cadence.ages) == sorted(can.cadence.ages)
    assert network.documented.text
    assert network.title
