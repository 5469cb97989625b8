"""The laws of publishing: at most one create, and an error that says what it proves."""

from dataclasses import replace
from datetime import timedelta

import pytest

from connectors.contract import (
    AccessRefused,
    ConnectorError,
    NotSent,
    OutcomeUnknown,
    PostRefused,
    Prepared,
    PublishedPost,
)
from rehearsal.server import Call, Fault
from tests.connectors.bench import Bench, again, outcome, send

UNKNOWN_AFTER = (
    Fault.DROP_BEFORE_STORING,
    Fault.STORE_THEN_DROP,
    Fault.FAIL_BEFORE_STORING,
    Fault.STORE_THEN_FAIL,
    Fault.HTML_ERROR,
    Fault.EMPTY_ERROR,
)


class PublishingLaws:
    """What `check`, `prepare` and `publish` promise."""

    def test_what_was_asked_is_what_stands_on_the_network(self, bench: Bench) -> None:
        published = send(bench.connector(), bench.post("Think. Check. Share. naïve 日本 🚀"))
        (stored,) = bench.stored()
        assert stored.text == "Think. Check. Share. naïve 日本 🚀"
        assert (published.remote_id, published.url) == (stored.remote_id, stored.url)
        assert published.published_at == bench.clock.now()
        assert published.warnings == ()

    def test_the_language_arrives_where_the_network_has_one(self, bench: Bench) -> None:
        send(bench.connector(), bench.post("Meddwl. Gwirio. Rhannu.", language="cy"))
        wanted = "cy" if bench.sample.has_language else None
        assert [one.language for one in bench.stored()] == [wanted]

    def test_the_alt_text_provably_arrives(self, bench: Bench) -> None:
        bench.needs_pictures()
        words = "A child drew a café, 日本, 👩‍💻 & <b>"
        post = replace(bench.post(), media=(bench.picture(0, alt_text=words),))
        send(bench.connector(), post)
        assert [[one.alt_text for one in stored.media] for stored in bench.stored()] == [[words]]

    def test_four_pictures_arrive_whole_and_in_order(self, bench: Bench) -> None:
        bench.needs_pictures()
        post = bench.post(pictures=4)
        send(bench.connector(), post)
        (stored,) = bench.stored()
        sizes = [(media.width, media.height) for media in stored.media]
        assert tuple(sizes) == bench.sample.sizes
        assert [one.alt_text for one in stored.media] == [one.alt_text for one in post.media]
        assert [one.media_type for one in stored.media] == [one.media_type for one in post.media]
        assert [one.content for one in stored.media] == [one.content for one in post.media]

    def test_preparing_shows_nothing_and_is_not_repeated_when_resumed(self, bench: Bench) -> None:
        post = bench.post(pictures=2)
        prepared = bench.connector().prepare(post, None)
        uploads = len(bench.calls(Call.MEDIA, method="POST"))
        assert bench.connector().prepare(post, prepared).tokens == prepared.tokens
        assert len(bench.calls(Call.MEDIA, method="POST")) == uploads
        assert bench.stored() == []
        assert all(isinstance(one, str) for one in prepared.tokens)
        assert prepared.expires_at is None or prepared.expires_at > bench.clock.now()

    def test_a_post_never_goes_out_without_its_pictures(self, bench: Bench) -> None:
        with pytest.raises(NotSent):
            bench.connector().publish(bench.post(pictures=1), Prepared())
        assert bench.stored() == []

    def test_uploads_that_have_expired_are_made_again(self, bench: Bench) -> None:
        post = bench.post(pictures=1)
        connector = bench.connector()
        prepared = connector.prepare(post, None)
        bench.clock.advance(timedelta(days=3))
        connector.publish(post, connector.prepare(post, prepared))
        assert [len(one.media) for one in bench.stored()] == [len(post.media)]

    @pytest.mark.parametrize("fault", UNKNOWN_AFTER)
    def test_an_unclear_end_is_unknown_after_exactly_one_request(
        self, bench: Bench, fault: Fault
    ) -> None:
        bench.inject(fault)
        error = outcome(bench.connector(), bench.post())
        assert isinstance(error, OutcomeUnknown)
        assert len(bench.calls(Call.PUBLISH)) == 1

    def test_an_answer_nobody_documents_is_never_taken_for_a_refusal(self, bench: Bench) -> None:
        bench.inject(Fault.ODD_JSON)
        end = outcome(bench.connector(), bench.post())
        (stored,) = bench.stored()
        assert isinstance(end, OutcomeUnknown) or (
            isinstance(end, PublishedPost) and end.remote_id == stored.remote_id
        )
        assert len(bench.calls(Call.PUBLISH)) == 1

    def test_a_broken_connection_is_named_as_the_cause(self, bench: Bench) -> None:
        bench.inject(Fault.STORE_THEN_DROP)
        end = outcome(bench.connector(), bench.post())
        assert isinstance(end, ConnectorError)
        assert end.__cause__ is not None

    def test_a_refused_post_is_the_editors_to_mend(self, bench: Bench) -> None:
        bench.inject(Fault.REFUSE)
        assert isinstance(outcome(bench.connector(), bench.post()), PostRefused)
        assert bench.stored() == []
        assert len(bench.calls(Call.PUBLISH)) == 1

    def test_a_rate_limit_says_when_to_try_again_and_does_not_wait(
        self, bench: Bench, naps: list[float]
    ) -> None:
        bench.inject(Fault.RATE_LIMIT)
        end = outcome(bench.connector(), bench.post())
        assert isinstance(end, NotSent)
        assert end.retry_at is not None
        assert timedelta() < end.retry_at - bench.clock.now() <= timedelta(hours=25)
        assert (naps, len(bench.calls(Call.PUBLISH))) == ([], 1)

    def test_a_token_that_ran_out_sends_at_most_one_post(self, bench: Bench) -> None:
        bench.inject(Fault.EXPIRED_TOKEN)
        end = outcome(bench.connector(), bench.post())
        calls = bench.calls(Call.PUBLISH)
        if isinstance(end, PublishedPost):
            # Signed in anew and sent again, which is only right after a "no" to the old token.
            assert [one.fault for one in calls] == [Fault.EXPIRED_TOKEN, None]
            assert [one.remote_id for one in bench.stored()] == [end.remote_id]
        else:
            assert isinstance(end, AccessRefused | NotSent)
            assert (bench.stored(), len(calls)) == ([], 1)

    def test_wrong_credentials_refuse_access_and_send_nothing(self, bench: Bench) -> None:
        bench.needs(bench.credentials, "credentials of a channel's own")
        wrong = {name: "wrong-" + value for name, value in bench.credentials.items()}
        with pytest.raises(AccessRefused):
            send(bench.connector(**wrong), bench.post())
        assert bench.stored() == []

    def test_missing_credentials_are_refused_with_a_remedy(self, bench: Bench) -> None:
        for name in bench.credentials:
            with pytest.raises(AccessRefused, match=name):
                send(bench.connector(**{name: ""}), bench.post())

    def test_the_same_delivery_twice_is_one_post(self, bench: Bench) -> None:
        post, connector = bench.post(), bench.connector()
        prepared = connector.prepare(post, None)
        first = connector.publish(post, prepared)
        second = again(bench.connector(), post, prepared)
        twice = 2 if bench.can.doubles else 1
        ids = [one.remote_id.partition("/")[0] for one in bench.stored()]
        assert ids == [first.remote_id.partition("/")[0]] * twice
        if isinstance(second, PublishedPost):
            assert second.remote_id == first.remote_id
        else:
            assert isinstance(second, OutcomeUnknown | PostRefused)
            assert bench.sample.network.capabilities.key_life is None

    def test_a_repeat_after_a_lost_answer_makes_no_second_post(self, bench: Bench) -> None:
        post = bench.post(pictures=1)
        connector = bench.connector()
        prepared = connector.prepare(post, None)
        bench.inject(Fault.STORE_THEN_DROP)
        with pytest.raises(OutcomeUnknown):
            connector.publish(post, prepared)
        repeat = again(bench.connector(), post, prepared)
        ids = [one.remote_id for one in bench.stored()]
        assert len(ids) == (2 if bench.can.doubles else 1)
        if bench.sample.network.capabilities.key_life is not None:
            assert isinstance(repeat, PublishedPost)
            assert [repeat.remote_id] == ids

    def test_the_key_belongs_to_the_delivery(self, bench: Bench) -> None:
        choose = bench.sample.network.choose_key
        now = bench.clock.now()
        assert choose("a/b/1", "hash", now) == choose("a/b/1", "hash", now)
        assert choose("a/b/1", "hash", now) != choose("a/b/2", "hash", now)

    def test_nothing_was_sent_to_a_server_that_is_not_there(self, bench: Bench) -> None:
        connector, post = bench.connector(), bench.post()
        prepared = connector.prepare(post, None)
        bench.rehearsal.stop()
        with pytest.raises(NotSent) as caught:
            connector.publish(post, prepared)
        assert caught.value.__cause__ is not None
        assert bench.stored() == []

    def test_check_takes_the_limit_and_not_one_more(self, bench: Bench) -> None:
        connector = bench.connector()
        limits = connector.limits()
        for text in bench.sample.at_limit:
            assert connector.check(bench.post(text), limits) == [], text[:40]
        for text in bench.sample.over_limit:
            fields = [one.field for one in connector.check(bench.post(text), limits)]
            assert fields == ["text"], text[:40]

    def test_the_network_agrees_about_its_limit(self, bench: Bench) -> None:
        connector = bench.connector()
        for text in bench.sample.at_limit:
            send(connector, bench.post(text))
        for text in bench.sample.over_limit:
            assert isinstance(outcome(connector, bench.post(text)), PostRefused), text[:40]
        assert [one.text for one in bench.stored()] == list(bench.sample.at_limit)

    def test_check_names_what_else_the_network_would_refuse(self, bench: Bench) -> None:
        connector = bench.connector()
        limits = connector.limits()
        pictures = tuple(bench.picture(number) for number in range(limits.max_media + 1))
        many = replace(bench.post(), media=pictures)
        other = replace(
            bench.post(), media=(replace(bench.picture(0), media_type="application/zip"),)
        )
        empty = replace(bench.post(""), media=())
        assert [one.field for one in connector.check(many, limits)] == ["media"]
        assert [one.field for one in connector.check(other, limits)] == ["media"]
        lacking = list(bench.sample.empty_lacks)
        assert [one.field for one in connector.check(empty, limits)] == lacking
        assert connector.check(bench.post(pictures=limits.max_media), limits) == []

    def test_check_takes_alt_text_up_to_its_limit(self, bench: Bench) -> None:
        bench.needs_pictures()
        connector = bench.connector()
        limits = connector.limits()
        if limits.max_alt_text is None:
            long = replace(bench.post(), media=(bench.picture(0, alt_text="ä" * 5000),))
            assert connector.check(long, limits) == []
            return
        fits = replace(bench.post(), media=(bench.picture(0, alt_text="ä" * limits.max_alt_text),))
        over = replace(fits, media=(bench.picture(0, alt_text="ä" * (limits.max_alt_text + 1)),))
        assert connector.check(fits, limits) == []
        assert [one.field for one in connector.check(over, limits)] == ["alt_text"]
        send(connector, fits)
        assert [len(one.media[0].alt_text) for one in bench.stored()] == [limits.max_alt_text]

    def test_limits_are_marked_as_announced_only_where_the_server_said_so(
        self, bench: Bench
    ) -> None:
        network = bench.sample.network
        assert not network.documented.announced
        asks = network.announced_limits
        assert bench.connector().limits().announced is (asks is not None)
        assert asks is None or asks(bench.access()).announced
