"""An office in which everything that somebody can word tries to break out of the page."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import select, update

from campaign.access import visits
from campaign.access.links import make_link as make_sign_in_link
from campaign.access.scopes import Scope
from campaign.access.tokens import Wish, make_token
from campaign.clock import SteppedClock
from campaign.composing.sharing import share
from campaign.decisions.stops import stop
from campaign.schedule.model import Schedule
from campaign.store.deliveries import Change
from campaign.store.tables import DELIVERY, MEDIA
from campaign.web.visitors import COOKIE
from rehearsal.server import Rehearsal
from tests.campaign.office import DUE, MONDAY
from tests.web.outsiders import ask_for_a_yes
from tests.web.partners import PartnerOffice, offer_sighting, send_screenshot
from tests.web.people import Browser
from tests.web.reading import forms_to

ODD = """"'></textarea></title><script>odd()</script><odd onodd=1>{{ 7919*7907 }}\u202eddo"""
"""Markup, an end of attribute and text area, a template's sum, and a mark that turns letters."""
SUM = str(7919 * 7907)
ODD_LINK = "javascript:odd()"
ENTRIES = """\
  - post: law-helps
    at: 2027-01-12 08:30
    send_to: [network:x, network:mastodon, npcc-linkedin, ico-linkedin]
  - {post: odd-words, at: 2027-01-20 09:30, send_to: [network:x, npcc-x]}
  - {post: odd-asked, at: 2027-01-21 09:30, send_to: [ico-linkedin]}
"""
IFE = (
    f"  ife: {{name: {json.dumps(f'Dr Okoro {ODD}')}, roles: [clinical], outside: true, "
    f"organisation: {json.dumps(f'The College {ODD}')}, email: ife@college.example}}\n"
)
POST = f"""\
---
title: {json.dumps("Odd words " + ODD)}
theme: myth
sectors: [all]
note: {json.dumps("A note " + ODD)}
media:
  - file: door.png
    alt: {json.dumps("A door " + ODD)}
---
Odd words for everybody: {ODD}
"""
ASKED = "odd-asked/ico-linkedin/1"
LIVE, WAITING = "law-helps/ico-mastodon/1", "odd-words/ico-x/1"
SENT_BACK, DECLINED = "law-helps/ico-linkedin/1", "odd-words/npcc-x/1"
WEEK = "2027-W02"
AFTER = datetime(2027, 1, 19, 8, 0, tzinfo=UTC)
SUBSCRIBER = "subscribers: {intranet: {url: https://intranet.ico.example/told}}\n"


class OddOffice(PartnerOffice):
    """The office of a partner's phone, with hostile names, titles, words and reasons."""

    sign_in_token = preview_token = token_id = partner_path = outside_path = picture = ""

    def write_schedule(self, *args: Any, **words: Any) -> None:
        """Write schedule.yaml with names that no page may believe."""
        super().write_schedule(*args or (ENTRIES,), **words)
        file = self.folder / "schedule.yaml"
        text = file.read_text(encoding="utf-8")
        for name in ("Ama Mensah", "Ben Archer", "National Police Chiefs' Council"):
            text = text.replace(f"name: {name}", f"name: {json.dumps(f'{name} {ODD}')}")
        title = json.dumps(f"Think. {ODD}")
        text = text.replace("title: Think. Check. Share.", f"title: {title}")
        text = text.replace("channels:\n", f"{IFE}{SUBSCRIBER}channels:\n", 1)
        file.write_text(text, encoding="utf-8")
        self.write_post("odd-words", POST, ("door.png",), size=(640, 400))
        asked = POST.replace("theme: myth", "theme: myth\napprovals: [clinical]")
        self.write_post("odd-asked", asked, ("door.png",), size=(640, 400))

    def fill(self) -> None:
        """Let a week go by in which everybody says something hostile."""
        self.approve("law-helps/ico-x/1", LIVE, "law-helps/npcc-linkedin/1", DECLINED, ASKED)
        self.publish_at(DUE)
        self.clock.advance(timedelta(hours=1))
        offer_sighting(self)
        send_screenshot(self)
        phone = self.phone()
        said = phone.say("decline", DECLINED, reason=f"A reason {ODD}")
        assert said.status_code == 303
        self.clock.move_to(AFTER)
        self.collect()
        self._say_odd_things()
        self._give_links()

    @cached_property
    def people(self) -> Schedule:
        """The schedule, read once, for whoever asks again and again who is in it."""
        return self.schedule()

    def stale_browser(self, person: str) -> Browser:
        """Return a browser of somebody whose sign-in has ended."""
        browser = Browser(self.app)
        long_ago = self.clock.now() - 2 * visits.LASTS_FOR
        with self.desk.store.write() as connection:
            visit_id = visits.begin(connection, person, long_ago, way="link", browser="A test")
        browser.cookies.set(COOKIE, str(self.app.state.signing.sign_visit(visit_id)))
        return browser

    def _say_odd_things(self) -> None:
        browser = self.browser("ama")
        browser.submit(f"/reports/{WEEK}/prepare")
        address = f"/reports/{WEEK}/sentence"
        form, _ = forms_to(browser.get(f"/reports/{WEEK}").text, address)
        said = browser.post(address, data=form.filled(learning=f"It {ODD}"))
        assert said.status_code == 303
        back = self.delivery(SENT_BACK)
        taken = f"{SENT_BACK}|{back.content_hash}|{back.wall_time}"
        fields = {"do": "send-back", "take": taken, "comment": f"Mend {ODD}"}
        assert self.browser("ben").submit("/approvals", **fields).status_code == 303
        with self.desk.store.write() as connection:
            change = Change(who="ama", at=self.clock.now(), why=f"A stop {ODD}")
            stop(connection, "network", "x", change)
            # No network of ours answers with such an address; a broken server could.
            connection.execute(update(DELIVERY).where(DELIVERY.c.id == LIVE).values(url=ODD_LINK))

    def _give_links(self) -> None:
        now = self.clock.now()
        change = Change(who="ama", at=now, why="a test")
        wish = Wish(person="ama", name=f"It {ODD}"[:60], scopes=(Scope.READ,), days=30)
        with self.desk.store.write() as connection:
            self.sign_in_token = make_sign_in_link(connection, "ben", "ben", now)
            self.preview_token = share(
                connection, "odd-words", change, self.desk.settings.secret_keys
            )
            self.token_id = make_token(connection, wish, change).split("_")[1]
            visits.begin(connection, "ama", now, way="link", browser=ODD)
            query = select(MEDIA.c.sha256)
            self.picture = str(connection.execute(query).scalars().first())
        self.partner_path = self.link()
        self.outside_path = ask_for_a_yes(self)


@contextmanager
def open_odd_office(folder: Path) -> Iterator[OddOffice]:
    """Open the office after its hostile week."""
    clock = SteppedClock(MONDAY)
    with Rehearsal(now=clock.now) as rehearsal:
        place = OddOffice(folder, rehearsal, clock)
        place.apply()
        place.fill()
        yield place
        place.close()
