"""The real Bluesky network on this machine, to try a campaign on: `make bluesky-server`.

It prints what to write into schedule.yaml and into the environment, and goes on until it is told to
stop. What is typed meanwhile a reader does to the newest post, so that there is something to count.
"""

import os
import sys
import tempfile
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.networks.index import indexing
from tests.networks.node import ServerMissingError, find_node, install_packages
from tests.networks.xrpc import Account, make_account

PORT = 2583
CHANNEL = "our-bluesky"

_WELCOME = """\
Bluesky answers at {server}, on this machine alone. Everything in it goes when it ends.

Into schedule.yaml, under channels:
  {channel}: {{network: bluesky, partner: us, handle: {handle}, server: "{server}"}}

Into the environment of every terminal in which you run the program:
  export {prefix}__IDENTIFIER={handle}
  export {prefix}__APP_PASSWORD={password}

Type like, repost, reply or follow and press Enter: a reader does it, to the newest post.
End it with Ctrl-C.
"""


class Reader:
    """Somebody else with an account, who does to the newest post what is typed."""

    def __init__(self, own: Account, desk: Account) -> None:
        self._own, self._desk = own, desk
        self._deeds: dict[str, Callable[[], str]] = {
            "like": lambda: self._refer("app.bsky.feed.like"),
            "repost": lambda: self._refer("app.bsky.feed.repost"),
            "reply": self._reply,
            "follow": self._follow,
        }

    def do(self, word: str) -> str:
        """Do what a word says; return a sentence about what came of it."""
        deed = self._deeds.get(word)
        return deed() if deed else f"“{word}” is none of: {', '.join(self._deeds)}"

    def _refer(self, collection: str) -> str:
        subject = self._newest()
        if subject is None:
            return f"{self._desk.handle} has no post yet."
        return self._write(collection, subject=subject)

    def _reply(self) -> str:
        subject = self._newest()
        if subject is None:
            return f"{self._desk.handle} has no post yet."
        reply = {"root": subject, "parent": subject}
        return self._write("app.bsky.feed.post", text="Where can I read more?", reply=reply)

    def _follow(self) -> str:
        return self._write("app.bsky.graph.follow", subject=self._desk.did)

    def _newest(self) -> dict[str, str] | None:
        posts = sorted(self._desk.posts(), key=lambda one: str(one["uri"]))
        return {"uri": posts[-1]["uri"], "cid": posts[-1]["cid"]} if posts else None

    def _write(self, collection: str, **fields: Any) -> str:
        made_at = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        record = {"$type": collection, "createdAt": made_at, **fields}
        body = {"repo": self._own.did, "collection": collection, "record": record}
        said = self._own.post("com.atproto.repo.createRecord", body)
        kind = collection.rpartition(".")[2]
        if said.status != 200:
            return f"The server refused the {kind}: {said.error}"
        return f"{self._own.handle} wrote a {kind}; it is counted within seconds."


def serve(lines: Iterable[str], say: Callable[[str], None], port: int) -> None:
    """Run the network until the lines end; raise `ServerMissingError` where it cannot be had."""
    node = find_node()
    say("Installing what Bluesky consists of; some minutes the first time ...")
    install_packages(node)
    with tempfile.TemporaryDirectory() as folder, indexing(node, Path(folder), port) as index:
        desk, reader = make_account(index.origin, "desk"), make_account(index.origin, "mary-reads")
        say(
            _WELCOME.format(
                server=index.origin,
                channel=CHANNEL,
                handle=desk.handle,
                prefix=f"CAMPAIGN__{CHANNEL.upper().replace('-', '_')}",
                password=desk.app_password,
            )
        )
        person = Reader(reader, desk)
        for line in lines:
            if line.strip():
                say(person.do(line.strip()))


def say(words: str) -> None:
    """Print at once, also into a file."""
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def main() -> int:
    """Serve until Ctrl-C or the end of standard input; 1 where it cannot be had."""
    try:
        serve(sys.stdin, say, int(os.environ.get("PORT", PORT)))
    except KeyboardInterrupt:
        say("Ended.")
    except ServerMissingError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
