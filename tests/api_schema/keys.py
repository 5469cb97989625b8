"""Gives every write on the ways an `Idempotency-Key` of its own: what it draws, it draws again."""

import itertools
from typing import Any

import schemathesis

_NUMBERS = itertools.count(1)


def before_call(_context: Any, case: Any, _kwargs: Any) -> None:
    """Replace a key that was drawn; a request that is to have none has none."""
    if "Idempotency-Key" in (case.headers or {}):
        case.headers["Idempotency-Key"] = f"key-{next(_NUMBERS)}"


schemathesis.hook(before_call)
