"""Turns what goes wrong into one sentence and the right exit code; no traceback reaches a user.

Exit codes: 0 fine, 1 failed, 2 usage, 3 the schedule or a post has errors, 4 changes waiting.
"""

import logging
import sys
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path

from campaign.cli.visible import visible

FAILED, FAULTS, CHANGES_WAITING = 1, 3, 4


class Failure(Exception):  # noqa: N818 - it is how a command fails, told to a person
    """A command that could not do its work; the message is the whole story."""

    def __init__(self, message: str, code: int = FAILED) -> None:
        super().__init__(message)
        self.code = code


def guarded(run: Callable[[], object]) -> int:
    """Run the program and return its exit code, with every failure told in words."""
    try:
        run()
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else FAILED
    except KeyboardInterrupt:
        _tell("stopped; nothing was left half-written")
        return 130
    except BrokenPipeError:
        # The reader of our output has gone (`| head`); closing quietly is what it expects.
        sys.stderr.close()
        return FAILED
    except Exception as error:  # noqa: BLE001 - this is where every failure is put into words
        return _explain(error)
    return 0


def _explain(error: Exception) -> int:
    # Imported here: a program that only prints its help must not load the database layer.
    from sqlalchemy.exc import DBAPIError

    from analytics.issues import CannotReleaseError
    from campaign.access.codes import CodeError
    from campaign.access.passwords import PasswordError
    from campaign.apply import ChannelInUseError, OtherCampaignError, StalePlanError
    from campaign.credentials.means import CannotSignInError
    from campaign.credentials.sealing import SealError
    from campaign.decisions.approvals import CannotDecideError
    from campaign.people import NotAllowedError
    from campaign.schedule.faults import FaultsFound
    from campaign.settings import SettingsError
    from campaign.store.database import StoreError, explain
    from connectors.contract import ConnectorError

    told = (
        ChannelInUseError,
        OtherCampaignError,
        StalePlanError,
        CannotDecideError,
        NotAllowedError,
        SettingsError,
        StoreError,
        ConnectorError,
        CannotReleaseError,
        CannotSignInError,
        SealError,
        CodeError,
        PasswordError,
    )
    if isinstance(error, Failure):
        _tell(str(error))
        return error.code
    if isinstance(error, FaultsFound):
        for fault in error.faults:
            _tell(str(fault))
        return FAULTS
    if isinstance(error, told):
        _tell(str(error))
        return FAILED
    if isinstance(error, DBAPIError):
        _tell(explain(error))
        return FAILED
    if isinstance(error, OSError):
        path = error.filename or "a file"
        _tell(f"{path}: {error.strerror or error}; is this path right, and may you use it?")
        return FAILED
    _tell(_unforeseen(error))
    return FAILED


def _unforeseen(error: Exception) -> str:
    logging.getLogger(__name__).debug("unforeseen", exc_info=error)
    with tempfile.NamedTemporaryFile(
        "w", prefix="campaign-desk-", suffix=".txt", delete=False
    ) as report:
        traceback.print_exception(error, file=report)
    return (
        f"a fault in Campaign Desk itself ({type(error).__name__}: {error}); "
        f"please send {Path(report.name)} to whoever looks after it"
    )


def _tell(text: str) -> None:
    sys.stderr.write(visible(text) + "\n")
