import pytest

from simulation.seeds import try_seed
from tests.simulation.planted import PLANTS

pytestmark = pytest.mark.long

ENOUGH = 1000
"""Seeds within which each fault has to be found."""


@pytest.mark.parametrize("name", PLANTS)
def test_a_fault_planted_in_the_protocol_is_found(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    networks = PLANTS[name](monkeypatch)
    found = next((seed for seed in range(ENOUGH) if try_seed(seed, networks).violations), None)
    assert found is not None
