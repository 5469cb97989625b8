"""Keeps libraries from writing secrets into a log, whatever level somebody sets."""

import logging


class _Muzzle(logging.Filter):
    """Lets only warnings and worse through."""

    def filter(self, record: logging.LogRecord) -> bool:
        return record.levelno >= logging.WARNING


_MUZZLE = _Muzzle()


def keep_quiet(*loggers: str) -> None:
    """Let these say nothing below a warning from now on; again and again is once."""
    for name in loggers:
        logging.getLogger(name).addFilter(_MUZZLE)
