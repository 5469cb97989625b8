"""What a tracing system is told: ids, and how long a step took; no wording and no token."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from starlette.testclient import TestClient

from campaign.operating import exporting
from campaign.operating.exporting import NoExporterError, collector, traced
from campaign.tracing import step, told_to
from campaign.web.app import make_app
from tests.campaign.office import DUE, Office
from tests.campaign.operating.echoes import echoing
from tests.campaign.operating.test_json_log import (
    MARKED,
    SECRET,
    WORDS,
    live_through_a_bad_day,
)


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    with told_to(provider):
        yield exporter
    provider.shutdown()


def named(spans: InMemorySpanExporter, name: str) -> list[ReadableSpan]:
    return [one for one in spans.get_finished_spans() if one.name == name]


def test_a_delivery_can_be_followed_from_its_claim_to_its_outcome(
    office: Office, spans: InMemorySpanExporter
) -> None:
    office.apply()
    office.approve("law-helps/ico-bluesky/1")
    office.publish_at(DUE)
    (sent,) = named(spans, "publish")
    assert dict(sent.attributes or {}) == {
        "delivery": "law-helps/ico-bluesky/1",
        "channel": "ico-bluesky",
        "network": "bluesky",
        "attempt": 1,
        "outcome": "published",
    }
    children = [one for one in spans.get_finished_spans() if one.parent == sent.context]
    assert [one.name for one in children] == ["prepare", "call"]
    written = [dict(one.attributes or {}) for one in named(spans, "write")]
    assert {"claims": "law-helps/ico-bluesky/1"} in written
    assert any(one.get("settles") == "law-helps/ico-bluesky/1" for one in written)


def test_no_span_holds_wording_a_token_or_what_a_network_said(
    office: Office, spans: InMemorySpanExporter
) -> None:
    office.environment |= MARKED
    with echoing() as server:
        live_through_a_bad_day(office, server)
    told = "\n".join(one.to_json() for one in spans.get_finished_spans())
    assert {"publish", "prepare", "call", "write", "collect", "read"} <= {
        one.name for one in spans.get_finished_spans()
    }
    assert '"outcome": "PostRefused"' in told
    assert WORDS not in told
    assert SECRET not in told
    assert not any(one.events for one in spans.get_finished_spans())


def test_a_page_is_told_by_its_route_and_never_by_its_address(
    office: Office, spans: InMemorySpanExporter
) -> None:
    office.apply()
    visitor = TestClient(make_app(office.desk), base_url="https://desk.example")
    visitor.get(f"/partner/{SECRET}?why={WORDS}", follow_redirects=False)
    (page,) = named(spans, "page")
    found = dict(page.attributes or {})
    assert found["method"] == "GET"
    assert isinstance(found["status"], int)
    assert str(found["route"]).startswith("/partner/{")


def test_an_error_is_told_by_its_kind_alone(spans: InMemorySpanExporter) -> None:
    with pytest.raises(ValueError, match=WORDS), step("call"):
        raise ValueError(WORDS)
    (call,) = named(spans, "call")
    assert (call.status.is_ok, call.status.description, call.events) == (False, "ValueError", ())


def test_while_nobody_listens_a_step_is_nothing() -> None:
    with step("call", delivery="a") as span:
        span.set_attribute("outcome", "any")
    assert not span.is_recording()
    assert step("call") is step("write")


@pytest.mark.parametrize(
    ("environment", "named_by"),
    [
        ({}, None),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": ""}, None),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://a.example"}, "OTEL_EXPORTER_OTLP_ENDPOINT"),
        (
            {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://a.example/v1/traces"},
            "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
        ),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://a.example", "OTEL_SDK_DISABLED": "true"}, None),
    ],
)
def test_traces_go_out_only_where_a_collector_is_named(
    environment: dict[str, str], named_by: str | None
) -> None:
    assert collector(environment) == named_by


def test_a_collector_without_the_extra_is_said_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setattr(exporting, "_EXPORTER", "opentelemetry_absent")
    with (
        pytest.raises(NoExporterError, match=r"install campaign-desk\[telemetry\], or take"),
        traced(),
    ):
        pass


def test_a_collector_gets_protobuf_over_http(monkeypatch: pytest.MonkeyPatch) -> None:
    came: list[tuple[str, bytes]] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            came.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's
            """Say nothing on stderr."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Collector)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
    try:
        with traced(), step("publish", delivery="a/b/1", attempt=2):
            pass
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    ((path, body),) = came
    assert path == "/v1/traces"
    (of_process,) = ExportTraceServiceRequest.FromString(body).resource_spans
    names = {one.key: one.value.string_value for one in of_process.resource.attributes}
    assert names["service.name"] == "campaign-desk"
    (span,) = of_process.scope_spans[0].spans
    values = {one.key: one.value.string_value or one.value.int_value for one in span.attributes}
    assert (span.name, values) == ("publish", {"delivery": "a/b/1", "attempt": 2})
