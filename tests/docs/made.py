"""Makes what the documentation takes from the program: `python -m tests.docs.made` writes it.

`docs/commands.md` is every command's own help; the table in `docs/networks.md` is what the
registry says; pages of the reference come from schema, states and contracts, `docs/openapi.json`
is the API's own document. A test holds all of them to be current.
"""

import io
import json
import re
from collections.abc import Callable
from contextlib import redirect_stdout
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import typer.main

from campaign.cli.app import app
from campaign.cli.failures import guarded
from campaign.web.api.app import api_document, bare_api
from connectors.contract import Capabilities, Limits, Network
from connectors.registry import NETWORKS
from tests.docs.blocks import ROOT
from tests.docs.made_flow import flow_picture
from tests.docs.made_json import json_page
from tests.docs.made_layers import layers_page
from tests.docs.made_schedule import schedule_page
from tests.docs.made_states import states_page, states_picture
from tests.supply.licences import licences_page

COMMANDS = ROOT / "docs" / "commands.md"
NETWORKS_PAGE = ROOT / "docs" / "networks.md"
REFERENCE = ROOT / "docs" / "reference"
IMAGES = ROOT / "docs" / "images"
OPENAPI = ROOT / "docs" / "openapi.json"
GUIDES = (
    "How they are used: [comms team](comms-team.md), [partners](partners.md), "
    "[operations](operations.md).\n"
)
REMAKE = "`.venv/bin/python -m tests.docs.made`"

_TABLE = re.compile(r"(<!-- made: networks -->\n).*?(<!-- end -->)", re.DOTALL)
_HEADINGS = (
    *("network", "posts", "text", "pictures", "threads, comments, reposts"),
    *("same post again", "proof", "counts a post's"),
)


def commands_page() -> str:
    """Return the page of all commands."""
    parts = [
        "# Commands\n",
        f"Each command's own help, made by {REMAKE}. Do not edit this page.\n",
        GUIDES,
        _section("campaign", []),
        *[_section(f"campaign {name}", name.split()) for name in command_names()],
    ]
    return "\n".join(parts)


def command_names() -> list[str]:
    """Return the names of all commands, in the order of `campaign --help`, parts included."""
    group = typer.main.get_command(app)
    assert isinstance(group, typer.core.TyperGroup)
    return [
        full
        for name, command in group.commands.items()
        for full in (name, *(f"{name} {part}" for part in getattr(command, "commands", ())))
    ]


def help_of(arguments: list[str]) -> str:
    """Return what `--help` prints, as wide as a page."""
    printed = io.StringIO()
    with patch.dict("os.environ", {"COLUMNS": "90"}), redirect_stdout(printed):
        code = guarded(lambda: app(args=[*arguments, "--help"], prog_name="campaign"))
    assert code == 0, arguments
    return "\n".join(line.rstrip() for line in printed.getvalue().strip().splitlines())


def networks_table() -> str:
    """Return the table of what the registry says of every network."""
    rows = [_HEADINGS, ("---",) * len(_HEADINGS), *[_row(one) for one in NETWORKS.values()]]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def networks_page() -> str:
    """Return `docs/networks.md` with its table as it should be."""
    page = NETWORKS_PAGE.read_text(encoding="utf-8")
    made, count = _TABLE.subn(lambda found: f"{found[1]}\n{networks_table()}\n\n{found[2]}", page)
    assert count == 1, "the place of the table is gone"
    return made


def openapi() -> str:
    """Return the API's OpenAPI document as the file has it."""
    return json.dumps(api_document(bare_api()), ensure_ascii=False, indent=1) + "\n"


def _section(title: str, arguments: list[str]) -> str:
    return f"## {title}\n\n```text\n{help_of(arguments)}\n```\n"


def _row(network: Network) -> tuple[str, ...]:
    can, limits = network.capabilities, network.documented
    by_us = network.connect is not None
    return (
        network.title,
        "by the program" if by_us else "by hand, from a pack",
        _text(network),
        _pictures(limits),
        _following(can),
        _again(can) if by_us else "does not apply",
        _proof(can) if by_us else "a person's word",
        ", ".join(str(one.metric) for one in can.metrics) or "nothing",
    )


def _text(network: Network) -> str:
    own = " or what the server says" if network.announced_limits else ""
    limits = " and ".join(f"{one.maximum:,} {one.unit}" for one in network.documented.text)
    return f"{limits}{own}"


def _pictures(limits: Limits) -> str:
    if limits.max_media == 0:
        return "none yet"
    if not any(one.startswith("image/") for one in limits.media_types):
        return "none; one video"
    return f"{limits.max_media}, up to {_megabytes(limits)} each"


def _megabytes(limits: Limits) -> str:
    return f"{limits.max_media_bytes / 1_000_000:.3g} MB"


def _following(can: Capabilities) -> str:
    kinds = {"threads": can.threads, "first comments": can.comments, "reposts": can.reposts}
    return ", ".join(name for name, offered in kinds.items() if offered) or "none"


def _again(can: Capabilities) -> str:
    life = can.key_life
    if not can.finds:
        return "never by itself: a person settles what is not known"
    if life is None:
        return "a second post is possible, so we look first"
    if life == timedelta.max:
        return "the same post, for ever"
    return f"the same post, for {life // timedelta(minutes=1)} minutes; we look first all the same"


def _proof(can: Capabilities) -> str:
    if not can.finds:
        return "none"
    return "out, and not out" if can.proves_absence else "out; never that it is not"


MADE: dict[Path, Callable[[], str]] = {
    COMMANDS: commands_page,
    NETWORKS_PAGE: networks_page,
    REFERENCE / "schedule.md": schedule_page,
    REFERENCE / "licences.md": licences_page,
    REFERENCE / "json.md": json_page,
    REFERENCE / "states.md": states_page,
    REFERENCE / "layers.md": layers_page,
    OPENAPI: openapi,
    IMAGES / "data-flow.svg": flow_picture,
    IMAGES / "states.svg": states_picture,
}
"""Every file that is made, and what makes it."""


def main() -> None:
    """Write all of them."""
    for path, make in MADE.items():
        path.write_text(make(), encoding="utf-8")


if __name__ == "__main__":
    main()
