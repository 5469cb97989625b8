"""Tells whoever traces the program what was done, for which delivery, and how long it took.

A span holds ids, counts and words of our own: no wording of a post, no person, no address and no
token, and of an error only its kind. While nobody listens a step costs next to nothing.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

from opentelemetry import trace
from opentelemetry.trace import Span, StatusCode, Tracer, TracerProvider

Ids = str | int

SCOPE = "campaign"
_UNHEARD: AbstractContextManager[Span] = nullcontext(trace.INVALID_SPAN)
_heard: list[Tracer] = []


def step(name: str, **ids: Ids) -> AbstractContextManager[Span]:
    """Open a span while something is done; what is opened within it becomes its child.

    Its name and the names of `ids` are words of ours; no value may be a person's or a network's.
    """
    return _span(_heard[-1], name, ids) if _heard else _UNHEARD


@contextmanager
def told_to(listener: TracerProvider) -> Iterator[None]:
    """Hand every step to whoever listens until this is left."""
    tracer = listener.get_tracer(SCOPE)
    _heard.append(tracer)
    try:
        yield
    finally:
        _heard.remove(tracer)


@contextmanager
def _span(tracer: Tracer, name: str, ids: dict[str, Ids]) -> Iterator[Span]:
    # What an error says may hold the words of a network, and those may hold anything.
    with tracer.start_as_current_span(
        name, attributes=ids, record_exception=False, set_status_on_exception=False
    ) as span:
        try:
            yield span
        except BaseException as error:
            span.set_status(StatusCode.ERROR, type(error).__name__)
            raise
