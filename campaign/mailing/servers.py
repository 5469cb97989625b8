"""Hands one letter to the mail server, and says what is certain afterwards.

Everything up to the text is repeatable: no server keeps a letter it was never given. From the
first byte of the text to the server's answer nobody knows; a connection lost in between leaves a
letter that may have arrived, and such a one is never sent again by itself.
"""

import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

from campaign.mail_settings import STARTTLS, TLS, MailServer
from connectors.handing import (
    MaybeHandedError,
    NobodyThereError,
    NotHandedError,
    TurnedAwayError,
)

PATIENCE = timedelta(seconds=30)


def hand_over(
    server: MailServer,
    to: str,
    message: bytes,
    *,
    leaving: Callable[[], bool],
    patience: timedelta = PATIENCE,
) -> None:
    """Give the letter to the server.

    `leaving` is called just before the text is sent; where it says False nothing is sent and
    `NotHandedError` is raised. Raises one of the errors of `connectors.handing` unless the server
    took the letter.
    """
    if server.folder is not None:
        _into_folder(server, message, leaving)
        return
    with _signed_in(server, patience) as connection:
        _address(connection, server.sender, to)
        if not leaving():
            message_lost = "somebody else has the letter now"
            raise NotHandedError(message_lost)
        _give(connection, message)


def try_out(server: MailServer, patience: timedelta = PATIENCE) -> None:
    """Sign in and go again; raise `NotHandedError` where no letter could be handed over."""
    if server.folder is not None:
        _try_folder(server.folder)
        return
    with _signed_in(server, patience) as connection, suppress(OSError, smtplib.SMTPException):
        connection.quit()


def _try_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise NotHandedError(f"{folder}: {error.strerror or error}") from error


def _into_folder(server: MailServer, message: bytes, leaving: Callable[[], bool]) -> None:
    folder = server.folder
    if folder is None or not leaving():
        message_lost = "somebody else has the letter now"
        raise NotHandedError(message_lost)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        name = f"{len(list(folder.glob('*.eml'))) + 1:04}.eml"
        (folder / name).write_bytes(message)
    except OSError as error:
        raise NotHandedError(f"{folder}: {error.strerror or error}") from error


@contextmanager
def _signed_in(server: MailServer, patience: timedelta) -> Iterator[smtplib.SMTP]:
    try:
        connection = _connect(server, patience)
    except (OSError, smtplib.SMTPException) as error:
        raise NotHandedError(_why_not(server, error)) from error
    try:
        yield connection
    finally:
        connection.close()


def _connect(server: MailServer, patience: timedelta) -> smtplib.SMTP:
    context = ssl.create_default_context()
    seconds = patience.total_seconds()
    connection: smtplib.SMTP
    if server.security == TLS:
        connection = smtplib.SMTP_SSL(server.host, server.port, timeout=seconds, context=context)
    else:
        connection = smtplib.SMTP(server.host, server.port, timeout=seconds)
    try:
        if server.security == STARTTLS:
            # It raises where the server offers no encryption: the letter then stays here.
            connection.starttls(context=context)
        if server.user and server.password:
            connection.login(server.user, server.password)
    except BaseException:
        connection.close()
        raise
    return connection


def _address(connection: smtplib.SMTP, sender: str, to: str) -> None:
    try:
        connection.ehlo_or_helo_if_needed()
        for code, answer in (connection.mail(sender), connection.rcpt(to)):
            judge(code, answer)
    except TurnedAwayError as error:
        raise NobodyThereError(str(error)) from error
    except (OSError, smtplib.SMTPException) as error:
        raise NotHandedError(_words(error)) from error


def _give(connection: smtplib.SMTP, message: bytes) -> None:
    try:
        code, answer = connection.data(message)
    except smtplib.SMTPDataError as error:
        # The server would not even hear the text.
        judge(error.smtp_code, error.smtp_error)
        raise NotHandedError(_words(error)) from error
    except (OSError, smtplib.SMTPException) as error:
        raise MaybeHandedError(_words(error)) from error
    if not 200 <= code < 300 and not 400 <= code < 600:
        message_odd = "the server answered nothing that is known"
        raise MaybeHandedError(message_odd)
    judge(code, answer)


def judge(code: int, answer: bytes | str) -> None:
    """Raise what a server's answer means, nothing where it took what it was given."""
    if 200 <= code < 300:
        return
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    sentence = f"{code} {' '.join(text.split())}"[:300]
    if code >= 500:
        raise TurnedAwayError(sentence)
    raise NotHandedError(sentence)


def _why_not(server: MailServer, error: Exception) -> str:
    """Say why nobody could sign in, and what to look at."""
    at = f"{server.host}, port {server.port}"
    if isinstance(error, smtplib.SMTPAuthenticationError):
        look = "look at the user in CAMPAIGN_MAIL_SERVER and at CAMPAIGN_MAIL_PASSWORD"
        return f"{at}, does not accept user and password ({_words(error)}); {look}"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the certificate of {at}, cannot be trusted: {error.verify_message}"
    if isinstance(error, ssl.SSLError):
        look = "smtps:// is for servers that begin with it, smtp:// for those that change to it"
        return f"{at}, does not speak TLS ({error.reason or error}); {look}"
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return f"{at}, lacks what is wanted: {error}"
    if isinstance(error, smtplib.SMTPException):
        return f"{at}, answered and then did not go on: {_words(error)}"
    return f"{at}, cannot be reached: {_words(error)}"


def _words(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    if isinstance(error, smtplib.SMTPResponseException):
        answer = error.smtp_error
        text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else str(answer)
        return f"{error.smtp_code} {' '.join(text.split())}"[:300]
    return str(error) or type(error).__name__
