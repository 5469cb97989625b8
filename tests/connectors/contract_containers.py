"""The laws of networks that publish a container: prepared unseen, published once, asked after."""

from dataclasses import replace
from datetime import timedelta

import pytest

from connectors.contract import (
    Absent,
    CannotSay,
    ConnectorError,
    Found,
    Media,
    NotSent,
    OutcomeUnknown,
    PostRefused,
    Prepared,
)
from rehearsal.server import Call, Fault
from tests.connectors.bench import START, Bench, outcome, send
from tests.films.shelf import film

TALK = Media(content=film("talk"), media_type="video/mp4", alt_text="They talk.", burnt_in=True)


class ContainerLaws:
    """What a container promises."""

    most_pictures: int
    asked_after: timedelta
    """How long a container in the works is left alone before it is asked after again."""

    def test_a_container_shows_nothing_and_is_published_once(self, bench: Bench) -> None:
        post = bench.post()
        prepared = bench.connector().prepare(post, None)
        assert bench.stored() == []
        assert prepared.expires_at == START + timedelta(hours=23)
        published = bench.connector().publish(post, prepared)
        with pytest.raises(OutcomeUnknown) as caught:
            bench.connector().publish(post, prepared)
        assert caught.value.code == "published"
        assert [one.remote_id for one in bench.stored()] == [published.remote_id]
        sought = bench.sought(post, prepared=prepared)
        assert bench.connector().find(sought) == Found(post=published)

    @pytest.mark.parametrize("fault", [Fault.DROP_BEFORE_STORING, Fault.FAIL_BEFORE_STORING])
    def test_what_did_not_go_out_is_sent_with_the_same_container(
        self, bench: Bench, fault: Fault
    ) -> None:
        post = bench.post()
        prepared = bench.connector().prepare(post, None)
        bench.inject(fault)
        with pytest.raises(OutcomeUnknown):
            bench.connector().publish(post, prepared)
        assert bench.connector().find(bench.sought(post, prepared=prepared)) == Absent()
        bench.connector().publish(post, bench.connector().prepare(post, prepared))
        assert len(bench.stored()) == 1
        assert len(bench.calls(Call.MEDIA, method="POST")) == 1

    def test_a_container_in_the_works_is_waited_for(self, bench: Bench) -> None:
        post = bench.post()
        bench.inject(Fault.STILL_PROCESSING, on=Call.MEDIA, seconds=60)
        prepared = bench.connector().prepare(post, None)
        for ask in (bench.connector().publish, bench.connector().prepare):
            with pytest.raises(NotSent) as caught:
                ask(post, prepared)
            assert caught.value.retry_at == START + self.asked_after
            assert not caught.value.uploads_gone
        sought = bench.sought(post, prepared=prepared)
        assert isinstance(bench.connector().find(sought), CannotSay)
        bench.clock.advance(timedelta(minutes=1))
        bench.connector().publish(post, bench.connector().prepare(post, prepared))
        assert len(bench.stored()) == 1
        assert len(bench.calls(Call.MEDIA, method="POST")) == 1

    def test_several_pictures_are_held_together_by_one_more_container(self, bench: Bench) -> None:
        post = bench.post("Look.", pictures=self.most_pictures)
        send(bench.connector(), post)
        (stored,) = bench.stored()
        assert stored.raw["media_type"] == "CAROUSEL"
        assert [one.content for one in stored.media] == [one.content for one in post.media]
        assert len(bench.calls(Call.MEDIA, method="POST")) == self.most_pictures + 1

    def test_a_container_that_has_expired_or_is_gone_is_made_again(self, bench: Bench) -> None:
        post, connector = bench.post(), bench.connector()
        prepared = connector.prepare(post, None)
        bench.clock.advance(timedelta(hours=23))
        for gone in (prepared, Prepared(tokens=("42",))):
            with pytest.raises(NotSent) as caught:
                connector.publish(post, gone)
            assert caught.value.uploads_gone
        connector.publish(post, connector.prepare(post, prepared))
        assert len(bench.stored()) == 1

    def test_of_two_posts_alike_neither_is_taken_for_ours(self, bench: Bench) -> None:
        post = bench.post()
        prepared = bench.connector().prepare(post, None)
        first = bench.connector().publish(post, prepared)
        second = send(bench.connector(), post)
        assert isinstance(bench.connector().find(bench.sought(post, prepared=prepared)), CannotSay)
        sought = bench.sought(post, second.remote_id, prepared=prepared)
        assert bench.connector().find(sought) == Found(post=first)

    @pytest.mark.parametrize(("name", "kind"), [("talk-moov-last", PostRefused), ("", NotSent)])
    def test_a_video_that_cannot_be_used_is_refused_and_one_that_is_not_there_tried_again(
        self, bench: Bench, name: str, kind: type[ConnectorError]
    ) -> None:
        lost = replace(TALK, address="http://127.0.0.1:9/nothing.mp4")
        media = bench.show(replace(TALK, content=film(name))) if name else lost
        end = outcome(bench.connector(), replace(bench.post(), media=(media,)))
        assert isinstance(end, kind)
        assert not isinstance(end, NotSent) or end.uploads_gone
        assert bench.stored() == []
