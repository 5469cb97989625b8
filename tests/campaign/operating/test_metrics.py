"""What the metrics say, read by Prometheus's own parser and judged by its own tool."""

import os
import shutil
import subprocess
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from campaign.decisions.stops import stop
from campaign.mailing.outbox import write_letters
from campaign.models_reports import Letter
from campaign.operating.exposing import exposition
from campaign.operating_settings import Operating, read_operating
from campaign.store.credentials import keep
from campaign.store.deliveries import Change
from campaign.store.spending import charge
from campaign.web.probes import make_probe_app
from campaign.wiring import Desk
from connectors.transport import way_out
from rehearsal.server import Call, Fault
from tests.campaign.cli.conftest import shell_of
from tests.campaign.office import DUE, MONDAY, Office
from tests.postgres import Server

Samples = dict[str, float]
TOKEN = "a-token-of-24-characters"
PROMTOOL = shutil.which("promtool")


def samples_of(text: str) -> Samples:
    """Return every sample by its name and labels, as Prometheus's parser reads the text."""
    return {
        one.name
        + "".join(f",{key}={value}" for key, value in sorted(one.labels.items())): one.value
        for family in text_string_to_metric_families(text)
        for one in family.samples
    }


def samples(desk: Desk) -> Samples:
    return samples_of(exposition(desk.watched))


def names(found: Samples) -> set[str]:
    return {one.partition(",")[0] for one in found}


def test_on_a_quiet_monday_what_nobody_knows_has_no_line(office: Office) -> None:
    office.apply()
    found = samples(office.desk)
    assert found["campaign_database_up"] == 1
    assert found["campaign_deliveries,state=awaiting-approval"] == 3
    assert found["campaign_deliveries,state=published"] == 0
    assert found["campaign_due_deliveries"] == 0
    assert found["campaign_stops,scope=all"] == 0
    assert found["campaign_subscriber_messages,state=waiting"] == 0
    unknown = {
        "campaign_oldest_due_age_seconds",
        "campaign_lateness_seconds_count",
        "campaign_last_published_timestamp_seconds",
        "campaign_collection_lag_seconds",
        "campaign_reading_cost_limit_dollars",
        "campaign_sign_in_expiry_timestamp_seconds",
        "campaign_oldest_letter_age_seconds",
        "campaign_process_clock_ahead_seconds",
    }
    assert names(found) & unknown == set()


def test_what_waits_is_counted_from_its_time_on(office: Office) -> None:
    office.apply()
    office.approve()
    office.clock.move_to(DUE + timedelta(seconds=90))
    found = samples(office.desk)
    assert found["campaign_due_deliveries"] == 3
    assert found["campaign_oldest_due_age_seconds"] == 90


def test_what_went_out_and_how_late(office: Office) -> None:
    office.desk.transport = way_out(timedelta(seconds=2))
    office.apply()
    office.approve()
    office.rehearsal.inject("mastodon", Fault.REFUSE, on=Call.PUBLISH)
    office.publish_at(DUE + timedelta(seconds=4))
    found = samples(office.desk)
    assert found["campaign_lateness_seconds_bucket,le=2.0,network=x"] == 0
    assert found["campaign_lateness_seconds_bucket,le=5.0,network=x"] == 1
    assert found["campaign_lateness_seconds_bucket,le=+Inf,network=x"] == 1
    assert found["campaign_lateness_seconds_sum,network=x"] == pytest.approx(4, abs=0.01)
    assert "campaign_lateness_seconds_count,network=mastodon" not in found
    assert found["campaign_attempts_total,network=x,outcome=published"] == 1
    assert found["campaign_attempts_total,network=mastodon,outcome=refused"] == 1
    assert found["campaign_attempt_duration_seconds_count,network=x"] == 1
    assert found["campaign_last_published_timestamp_seconds"] == (
        pytest.approx((DUE + timedelta(seconds=4)).timestamp(), abs=1)
    )
    assert found["campaign_process_network_calls_total,network=x,outcome=2xx"] >= 1
    assert found["campaign_process_network_calls_total,network=mastodon,outcome=4xx"] == 1
    assert found["campaign_process_network_call_duration_seconds_count,network=x"] >= 1


def test_quotas_are_what_is_documented_less_what_was_sent(office: Office) -> None:
    office.apply()
    office.approve()
    office.publish_at(DUE)
    found = samples(office.desk)
    of_x = "campaign_quota_left,channel=ico-x,network=x,source=counted,window_seconds="
    assert found[f"{of_x}900"] == 99
    assert found[f"{of_x}86400"] == 9_999
    of_bluesky = (
        "campaign_quota_left,channel=ico-bluesky,network=bluesky,source=counted,window_seconds="
    )
    assert found[f"{of_bluesky}3600"] == 4_997
    office.clock.advance(timedelta(minutes=16))
    found = samples(office.desk)
    assert (found[f"{of_x}900"], found[f"{of_x}86400"]) == (100, 9_999)


def test_readings_that_do_not_come_are_behind_however_often_they_are_tried(
    office: Office,
) -> None:
    office.apply()
    office.approve()
    office.publish_at(DUE)
    office.rehearsal.inject("mastodon", Fault.HTML_ERROR, on=Call.READ, times=8)
    for hours in range(1, 9):
        office.clock.move_to(DUE + timedelta(hours=hours))
        office.collect()
    found = samples(office.desk)
    assert found["campaign_collection_lag_seconds,network=mastodon"] >= 7 * 3600 - 60
    assert found["campaign_readings_overdue,network=mastodon"] == 1
    assert "campaign_collection_lag_seconds,network=bluesky" not in found


def test_money_letters_stops_and_sign_ins(office: Office) -> None:
    office.apply()
    now = office.clock.now()
    with office.desk.store.write() as connection:
        charge(connection, "x", "post", ["a", "b"], (now.date(), 5_000))
        letter = Letter(
            id="a", purpose="report", person="ama", address="ama@ico.example", subject="S",
            text="T", state="planned", created_at=now - timedelta(minutes=5),
        )  # fmt: skip
        write_letters(connection, [letter])
        stop(connection, "network", "x", Change(who="ben", at=now, why="a drill"))
        keep(connection, sign_in_of("ico-mastodon", now + timedelta(days=9)))
    office.desk.settings = replace(office.desk.settings, spending_limit=25_000_000)
    found = samples(office.desk)
    assert found["campaign_reading_cost_month_dollars"] == 0.01
    assert found["campaign_reading_cost_limit_dollars"] == 25
    assert found["campaign_letters,state=planned"] == 1
    assert found["campaign_oldest_letter_age_seconds"] == 300
    assert found["campaign_stops,scope=network"] == 1
    expiry = "campaign_sign_in_expiry_timestamp_seconds,channel=ico-mastodon,network=mastodon"
    assert found[expiry] == (MONDAY + timedelta(days=9)).timestamp()


def sign_in_of(channel: str, ends_at: datetime) -> dict[str, Any]:
    return {
        "channel": channel, "grant_id": "g", "origin": "https://social.example",
        "account": "@ico@social.example", "sealed": b"sealed", "rights": "", "expires_at": None,
        "renew_at": None, "ends_at": ends_at, "connected_at": MONDAY, "connected_by": "dev",
    }  # fmt: skip


def test_processes_agree_on_all_that_is_the_databases(office: Office) -> None:
    office.apply()
    office.approve()
    office.publish_at(DUE)
    other = office.open()
    ours, theirs = samples(office.desk), samples(other)
    other.close()
    own = {one for one in ours | theirs if one.startswith(("campaign_process_", "campaign_build"))}
    assert {name: ours[name] for name in ours.keys() - own} == (
        {name: theirs[name] for name in theirs.keys() - own}
    )


class TestOnPostgresql:
    @pytest.fixture
    def database_url(self, postgres: Server) -> str:
        return postgres.new_database()

    def test_the_figures_are_the_same_and_missing_while_the_server_is_down(
        self, office: Office, postgres: Server
    ) -> None:
        office.apply()
        office.approve()
        office.publish_at(DUE + timedelta(seconds=4))
        found = samples(office.desk)
        assert found["campaign_lateness_seconds_bucket,le=5.0,network=x"] == 1
        assert found["campaign_lateness_seconds_bucket,le=2.0,network=x"] == 0
        assert found["campaign_attempt_duration_seconds_count,network=x"] == 1
        postgres.stop()
        try:
            without = samples(office.desk)
        finally:
            postgres.start()
        assert without["campaign_database_up"] == 0
        shared = {"campaign_database_up", "campaign_build_info"}
        assert {
            one for one in names(without) - shared if not one.startswith("campaign_process_")
        } == set()


def test_the_names_and_units_please_prometheus_own_tool(office: Office) -> None:
    if PROMTOOL is None:
        if os.environ.get("CI"):
            pytest.fail("promtool is missing; it is in Debian's package prometheus")
        pytest.skip("promtool is missing; it is in Debian's package prometheus")
    office.apply()
    office.approve()
    office.publish_at(DUE)
    text = exposition(office.desk.watched)
    said = subprocess.run(
        [PROMTOOL, "check", "metrics"], input=text, capture_output=True, text=True, check=False
    )
    assert (said.returncode, said.stdout, said.stderr) == (0, "", "")


def ask(desk: Desk, watching: Operating, **words: Any) -> int:
    desk.settings = replace(desk.settings, operating=watching)
    client = words.pop("client", ("10.1.2.3", 5000))
    return TestClient(make_probe_app(desk), client=client).get("/metrics", **words).status_code


def test_nobody_reads_the_metrics_unless_a_setting_lets_them(office: Office) -> None:
    office.apply()
    assert ask(office.desk, Operating(), client=("127.0.0.1", 5000)) == 404
    by_token = read_operating({"CAMPAIGN_METRICS_TOKEN": TOKEN})
    assert ask(office.desk, by_token) == 401
    assert ask(office.desk, by_token, headers={"Authorization": f"Bearer {TOKEN}x"}) == 401
    assert ask(office.desk, by_token, headers={"Authorization": f"Bearer {TOKEN}"}) == 200
    by_place = read_operating({"CAMPAIGN_METRICS_FROM": "10.1.0.0/16, ::1"})
    assert ask(office.desk, by_place) == 200
    assert ask(office.desk, by_place, client=("10.2.2.3", 5000)) == 401
    both = read_operating({"CAMPAIGN_METRICS_FROM": "10.1.0.0/16", "CAMPAIGN_METRICS_TOKEN": TOKEN})
    assert ask(office.desk, both) == 401
    assert ask(office.desk, both, headers={"Authorization": f"Bearer {TOKEN}"}) == 200


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("CAMPAIGN_METRICS_TOKEN", "short", "at least 16 plain characters"),
        ("CAMPAIGN_METRICS_FROM", "everywhere", "write addresses or networks"),
        ("CAMPAIGN_PROBES", "8481", "write an address of this machine and a port"),
        ("CAMPAIGN_LOG", "xml", "write text or json"),
        ("CAMPAIGN_ALARM_URL", "http://hooks.example/secret-part", "must be an https address"),
        ("CAMPAIGN_ALARM_TO", "ops", "must be one address"),
        ("CAMPAIGN_ALARM_DUE_MINUTES", "0", "from 1 to 10080"),
    ],
)
def test_a_setting_that_cannot_be_used_is_told_and_no_secret_is_shown(
    name: str, value: str, says: str
) -> None:
    with pytest.raises(ValueError, match=f"{name}.*{says}") as told:
        read_operating({name: value})
    assert "secret-part" not in str(told.value)


def test_the_command_prints_the_same_and_puts_a_whole_file_in_place(
    office: Office, tmp_path: Path
) -> None:
    office.apply()
    campaign = shell_of(office)
    printed = campaign.fine("metrics").out
    assert samples_of(printed)["campaign_deliveries,state=awaiting-approval"] == 3
    file = tmp_path / "campaign.prom"
    file.write_text("old", encoding="utf-8")
    assert campaign.fine("metrics", "--out", str(file)).out == ""
    assert names(samples_of(file.read_text("utf-8"))) == names(samples_of(printed))
    assert (file.stat().st_mode & 0o777) == 0o644
    assert [one.name for one in tmp_path.glob(".metrics-*")] == []
    campaign.fails("metrics", "--out", str(tmp_path / "no" / "x.prom"), code=2, says="is no folder")
