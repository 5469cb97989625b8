"""Writes what the program is made of as CycloneDX: `python -m tests.supply.sbom build/sbom.json`.

cyclonedx-py reads the locked list with its hashes; the licences are put in from our own list.
Runs where the tools are installed.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.docs.blocks import ROOT
from tests.supply.licences import listed
from tests.supply.locked import REQUIREMENTS


def with_licences(bill: dict[str, Any], licences: dict[str, str]) -> dict[str, Any]:
    """Return the bill with a licence for each component, and no line of a file as its words."""
    for one in bill["components"]:
        one.pop("description", None)
        one["licenses"] = [{"expression": licences[one["name"]]}]
    return bill


def main(out: Path) -> None:
    """Write the bill; an invalid one is an error."""
    out.parent.mkdir(parents=True, exist_ok=True)
    program = Path(sys.executable).with_name("cyclonedx-py")
    main_list = REQUIREMENTS / "main.txt"
    project = str(ROOT / "pyproject.toml")
    line = [str(program), "requirements", str(main_list), "--pyproject", project]
    done = subprocess.run(
        [*line, "--output-reproducible"], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    bill = with_licences(json.loads(done.stdout), listed())
    out.write_text(json.dumps(bill, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    sys.stdout.write(f"{out}: {len(bill['components'])} packages, each with hashes and licence\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
