"""A network that can be posted to, and has no contract tests, no rehearsal and no pages."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[2]
NEEDED = ("analytics", "campaign", "connectors", "docs", "rehearsal", "simulation", "tests")
JUDGES = ("tests/connectors/test_registry_is_tested.py", "tests/docs/test_reference.py")
MISSED = {
    "test_every_connectable_network_is_held_to_all_laws[tiktok]": "its contract tests",
    "test_every_connectable_network_is_rehearsed_and_crossed_with_every_fault": "its rehearsal",
    "test_every_network_says_what_is_proved_and_what_is_only_documented[tiktok]": "its proofs",
    "test_what_is_made_from_the_code_is_current[networks.md]": "its facts",
    "test_every_credential_is_explained": "its credentials",
}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The project, to which somebody has added a network and nothing else."""
    for name in NEEDED:
        left_out = shutil.ignore_patterns("__pycache__", "node_modules")
        shutil.copytree(ROOT / name, tmp_path / name, ignore=left_out)
    for name in ("pyproject.toml", "README.md", "CHANGELOG.md", "Makefile"):
        shutil.copy(ROOT / name, tmp_path)
    page = (ROOT / "docs" / "adding-a-network.md").read_text(encoding="utf-8")
    found = re.search(r"```python connectors/tiktok.py\n(.*?)```", page, re.DOTALL)
    assert found is not None
    module = found[1].replace("connect=None", "connect=_connect")
    fields = '(CredentialField(name="ACCESS_TOKEN", words="A token"),)'
    module = module.replace("credentials=()", f"credentials={fields}")
    module = module.replace("    Definition,\n", "    CredentialField,\n    Definition,\n")
    module = module.replace(
        "\nNETWORK =", "\ndef _connect(access):\n    raise OSError\n\n\nNETWORK ="
    )
    (tmp_path / "connectors" / "tiktok.py").write_text(module, encoding="utf-8")
    registry = tmp_path / "connectors" / "registry.py"
    text = registry.read_text(encoding="utf-8")
    text = text.replace("from connectors import (\n", "from connectors import (\n    tiktok,\n")
    text = text.replace("_ALL = (", "_ALL = (tiktok, ")
    assert text.count("tiktok") == 2
    registry.write_text(text, encoding="utf-8")
    return tmp_path


def failed(folder: Path) -> set[str]:
    """Run the tests that judge networks, and return the names of those that fail."""
    line = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-rf", *JUDGES]
    done = subprocess.run(
        line, cwd=folder, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 1, done.stdout + done.stderr
    return set(re.findall(r"^FAILED [\w/]+\.py::(\S+)", done.stdout, re.MULTILINE))


def test_a_network_without_contract_tests_rehearsal_and_pages_fails_the_build(copy: Path) -> None:
    assert set(MISSED) - failed(copy) == set()
