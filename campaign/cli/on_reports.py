"""send-report and what belongs to it: the sentence, the release, corrections, the letters."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analytics.issues import (
    LONGEST_REASON,
    Released,
    check_releaser,
    reissue_week,
    release_week,
)
from analytics.issues import write_sentence as write_week_sentence
from analytics.weeks import Week
from analytics.written import write_file
from campaign.cli.failures import Failure
from campaign.cli.loaded import spare_what_is_loaded
from campaign.cli.on_numbers import week_named
from campaign.cli.output import counted, for_people, instant, print_json, say, table, tell
from campaign.cli.place import Place
from campaign.cli.reports_clock import press_of, send_letters
from campaign.cli.session import Session, open_session
from campaign.mailing.outbox import PLANNED, letters_of, settle
from campaign.models_reports import Letter, ReportIssue
from campaign.people import NotAllowedError, system_user
from campaign.store.deeds import note_deed
from campaign.store.deliveries import Change
from campaign.store.reports import ASK, LEARNING, KeptFile, files_of, issues_of

SENT_FOLDER = Path("reports") / "sent"


@dataclass(frozen=True, kw_only=True, slots=True)
class Sending:
    """How a report is to go out."""

    week: str
    person: str | None
    learning: str | None
    out: Path | None
    """Where its files are written; None for the campaign's own folder of sent reports."""
    mail: bool
    """False for files alone."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reissue:
    """How a corrected report is to go out."""

    week: str
    person: str | None
    reason: str
    out: Path | None


def write_sentence(place: Place, week: str, text: str, person: str | None, *, ask: bool) -> None:
    """Write what was learned in a week, or what is needed from its readers."""
    with open_session(place) as session:
        chosen = week_named(session, week)
        who = session.change(person, "").who
        note(session, chosen, who, text, ask=ask)
    what = "What is needed from readers" if ask else "What was learned"
    said = "is taken back" if not text.strip() else "is written"
    say(f"{what} in {chosen.name} {said}.")


def note(session: Session, week: Week, person: str, text: str, *, ask: bool) -> None:
    """Keep a person's sentence, which has to have room on the page."""
    write_week_sentence(
        session.desk.store, week, ASK if ask else LEARNING, text, by=(person, session.now)
    )


def send_report(place: Place, sending: Sending, banner: str | None = None) -> list[Path]:
    """Release a week's report: freeze it, write its files, send it to every reader once."""
    spare_what_is_loaded()
    with open_session(place) as session:
        week = week_named(session, sending.week)
        person = _may_release(session, sending.person, week)
        _check_mail(session, sending)
        if sending.learning:
            note(session, week, person, sending.learning, ask=False)
        press = press_of(session, banner)
        released = release_week(press, week, person, session.now, mail=sending.mail)
        if not released.anew:
            tell(_said_before(session, released.issue))
        if not banner:  # a demo of many weeks says it once, at its end
            _say_no_pdf(released)
        paths = _write_files(session, released, sending.out)
        _say_letters(session, released.issue)
    return paths


def reissue(place: Place, wanted: Reissue, banner: str | None = None) -> None:
    """Send a corrected report to those who got the one before, at once."""
    reason = " ".join(wanted.reason.split())
    if not 0 < len(reason) <= LONGEST_REASON:
        raise Failure(f"--reason: write a sentence of at most {LONGEST_REASON} characters", code=2)
    spare_what_is_loaded()
    with open_session(place) as session:
        week = week_named(session, wanted.week)
        who = _may_release(session, wanted.person, week)
        press = press_of(session, banner)
        released = reissue_week(press, week, who, session.now, reason=reason)
        if not banner:
            _say_no_pdf(released)
        _write_files(session, released, wanted.out)
        _say_letters(session, released.issue)


def list_sent(place: Place, week: str | None, *, as_json: bool) -> None:
    """List the reports that were prepared and sent, and what became of their letters."""
    with open_session(place) as session:
        prefix = f"{week_named(session, week).name}/" if week else ""
        with session.desk.store.read() as connection:
            letters = letters_of(connection, prefix)
            weeks = sorted({one.id.partition("/")[0] for one in letters})
            weeks = [prefix.rstrip("/")] if prefix else weeks
            issues = [one for name in weeks for one in issues_of(connection, name)]
        if as_json:
            print_json({"issues": [_issue(one) for one in issues],
                        "letters": [_letter(one) for one in letters]})  # fmt: skip
            return
        for one in issues:
            say(_said_before(session, one))
        rows = [[one.id, one.address, one.state, one.note] for one in letters]
        table(["Letter", "To", "State", "Note"], rows, whole="Letter")


def settle_letter(place: Place, letter_id: str, person: str | None, *, arrived: bool) -> None:
    """Write a person's word on a letter that nobody knows the fate of, or that was refused."""
    with open_session(place) as session:
        who = session.change(person, "").who
        with session.desk.store.write() as connection:
            found = [one for one in letters_of(connection, letter_id) if one.id == letter_id]
            if not found:
                raise Failure(f"there is no letter {letter_id}; see `campaign report sent`")
            if not settle(connection, found[0], arrived=arrived, now=session.now):
                raise Failure(f"{letter_id} is {found[0].state}; there is nothing to settle")
            change = Change(who=who, at=session.now, why="arrived" if arrived else "send again")
            note_deed(connection, change, "settled letter", letter_id)
        say(f"{letter_id}: {'has arrived' if arrived else 'is sent again'}, says {who}.")
        if not arrived:
            send_letters(session)


def _may_release(session: Session, person: str | None, week: Week) -> str:
    """Return who releases; refuse anybody but the named person and the deputy of the day."""
    who = session.change(person, "").who
    try:
        check_releaser(session.schedule, who, session.now.astimezone(week.zone).date())
    except NotAllowedError as error:
        hint = "" if person else f"; say who you are with --as ({system_user()} is not known)"
        message = f"{error}{hint}"
        raise NotAllowedError(message) from error
    return who


def _check_mail(session: Session, sending: Sending) -> None:
    if not sending.mail or session.desk.settings.mail is not None:
        return
    if session.schedule.readers():
        raise Failure(
            "no mail server is set, so the readers would get nothing; set CAMPAIGN_MAIL_SERVER "
            "and CAMPAIGN_MAIL_FROM, or release files alone with --file-only"
        )


def _said_before(session: Session, issue: ReportIssue) -> str:
    zone = session.schedule.zone
    name = f"{issue.week}" + (f", correction {issue.number - 1}" if issue.number > 1 else "")
    if issue.released_at is None:
        return f"{name}: prepared on {for_people(issue.prepared_at, zone)}, not released yet."
    on = for_people(issue.released_at, zone)
    return f"{name}: released by {issue.released_by} on {on}."


def _write_files(session: Session, released: Released, out: Path | None) -> list[Path]:
    """Write the kept files; what a folder holds already is never replaced by other bytes."""
    folder = out or session.desk.settings.folder / SENT_FOLDER
    files: Mapping[str, KeptFile] = released.files or _kept(session, released.issue)
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, file in files.items():
        path = folder / name
        if path.exists() and path.read_bytes() != file.content:
            raise Failure(f"{path} is there and says something else; name another --out")
        paths.append(path if path.exists() else write_file(path, file.content))
        say(str(path))
    return paths


def _say_no_pdf(released: Released) -> None:
    if released.no_pdf:
        tell(f"The report has no PDF: {released.no_pdf}")


def _kept(session: Session, issue: ReportIssue) -> dict[str, KeptFile]:
    with session.desk.store.read() as connection:
        kept = files_of(connection, issue.id or 0)
    return {one.name: KeptFile(media_type=one.media_type, content=one.content) for one in kept}


def _say_letters(session: Session, issue: ReportIssue) -> None:
    done = send_letters(session)
    with session.desk.store.read() as connection:
        prefix = f"{issue.week}/{issue.number}/report/"
        letters = letters_of(connection, prefix)
    if not letters:
        say("No e-mail: files alone.")
        return
    for state in sorted({one.state for one in letters}):
        people = [one.person for one in letters if one.state == state]
        later = " (tried again by `campaign run`)" if state == PLANNED else ""
        say(f"{counted(len(people), 'e-mail')} {state}{later}: {', '.join(people)}")
        for why in sorted({one.note for one in letters if one.state == state and one.note}):
            tell(f"{state}: {why}")
    if done["unknown"]:
        tell("Some may have arrived or not: see `campaign report sent`. None is sent again.")


def _issue(issue: ReportIssue) -> dict[str, Any]:
    return {
        "week": issue.week,
        "number": issue.number,
        "as_of": instant(issue.as_of),
        "prepared_at": instant(issue.prepared_at),
        "released_at": instant(issue.released_at),
        "released_by": issue.released_by,
        "reason": issue.reason or None,
    }


def _letter(letter: Letter) -> dict[str, Any]:
    return {
        "letter": letter.id,
        "purpose": letter.purpose,
        "person": letter.person,
        "address": letter.address,
        "state": letter.state,
        "attempts": letter.attempt,
        "ended_at": instant(letter.ended_at),
        "note": letter.note or None,
    }
