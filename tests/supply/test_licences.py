from importlib.metadata import PackageNotFoundError

import pytest

from tests.supply.licences import accepted, listed, told_by
from tests.supply.locked import SHIPPED, locked

REMAKE = "write it with `.venv/bin/python -m tests.supply.licences`, the rest by hand"


def test_every_locked_package_has_its_licence_and_no_other_is_listed() -> None:
    assert set(listed()) == set(locked()), REMAKE
    assert [name for name, one in listed().items() if not one] == [], REMAKE


def test_every_licence_is_one_that_we_accept() -> None:
    refused = {
        name: one
        for name, one in listed().items()
        if not accepted(one, shipped=bool(locked()[name] & SHIPPED))
    }
    assert refused == {}


def test_the_list_says_what_the_packages_say() -> None:
    other = {}
    for name, one in listed().items():
        try:
            told = told_by(name)
        except PackageNotFoundError:
            continue
        if told and told != one:
            other[name] = (one, told)
    assert other == {}, REMAKE


@pytest.mark.parametrize(
    ("expression", "shipped", "verdict"),
    [
        ("MIT", True, "taken"),
        ("MIT AND PSF-2.0", True, "taken"),
        ("GPL-2.0-or-later OR MPL-1.1", True, "taken"),
        ("GPL-3.0-only", False, "refused"),
        ("MIT AND GPL-3.0-only", False, "refused"),
        ("AGPL-3.0-only OR SSPL-1.0", False, "refused"),
        ("Proprietary", True, "refused"),
        ("Proprietary", False, "taken"),
        ("", False, "refused"),
    ],
)
def test_a_licence_is_taken_for_what_it_asks(
    expression: str, verdict: str, *, shipped: bool
) -> None:
    taken = bool(expression) and accepted(expression, shipped=shipped)
    assert ("taken" if taken else "refused") == verdict
