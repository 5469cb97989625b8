"""Asks whether a locked package has a known hole: `python -m tests.supply.holes`.

pip-audit leaves out a package that its source does not know, and calls the rest fine; where the
source cannot be reached that is all of them. Here what was not judged is said, and counts as not
checked. Runs where the tools are installed.
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.supply.locked import REQUIREMENTS, SHIPPED

FINE, HOLES, NOT_CHECKED = 0, 1, 3
LONGEST_S = 300


def judge(name: str, answer: Mapping[str, Any] | None) -> tuple[int, list[str]]:
    """Return the exit code and what to say of one list; None stands for no answer."""
    if answer is None:
        return NOT_CHECKED, [f"{name}: NOT CHECKED, the list of known holes cannot be reached"]
    packages = answer["dependencies"]
    skipped = [one["name"] for one in packages if "skip_reason" in one]
    holes = [
        f"{name}: {one['name']} {one['version']} has {hole['id']}; "
        f"mended in {', '.join(hole['fix_versions']) or 'no version yet'}"
        for one in packages
        for hole in one.get("vulns", ())
    ]
    if holes:
        return HOLES, holes
    if skipped or not packages:
        of_all = f"{len(skipped)} of {len(packages)} packages"
        return NOT_CHECKED, [f"{name}: NOT CHECKED, nothing is known of {of_all}"]
    return FINE, [f"{name}: no known hole in {len(packages)} packages"]


def ask(file: Path) -> dict[str, Any] | None:
    """Return what pip-audit says of a list; None where it could not answer."""
    program = Path(sys.executable).with_name("pip-audit")
    line = [
        str(program),
        "--disable-pip",
        "--format",
        "json",
        "--progress-spinner",
        "off",
        "-r",
        str(file),
    ]
    try:
        done = subprocess.run(line, capture_output=True, text=True, timeout=LONGEST_S, check=False)
        answer: dict[str, Any] = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, json.JSONDecodeError):
        return None
    return answer


def main() -> int:
    """Judge what the program is shipped with; the worst of all answers is the exit code."""
    worst = FINE
    for name in sorted(SHIPPED):
        code, words = judge(name, ask(REQUIREMENTS / f"{name}.txt"))
        sys.stdout.write("".join(f"{one}\n" for one in words))
        worst = code if worst != HOLES and code else worst
    return worst


if __name__ == "__main__":
    raise SystemExit(main())
