"""The alert rules: each is tested by Prometheus's own tool, and leads to what to do."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.docs.blocks import ROOT
from tests.docs.test_reference import rows_of

OPS = ROOT / "ops"
OPERATIONS = ROOT / "docs" / "operations.md"
PROMTOOL = shutil.which("promtool")
MISSING = "promtool is missing; it is in Debian's package prometheus"


def rules() -> list[dict[str, Any]]:
    groups = YAML(typ="safe").load((OPS / "alerts.yaml").read_text(encoding="utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def promtool(*arguments: str) -> subprocess.CompletedProcess[str]:
    if PROMTOOL is None:
        if os.environ.get("CI"):
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    return subprocess.run(
        [PROMTOOL, *arguments], cwd=OPS, capture_output=True, text=True, check=False
    )


def test_every_alert_fires_when_it_should_and_not_before() -> None:
    said = promtool("test", "rules", "alerts.test.yaml")
    assert said.returncode == 0, said.stdout + said.stderr


def test_a_rule_that_is_wrong_is_found_by_its_test(tmp_path: Path) -> None:
    text = (OPS / "alerts.yaml").read_text(encoding="utf-8")
    assert "} > 1800" not in text
    (tmp_path / "alerts.yaml").write_text(text.replace("> 1800", "> 18000"), encoding="utf-8")
    shutil.copy(OPS / "alerts.test.yaml", tmp_path)
    said = promtool("test", "rules", str(tmp_path / "alerts.test.yaml"))
    assert said.returncode == 1
    assert "CampaignLettersWait fires" in said.stdout + said.stderr


def test_every_alert_has_both_tests() -> None:
    tests = YAML(typ="safe").load((OPS / "alerts.test.yaml").read_text(encoding="utf-8"))["tests"]
    names = sorted(one["name"] for one in tests)
    wanted = [f"{one['alert']} {which}" for one in rules() for which in ("fires", "does not")]
    assert names == sorted(wanted)


def test_every_alert_leads_to_a_section_that_says_what_to_do() -> None:
    text = OPERATIONS.read_text(encoding="utf-8")
    sections = {
        heading.lower().replace(" ", "-").replace(":", ""): body.strip()
        for heading, body in re.findall(r"(?ms)^#### (Alert: \w+)\n(.*?)(?=^#)", text)
    }
    led_to = [one["annotations"]["runbook"].partition("#") for one in rules()]
    assert {page for page, _, _ in led_to} == {"docs/operations.md"}
    assert sorted(anchor for _, _, anchor in led_to) == sorted(sections)
    assert [name for name, body in sections.items() if len(body) < 80] == []


def test_every_metric_that_a_rule_names_is_one_that_there_is() -> None:
    known = {row[0].strip("`") for row in rows_of(OPERATIONS, "metric")}
    named = {
        re.sub(r"_(bucket|count|sum)$", "", name)
        for rule in rules()
        for name in re.findall(r"campaign_[a-z_]+", rule["expr"])
    }
    assert named - known == set()
    assert len(named) > 10
