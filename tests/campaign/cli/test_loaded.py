"""What a command has loaded is left out of the searches for garbage."""

import subprocess
import sys

COUNTED = """
import gc
from campaign.cli.loaded import spare_what_is_loaded
import pandas
before = len(gc.get_objects())
spare_what_is_loaded()
after = len(gc.get_objects())
kept = [[one] for one in range(1000)]
spare_what_is_loaded()
print(before > 20_000, after < before / 100, len(gc.get_objects()) >= after + 1000)
"""


def test_what_is_loaded_is_spared_once_and_what_is_made_later_is_not() -> None:
    command = [sys.executable, "-c", COUNTED]
    told = subprocess.run(command, capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["True", "True", "True"]
