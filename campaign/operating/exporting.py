"""Sends spans to an OpenTelemetry collector, where the environment names one.

The variables are those of the OpenTelemetry specification, “OpenTelemetry Protocol Exporter”
(opentelemetry.io/docs/specs/otel/protocol/exporter), and the library reads the rest of them itself:
headers, certificates, time-outs, sampling.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

from campaign.settings import SettingsError
from campaign.tracing import told_to

ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
OFF = "OTEL_SDK_DISABLED"
NAME = "campaign-desk"
_EXPORTER = "opentelemetry.exporter"
_LAST_WORDS_MS = 3_000
"""How long the end of a process may wait for a collector that does not answer."""


class NoExporterError(SettingsError):
    """A collector is named, and what sends to it is not installed."""


def collector(environment: Mapping[str, str]) -> str | None:
    """Return the name of the variable that names a collector; None where nothing is to be sent."""
    if environment.get(OFF, "").lower() == "true":
        return None
    return next((name for name in ENDPOINTS if environment.get(name)), None)


@contextmanager
def traced() -> Iterator[None]:
    """Send what this process does to the collector that its environment names, if it names one.

    Raises:
        NoExporterError: it names one, and the extra `telemetry` is not installed.
    """
    named = collector(os.environ)
    if named is None:
        yield
        return
    if find_spec(_EXPORTER) is None:
        message = (
            f"{named} is set, and what sends traces there is not installed: "
            "install campaign-desk[telemetry], or take the variable away"
        )
        raise NoExporterError(message)
    listener = _listener()
    try:
        with told_to(listener):
            yield
    finally:
        listener.force_flush(_LAST_WORDS_MS)
        listener.shutdown()


def _listener() -> Any:
    # Not everybody has them, and nobody else needs to wait for them.
    from opentelemetry.exporter.otlp.proto.http import trace_exporter  # noqa: PLC0415 - an extra
    from opentelemetry.sdk import resources  # noqa: PLC0415 - an extra
    from opentelemetry.sdk.trace import TracerProvider, export  # noqa: PLC0415 - an extra

    named = os.environ.get("OTEL_SERVICE_NAME", NAME)
    listener = TracerProvider(resource=resources.Resource.create({resources.SERVICE_NAME: named}))
    listener.add_span_processor(export.BatchSpanProcessor(trace_exporter.OTLPSpanExporter()))
    return listener
