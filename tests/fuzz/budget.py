"""How long each fuzzer goes on: `FUZZ_SECONDS`, 20 unless told otherwise, from `FUZZ_SEED` on."""

import os
import time
from collections.abc import Callable, Iterator

SECONDS = float(os.environ.get("FUZZ_SECONDS", "20"))
FIRST = int(os.environ.get("FUZZ_SEED", "0"))


def seeds() -> Iterator[int]:
    """Yield seeds, one an example, until the time is over; the same seed draws the same."""
    ends_at, seed = time.monotonic() + SECONDS, FIRST
    while time.monotonic() < ends_at or seed == FIRST:
        yield seed
        seed += 1


def with_each_seed(act: Callable[[int], object]) -> None:
    """Do something with seed after seed; what goes wrong names the one that plays it again."""
    for seed in seeds():
        try:
            act(seed)
        except BaseException as error:
            message = f"FUZZ_SEED={seed}"
            raise AssertionError(message) from error
