"""The client of docs/api.md, run against the pages as they are served, over real sockets."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.error import HTTPError

import pytest

from campaign.access.scopes import Scope
from campaign.web.serving import Serving
from tests.campaign.office import DUE
from tests.campaign.uploads.test_uploads import picture
from tests.docs.test_snippets import block
from tests.web.api.programs import token_for
from tests.web.people import WebOffice, open_web_office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[WebOffice]:
    with open_web_office(tmp_path) as opened:
        yield opened


@pytest.fixture
def address(office: WebOffice) -> Iterator[str]:
    serving = Serving(office.app, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{serving.port}"
    serving.close()


def client(name: str = "desk_client.py") -> dict[str, object]:
    names: dict[str, object] = {"__name__": name.removesuffix(".py")}
    exec(compile(block(name).text, name, "exec"), names)
    return names


def test_the_client_of_the_page_drops_what_was_missed(
    office: WebOffice, address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    office.approve()
    office.publish_at(DUE + timedelta(hours=2))
    assert set(office.states().values()) == {"missed"}
    main = client()["main"]
    assert callable(main)
    main(address, token_for(office, "ama", Scope.READ, Scope.DECIDE), "law-helps")
    assert set(office.states().values()) == {"cancelled"}
    assert capsys.readouterr().out.splitlines()[0] == "law-helps/ico-bluesky/1 cancelled"
    with pytest.raises(HTTPError, match="401"):
        main(address, "desk_0_0", "law-helps")


def test_the_client_of_the_page_puts_a_picture_into_a_post(
    office: WebOffice, address: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "Our Poster.png"
    file.write_bytes(picture("PNG"))
    main = client("picture_client.py")["main"]
    assert callable(main)
    main(address, token_for(office, "ama", Scope.WRITE), "law-helps", str(file), "A poster")
    assert capsys.readouterr().out == "law-helps []\n"
    written = (office.folder / "posts" / "law-helps" / "post.md").read_text(encoding="utf-8")
    assert "file: our-poster.png" in written
    assert "alt: A poster" in written
