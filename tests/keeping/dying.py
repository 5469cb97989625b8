"""How a process of the tests ends itself: as a machine does that loses its power."""

import os
import signal
import sys
from typing import Any, Never


def die() -> Never:
    """End as a machine does that loses its power."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def die_at(kind: str, ending: str, count: int) -> None:
    """Die when so many such events were seen."""
    left = count

    def look(name: str, arguments: Any) -> None:
        nonlocal left
        if name == kind and str(arguments[0]).endswith(ending):
            left -= 1
            if left == 0:
                die()

    sys.addaudithook(look)
