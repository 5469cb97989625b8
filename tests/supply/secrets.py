"""Looks for secrets in every line that was ever committed: `python -m tests.supply.secrets`.

What a secret looks like is what detect-secrets knows of each kind of token; this only hands it the
lines. Before it says that there is none it has to find some that it planted itself. Runs where the
tools are installed, not in the program's own environment.
"""

import subprocess
import sys
from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Any

from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class

from tests.docs.blocks import ROOT

GUESSES = {
    "KeywordDetector",
    "Base64HighEntropyString",
    "HexHighEntropyString",
    "BasicAuthDetector",
    "IPPublicDetector",
}
"""Look for what merely resembles a secret; hashes and examples are full of it."""
PLANTED = {
    "AWS Access Key": "AKIA" + "IOSFODNN7EXAMPLQ",
    "GitHub Token": "ghp_" + "a1B2" * 9,
    "Private Key": "-----BEGIN RSA PRIVATE " + "KEY-----",
}
"""Written in two parts, so that this file is not what it looks for."""


def detectors() -> list[Any]:
    """Return what knows each kind of token."""
    kinds = get_mapping_from_secret_type_to_class().values()
    return [kind() for kind in kinds if kind.__name__ not in GUESSES]


def committed() -> Iterator[tuple[str, str]]:
    """Yield every line that any commit added, with its file; then those not committed yet."""
    for words in (
        ("log", "--all", "-p", "-U0", "--no-color", "--no-textconv"),
        ("diff", "-U0", "HEAD"),
    ):
        process = subprocess.Popen(["git", *words], cwd=ROOT, stdout=subprocess.PIPE)
        assert process.stdout is not None
        file = ""
        for raw in process.stdout:
            line = raw.decode("utf-8", "replace").rstrip("\n")
            if line.startswith("+++ "):
                file = line[6:]
            elif line.startswith("+"):
                yield file, line[1:]
        if process.wait():
            message = "git cannot tell what was committed"
            raise SystemExit(message)


def found_in(lines: Iterable[tuple[str, str]]) -> list[tuple[str, str, str]]:
    """Return file, kind and hash of every secret."""
    look, found = detectors(), {}
    for file, line in lines:
        for one in look:
            for secret in one.analyze_string(line):
                name = sha256(str(secret).encode()).hexdigest()
                found[name, file] = (file, one.secret_type, name)
    return sorted(found.values())


def main() -> int:
    """Print what was found, never the secret itself; 1 where something was."""
    if {kind for _, kind, _ in found_in([("planted", one) for one in PLANTED.values()])} != set(
        PLANTED
    ):
        sys.stdout.write("The search does not find what was planted, so it proves nothing.\n")
        return 2
    found = found_in(committed())
    for file, kind, name in found:
        sys.stdout.write(f"{file}: {kind} with the SHA-256 {name}\n")
    sys.stdout.write(f"{len(found)} secrets in everything that was ever committed.\n")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
