"""The wheel, built once, and every Python on this machine that it is for."""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
VERSIONS = ("3.11", "3.12", "3.13", "3.14", "3.15")
ASKED_FOR = "install"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave what is marked `install` to `make test-install`."""
    if ASKED_FOR in config.option.markexpr:
        return
    left_out = [item for item in items if item.get_closest_marker(ASKED_FOR)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    """Run a command that has to succeed, without this checkout in sight; return what it prints."""
    plain = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(cwd), "UV_SYSTEM_CERTS": "true"}
    done = subprocess.run(
        [str(one) for one in command],
        cwd=cwd,
        env={**_network(), **plain, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def _network() -> dict[str, str]:
    """Return what pip and uv have to know of this machine's way to packages."""
    import os  # noqa: PLC0415 - only here is the real environment looked at

    starts = ("PIP_", "UV_", "HTTP_", "HTTPS_", "NO_PROXY", "http", "no_proxy", "SSL_")
    known = {name: value for name, value in os.environ.items() if name.startswith(starts)}
    return {"UV_CACHE_DIR": _cache(), **known}


def _cache() -> str:
    uv = ROOT / ".venv" / "bin" / "uv"
    return subprocess.run(
        [uv, "cache", "dir"], capture_output=True, text=True, check=True
    ).stdout.strip()


@dataclass(frozen=True)
class Wheel:
    """The built wheel, and the tools that install it."""

    file: Path
    uv: Path


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Wheel:
    uv = ROOT / ".venv" / "bin" / "uv"
    out = tmp_path_factory.mktemp("dist")
    run(uv, "build", "--quiet", "--wheel", "--out-dir", out, ROOT, cwd=out)
    (file,) = out.glob("*.whl")
    return Wheel(file, uv)


def interpreter(version: str) -> str | None:
    """Return the path of a Python of this version, None where there is none."""
    uv = ROOT / ".venv" / "bin" / "uv"
    found = subprocess.run(
        [uv, "python", "find", "--no-python-downloads", "--no-project", "--system", version],
        capture_output=True,
        text=True,
        check=False,
    )
    beside = sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python"))
    return found.stdout.strip() or next((str(one) for one in beside), None)


@pytest.fixture(params=VERSIONS)
def python(request: pytest.FixtureRequest) -> str:
    """The path of one Python, or a skip that names the version that is not to be had."""
    found = interpreter(request.param)
    if found is None:
        pytest.skip(f"Python {request.param} is not on this machine: not run")
    return found


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Path]:
    """A folder from which nothing of the checkout can be seen."""
    place = tmp_path / "elsewhere"
    place.mkdir()
    assert ROOT not in place.parents
    yield place
    shutil.rmtree(place)


Run = Callable[..., str]
