"""The address at which networks fetch pictures: told when missing, tried, and served."""

import http.client
from dataclasses import replace

import pytest

from campaign.publishing.gallery import Gallery
from tests.campaign.cli.conftest import shell_of
from tests.campaign.cli.running import Scene, next_second
from tests.campaign.cli.shell import Shell
from tests.campaign.meta import free_port, move_to_meta
from tests.campaign.office import Office

MISSING = "set it where `campaign run` runs (see docs/operations.md), or leave {network} out"


@pytest.fixture
def meta(office: Office) -> Shell:
    move_to_meta(office)
    return shell_of(office)


def with_address(shell: Shell, port: int, url: str = "") -> Shell:
    return shell.with_environment(
        CAMPAIGN_PUBLIC_URL=url or f"http://127.0.0.1:{port}", CAMPAIGN_LISTEN=f"127.0.0.1:{port}"
    )


def test_check_and_plan_say_so_at_the_pictures(meta: Shell) -> None:
    place = f"{meta.folder}/posts/look/post.md:4:3: warning: "
    wanted = [
        f"{place}{network} fetches pictures and videos from a public address, and "
        f"CAMPAIGN_PUBLIC_URL is not set here: {MISSING.format(network=network)}"
        for network in ("Instagram", "Threads")
    ]
    told = meta.fine("check").lines
    assert [one for one in told if "public address" in one] == wanted
    for command in (["plan"], ["apply", "--yes", "--as", "ama"]):
        said = meta.fine(*command).err.splitlines()
        assert [one for one in said if "public address" in one] == wanted


def test_nothing_is_said_where_it_is_set(meta: Shell) -> None:
    told = with_address(meta, 8480, "https://media.example")
    assert "public address" not in told.fine("check").out
    assert "public address" not in told.fine("plan").err


def public_address(shell: Shell) -> tuple[bool, str] | None:
    told = shell("doctor", "--json").json()["findings"]
    found = [(one["fine"], one["words"]) for one in told if one["what"] == "public address"]
    return found[0] if found else None


def test_doctor_names_what_could_not_be_fetched(meta: Shell) -> None:
    meta.fine("apply", "--yes", "--as", "ama")
    words = (
        "none, and 2 deliveries ahead with pictures that a network fetches. Set "
        "CAMPAIGN_PUBLIC_URL to the https address at which the world reaches this machine; "
        "docs/operations.md says how"
    )
    assert public_address(meta) == (False, words)


def test_doctor_asks_at_the_address_itself(meta: Shell) -> None:
    meta.fine("apply", "--yes", "--as", "ama")
    port = free_port()
    here = f"http://127.0.0.1:{port}"
    assert public_address(with_address(meta, port)) == (True, f"{here} leads here")
    elsewhere = Gallery("127.0.0.1", free_port(), lambda _token: None)
    url = f"http://127.0.0.1:{elsewhere.port}"
    remedy = f"let the reverse proxy hand on what is asked there to 127.0.0.1:{port}"
    words = f"{url} does not lead here: {remedy}"
    assert public_address(with_address(meta, port, url)) == (False, words)
    found = public_address(with_address(meta, elsewhere.port, url))
    assert found is not None
    assert found[1].startswith(f"{url} does not lead here: CAMPAIGN_LISTEN: 127.0.0.1:")
    elsewhere.close()


def test_a_campaign_that_shows_no_pictures_hears_nothing_of_it(ready: Shell) -> None:
    assert public_address(ready) is None


def test_publish_shows_the_pictures_while_it_publishes(office: Office, meta: Shell) -> None:
    meta.fine("apply", "--yes", "--as", "ama")
    meta.fine("approve", "--all", "--yes", "--as", "ben")
    later = replace(meta.place, clock=office.clock)
    office.clock.move_to(office.delivery("look/ico-threads/1").due_at)
    port = free_port()
    told = with_address(Shell(later), port).fine("publish")
    assert told.lines == ["2 deliveries: Live"]
    assert len(office.rehearsal.posts("instagram")[0].media) == 2
    with pytest.raises(ConnectionRefusedError):
        _status(port)


def test_run_listens_from_its_start_to_its_end(scene: Scene) -> None:
    port = free_port()
    scene.environment |= {
        "CAMPAIGN_PUBLIC_URL": "https://media.example",
        "CAMPAIGN_LISTEN": f"127.0.0.1:{port}",
    }
    taken = Gallery("127.0.0.1", port, lambda _token: None)
    scene.plan(next_second(3600))
    scene.start()
    scene.wait_for(f"the pages are not served by this process: 127.0.0.1:{port} cannot be")
    taken.close()
    scene.stop()
    scene.start()
    scene.wait_for(f"the pages are at http://127.0.0.1:{port}/")
    assert _status(port) == 303
    assert scene.stop() == 0
    with pytest.raises(ConnectionRefusedError):
        _status(port)


def _status(port: int) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status
    finally:
        connection.close()
