"""The laws of answers and reposts: in their place, once, and never as a post by itself."""

from dataclasses import replace

import pytest

from connectors.contract import (
    Absent,
    CannotSay,
    Found,
    OutgoingPost,
    PostRefused,
    PublishedPost,
    RemoteId,
)
from rehearsal.server import Call, Fault
from tests.connectors.bench import Bench, again, attempt, outcome, send, under

TEXT = "It lets you act at once: https://ico.org.uk/a?b=1&c=2"


class FollowingLaws:
    """What a network with threads, comments or reposts promises; the others refuse."""

    def test_a_thread_stands_in_order_each_part_under_the_one_before(self, bench: Bench) -> None:
        bench.needs(bench.can.threads, "threads")
        first = send(bench.connector(), bench.post("The law helps you share."))
        second = send(bench.connector(), under(bench.post(TEXT), first))
        send(bench.connector(), under(bench.post("Ask afterwards."), second, root=first))
        stored = bench.stored()
        assert [one.text for one in stored] == ["The law helps you share.", TEXT, "Ask afterwards."]
        assert [one.answers for one in stored] == [None, first.remote_id, second.remote_id]
        assert second.remote_id == stored[1].remote_id

    def test_a_first_comment_stands_under_its_post(self, bench: Bench) -> None:
        bench.needs(bench.can.comments, "comments")
        first = send(bench.connector(), bench.post())
        published = send(bench.connector(), under(bench.post(TEXT), first))
        post, comment = bench.stored()
        assert (post.answers, comment.answers) == (None, first.remote_id)
        own = bench.sample.comment_id(published.remote_id)
        assert (comment.text, comment.remote_id) == (TEXT, own)

    @pytest.mark.parametrize("fault", [Fault.STORE_THEN_DROP, Fault.STORE_THEN_FAIL])
    def test_an_answer_that_went_out_unseen_is_found(self, bench: Bench, fault: Fault) -> None:
        answer = self._first_then(bench, TEXT)
        prepared = bench.connector().prepare(answer, None)
        bench.inject(fault)
        attempt(bench.connector(), answer, prepared)
        found = bench.connector().find(bench.sought(answer, prepared=prepared))
        assert isinstance(found, Found)
        assert bench.sample.comment_id(found.post.remote_id) == bench.stored()[1].remote_id

    def test_an_answer_that_never_arrived_is_not_found(self, bench: Bench) -> None:
        answer = self._first_then(bench, TEXT)
        prepared = bench.connector().prepare(answer, None)
        bench.inject(Fault.DROP_BEFORE_STORING)
        attempt(bench.connector(), answer, prepared)
        finding = bench.connector().find(bench.sought(answer, prepared=prepared))
        proves = bench.can.proves_absence and bench.sample.comments_are_proved
        assert isinstance(finding, Absent if proves else CannotSay)

    def test_a_post_by_itself_is_not_taken_for_an_answer(self, bench: Bench) -> None:
        """Nor does it prove that the answer is not out."""
        answer = self._first_then(bench, TEXT)
        send(bench.connector(), replace(bench.post(TEXT), delivery_key=bench.key("alone")))
        finding = bench.connector().find(bench.sought(answer))
        assert not isinstance(finding, Found)

    def test_the_same_answer_twice_is_one(self, bench: Bench) -> None:
        answer = self._first_then(bench, TEXT)
        prepared = bench.connector().prepare(answer, None)
        bench.connector().publish(answer, prepared)
        again(bench.connector(), answer, prepared)
        # Where nothing keeps a comment from standing twice, only looking first does.
        times = 2 if bench.sample.comments_repeat else 1
        assert [one.text for one in bench.stored()][1:] == [TEXT] * times

    def test_an_answer_to_what_is_gone_is_refused(self, bench: Bench) -> None:
        bench.needs(bench.can.threads or bench.can.comments, "answers")
        first = send(bench.connector(), bench.post())
        gone_id = RemoteId(bench.sample.unknown_id(first.remote_id, 1))
        gone = replace(first, remote_id=gone_id)
        end = outcome(bench.connector(), under(bench.post(TEXT), gone))
        assert isinstance(end, PostRefused)
        assert [one.remote_id for one in bench.stored()] == [first.remote_id]

    def test_a_repost_passes_the_original_on(self, bench: Bench) -> None:
        repost = self._repost(bench)
        published = send(bench.connector(), repost)
        original, stored = bench.stored()
        assert (stored.handle, stored.reposts) == (bench.sample.handle, original.remote_id)
        assert (stored.text, stored.answers) == ("", None)
        assert published.url == (stored.url if bench.sample.repost_is_a_post else original.url)
        assert published.published_at == bench.clock.now()

    def test_the_same_repost_twice_is_one(self, bench: Bench) -> None:
        repost = self._repost(bench)
        prepared = bench.connector().prepare(repost, None)
        first = bench.connector().publish(repost, prepared)
        second = again(bench.connector(), repost, prepared)
        assert isinstance(second, PublishedPost)
        # Where it is a post like any other, only looking first keeps it from standing twice.
        assert (second.remote_id == first.remote_id) is not bench.sample.repost_is_a_post
        assert len(bench.stored()) == (3 if bench.sample.repost_is_a_post else 2)

    @pytest.mark.parametrize("fault", [Fault.STORE_THEN_DROP, Fault.STORE_THEN_FAIL])
    def test_a_repost_that_went_out_unseen_is_found(self, bench: Bench, fault: Fault) -> None:
        repost = self._repost(bench)
        prepared = bench.connector().prepare(repost, None)
        bench.inject(fault)
        attempt(bench.connector(), repost, prepared)
        found = bench.connector().find(bench.sought(repost, prepared=prepared))
        assert isinstance(found, Found)
        original, stored = bench.stored()
        if bench.sample.repost_is_a_post:
            assert (found.post.remote_id, found.post.url) == (stored.remote_id, stored.url)
        else:
            assert found.post.url == original.url
            repeated = again(bench.connector(), repost, prepared)
            assert isinstance(repeated, PublishedPost)
            assert repeated.remote_id == found.post.remote_id

    def test_a_repost_that_was_never_made_is_not_found(self, bench: Bench) -> None:
        repost = self._repost(bench)
        finding = bench.connector().find(bench.sought(repost))
        assert isinstance(finding, Absent if bench.can.proves_absence else CannotSay)

    def test_what_the_network_does_not_have_never_goes_out_as_a_post(self, bench: Bench) -> None:
        first = send(bench.connector(), bench.post())
        calls = len(bench.calls(Call.PUBLISH))
        if not (bench.can.threads or bench.can.comments):
            end = outcome(bench.connector(), under(bench.post(TEXT), first))
            assert isinstance(end, PostRefused)
        if not bench.can.reposts:
            end = outcome(bench.connector(), bench.repost_of(first))
            assert isinstance(end, PostRefused)
        assert len(bench.calls(Call.PUBLISH)) == calls

    def _first_then(self, bench: Bench, text: str) -> OutgoingPost:
        bench.needs(bench.can.threads or bench.can.comments, "answers")
        return under(bench.post(text), send(bench.connector(), bench.post()))

    def _repost(self, bench: Bench) -> OutgoingPost:
        bench.needs(bench.can.reposts, "reposts")
        return bench.repost_of(bench.by_another_account())
