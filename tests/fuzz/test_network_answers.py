"""Whatever a network answers: a declared error or a result that says what it is about."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from connectors.contract import (
    Absent,
    CannotSay,
    Connector,
    ConnectorError,
    NotSent,
    OutcomeUnknown,
    PublishedPost,
    Refused,
    RemoteId,
    Sought,
)
from connectors.transport import way_out
from tests.connectors.bench import START, Bench, Sample, open_bench, send
from tests.connectors.test_bluesky import SAMPLE as BLUESKY
from tests.connectors.test_facebook import SAMPLE as FACEBOOK
from tests.connectors.test_instagram import SAMPLE as INSTAGRAM
from tests.connectors.test_linkedin import SAMPLE as LINKEDIN
from tests.connectors.test_mastodon import SAMPLE as MASTODON
from tests.connectors.test_threads import SAMPLE as THREADS
from tests.connectors.test_webhook import SAMPLE as WEBHOOK
from tests.connectors.test_x import SAMPLE as X
from tests.connectors.test_youtube import SAMPLE as YOUTUBE
from tests.fuzz.answers import AnyNetwork
from tests.fuzz.budget import seeds

SAMPLES = (X, MASTODON, BLUESKY, LINKEDIN, FACEBOOK, INSTAGRAM, THREADS, YOUTUBE, WEBHOOK)
DECLARED = (NotSent, Refused, OutcomeUnknown)


def check_publish(bench: Bench, connector: Connector, network: AnyNetwork, known: RemoteId) -> None:
    assert_is_published(send(connector, bench.post(pictures=network.chance.randrange(3))))


def check_find(bench: Bench, connector: Connector, network: AnyNetwork, known: RemoteId) -> None:
    post = bench.post()
    found = connector.find(Sought(post=post, since=START, taken=frozenset(), prepared=None))
    if isinstance(found, CannotSay):
        assert found.why
    elif not isinstance(found, Absent):
        assert_is_published(found.post)


def check_counts(bench: Bench, connector: Connector, network: AnyNetwork, known: RemoteId) -> None:
    ids = [known, RemoteId("1")]
    for one in connector.read_metrics(ids):
        assert one.remote_id in ids
        for number in one.values.values():
            assert type(number) is int, "a count that is no whole number"
            assert 0 <= number < 2**63, "a count that no table holds"


def check_rest(bench: Bench, connector: Connector, network: AnyNetwork, known: RemoteId) -> None:
    asked = (
        connector.whoami,
        connector.limits,
        connector.read_account,
        lambda: connector.withdraw(known),
        lambda: connector.correct(known, bench.post()),
    )
    network.chance.choice(asked)()


def assert_is_published(done: PublishedPost) -> None:
    assert isinstance(done.remote_id, str)
    assert done.remote_id.strip(), "published without an id"
    assert isinstance(done.url, str)
    assert done.published_at.tzinfo is not None


def assert_is_declared(error: ConnectorError) -> None:
    assert isinstance(error, DECLARED), type(error)
    assert str(error)


Check = Callable[[Bench, Connector, AnyNetwork, RemoteId], None]
CHECKS: tuple[Check, ...] = (check_publish, check_find, check_counts, check_rest)


@pytest.mark.fuzz
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda one: one.network.name)
def test_whatever_a_network_answers_ends_in_a_declared_error_or_a_whole_result(
    sample: Sample,
) -> None:
    with open_bench(sample) as bench:
        access = bench.access()
        real = way_out(timedelta(seconds=5))
        known = send(bench.connector(), bench.post()).remote_id

        for seed in seeds():
            chance = Random(seed)
            network = AnyNetwork(sample.network.name, chance, real)
            check = chance.choice(CHECKS)
            try:
                connector = bench.connect(replace(access, transport=network))
            except ConnectorError:
                continue
            try:
                check(bench, connector, network, known)
            except ConnectorError as error:
                assert_is_declared(error)
            except Exception as error:
                message = f"FUZZ_SEED={seed} {check.__name__} after {network.calls}"
                raise AssertionError(message) from error
        real.close()
