"""The wheel alone is the whole program: on every Python, from a folder without the checkout.

`make test-install` runs it; versions of Python that are not to be had are named as skipped.
"""

import json
import zipfile
from pathlib import Path

import pytest

from tests.install.conftest import ROOT, Wheel, run

pytestmark = pytest.mark.install


def test_the_wheel_holds_every_file_that_the_packages_have(wheel: Wheel) -> None:
    with zipfile.ZipFile(wheel.file) as archive:
        names = set(archive.namelist())
    packages = ("campaign", "connectors", "analytics", "rehearsal", "simulation")
    wanted = {
        one.relative_to(ROOT).as_posix()
        for package in packages
        for one in (ROOT / package).rglob("*")
        if one.is_file() and "__pycache__" not in one.parts
    }
    sample = {
        f"campaign/sample_files/{one.relative_to(ROOT).as_posix()}"
        for top in ("posts", "partners")
        for one in (ROOT / top).rglob("*")
        if one.is_file() and one.suffix != ".pyc"
    }
    assert sorted(wanted - names) == []
    assert sorted(sample - names) == []
    assert {one for one in names if one.startswith(("tests/", "benchmarks/"))} == set()


def test_installed_on_each_python_it_does_the_whole_main_job(
    wheel: Wheel, python: str, elsewhere: Path
) -> None:
    locked = ROOT / "requirements" / "main.txt"
    run(wheel.uv, "venv", "--quiet", "--python", python, "venv", cwd=elsewhere)
    into = elsewhere / "venv" / "bin" / "python"
    install = (wheel.uv, "pip", "install", "--quiet", "--python", into)
    run(*install, "--require-hashes", "-r", locked, cwd=elsewhere)
    run(*install, "--no-deps", wheel.file, cwd=elsewhere)
    does_the_main_job(elsewhere / "venv" / "bin" / "campaign", elsewhere)


def test_as_a_tool_of_its_own_it_answers(wheel: Wheel, elsewhere: Path) -> None:
    places = {"UV_TOOL_DIR": str(elsewhere / "tools"), "UV_TOOL_BIN_DIR": str(elsewhere / "bin")}
    run(wheel.uv, "tool", "install", "--quiet", wheel.file, cwd=elsewhere, **places)
    shown = run(elsewhere / "bin" / "campaign", "--version", cwd=elsewhere)
    assert shown.startswith("Campaign Desk ")


def test_pipx_installs_it_and_it_answers(wheel: Wheel, elsewhere: Path) -> None:
    run(wheel.uv, "venv", "--quiet", "installer", cwd=elsewhere)
    into = elsewhere / "installer" / "bin" / "python"
    run(wheel.uv, "pip", "install", "--quiet", "--python", into, "pipx", cwd=elsewhere)
    places = {"PIPX_HOME": str(elsewhere / "home"), "PIPX_BIN_DIR": str(elsewhere / "bin")}
    run(into, "-m", "pipx", "install", "--quiet", wheel.file, cwd=elsewhere, **places)
    assert run(elsewhere / "bin" / "campaign", "--version", cwd=elsewhere).startswith("Campaign")


def does_the_main_job(campaign: Path, place: Path) -> None:
    """Check an installed program from its version to a weekly report."""
    assert run(campaign, "--version", cwd=place).startswith("Campaign Desk ")
    run(campaign, "new", "ours", cwd=place)
    checked = json.loads(run(campaign, "--dir", "ours", "check", "--json", cwd=place))
    assert (checked["faults"], checked["deliveries"]) == ([], 2)
    run(campaign, "new", "theirs", "--from", "sample", cwd=place)
    run(campaign, "--dir", "theirs", "check", "--json", cwd=place)
    shown = run(campaign, "--dir", "ours", "rehearse", "--json", cwd=place)
    rehearsed = json.loads(shown)
    assert (rehearsed["rehearsal"], rehearsed["proof"]["violations"]) == (True, [])
    run(campaign, "demo", cwd=place)
    reports = list((place / "demo-output").rglob("*.html"))
    assert reports, "the demo ends in a weekly report"
