"""The laws of editing: the new words and nothing else, and asking again does no harm."""

from datetime import timedelta

import pytest

from connectors.contract import (
    AccessRefused,
    Edited,
    NotSent,
    OutcomeUnknown,
    PostRefused,
    Refused,
    Stands,
)
from rehearsal.server import Call, Fault
from tests.connectors.bench import Bench, send

WRONG = "Ring 0800 1111. https://ico.org.uk/a?b=1&c=2 <3"
RIGHT = "Ring 0808 1111. https://ico.org.uk/a?b=1&c=2 <3"


class CorrectingLaws:
    """What `correct` promises."""

    def test_a_corrected_post_has_the_new_words_or_the_network_says_that_it_cannot(
        self, bench: Bench
    ) -> None:
        published = send(bench.connector(), bench.post(WRONG))
        correction = bench.connector().correct(published.remote_id, bench.post(RIGHT))
        (stored,) = bench.stored()
        assert (stored.remote_id, stored.url) == (published.remote_id, published.url)
        if bench.sample.network.capabilities.edits:
            assert (correction, stored.text) == (Edited(), bench.words(RIGHT))
        else:
            assert isinstance(correction, Stands)
            assert correction.why
            assert (stored.text, bench.calls(Call.EDIT)) == (bench.words(WRONG), [])

    def test_pictures_and_their_alt_text_stay_when_the_words_change(self, bench: Bench) -> None:
        bench.needs_editing()
        published = send(bench.connector(), bench.post(WRONG, pictures=2))
        before = bench.stored()[0].media
        correction = bench.connector().correct(published.remote_id, bench.post(RIGHT, pictures=2))
        assert correction == Edited()
        assert bench.stored()[0].media == before
        assert len(before) == min(2, bench.sample.network.documented.max_media)

    def test_the_same_correction_twice_is_one(self, bench: Bench) -> None:
        bench.needs_editing()
        published = send(bench.connector(), bench.post(WRONG))
        bench.connector().correct(published.remote_id, bench.post(RIGHT))
        again = bench.connector().correct(published.remote_id, bench.post(RIGHT))
        assert again == Edited()
        assert [one.text for one in bench.stored()] == [bench.words(RIGHT)]

    @pytest.mark.parametrize(
        "fault",
        [
            Fault.STORE_THEN_DROP,
            Fault.STORE_THEN_FAIL,
            Fault.DROP_BEFORE_STORING,
            Fault.FAIL_BEFORE_STORING,
            Fault.HTML_ERROR,
        ],
    )
    def test_an_unclear_correction_is_unknown_and_asking_again_settles_it(
        self, bench: Bench, fault: Fault
    ) -> None:
        bench.needs_editing()
        published = send(bench.connector(), bench.post(WRONG))
        bench.inject(fault, on=Call.EDIT)
        with pytest.raises(OutcomeUnknown):
            bench.connector().correct(published.remote_id, bench.post(RIGHT))
        assert len(bench.calls(Call.EDIT)) == 1
        assert bench.connector().correct(published.remote_id, bench.post(RIGHT)) == Edited()
        assert [one.text for one in bench.stored()] == [bench.words(RIGHT)]

    @pytest.mark.parametrize(
        ("fault", "error"),
        [
            (Fault.REFUSE, PostRefused),
            (Fault.EXPIRED_TOKEN, AccessRefused),
            (Fault.RATE_LIMIT, NotSent),
        ],
    )
    def test_a_refused_correction_leaves_the_words_and_says_so(
        self, bench: Bench, fault: Fault, error: type[Exception]
    ) -> None:
        bench.needs_editing()
        published = send(bench.connector(), bench.post(WRONG))
        bench.inject(fault, on=Call.EDIT)
        with pytest.raises(error) as caught:
            bench.connector().correct(published.remote_id, bench.post(RIGHT))
        assert [one.text for one in bench.stored()] == [bench.words(WRONG)]
        if isinstance(caught.value, NotSent):
            assert caught.value.retry_at is not None
            assert timedelta() < caught.value.retry_at - bench.clock.now()

    def test_a_post_that_is_gone_is_not_made_anew_by_a_correction(self, bench: Bench) -> None:
        bench.needs_editing()
        bench.needs_deletion()
        published = send(bench.connector(), bench.post(WRONG))
        bench.connector().withdraw(published.remote_id)
        with pytest.raises(Refused):
            bench.connector().correct(published.remote_id, bench.post(RIGHT))
        assert bench.stored() == []

    def test_another_accounts_post_is_never_corrected(self, bench: Bench) -> None:
        bench.needs_editing()
        published = send(bench.connector(), bench.post(WRONG))
        with pytest.raises(Refused):
            bench.stranger().correct(published.remote_id, bench.post(RIGHT))
        assert [one.text for one in bench.stored()] == [bench.words(WRONG)]
