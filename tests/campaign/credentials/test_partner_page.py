import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
import requests
from werkzeug.serving import make_server

from campaign.cli.landing import Quiet
from campaign.cli.on_partner_link import door_of, make_link
from campaign.cli.session import open_session
from campaign.settings import app_variable
from tests.campaign.credentials.person import TIMEOUT, say
from tests.campaign.credentials.scene import HANDLES, Scene, free_port

ROOT = Path(__file__).parents[3]
WEEK = timedelta(days=7)


@dataclass
class Phone:
    """A partner's browser, and the link it was sent."""

    link: str
    browser: requests.Session

    def open(self) -> requests.Response:
        """Open the link."""
        return self.browser.get(self.link, timeout=TIMEOUT)

    def press(self, what: str, **data: str) -> requests.Response:
        """Press a button of the page."""
        return self.browser.post(
            f"{self.link}/{what}", data=data, timeout=TIMEOUT, allow_redirects=False
        )

    def sign_in(self, network: str, word: str = "allow") -> requests.Response:
        """Go to the network, say yes or no there, and come back."""
        sent = self.press("start")
        assert sent.status_code == 303, sent.text
        back = say(sent.headers["Location"], HANDLES[network], word)
        return self.browser.get(back, timeout=TIMEOUT)


@contextmanager
def link_for(scene: Scene, network: str) -> Iterator[Phone]:
    """Serve the page of a fresh link on the port that the networks know."""
    port = free_port()
    public = f"http://127.0.0.1:{port}"
    scene.environment["CAMPAIGN_PUBLIC_URL"] = public
    if network not in {"bluesky", "mastodon"}:
        app = scene.rehearsal.add_app(network, f"{public}/connect/back")
        scene.environment |= {app_variable(network, name): one for name, one in app.items()}
    with open_session(scene.place) as session:
        link = make_link(session, f"ico-{network}", WEEK, "ama")
        door = door_of(session, public)
        server = make_server(
            "127.0.0.1", port, door.application, threaded=True, request_handler=Quiet
        )
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            with requests.Session() as browser:
                yield Phone(link, browser)
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


@pytest.mark.parametrize(
    "network", ["x", "mastodon", "linkedin", "facebook", "instagram", "threads", "youtube"]
)
def test_a_partner_signs_in_at_the_network_sees_what_we_may_do_and_disconnects_there(
    scene: Scene, network: str
) -> None:
    with link_for(scene, network) as phone:
        first = phone.open()
        assert "If you agree, we may" in first.text
        assert "Your password does not reach us." in first.text
        back = phone.sign_in(network)
        assert back.url == phone.link
        assert "is connected" in back.text
        assert "<li>publish posts" in back.text
        desk = scene.desk()
        assert desk.sign_in(f"ico-{network}").whoami().handle
        desk.close()
        assert "disconnected" in phone.press("disconnect").text
        assert "If you agree, we may" in phone.open().text
    desk = scene.desk()
    with pytest.raises(Exception, match="not signed in"):
        desk.sign_in(f"ico-{network}")
    desk.close()


def test_on_bluesky_an_app_password_is_taken_and_the_accounts_own_is_not(scene: Scene) -> None:
    (account,) = scene.rehearsal._world.accounts.on("bluesky")
    with link_for(scene, "bluesky") as phone:
        refused = phone.press("password", password="my own password")
        assert refused.status_code == 422
        assert "That is no app password" in refused.text
        assert "my own password" not in refused.text
        good = account.credentials["APP_PASSWORD"]
        assert phone.press("password", password=good).status_code == 303
        assert "ico.example is connected" in phone.open().text


def test_who_says_no_is_told_and_can_try_again(scene: Scene) -> None:
    with link_for(scene, "x") as phone:
        page = phone.sign_in("x", "deny")
        assert page.status_code == 422
        assert '<div class="fault" role="alert">' in page.text
        assert "nobody agreed" in page.text
        assert "is connected" in phone.sign_in("x").text


def test_another_browser_cannot_end_what_this_one_began(scene: Scene) -> None:
    with link_for(scene, "x") as phone:
        sent = phone.press("start")
        back = say(sent.headers["Location"], "@ico.example")
        other = requests.get(back, timeout=TIMEOUT)
        assert other.status_code == 400
        assert "begun in this browser" in other.text
        assert "If you agree, we may" in phone.open().text
    cookie = sent.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_a_link_ends_with_its_days_with_a_newer_one_and_when_it_is_taken_back(
    scene: Scene,
) -> None:
    with link_for(scene, "mastodon") as phone:
        changed = phone.link[:-2] + ("AA" if phone.link[-2:] != "AA" else "BB")
        broken = requests.get(changed, timeout=TIMEOUT)
        assert (broken.status_code, "is not whole" in broken.text) == (404, True)
        scene.clock.move_to(scene.clock.now() + WEEK - timedelta(seconds=1))
        assert phone.open().status_code == 200
        scene.clock.move_to(scene.clock.now() + timedelta(seconds=1))
        assert "This link ended on 18 January 2027" in phone.open().text
        with open_session(scene.place) as session:
            newer = Phone(make_link(session, "ico-mastodon", WEEK, "ama"), phone.browser)
        assert "a newer one has taken its place" in phone.open().text
        assert newer.open().status_code == 200
        scene.shell.fine("connect", "ico-mastodon", "--take-back")
        assert "was taken back" in newer.open().text
        assert newer.press("start").status_code == 404
    scene.shell.fails("connect", "ico-mastodon", "--take-back", code=1, says="has no link")


def test_pages_give_nothing_away_and_take_no_forms_of_other_sites(scene: Scene) -> None:
    with link_for(scene, "x") as phone:
        page = phone.open()
        elsewhere = phone.browser.post(
            f"{phone.link}/start", headers={"Sec-Fetch-Site": "cross-site"}, timeout=TIMEOUT
        )
        large = phone.press("password", password="a" * 10_000)
        style = requests.get(phone.link.rpartition("/")[0] + "/style.css", timeout=TIMEOUT)
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "<script" not in page.text
    assert elsewhere.status_code == 405
    assert large.status_code in {413, 422}
    assert style.headers["Content-Type"].startswith("text/css")


def test_the_command_serves_its_link_until_it_is_told_to_end(scene: Scene) -> None:
    port = free_port()
    public = f"http://127.0.0.1:{port}"
    line = [sys.executable, "-m", "campaign.cli.app", "--dir", str(scene.folder)]
    line += ["connect", "ico-mastodon", "--link", "--port", str(port), "--as", "ama"]
    environment = {**os.environ, **scene.environment, "CAMPAIGN_PUBLIC_URL": public}
    with subprocess.Popen(
        line, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    ) as serving:
        try:
            assert serving.stdout is not None
            link = serving.stdout.readline().strip()
            assert link.startswith(f"{public}/connect/")
            page = requests.get(link, timeout=TIMEOUT)
            serving.send_signal(signal.SIGTERM)
            assert serving.wait(60) == 0
        finally:
            serving.kill()
    assert "Go to Mastodon and sign in" in page.text


def test_without_a_public_address_or_a_key_no_link_is_made(scene: Scene) -> None:
    scene.shell.fails("connect", "ico-x", "--link", code=1, says="set CAMPAIGN_PUBLIC_URL: ")
    plain = scene.shell.with_environment(CAMPAIGN_PUBLIC_URL="http://desk.example")
    plain.fails("connect", "ico-x", "--link", code=1, says="plain http is for this machine")


CHROMIUM = Path("/usr/bin/chromium")


@pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no Chromium to measure pages with")
def test_on_a_phone_of_360_pixels_nothing_runs_out_of_the_screen(
    scene: Scene, tmp_path: Path
) -> None:
    with link_for(scene, "linkedin") as phone:
        page = phone.open().text
        style = requests.get(phone.link.rpartition("/")[0] + "/style.css", timeout=TIMEOUT).text
    measure = (
        "<script>parent.postMessage(document.documentElement.scrollWidth + '/' + Math.min("
        "...[...document.querySelectorAll('button')].map(b => b.offsetHeight)), '*')</script>"
    )
    linked = re.sub(r'<link rel="stylesheet"[^>]*>', f"<style>{style}</style>", page)
    (tmp_path / "page.html").write_text(linked.replace("</body>", measure + "</body>"))
    # Headless Chromium has no window of 360 pixels; a frame in it is as narrow as it is told.
    frame = "<script>onmessage = (told) => { document.title = told.data }</script>"
    frame += '<iframe src="page.html" style="border:0; width:360px; height:700px"></iframe>'
    (tmp_path / "frame.html").write_text(frame)
    line = [
        str(CHROMIUM),
        *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
        *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
        f"--user-data-dir={tmp_path}/browser",
        "--virtual-time-budget=2000",
        "--dump-dom",
        f"file://{tmp_path}/frame.html",
    ]
    shown = subprocess.run(line, capture_output=True, text=True, check=True, timeout=60).stdout
    width, height = re.search(r"<title>(\d+)/(\d+)</title>", shown).groups()  # type: ignore[union-attr]
    assert int(width) <= 360
    assert int(height) >= 44
