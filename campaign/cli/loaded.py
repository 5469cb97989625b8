"""Keeps the collector of garbage away from the program itself."""

import gc
from functools import cache


@cache
def spare_what_is_loaded() -> None:
    """Leave what is loaded by now out of every search for garbage; only the first call does.

    Python looks through all objects again and again while new ones are made, and a program that
    has loaded pandas holds a quarter of a million that stay for good. In a report over ten million
    readings that search took a quarter of the time, and a burst of posts stood still for it.
    Source: docs.python.org, `gc.freeze`.
    """
    gc.freeze()
