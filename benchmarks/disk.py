"""The burst on a disk that needs 3 ms more for every fsync, as many rented ones do.

A small library is put in front of the C library's calls; where there is no C compiler this part
is left out.
"""

import shutil
import subprocess
import tempfile
from dataclasses import asdict
from pathlib import Path

from benchmarks.burst import ENGINES, lay_out
from benchmarks.runs import Burst, able
from benchmarks.services import Services
from benchmarks.tables import Section, progress

NAMES = ("bare", "desk", "apscheduler", "huey")
SOURCE = """\
#define _GNU_SOURCE
#include <dlfcn.h>
#include <unistd.h>
static int slowly(const char *name, int file) {
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    usleep(3000);
    return real(file);
}
int fsync(int file) { return slowly("fsync", file); }
int fdatasync(int file) { return slowly("fdatasync", file); }
"""


def measure(posts: int, rounds: int, services: Services) -> Section:
    """Let the engines that write to a file of their own send the posts in turn."""
    title = f"{posts:,} posts due in the same second, with 3 ms more for every fsync"
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        text = "Not measured: there is no C compiler here to slow the disk down with."
        return Section(name="disk", title=title, text=text, figures=[])
    chosen = able([one for one in ENGINES if one.name in NAMES])
    with tempfile.TemporaryDirectory(prefix="slow-") as folder:
        library = _compile(compiler, Path(folder))
        burst = Burst(posts, services, preload=str(library))
        runs = [progress(run) for run in burst.rounds(chosen, rounds)]
    figures = [asdict(run) for run in runs]
    return Section(name="disk", title=title, text=lay_out(chosen, runs), figures=figures)


def _compile(compiler: str, folder: Path) -> Path:
    source, library = folder / "slow.c", folder / "slow.so"
    source.write_text(SOURCE, encoding="utf-8")
    words = ["-shared", "-fPIC", "-O2", "-o", str(library), str(source), "-ldl"]
    subprocess.run([compiler, *words], check=True)
    return library
