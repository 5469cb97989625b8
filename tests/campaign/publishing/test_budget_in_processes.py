"""Quotas hold over processes: two of `campaign run` on one database, against the network's list."""

import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from sqlalchemy import func, select

from campaign.store.database import open_store
from campaign.store.tables import DELIVERY
from tests.campaign.publishing.burst import prepare
from tests.campaign.publishing.paper import lines, most_within

ROOT = Path(__file__).parents[3]
PATIENCE_S = 180.0


def start(folder: Path, name: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.campaign.publishing.burst", str(folder)]
    with (folder / f"{name}.log").open("wb") as log:
        return subprocess.Popen(command, cwd=ROOT, stderr=log)


def warnings(folder: Path) -> list[str]:
    said = [line for file in folder.glob("*.log") for line in file.read_text().splitlines()]
    return [line for line in said if " INFO " not in line]


def test_two_processes_never_send_more_than_the_quota_in_any_second_and_send_everything(
    tmp_path: Path,
) -> None:
    prepare(tmp_path, channels=20, posts=40)
    processes = [start(tmp_path, name) for name in ("one", "two")]
    deadline = time.monotonic() + PATIENCE_S
    while len(lines(tmp_path / "sheet.txt")) < 800:
        assert time.monotonic() < deadline, len(lines(tmp_path / "sheet.txt"))
        time.sleep(0.5)
    for one in processes:
        one.send_signal(signal.SIGTERM)
    assert [one.wait(60) for one in processes] == [0, 0]

    written = lines(tmp_path / "sheet.txt")
    assert len(written) == len({key for _, _, key in written}) == 800
    by_account: dict[str, list[float]] = {}
    for at, handle, _ in written:
        by_account.setdefault(handle, []).append(at)
    assert Counter(len(one) for one in by_account.values()) == {40: 20}
    assert max(most_within(one, 1.0) for one in by_account.values()) == 5
    assert most_within([at for at, _, _ in written], 1.0) <= 60
    assert states(tmp_path) == {"published": 800}, warnings(tmp_path)


def states(folder: Path) -> dict[str, int]:
    store = open_store(f"sqlite:///{folder}/campaign.db")
    with store.read() as connection:
        query = select(DELIVERY.c.state, func.count()).group_by(DELIVERY.c.state)
        found = {row[0]: row[1] for row in connection.execute(query)}
    store.close()
    return found
