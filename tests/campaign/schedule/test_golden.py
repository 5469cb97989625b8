from pathlib import Path

import pytest

from campaign.schedule.faults import FaultsFound
from campaign.schedule.reading import read_schedule

GOLDEN = Path(__file__).parents[2] / "golden"
BAD = sorted(GOLDEN.glob("*.yaml"))


@pytest.mark.parametrize("file", BAD, ids=lambda file: file.stem)
def test_a_bad_schedule_gives_exactly_the_faults_written_beside_it(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(GOLDEN)
    with pytest.raises(FaultsFound) as caught:
        read_schedule(Path(file.name))
    expected = file.with_suffix(".expected").read_text(encoding="utf-8").splitlines()
    assert str(caught.value).splitlines() == expected


def test_there_are_bad_schedules_to_read() -> None:
    assert len(BAD) == 18
