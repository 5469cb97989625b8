"""`python -m rehearsal`: the stand-in networks on their own, for trying `campaign run` by hand.

They keep the machine's clock. The ports and the accounts' credentials are printed as environment
lines; the networks run until Ctrl-C or SIGTERM.
"""

import argparse
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from rehearsal.server import Rehearsal

ACCOUNTS = (
    ("ico-x", "x", "@ico.example", 30_000),
    ("ico-mastodon", "mastodon", "@ico@social.example", 4_000),
    ("ico-bluesky", "bluesky", "ico.example", 6_000),
    ("ico-linkedin", "linkedin", "ico.example", 60_000),
    ("ico-facebook", "facebook", "ico.example", 15_000),
    ("ico-instagram", "instagram", "ico.example", 9_000),
    ("ico-threads", "threads", "@ico.example", 3_000),
    ("ico-youtube", "youtube", "@ico.example", 2_000),
    ("ndna-x", "x", "@ndna.example", 8_000),
    ("ndna-bluesky", "bluesky", "ndna.example", 2_000),
)
"""Channel, network, handle and followers; all invented."""


APPS = ("x", "linkedin", "facebook", "instagram", "threads", "youtube")
"""Networks that know apps by name; the others need none."""

SENT_BACK_TO = "http://127.0.0.1:8722/callback"
"""Where a sign-in waits for its answer, unless it is told another port."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until told to stop; return the exit code."""
    options = _options(arguments)
    rehearsal = Rehearsal(now=_now, seed=options.seed)
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    try:
        rehearsal.start(options.port)
    except (OSError, OverflowError) as error:
        words = (
            f"Cannot serve on port {options.port} and the next seven ({error}): try another --port."
        )
        sys.stderr.write(words + "\n")
        return 1
    try:
        for line in _lines(rehearsal):
            _say(line)
        stopped.wait()
    finally:
        rehearsal.stop()
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m rehearsal", description="Stand-in networks on this machine, until Ctrl-C."
    )
    parser.add_argument(
        "--port",
        type=int,
        default=0,
        help="port of the first network, the others follow; any free ports without it",
    )
    parser.add_argument("--seed", type=int, default=1, help="decides ids, keys and engagement")
    return parser.parse_args(arguments)


def _lines(rehearsal: Rehearsal) -> Iterator[str]:
    yield "# For `channels:` in schedule.yaml (partner ids are yours to choose):"
    credentials = {}
    for channel, network, handle, followers in ACCOUNTS:
        credentials[channel] = rehearsal.add_account(network, handle, followers=followers)
        server = rehearsal.server_of(network)
        yield f'#   {channel}: {{network: {network}, handle: "{handle}", server: "{server}"}}'
    yield "# For the environment:"
    for channel, fields in credentials.items():
        prefix = "CAMPAIGN__" + channel.upper().replace("-", "_")
        yield from (f"{prefix}__{name}={value}" for name, value in fields.items())
    yield "# Or, without those of a channel, for `campaign connect` and a key of yours:"
    for network in APPS:
        for name, value in rehearsal.add_app(network, SENT_BACK_TO).items():
            yield f"CAMPAIGN_APP__{network.upper()}__{name}={value}"


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _now() -> datetime:
    return datetime.now(UTC)


if __name__ == "__main__":
    sys.exit(main())
