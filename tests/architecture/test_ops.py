"""The files in `ops/` start commands that exist, as nobody with rights, and agree with the docs."""

import configparser
import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.architecture.test_house import ROOT
from tests.docs.made import command_names

UNITS = sorted((ROOT / "ops" / "systemd").glob("*.service"))
CONTAINER = ROOT / "ops" / "container"


def read_unit(file: Path) -> Any:
    """Read a unit; `SystemCallFilter` stands in it twice, and the last one counts here."""
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # keys keep their capitals
    parser.read_string(file.read_text(encoding="utf-8"))
    return parser["Service"]


def test_there_is_a_unit_for_each_kind_of_process() -> None:
    names = {one.stem for one in UNITS}
    assert names == {"campaign-desk", "campaign-desk-backup", "campaign-desk-worker"}


@pytest.mark.parametrize("file", UNITS, ids=lambda one: one.stem)
def test_a_unit_starts_a_command_that_exists_and_may_do_nothing_else(file: Path) -> None:
    unit = read_unit(file)
    found = re.search(r"bin/campaign (\w+)", unit["ExecStart"])
    assert found
    assert found[1] in command_names()
    assert unit["User"] == "campaign"
    assert unit["CapabilityBoundingSet"] == ""
    hardened = (
        "NoNewPrivileges",
        "PrivateTmp",
        "ProtectHome",
        "ProtectClock",
        "RestrictNamespaces",
    )
    assert {unit[one] for one in hardened} == {"yes"}
    assert unit["ProtectSystem"] == "strict"
    assert unit["ReadWritePaths"].split()[0] == "/srv/campaign"


def test_the_container_has_no_root_and_asks_whether_the_process_lives() -> None:
    text = (CONTAINER / "Containerfile").read_text(encoding="utf-8")
    assert "\nUSER 10001\n" in text
    assert "/healthz" in text
    assert re.search(r'ENTRYPOINT \["campaign"\]\nCMD \["run"\]', text)
    service = YAML(typ="safe").load(CONTAINER / "compose.yaml")["services"]["desk"]
    assert service["read_only"] is True
    assert service["user"].startswith("10001")
    assert service["cap_drop"] == ["ALL"]
    assert service["ports"] == ["127.0.0.1:8480:8480"], "a proxy stands before it"
