# ruff: noqa: E501 - a row of a table stands on its line
"""Makes `docs/reference/layers.md`, the map of the house, from the contracts that CI checks."""

import ast
import tomllib
from typing import Any

from tests.docs.blocks import ROOT

HEAD = """\
# The map of the house

Made from the contracts in `pyproject.toml` that `make check` holds the code to, and from what each package says of
itself. Do not edit this page. A part may import what stands below it, and nothing above it or beside it in its own row.

"""

UNSAID = "nobody has said"
PURPOSES = {
    "campaign.cli": "The command line: one module a group of commands, and how they print.",
    "simulation": "The whole system in one process on a clock that is moved: rehearsals, and small campaigns in which all goes wrong.",
    "campaign.web": "The pages of the desk and of partners; templates, styles, and who may see what.",
    "campaign.desk_views": "What the pages show, worked out without knowing the web.",
    "campaign.outside": "Links by which somebody without an account says yes to one post.",
    "campaign.partner_links": "Links by which a partner sees its posts, reports them and sends numbers.",
    "campaign.partnering": "Asking partners, their answers, reminders, the board, and leaving.",
    "analytics": "Collection, the arithmetic of weeks, reach, charts, and the report in all its formats.",
    "campaign.decisions": "What people decide: approvals, stops, settling, taking down, correcting.",
    "campaign.partner_page": "The door by which a partner signs a channel in.",
    "campaign.access": "Who may sign in, how, and what each role may do.",
    "campaign.audit": "The chain of hashes over everything that was done.",
    "campaign.packs": "The zip of what a partner posts by hand.",
    "campaign.calendar_files": "The calendar as a table and as calendar files, and back into the schedule.",
    "campaign.credentials": "Signing channels in, sealing what comes, renewing and ending it.",
    "campaign.operating": "Metrics, whether a process lives and works, and who is told when posts are late.",
    "campaign.fitness": "What a machine needs to publish, looked at by doctor: disks, rights, settings, what is installed.",
    "campaign.composing": "Writing and editing posts, without knowing the web.",
    "campaign.notices": "Letters to the team, digests, deputies, and those who approve from outside.",
    "campaign.outward": "What other programs are told: access tokens and webhooks.",
    "campaign.records": "Exports for information requests, legal holds, and how long things are kept.",
    "campaign.keeping": "Backing up, restoring, exporting, importing and upgrading.",
    "campaign.publishing": "Claim, attempt, call, outcome, recovery: how a delivery goes out once.",
    "campaign.mailing": "Letters: written down first, then handed to a mail server.",
    "campaign.link_checks": "Whether the links of posts lead somewhere.",
    "campaign.checks": "What is wrong with a schedule and its posts, with file, line and column.",
    "campaign.branding": "Partners' logos on pictures.",
    "campaign.planning": "Times, queues, holidays and windows: the plan's arithmetic.",
    "campaign.store": "Every statement that reads or writes the database.",
    "campaign.content": "Reading posts, and composing exactly what is sent.",
    "campaign.uploads": "What is told of a running upload, so that it goes on where it stopped.",
    "campaign.schedule": "schedule.yaml as one value that cannot change, with places for every fault.",
}  # fmt: skip
"""What each package is for. A test wants a sentence for every package that the contracts name."""


def layers_page() -> str:
    """Return the page: the layers from the top down, then what else is forbidden."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts: list[dict[str, Any]] = project["tool"]["importlinter"]["contracts"]
    (layers,) = [one for one in contracts if one["type"] == "layers"]
    rows = ["| row | part | what it is for |", "|---|---|---|"]
    for number, row in enumerate(layers["layers"], start=1):
        rows += [f"| {number} | `{one}` | {purpose(one)} |" for one in row.split(" | ")]
    others = [_contract(one) for one in contracts if one is not layers]
    return HEAD + "\n".join([*rows, "", "## What else is forbidden\n", *others, ""])


def purpose(module: str) -> str:
    """Return what a module says of itself, or what is said here of a package."""
    path = ROOT / module.replace(".", "/")
    if path.is_dir():
        return PURPOSES.get(module, UNSAID)
    return _first_sentence(path.with_suffix(".py").read_text(encoding="utf-8"))


def _first_sentence(source: str) -> str:
    words = " ".join((ast.get_docstring(ast.parse(source)) or "").split())
    return words.split(". ")[0].rstrip(".") + "."


def _contract(contract: dict[str, Any]) -> str:
    words = {
        "forbidden": ("source_modules", "may not import", "forbidden_modules"),
        "protected": ("protected_modules", "may be imported only by", "allowed_importers"),
        "independence": ("modules", "may not import each other", ""),
    }
    first, verb, second = words[contract["type"]]
    ends = [_names(contract[first]), verb, _names(contract[second]) if second else ""]
    return f"- **{contract['name']}.** {' '.join(ends).strip()}."


def _names(modules: list[str]) -> str:
    return ", ".join(f"`{one}`" for one in modules)
