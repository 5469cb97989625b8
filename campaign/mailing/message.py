"""Writes a letter as an e-mail: plain text, perhaps a page, files; nothing tells on its reader.

The same letter gives the same bytes at every try, its id among them, so that a mailbox which sees
it twice can tell.
"""

import hashlib
from collections.abc import Iterable
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from campaign.models_reports import Letter, ReportFile

UNFOLDED = SMTP.clone(max_line_length=998)
"""Lines as long as the protocol has it, so that subjects and sentences stay in one piece."""
BY_MAIL = "mailto:"
"""The stop link of a reminder where no page of ours can be reached: by answering."""
ATTACHED = ("application/pdf", "text/html")


def as_message(letter: Letter, files: Iterable[ReportFile], sender: str) -> bytes:
    """Return the e-mail with the page attached, as PDF and as HTML where both are kept."""
    message = EmailMessage(policy=UNFOLDED)
    message["From"] = sender
    message["To"] = letter.address
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(letter.created_at)
    message["Message-ID"] = f"<{letter.id.replace('/', '.')}@{sender.rpartition('@')[2]}>"
    # Machines that answer for people who are away leave it alone.
    message["Auto-Submitted"] = "auto-generated"
    _let_stop(message, letter, sender)
    message.set_content(letter.text)
    if letter.html:
        message.add_alternative(letter.html, subtype="html")
        which = hashlib.sha256(letter.id.encode()).hexdigest()[:24]
        message.set_boundary(f"=_alternative_{which}")  # the same at each try, as everything
    kept = [file for file in files if file.media_type in ATTACHED]
    for file in kept:
        main, _, sub = file.media_type.partition("/")
        message.add_attachment(file.content, maintype=main, subtype=sub, filename=file.name)
    if kept:
        # The parts are parted by a line of our own, since a random one would differ each time.
        message.set_boundary(f"=_{letter.id.replace('/', '_')}")
    return message.as_bytes()


def _let_stop(message: EmailMessage, letter: Letter, sender: str) -> None:
    """Name the way to stop reminders where mail programs look for it (RFC 2369, RFC 8058)."""
    if not letter.stop_link:
        return
    by_mail = f"<mailto:{sender}?subject=stop%20reminders>"
    if letter.stop_link == BY_MAIL:
        message["List-Unsubscribe"] = by_mail
        return
    message["List-Unsubscribe"] = f"<{letter.stop_link}>, {by_mail}"
    if letter.stop_link.startswith("https:"):
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
