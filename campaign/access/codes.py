"""The six figures from somebody's app, besides their password (TOTP, RFC 6238).

What they are made from is sealed like the sign-ins of channels. A code holds for its half minute
and the one before and after, and is used once.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from campaign.secret_keys import HOW, VARIABLE
from campaign.store.tables import PERSON

STEP_S = 30
NAME = "Campaign Desk"


class CodeError(Exception):
    """A secret that cannot be sealed or opened; the message says why and what to do."""


def new_secret() -> str:
    """Return what an app and this program make the same codes from."""
    import pyotp  # noqa: PLC0415 - few commands need it

    return str(pyotp.random_base32())


def app_address(secret: str, person: str) -> str:
    """Return the address that an app takes a secret from, as a text or a square to photograph."""
    import pyotp  # noqa: PLC0415 - few commands need it

    return str(pyotp.TOTP(secret).provisioning_uri(name=person, issuer_name=NAME))


def set_secret(connection: Connection, person: str, secret: str, keys: Sequence[str]) -> None:
    """Ask somebody who has a password for codes from now on, too."""
    sealed = _box(keys).encrypt(f"{person}\n{secret}".encode())
    values = {"code_sealed": sealed, "code_step": 0}
    connection.execute(update(PERSON).where(PERSON.c.id == person).values(**values))


def wants_code(connection: Connection, person: str) -> bool:
    """Whether somebody signs in with a code as well."""
    query = select(PERSON.c.code_sealed.is_not(None)).where(PERSON.c.id == person)
    return bool(connection.execute(query).scalar())


def take_code(
    connection: Connection, person: str, code: str, keys: Sequence[str], now: datetime
) -> bool:
    """Use a code up; False for a wrong one and for one that was used."""
    query = select(PERSON.c.code_sealed, PERSON.c.code_step).where(PERSON.c.id == person)
    row = connection.execute(query).first()
    if row is None or row.code_sealed is None:
        return False
    step = _step_of(_opened(row.code_sealed, person, keys), code.replace(" ", ""), now)
    if step is None or step <= row.code_step:
        return False
    # Of two who bring one code at the same moment the second finds it used.
    unused = update(PERSON).where(PERSON.c.id == person, PERSON.c.code_step < step)
    return connection.execute(unused.values(code_step=step)).rowcount == 1


def seal_codes_anew(connection: Connection, keys: Sequence[str]) -> int:
    """Seal every secret with the first key; return how many there are."""
    query = select(PERSON.c.id, PERSON.c.code_sealed).where(PERSON.c.code_sealed.is_not(None))
    rows = connection.execute(query).all()
    for row in rows:
        sealed = _box(keys).rotate(row.code_sealed)
        connection.execute(update(PERSON).where(PERSON.c.id == row.id).values(code_sealed=sealed))
    return len(rows)


def _step_of(secret: str, code: str, now: datetime) -> int | None:
    import pyotp  # noqa: PLC0415 - few commands need it
    from pyotp.utils import strings_equal  # noqa: PLC0415 - the same

    codes, this = pyotp.TOTP(secret), int(now.timestamp()) // STEP_S
    steps = (this - 1, this, this + 1)
    return next((one for one in steps if strings_equal(codes.generate_otp(one), code)), None)


def _opened(sealed: bytes, person: str, keys: Sequence[str]) -> str:
    from cryptography.fernet import InvalidToken  # noqa: PLC0415 - slow to load

    try:
        opened: str = _box(keys).decrypt(sealed).decode()
    except InvalidToken:
        message = f"the codes of {person} were sealed with another key than {VARIABLE} holds"
        raise CodeError(message) from None
    name, _, secret = opened.partition("\n")
    if name != person:
        message = f"what is kept for the codes of {person} was sealed for somebody else"
        raise CodeError(message)
    return secret


def _box(keys: Sequence[str]) -> Any:
    from cryptography.fernet import Fernet, MultiFernet  # noqa: PLC0415 - slow to load

    if not keys:
        message = f"there is no {VARIABLE} to seal codes with; {HOW}"
        raise CodeError(message)
    return MultiFernet([Fernet(one) for one in keys])
