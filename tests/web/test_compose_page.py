import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from campaign.access import visits
from campaign.web.visitors import COOKIE
from tests.campaign.office import ENTRY
from tests.web.people import Browser, WebOffice, token_in
from tests.web.reading import form_to

HELLO = (
    "---\ntitle: Hello   # kept\nstatus: draft\nlink: {url: https://ico.example/a}\n---\nHello.\n"
)
ENTRIES = f"{ENTRY}  - {{post: hello, at: 2027-01-13 09:00, send_to: [network:x]}}   # kept\n"
X = "hello/ico-x/1"


@pytest.fixture
def author(office: WebOffice) -> Browser:
    office.write_post("hello", HELLO)
    office.write_schedule(ENTRIES)
    return office.browser("ama")


def file_of(office: WebOffice, post: str = "hello") -> Path:
    return office.folder / "posts" / post / "post.md"


def fields(browser: Browser, post: str = "hello") -> dict[str, Any]:
    """Return what the form of a post sends, as the browser has it."""
    sent = form_to(browser.get(f"/posts/{post}").text, f"/posts/{post}").fields
    return {**sent, "at": sent["at"], "send_to": sent.get("send_to", [])}


def png(width: int = 20) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (width, 10), "navy").save(written, "PNG")
    return written.getvalue()


def test_the_list_shows_drafts_and_what_became_of_the_others(
    office: WebOffice, author: Browser
) -> None:
    office.write_post("broken", "nothing here")
    page = author.get("/posts").text
    assert 'href="/posts/hello">Hello</a>' in page
    assert "Draft, 2027-01-13 09:00" in page
    assert "3 waiting for approval" in page
    assert "mend it in its file" in page
    drafts = author.get("/posts?show=drafts").text
    assert "/posts/hello" in drafts
    assert "/posts/law-helps" not in drafts


def test_saving_without_a_change_changes_no_byte(office: WebOffice, author: Browser) -> None:
    files = [file_of(office), office.folder / "schedule.yaml"]
    before = [one.read_bytes() for one in files]
    answer = author.post("/posts/hello", data={**fields(author), "do": "save"})
    assert answer.headers["Location"] == "/posts/hello"
    assert [one.read_bytes() for one in files] == before


def test_saving_writes_the_post_and_its_time_and_nothing_else(
    office: WebOffice, author: Browser
) -> None:
    typed: dict[str, Any] = {
        "title": "Hi",
        "text-1": "One.\r\n\r\n{link}",
        "time": "10:30",
        "comment-1": "Two.",
    }
    typed |= {"send_to": ["ico-x", "ico-bluesky"], "do": "save"}
    assert author.post("/posts/hello", data={**fields(author), **typed}).status_code == 303
    text = file_of(office).read_text()
    assert text.startswith("---\ntitle: Hi   # kept\nstatus: draft\n")
    assert text.endswith("---\nOne.\n\n{link}\n\n### first comment\nTwo.\n")
    schedule = (office.folder / "schedule.yaml").read_text()
    entry = "{post: hello, at: 2027-01-13 10:30, send_to: [ico-x, ico-bluesky]}   # kept"
    assert entry in schedule
    assert X not in office.states()


def test_check_shows_counts_links_price_and_findings_and_writes_nothing(
    office: WebOffice, author: Browser
) -> None:
    before = file_of(office).read_bytes()
    typed = {"text-1": "word " * 80, "do": "check"}
    answer = author.post("/posts/hello", data={**fields(author), **typed})
    page = answer.text
    assert answer.status_code == 200
    assert "506 of 280 weighted characters" in page
    assert "utm_source=x&amp;utm_medium=social&amp;utm_campaign=think-check-share" in page
    assert "Posting costs $0.200" in page
    beside = page.partition('<div id="said-text-1">')[2].partition("</div>")[0]
    assert "To mend:</strong> the default wording comes to 506" in beside
    assert "word word" in page.partition('name="text-1"')[2].partition("</textarea>")[0]
    assert file_of(office).read_bytes() == before


def test_a_script_gets_the_previews_and_what_stands_beside_each_field(author: Browser) -> None:
    part = author.post("/posts/hello/check", data={**fields(author), "link": "http://a.example"})
    assert part.text.lstrip().startswith('<div id="judged">')
    assert "<html" not in part.text
    beside = part.text.partition('<div id="said-link" hx-swap-oob="true">')[2]
    assert "is not encrypted" in beside.partition("</div>")[0]


def test_what_could_not_be_read_again_is_said_and_kept(office: WebOffice, author: Browser) -> None:
    typed = {"link": "http://a.example", "text-1": "My long text", "do": "save"}
    answer = author.post("/posts/hello", data={**fields(author), **typed})
    assert answer.status_code == 422
    assert '<a href="#link">“http://a.example” is not encrypted' in answer.text.replace(
        "&quot;", '"'
    )
    assert "My long text" in answer.text
    assert file_of(office).read_text() == HELLO


def test_two_editors_lose_nothing(office: WebOffice, author: Browser) -> None:
    mine = {**fields(author), "text-1": "Mine.", "do": "save"}
    theirs = {**fields(author), "text-1": "Theirs.", "do": "save"}
    assert author.post("/posts/hello", data=theirs).status_code == 303
    answer = author.post("/posts/hello", data=mine)
    assert answer.status_code == 409
    assert "Somebody else saved this post while you wrote" in answer.text
    differs = answer.text.partition('id="theirs"')[2].partition("</section>")[0]
    assert "</span>Theirs.</del>" in differs
    assert "</span>Mine.</ins>" in differs
    assert file_of(office).read_text().endswith("Theirs.\n")
    again = {**form_to(answer.text, "/posts/hello").fields, "do": "save"}
    assert author.post("/posts/hello", data=again).status_code == 303
    assert file_of(office).read_text().endswith("Mine.\n")


def test_a_sign_in_that_ends_while_somebody_writes_keeps_the_text(
    office: WebOffice, author: Browser
) -> None:
    typed = {**fields(author), "text-1": "Half a page.\n\n  More.", "do": "save"}
    office.clock.advance(visits.IDLE_FOR)
    answer = author.post("/posts/hello", data=typed)
    assert answer.status_code == 401
    kept = form_to(answer.text, "/posts/hello").fields
    author.cookies.set(COOKIE, office.cookie_of("ama"))
    again = author.post("/posts/hello", data=kept)
    assert again.status_code == 403
    sent = form_to(again.text.partition("<main")[2], "/posts/hello").fields
    assert author.post("/posts/hello", data=sent).status_code == 303
    assert file_of(office).read_text().endswith("Half a page.\n\n  More.\n")


def test_a_new_post_is_a_draft_that_its_title_names(office: WebOffice) -> None:
    browser = office.browser("ama")
    for address in ("/posts/ten-steps-to-sharing", "/posts/ten-steps-to-sharing-2"):
        answer = browser.submit("/posts/new", title="Ten steps: to sharing!", text="Hello")
        assert answer.headers["Location"] == address
    text = file_of(office, "ten-steps-to-sharing").read_text()
    assert text == "---\ntitle: 'Ten steps: to sharing!'\nstatus: draft\n---\nHello\n"
    answer = browser.submit("/posts/new", title="", text="Kept")
    assert (answer.status_code, "Kept" in answer.text) == (422, True)
    first = fields(browser, "ten-steps-to-sharing")
    typed = {"at": "2027-02-01", "time": "09:00", "send_to": ["ico-x"], "do": "save"}
    browser.post("/posts/ten-steps-to-sharing", data={**first, **typed})
    schedule = (office.folder / "schedule.yaml").read_text()
    entry = "  - post: ten-steps-to-sharing\n    at: 2027-02-01 09:00\n    send_to: [ico-x]\n"
    assert entry in schedule


def test_a_copy_is_a_draft_with_all_files_and_without_a_time(
    office: WebOffice, author: Browser
) -> None:
    office.write_post("hello", HELLO, ("a.png",))
    answer = author.submit("/posts/hello/copy")
    assert answer.headers["Location"] == "/posts/hello-copy"
    assert file_of(office, "hello-copy").read_text() == HELLO.replace("Hello ", "Hello (copy) ", 1)
    assert (office.folder / "posts/hello-copy/a.png").is_file()
    assert fields(author, "hello-copy")["at"] == [""]


def test_a_wording_for_a_network_is_added_and_taken_out_again(
    office: WebOffice, author: Browser
) -> None:
    typed = {"do": "add-wording", "new_heading": "x / ico"}
    page = author.post("/posts/hello", data={**fields(author), **typed}).text
    sent = form_to(page, "/posts/hello").fields
    assert sent["heading-2"] == ["x / ico"]
    author.post("/posts/hello", data={**sent, "text-2": "For X.", "do": "save"})
    assert file_of(office).read_text() == f"{HELLO}\n## x / ico\nFor X.\n"
    author.post("/posts/hello", data={**fields(author), "text-2": "", "do": "save"})
    assert file_of(office).read_text() == HELLO


def upload(browser: Browser, content: bytes, name: str = "Two People.PNG", do: str = "save") -> Any:
    data = {**fields(browser), "picture_alt": "Two people", "do": do}
    return browser.post("/posts/hello", data=data, files={"picture": (name, content)})


def test_a_picture_is_kept_with_its_words_and_shown(office: WebOffice, author: Browser) -> None:
    assert upload(author, png()).status_code == 303
    assert "media:\n  - file: two-people.png\n    alt: Two people\n" in file_of(office).read_text()
    shown = author.get("/posts/hello/media/two-people.png")
    assert (shown.headers["Content-Type"], shown.content) == ("image/png", png())
    gone = {**fields(author), "drop-1": "yes", "do": "save"}
    author.post("/posts/hello", data=gone)
    assert file_of(office).read_text() == HELLO


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
BAD_FILES = {
    "text": (b"no picture at all", "is no picture that can be opened"),
    "cut": (png(400)[:-40], "damaged or cut off"),
    "drawing": (SVG, "one of JPEG, PNG, GIF, WebP, MP4, PDF is wanted"),
}


@pytest.mark.parametrize("kind", BAD_FILES)
def test_a_file_that_is_no_picture_gets_one_sentence_and_the_text_stays(
    office: WebOffice, author: Browser, kind: str
) -> None:
    content, says = BAD_FILES[kind]
    answer = upload(author, content)
    assert answer.status_code == 422
    assert says in answer.text
    assert "Two people" in answer.text
    assert sorted(one.name for one in file_of(office).parent.iterdir()) == ["post.md"]


def test_a_file_that_is_too_large_gets_one_sentence(author: Browser) -> None:
    answer = upload(author, png() + b"0" * 70_000_000)
    assert (answer.status_code, "That is too large" in answer.text) == (413, True)
    answer = upload(author, png() + b"0" * 21_000_000)
    assert (answer.status_code, "20 MB are the most" in answer.text) == (422, True)


def test_one_post_is_sent_and_others_drafts_stay(office: WebOffice, author: Browser) -> None:
    office.write_post("law-helps", "---\ntitle: Mine\n---\nHalf written.\n")
    shown = author.get("/posts/hello/send").text
    assert f'Added, 2027-01-13 09:00</span><span class="desk-row__what">{X}' in shown
    assert "law-helps" not in shown.partition("<main")[2]
    sent = form_to(shown, "/posts/hello/send").fields
    answer = author.post("/posts/hello/send", data={**sent, "reason": "Please"})
    assert answer.headers["Location"] == "/board/hello"
    assert office.state(X) == "awaiting-approval"
    assert office.delivery(X).applied_by == "ama"
    assert "status: draft" not in file_of(office).read_text()
    assert "Nothing: it is sent just as it stands" in author.get("/posts/hello/send").text


def test_a_plan_that_has_changed_is_shown_again_and_not_done(
    office: WebOffice, author: Browser
) -> None:
    sent = form_to(author.get("/posts/hello/send").text, "/posts/hello/send").fields
    office.write_post("hello", HELLO.replace("Hello.", "Other."))
    answer = author.post("/posts/hello/send", data=sent)
    assert (answer.status_code, "have changed since you saw this" in answer.text) == (422, True)
    assert X not in office.states()


def test_what_blocks_is_said_before_anything_is_sent(office: WebOffice, author: Browser) -> None:
    office.write_post("hello", HELLO.replace("Hello.", "word " * 80))
    page = author.get("/posts/hello/send").text
    assert "To mend first" in page
    assert "but X takes 280" in page


@pytest.mark.parametrize("person", ["ben", "dev", "lea", "frank", "elin"])
def test_only_authors_write(office: WebOffice, person: str) -> None:
    browser = office.browser(person)
    for path in ("/posts", "/posts/new", "/posts/law-helps", "/posts/law-helps/send"):
        assert browser.get(path).status_code == 403, path
    assert browser.submit("/posts/law-helps", do="save").status_code == 403


@pytest.mark.parametrize("path", ["/posts/none", "/posts/..", "/posts/hello/media/post.md",
                                  "/posts/hello/media/..%2f..%2fschedule.yaml"])  # fmt: skip
def test_a_forged_name_leads_nowhere(author: Browser, path: str) -> None:
    assert author.get(path).status_code in {303, 404}
    assert "campaign:" not in author.get(path).text


def test_a_post_whose_file_is_broken_is_mended_there(office: WebOffice, author: Browser) -> None:
    office.write_post("broken", "---\ntitle: [\n---\nText\n")
    answer = author.get("/posts/broken")
    assert answer.status_code == 409
    assert "has to be mended in its files first, line " in answer.text
    assert token_in(answer.text)
