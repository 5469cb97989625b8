"""Seals what a network gave, so that the database alone lets nobody post.

Inside the seal stand the channel, the server and the sign-in that it belongs to: a row that was
copied to another channel, or whose server was changed beside the program, does not open.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from campaign.secret_keys import FILE_VARIABLE, HOW, VARIABLE
from campaign.store.credentials import Kept
from connectors.grants import Grant


class SealError(Exception):
    """A sign-in that cannot be sealed or opened; the message says why and what to do."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Belonging:
    """What a sealed sign-in is bound to."""

    channel: str
    origin: str
    grant_id: str


class Seal:
    """Seals with the first key, opens with any."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._keys = tuple(keys)
        self._box: Any = None

    def check(self) -> None:
        """Raise `SealError` where there is no key, before a person goes to any network."""
        if not self._keys:
            message = f"there is no {VARIABLE} to seal a sign-in with; {HOW}"
            raise SealError(message)

    def seal(self, to: Belonging, grant: Grant) -> bytes:
        """Return what may stand in the database."""
        content = {
            "channel": to.channel,
            "origin": to.origin,
            "grant_id": to.grant_id,
            "credentials": dict(grant.credentials),
            "keeps": dict(grant.keeps),
        }
        sealed: bytes = self._opened().encrypt(json.dumps(content).encode())
        return sealed

    def open(self, kept: Kept) -> Grant:
        """Return what a row holds; raise `SealError` where no key opens it or it is another's."""
        content = self._content(kept)
        found = (content.get("channel"), content.get("origin"), content.get("grant_id"))
        if found != (kept.channel, kept.origin, kept.grant_id):
            message = (
                f"what is kept for {kept.channel} was sealed for another channel or server and is "
                f"not used; run `campaign connect {kept.channel}` again"
            )
            raise SealError(message)
        return Grant(
            account=kept.account,
            credentials=content["credentials"],
            keeps=content["keeps"],
            rights=tuple(kept.rights.split()),
            expires_at=kept.expires_at,
            renew_at=kept.renew_at,
            ends_at=kept.ends_at,
        )

    @property
    def has_key(self) -> bool:
        """Whether anything can be sealed at all."""
        return bool(self._keys)

    def seal_text(self, to: Belonging, text: str) -> bytes:
        """Return a text as it may stand in the database, bound to a channel and its server."""
        content = {"channel": to.channel, "origin": to.origin, "text": text}
        sealed: bytes = self._opened().encrypt(json.dumps(content).encode())
        return sealed

    def open_text(self, to: Belonging, sealed: bytes) -> str | None:
        """Return the text; None where no key opens it, or it was sealed for somebody else."""
        from cryptography.fernet import InvalidToken  # noqa: PLC0415 - slow to load, as in `_opened`

        try:
            found = json.loads(self._opened().decrypt(sealed))
        except InvalidToken:
            return None
        is_ours = (found.get("channel"), found.get("origin")) == (to.channel, to.origin)
        return str(found["text"]) if is_ours and "text" in found else None

    def anew(self, kept: Kept) -> bytes:
        """Return the same content under the first key."""
        self.open(kept)
        sealed: bytes = self._opened().rotate(kept.sealed)
        return sealed

    def _content(self, kept: Kept) -> Mapping[str, Any]:
        from cryptography.fernet import InvalidToken  # noqa: PLC0415 - slow to load, as in `_opened`

        try:
            found = json.loads(self._opened().decrypt(kept.sealed))
        except InvalidToken:
            message = (
                f"the sign-in of {kept.channel} was sealed with another key than {VARIABLE} or "
                f"{FILE_VARIABLE} holds; add that key behind the first, or run "
                f"`campaign connect {kept.channel}` again"
            )
            # No cause: nothing of what was sealed may reach a report of the fault.
            raise SealError(message) from None
        return found if isinstance(found, dict) else {}

    def _opened(self) -> Any:
        # It takes a twentieth of a second to import, which commands without a sign-in should save.
        from cryptography.fernet import Fernet, MultiFernet  # noqa: PLC0415 - slow to load

        self.check()
        if self._box is None:
            self._box = MultiFernet([Fernet(one) for one in self._keys])
        return self._box
