"""The licence of every locked package: `python -m tests.supply.licences` writes the list anew.

`requirements/licences.toml` is the list. What is installed where this runs is asked for its own
metadata; what is not, such as packages for another system, keeps what a person wrote. A licence
is named as SPDX names it (spdx.org/licenses).
"""

import tomllib
from importlib.metadata import PackageNotFoundError, metadata

from tests.supply.locked import REQUIREMENTS, SHIPPED, locked

LIST = REQUIREMENTS / "licences.toml"
ACCEPTED = frozenset(
    {
        *("0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "CNRI-Python", "ISC"),
        *("MIT", "MIT-0", "MIT-CMU", "PSF-2.0", "Unlicense", "Zlib"),
    }
)
"""Asks for no more than a notice. Taken everywhere."""
WITH_A_REASON = {
    "MPL-1.1": "asks for changes to its own files alone; we change none",
    "MPL-2.0": "asks for changes to its own files alone; we change none",
    "LGPL-3.0-only": "is called as a library of its own, and can be replaced by another",
    "Proprietary": "is not in what we hand on: only tests compare our requests with it",
}
"""Taken for the reason that stands beside it; the last only for development."""

_NAMES = {
    "MIT License": "MIT",
    "BSD License": "BSD-3-Clause",
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache Software License": "Apache-2.0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "ISC License (ISCL)": "ISC",
    "Other/Proprietary License": "Proprietary",
    "The Unlicense (Unlicense)": "Unlicense",
    "BSD 3-Clause OR Apache-2.0": "BSD-3-Clause OR Apache-2.0",
}


def told_by(name: str) -> str:
    """Return the licence that an installed package says it has; nothing where it does not say.

    Raises `PackageNotFoundError` where it is not installed.
    """
    told = metadata(name)
    if told["License-Expression"]:
        return str(told["License-Expression"])
    kinds = [one for one in told.get_all("Classifier", []) if one.startswith("License ::")]
    names = [one.rpartition(" :: ")[2] for one in kinds] or [str(told["License"] or "")]
    known = [_NAMES.get(one, one) for one in names if one != "OSI Approved"]
    return known[0] if len(known) == 1 and _is_a_name(known[0]) else ""


def _is_a_name(words: str) -> bool:
    return set(licences_in(words)) <= ACCEPTED | set(WITH_A_REASON)


def licences_in(expression: str) -> list[str]:
    """Return the single licences of an expression, whatever joins them."""
    words = expression.replace("(", " ").replace(")", " ").split()
    return [one for one in words if one not in {"AND", "OR"}]


def accepted(expression: str, *, shipped: bool) -> bool:
    """Whether we take a package under this expression; of an OR one side is enough."""
    taken = ACCEPTED | (set(WITH_A_REASON) - ({"Proprietary"} if shipped else set()))
    sides = expression.replace("(", "").replace(")", "").split(" OR ")
    return any(set(licences_in(side)) <= taken for side in sides)


def listed() -> dict[str, str]:
    """Return the list as it stands."""
    if not LIST.exists():
        return {}
    return {str(name): str(one) for name, one in tomllib.loads(LIST.read_text("utf-8")).items()}


def licences_page() -> str:
    """Return `docs/reference/licences.md`."""
    rows = ["| package | licence | comes with |", "|---|---|---|"]
    for name, lists in sorted(locked().items()):
        who = "the program" if lists & SHIPPED else "development"
        rows.append(f"| {name} | {listed().get(name, '')} | {who} |")
    reasons = [f"- `{name}`: {why}." for name, why in WITH_A_REASON.items()]
    taken = ", ".join(f"`{one}`" for one in sorted(ACCEPTED))
    return "\n".join([_HEAD, f"Taken everywhere: {taken}.\n", *reasons, "", *rows, ""])


_HEAD = """\
# Licences

Campaign Desk itself is under the [MIT licence](../../LICENSE). These are the packages that it is
locked to, each with its licence as SPDX names it. Made from `requirements/`. Do not edit this page.
A package under a licence that is not named here fails the tests until a person has accepted it.
"""


def main() -> None:
    """Write the list anew: what is installed says it itself, the rest stays."""
    known, lines = listed(), []
    for name in sorted(locked()):
        try:
            told = told_by(name)
        except PackageNotFoundError:
            told = ""
        lines.append(f'{name} = "{told or known.get(name, "")}"')
    LIST.write_text("\n".join([*lines, ""]), encoding="utf-8")


if __name__ == "__main__":
    main()
