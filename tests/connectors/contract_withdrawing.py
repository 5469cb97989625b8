"""The laws of taking down: never `Gone` while the post stands, and asking again does no harm."""

from datetime import timedelta

import pytest

from connectors.contract import (
    AccessRefused,
    Gone,
    NotSent,
    OutcomeUnknown,
    PostRefused,
    Refused,
    RemoteId,
    Stands,
)
from rehearsal.server import Call, Fault
from tests.connectors.bench import Bench, send

UNCLEAR = (
    Fault.STORE_THEN_DROP,
    Fault.STORE_THEN_FAIL,
    Fault.DROP_BEFORE_STORING,
    Fault.FAIL_BEFORE_STORING,
    Fault.HTML_ERROR,
    Fault.EMPTY_ERROR,
)


class WithdrawingLaws:
    """What `withdraw` promises."""

    def test_a_withdrawn_post_is_gone_or_the_network_says_that_it_cannot(
        self, bench: Bench
    ) -> None:
        published = send(bench.connector(), bench.post())
        removal = bench.connector().withdraw(published.remote_id)
        if bench.sample.network.capabilities.deletes:
            assert (removal, bench.stored()) == (Gone(was_there=True), [])
        else:
            assert isinstance(removal, Stands)
            assert removal.why
            assert len(bench.stored()) == 1

    def test_a_post_that_is_gone_already_can_be_withdrawn_again(self, bench: Bench) -> None:
        bench.needs_deletion()
        published = send(bench.connector(), bench.post())
        bench.connector().withdraw(published.remote_id)
        assert bench.connector().withdraw(published.remote_id) == Gone(was_there=False)

    def test_only_the_one_post_is_withdrawn(self, bench: Bench) -> None:
        bench.needs_deletion()
        connector = bench.connector()
        send(connector, bench.post("first"))
        second = send(connector, bench.post("second"))
        send(connector, bench.post("third"))
        connector.withdraw(second.remote_id)
        assert [one.text for one in bench.stored()] == ["first", "third"]

    @pytest.mark.parametrize("fault", UNCLEAR)
    def test_an_unclear_withdrawal_is_unknown_and_asking_again_settles_it(
        self, bench: Bench, fault: Fault
    ) -> None:
        bench.needs_deletion()
        published = send(bench.connector(), bench.post())
        bench.inject(fault, on=Call.WITHDRAW)
        with pytest.raises(OutcomeUnknown):
            bench.connector().withdraw(published.remote_id)
        assert len(bench.calls(Call.WITHDRAW)) == 1
        assert isinstance(bench.connector().withdraw(published.remote_id), Gone)
        assert bench.stored() == []

    def test_a_refused_withdrawal_leaves_the_post_and_says_so(self, bench: Bench) -> None:
        bench.needs_deletion()
        published = send(bench.connector(), bench.post())
        bench.inject(Fault.REFUSE, on=Call.WITHDRAW)
        with pytest.raises(PostRefused):
            bench.connector().withdraw(published.remote_id)
        assert len(bench.stored()) == 1

    def test_a_rate_limit_on_withdrawals_says_when_to_come_back(
        self, bench: Bench, naps: list[float]
    ) -> None:
        bench.needs_deletion()
        published = send(bench.connector(), bench.post())
        bench.inject(Fault.RATE_LIMIT, on=Call.WITHDRAW)
        with pytest.raises(NotSent) as caught:
            bench.connector().withdraw(published.remote_id)
        assert caught.value.retry_at is not None
        assert timedelta() < caught.value.retry_at - bench.clock.now() <= timedelta(hours=25)
        assert (naps, len(bench.stored())) == ([], 1)

    def test_a_token_that_ran_out_leaves_no_withdrawal_half_done(self, bench: Bench) -> None:
        bench.needs_deletion()
        published = send(bench.connector(), bench.post())
        bench.inject(Fault.EXPIRED_TOKEN, on=Call.WITHDRAW)
        try:
            removal = bench.connector().withdraw(published.remote_id)
        except AccessRefused:
            assert len(bench.stored()) == 1
        else:
            assert (removal, bench.stored()) == (Gone(was_there=True), [])

    def test_another_accounts_post_is_never_withdrawn(self, bench: Bench) -> None:
        bench.needs_deletion()
        published = send(bench.connector(), bench.post())
        try:
            removal = bench.stranger().withdraw(published.remote_id)
        except Refused:
            removal = None
        # Some networks say of it what they say of a post that is gone.
        assert removal in (None, Gone(was_there=False))
        assert len(bench.stored()) == 1

    def test_a_post_known_by_its_address_can_be_withdrawn(self, bench: Bench) -> None:
        bench.needs_deletion()
        published = send(bench.connector(), bench.post())
        network, access = bench.sample.network, bench.access()
        remote_id = network.read_permalink(published.url, access.handle, access.server)
        assert remote_id is not None
        assert bench.connector().withdraw(remote_id) == Gone(was_there=True)
        assert bench.stored() == []

    def test_a_repost_is_taken_back_and_what_it_passed_on_stands(self, bench: Bench) -> None:
        bench.needs_deletion()
        bench.needs(bench.can.reposts, "reposts")
        original = bench.by_another_account()
        repost = send(bench.connector(), bench.repost_of(original))
        assert repost.remote_id != original.remote_id
        assert bench.connector().withdraw(repost.remote_id) == Gone(was_there=True)
        assert [one.remote_id for one in bench.stored()] == [original.remote_id]
        assert isinstance(bench.connector().withdraw(repost.remote_id), Gone)
        assert [one.remote_id for one in bench.stored()] == [original.remote_id]

    def test_a_post_that_never_was_counts_as_gone(self, bench: Bench) -> None:
        bench.needs_deletion()
        published = send(bench.connector(), bench.post())
        other = RemoteId(bench.sample.unknown_id(published.remote_id, 7))
        assert bench.connector().withdraw(other) == Gone(was_there=False)
        assert len(bench.stored()) == 1
