"""What Tab offers: bash itself runs what `campaign --show-completion` gives it."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.campaign.cli.test_process import PLAIN, ROOT

BASH = shutil.which("bash")
AS_INSTALLED = "import sys; sys.argv[0] = 'campaign'; from campaign.cli.app import main; main()"


def offered(folder: Path, *typed: str) -> list[str]:
    """Return what bash offers for the last of some words."""
    program = folder / "campaign"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -c "{AS_INSTALLED}" "$@"\n', "utf-8")
    program.chmod(0o755)
    words = " ".join(f"'{one}'" for one in typed)
    script = (
        'eval "$(_CAMPAIGN_COMPLETE=source_bash campaign)"\n'
        f"COMP_WORDS=(campaign {words}); COMP_CWORD={len(typed)}\n"
        "_campaign_completion campaign\n"
        'printf "%s\\n" "${COMPREPLY[@]}"\n'
    )
    environment = {**PLAIN, "PATH": f"{folder}:{PLAIN['PATH']}", "PYTHONPATH": str(ROOT)}
    line = [str(BASH), "--norc", "--noprofile", "-c", script]
    ran = subprocess.run(
        line, capture_output=True, text=True, check=True, env=environment, cwd=folder
    )
    assert ran.stderr == ""
    return ran.stdout.split()


@pytest.mark.skipif(BASH is None, reason="there is no bash here")
def test_bash_completes_commands_and_options(tmp_path: Path) -> None:
    assert offered(tmp_path, "appr") == ["approve"]
    assert "--faults" in offered(tmp_path, "rehearse", "--fa")


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_get_a_script_that_they_take(tmp_path: Path, shell: str) -> None:
    line = [sys.executable, "-c", AS_INSTALLED]
    asked = {**PLAIN, "_CAMPAIGN_COMPLETE": f"source_{shell}", "PYTHONPATH": str(ROOT)}
    made = subprocess.run(
        line, capture_output=True, text=True, check=True, env=asked, cwd=tmp_path
    ).stdout
    assert f"complete_{shell}" in made
    if shutil.which(shell):
        checked = subprocess.run([shell, "-n"], input=made, text=True, check=False)
        assert checked.returncode == 0
