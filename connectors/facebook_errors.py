"""What is Facebook's own among the Graph API's errors: its name in sentences, and repeats."""

from functools import partial

from connectors import graph_errors
from connectors.graph_errors import error_in, number
from connectors.http import Answer

graph_error = partial(graph_errors.graph_error, title="Facebook")
"""Reads the Graph API's meaning out of an answer that is no success."""

_DUPLICATE = frozenset({506, 1366051})


def is_duplicate(answer: Answer) -> bool:
    """Whether Facebook refused a post because the page has just posted the same."""
    error = error_in(answer.mapping())
    return bool({number(error.get("code")), number(error.get("error_subcode"))} & _DUPLICATE)
