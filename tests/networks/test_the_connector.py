"""Our connector against the real server, where the laws of every connector do not reach."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from connectors.bluesky import NETWORK
from connectors.contract import (
    Access,
    AccessRefused,
    CannotSay,
    Connector,
    ConnectorError,
    Found,
    Link,
    Media,
    NotSent,
    OutcomeUnknown,
    PostRefused,
    Prepared,
)
from rehearsal.server import Call, Fault
from tests.connectors.bench import Bench, picture, send
from tests.connectors.pictures import png
from tests.connectors.test_bluesky_shelf import Plank, process
from tests.networks.bench import real_bench
from tests.networks.node import Node
from tests.networks.server import serving
from tests.networks.xrpc import Account, get, make_account

pytestmark = pytest.mark.networks

LINK = "https://ico.example/share/ten-steps?utm_source=bluesky&utm_content=law-ico"
SHOWN = "ico.example/share/ten-steps"


@pytest.fixture
def bench(account: Account) -> Iterator[Bench]:
    with real_bench(account) as bench:
        yield bench


def test_every_part_of_a_post_arrives(bench: Bench, account: Account) -> None:
    post = replace(
        bench.post(f"Naïve? Ask 👩‍👩‍👧: {SHOWN} #Safeguarding", language="cy"),
        link=Link(url=LINK, title="Ten steps", description="A guide", thumbnail=picture(0)),
    )
    send(bench.connector(), post)
    record = account.the_post()
    assert record["createdAt"] == "2027-01-12T08:30:00.000Z"
    assert record["langs"] == ["cy"]
    link, tag = record["facets"]
    assert link["index"] == {"byteStart": 32, "byteEnd": 59}
    assert link["features"][0]["uri"] == LINK
    assert tag["features"][0]["tag"] == "Safeguarding"
    card = record["embed"]["external"]
    assert (card["uri"], card["title"], card["description"]) == (LINK, "Ten steps", "A guide")
    assert account.blob(card["thumb"]) == picture(0).content


def test_a_mention_leads_to_the_account_and_one_that_nobody_has_stays_text(
    bench: Bench, account: Account, another_account: Account
) -> None:
    send(bench.connector(), bench.post(f"With @{another_account.handle} and @nobody.test"))
    (facet,) = account.the_post()["facets"]
    assert facet["features"][0]["did"] == another_account.did


def test_what_somebody_else_put_under_the_name_is_never_written_over(
    bench: Bench, account: Account
) -> None:
    post = bench.post("What was approved")
    theirs = {
        "$type": "app.bsky.feed.post",
        "text": "Something else",
        "createdAt": "2027-01-12T08:30:00.000Z",
    }
    assert account.put(post.delivery_key, theirs).status == 200
    with pytest.raises(OutcomeUnknown):
        send(bench.connector(), post)
    assert account.the_post()["text"] == "Something else"
    assert isinstance(bench.connector().find(bench.sought(post)), CannotSay)


def test_eight_workers_with_the_same_delivery_make_one_post(bench: Bench, account: Account) -> None:
    post = bench.post(pictures=1)
    connectors = [bench.connector() for _ in range(8)]
    prepared = [one.prepare(post, None) for one in connectors]
    together = threading.Barrier(8)

    def publish(number: int) -> None:
        together.wait()
        with suppress(ConnectorError):
            connectors[number].publish(post, prepared[number])

    threads = [threading.Thread(target=publish, args=(number,)) for number in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert account.the_post()["text"] == post.text
    assert isinstance(bench.connector().find(bench.sought(post)), Found)


def test_an_upload_that_the_server_no_longer_has_is_made_again(
    bench: Bench, account: Account
) -> None:
    post = bench.post(pictures=1)
    connector = bench.connector()
    good = connector.prepare(post, None)
    token = json.loads(good.tokens[0])
    token["blob"]["ref"]["$link"] = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"
    with pytest.raises(NotSent):
        connector.publish(post, Prepared(tokens=(json.dumps(token),)))
    assert account.posts() == []
    connector.publish(post, connector.prepare(post, None))
    assert len(account.the_post()["embed"]["images"]) == 1


def test_the_limits_are_the_servers_own(bench: Bench) -> None:
    limits = bench.connector().limits()
    assert (limits.announced, limits.max_media_bytes, limits.max_media) == (True, 2_000_000, 4)


def test_check_and_server_agree_on_the_size_of_a_picture(bench: Bench) -> None:
    connector = bench.connector()
    fits = replace(bench.post("fits"), media=(heavy(2_000_000),))
    over = replace(bench.post("over"), media=(heavy(2_000_001),))
    assert connector.check(fits, connector.limits()) == []
    assert [one.field for one in connector.check(over, connector.limits())] == ["media"]
    send(connector, fits)
    with pytest.raises(PostRefused):
        send(connector, over)


def test_check_and_server_agree_on_the_size_of_a_cards_picture(bench: Bench) -> None:
    connector = bench.connector()
    fits = replace(bench.post("fits"), link=Link(url=LINK, thumbnail=heavy(1_000_000)))
    over = replace(bench.post("over"), link=Link(url=LINK, thumbnail=heavy(1_000_001)))
    assert connector.check(fits, connector.limits()) == []
    assert [one.field for one in connector.check(over, connector.limits())] == ["link"]
    send(connector, fits)
    with pytest.raises(PostRefused):
        send(connector, over)


def test_a_session_is_renewed_by_the_server_and_the_post_goes_out_once(
    bench: Bench, account: Account
) -> None:
    connector = bench.connector()
    connector.whoami()
    bench.inject(Fault.EXPIRED_TOKEN)
    send(connector, bench.post())
    assert account.the_post()["text"] == "Think. Check. Share."
    signing_in = [one.path.rpartition(".")[2] for one in bench.calls(Call.SIGN_IN)]
    assert signing_in == ["createSession", "refreshSession"]


def test_a_session_from_the_shelf_serves_another_process_and_is_renewed_there(
    bench: Bench, account: Account
) -> None:
    plank = Plank()
    for text in ("one", "two"):
        send(process(bench, plank), bench.post(text))
    bench.inject(Fault.EXPIRED_TOKEN)
    send(process(bench, plank), bench.post("three"))
    send(process(bench, plank), bench.post("four"))
    signing_in = [one.path.rpartition(".")[2] for one in bench.calls(Call.SIGN_IN)]
    assert signing_in == ["createSession", "refreshSession"]
    assert len(account.posts()) == 4


@pytest.mark.parametrize("signed_in", [True, False])
def test_an_account_that_was_deactivated_is_the_owners_to_mend(
    bench: Bench, account: Account, *, signed_in: bool
) -> None:
    connector = bench.connector()
    if signed_in:
        connector.whoami()
    assert account.post("com.atproto.server.deactivateAccount", {}).status == 200
    with pytest.raises(AccessRefused):
        send(connector, bench.post())


def test_counts_that_no_index_gives_are_no_numbers(bench: Bench) -> None:
    connector = bench.connector()
    published = send(connector, bench.post())
    try:
        (reading,) = connector.read_metrics([published.remote_id])
    except NotSent:
        return
    assert reading.values == {}


def test_an_address_of_a_post_gives_its_id(bench: Bench, account: Account) -> None:
    published = send(bench.connector(), bench.post())
    by_hand = NETWORK.read_permalink(published.url, account.handle, account.server)
    assert by_hand is not None
    repo, _, key = by_hand.removeprefix("at://").partition("/app.bsky.feed.post/")
    query = {"repo": repo, "collection": "app.bsky.feed.post", "rkey": key}
    found = get(account.server, "com.atproto.repo.getRecord", query)
    assert found.json["uri"] == published.remote_id


def test_too_many_sign_ins_are_told_with_the_time_of_the_next(
    node: Node, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with serving(node, tmp_path_factory.mktemp("strict"), rate_limits=True) as origin:
        strict = make_account(origin, "strict")
        error = sign_in_until_refused(lambda: fresh_connector(strict))
    assert error.retry_at is not None
    assert timedelta() < error.retry_at - datetime.now(UTC) <= timedelta(minutes=5)


def sign_in_until_refused(connect: Callable[[], Connector]) -> NotSent:
    for _ in range(40):
        connector = connect()
        try:
            connector.whoami()
        except NotSent as error:
            return error
        finally:
            connector.close()
    pytest.fail("40 sign-ins in a row and no limit")


def fresh_connector(account: Account) -> Connector:
    assert NETWORK.connect is not None
    return NETWORK.connect(
        Access(
            handle=account.handle,
            server=account.server,
            credentials={"IDENTIFIER": account.handle, "APP_PASSWORD": account.app_password},
            now=lambda: datetime.now(UTC),
        )
    )


def heavy(size: int) -> Media:
    """Make a picture of exactly that many bytes; what follows a PNG's end is not looked at."""
    return Media(content=png().ljust(size, b"\0"), media_type="image/png", alt_text="dark blue")
