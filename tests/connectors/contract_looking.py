"""The laws of looking: `find` never says more than it knows, and a missing number is never 0."""

from datetime import timedelta

import pytest

from connectors.contract import (
    Absent,
    AccessRefused,
    CannotSay,
    ConnectorError,
    Found,
    Metric,
    Missing,
    NotSent,
    OutcomeUnknown,
    RemoteId,
)
from rehearsal.server import Call, Fault
from tests.connectors.bench import FOLLOWERS, Bench, attempt, metrics_of, send

BROKEN_READS = (
    Fault.RATE_LIMIT,
    Fault.DROP_BEFORE_STORING,
    Fault.STORE_THEN_DROP,
    Fault.FAIL_BEFORE_STORING,
    Fault.HTML_ERROR,
    Fault.EMPTY_ERROR,
    Fault.ODD_JSON,
)


class FindingLaws:
    """What `find` promises."""

    @pytest.mark.parametrize(
        "fault", [Fault.STORE_THEN_DROP, Fault.STORE_THEN_FAIL, Fault.ODD_JSON]
    )
    def test_a_post_that_went_out_unseen_is_found(self, bench: Bench, fault: Fault) -> None:
        bench.needs(bench.can.finds, "way to look")
        post = bench.post("Sharing can be a kindness: https://ico.org.uk/a?b=1&c=2 <3", pictures=1)
        prepared = bench.connector().prepare(post, None)
        bench.inject(fault)
        attempt(bench.connector(), post, prepared)
        found = bench.connector().find(bench.sought(post, prepared=prepared))
        (stored,) = bench.stored()
        assert isinstance(found, Found)
        assert (found.post.remote_id, found.post.url) == (stored.remote_id, stored.url)
        assert abs(found.post.published_at - stored.created_at) < timedelta(seconds=1)

    def test_a_post_that_never_arrived_is_absent_only_where_that_can_be_proved(
        self, bench: Bench
    ) -> None:
        post = bench.post()
        prepared = bench.connector().prepare(post, None)
        bench.inject(Fault.DROP_BEFORE_STORING)
        with pytest.raises(OutcomeUnknown):
            bench.connector().publish(post, prepared)
        finding = bench.connector().find(bench.sought(post, prepared=prepared))
        proves = bench.sample.network.capabilities.proves_absence
        assert isinstance(finding, Absent if proves else CannotSay)

    def test_before_anything_was_sent_nothing_is_found(self, bench: Bench) -> None:
        finding = bench.connector().find(bench.sought(bench.post()))
        proves = bench.sample.network.capabilities.proves_absence
        assert isinstance(finding, Absent if proves else CannotSay)

    def test_another_text_is_not_mistaken_for_the_one_sought(self, bench: Bench) -> None:
        send(bench.connector(), bench.post("A poster on a nursery door, with a phone number."))
        finding = bench.connector().find(bench.sought(bench.post("Ask first, then tell.")))
        assert not isinstance(finding, Found)

    def test_a_post_that_belongs_to_another_delivery_is_not_taken(self, bench: Bench) -> None:
        post = bench.post()
        published = send(bench.connector(), post)
        finding = bench.connector().find(bench.sought(post, published.remote_id))
        # A key that never ends is the post's own name, so no other delivery can have it.
        named = bench.sample.network.capabilities.key_life == timedelta.max
        assert isinstance(finding, Found) is named

    @pytest.mark.parametrize("fault", [*BROKEN_READS, Fault.EXPIRED_TOKEN])
    def test_a_look_that_failed_proves_nothing(self, bench: Bench, fault: Fault) -> None:
        post = bench.post()
        connector = bench.connector()
        prepared = connector.prepare(post, None)
        connector.publish(post, prepared)
        bench.inject(fault, on=Call.FIND, times=9)
        try:
            finding = connector.find(bench.sought(post, prepared=prepared))
        except (NotSent, AccessRefused):
            return
        assert isinstance(finding, CannotSay)


class ReadingLaws:
    """What `read_metrics`, `read_account` and `whoami` promise."""

    def test_every_offered_count_is_a_value_or_a_reason(self, bench: Bench) -> None:
        bench.needs(bench.can.metrics, "counts of a post")
        published = send(bench.connector(), bench.post())
        bench.clock.advance(timedelta(days=2))
        (reading,) = bench.connector().read_metrics([published.remote_id])
        offered = metrics_of(bench.sample.network)
        assert reading.remote_id == published.remote_id
        assert reading.observed_at == bench.clock.now()
        assert set(reading.values) == offered
        assert sum(reading.values.values()) > 0
        assert all(value >= 0 for value in reading.values.values())

    def test_a_count_the_network_does_not_have_is_no_zero(self, bench: Bench) -> None:
        published = send(bench.connector(), bench.post())
        (reading,) = bench.connector().read_metrics([published.remote_id])
        for metric in set(Metric) - metrics_of(bench.sample.network):
            assert metric not in reading.values
            assert reading.missing.get(metric, Missing.NOT_OFFERED) is Missing.NOT_OFFERED

    def test_every_id_gets_a_reading_in_the_order_asked(self, bench: Bench) -> None:
        connector = bench.connector()
        first = send(connector, bench.post("one")).remote_id
        second = send(connector, bench.post("two")).remote_id
        gone = RemoteId(bench.sample.unknown_id(first, 1))
        readings = connector.read_metrics([second, gone, first])
        assert [one.remote_id for one in readings] == [second, gone, first]
        assert readings[1].values == {}
        assert set(readings[1].missing) >= metrics_of(bench.sample.network)
        reasons = {readings[1].missing[one] for one in metrics_of(bench.sample.network)}
        assert reasons <= {Missing.POST_GONE, Missing.NETWORK_ERROR}

    def test_many_ids_are_read_in_the_largest_batches(self, bench: Bench) -> None:
        bench.needs(bench.can.metrics, "counts of a post")
        size = bench.sample.network.capabilities.read_batch
        known = send(bench.connector(), bench.post()).remote_id
        unknown = [RemoteId(bench.sample.unknown_id(known, one)) for one in range(size)]
        ids = [*unknown, known]
        readings = bench.connector().read_metrics(ids)
        assert [one.remote_id for one in readings] == ids
        assert len(bench.calls(Call.READ)) == 2

    def test_reading_nothing_asks_nothing(self, bench: Bench) -> None:
        assert bench.connector().read_metrics([]) == []
        assert bench.calls(Call.READ) == []

    @pytest.mark.parametrize("fault", BROKEN_READS)
    def test_counts_that_cannot_be_read_are_never_numbers(self, bench: Bench, fault: Fault) -> None:
        published = send(bench.connector(), bench.post())
        connector = bench.connector()
        bench.inject(fault, on=Call.READ, times=9)
        try:
            (reading,) = connector.read_metrics([published.remote_id])
        except NotSent:
            return
        assert reading.values == {}
        assert set(reading.missing) >= metrics_of(bench.sample.network)

    def test_a_rate_limit_on_reading_says_when_to_come_back(
        self, bench: Bench, naps: list[float]
    ) -> None:
        bench.needs(bench.can.metrics, "counts of a post")
        published = send(bench.connector(), bench.post())
        connector = bench.connector()
        bench.inject(Fault.RATE_LIMIT, on=Call.READ)
        with pytest.raises(NotSent) as caught:
            connector.read_metrics([published.remote_id])
        assert caught.value.retry_at is not None
        assert caught.value.retry_at > bench.clock.now()
        assert naps == []

    def test_the_account_knows_its_followers(self, bench: Bench) -> None:
        bench.needs(bench.can.account_metrics, "counts of an account")
        reading = bench.connector().read_account()
        assert reading.values == {Metric.FOLLOWERS: FOLLOWERS}
        assert reading.observed_at == bench.clock.now()

    @pytest.mark.parametrize("fault", BROKEN_READS)
    def test_followers_that_cannot_be_read_are_never_numbers(
        self, bench: Bench, fault: Fault
    ) -> None:
        connector = bench.connector()
        bench.inject(fault, on=Call.ACCOUNT, times=9)
        try:
            reading = connector.read_account()
        except ConnectorError as error:
            assert isinstance(error, NotSent)  # noqa: PT017 - a reading may come instead
            return
        assert reading.values == {}

    def test_the_credentials_say_whose_they_are(self, bench: Bench) -> None:
        bench.needs(bench.can.names_account, "answer to whose credentials these are")
        account = bench.connector().whoami()
        names = [one.lstrip("@").partition("@")[0] for one in (account.handle, bench.sample.handle)]
        assert names[0] == names[1]
        assert account.remote_id
        assert account.url.startswith("https://")

    def test_whose_they_are_is_asked_anew_each_time(self, bench: Bench) -> None:
        bench.needs(bench.can.names_account, "answer to whose credentials these are")
        connector = bench.connector()
        connector.whoami()
        asked = len(bench.rehearsal.requests(bench.name))
        connector.whoami()
        assert len(bench.rehearsal.requests(bench.name)) == asked + 1

    def test_an_address_given_by_hand_leads_to_the_same_counts(self, bench: Bench) -> None:
        bench.needs(bench.can.metrics, "counts of a post")
        published = send(bench.connector(), bench.post())
        bench.clock.advance(timedelta(days=1))
        read = bench.sample.network.read_permalink
        server = bench.rehearsal.server_of(bench.name)
        remote_id = read(published.url, bench.sample.handle, server)
        assert remote_id is not None
        by_hand, known = bench.connector().read_metrics([remote_id, published.remote_id])
        assert by_hand.values == known.values
        assert by_hand.values != {}
        if bench.sample.foreign_address:
            assert read(bench.sample.foreign_address, bench.sample.handle, server) is None
        else:
            (foreign,) = bench.stranger().read_metrics([published.remote_id])
            assert foreign.values == {}
        assert read("https://a.example/not/a/post", bench.sample.handle, server) is None

    def test_what_is_not_counted_is_asked_of_nobody_and_has_no_value(self, bench: Bench) -> None:
        published = send(bench.connector(), bench.post())
        connector, asked = bench.connector(), len(bench.rehearsal.requests(bench.name))
        if not bench.can.metrics:
            (reading,) = connector.read_metrics([published.remote_id])
            assert (reading.remote_id, reading.values) == (published.remote_id, {})
        if not bench.can.account_metrics:
            assert connector.read_account().values == {}
        if not bench.can.names_account:
            assert connector.whoami().handle == bench.sample.handle
        assert len(bench.rehearsal.requests(bench.name)) == asked

    def test_a_look_sees_only_where_it_can(self, bench: Bench) -> None:
        post = bench.post()
        prepared = bench.connector().prepare(post, None)
        bench.connector().publish(post, prepared)
        finding = bench.connector().find(bench.sought(post, prepared=prepared))
        assert isinstance(finding, Found) is bench.can.finds
