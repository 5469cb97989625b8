"""What the network of the benchmarks can take: it must not be what is measured.

Plain sockets send ready bytes, on kept connections and on a new one for every post.
"""

import asyncio
import time
from dataclasses import asdict, dataclass

from benchmarks.loopback import loopback_server
from benchmarks.tables import Section, Spread, progress, table
from benchmarks.work import Post, posts_to_send

POSTS = 5_000
AT_ONCE = 8
TOGETHER = 20
"""Requests written at once on a kept connection, so that the sender is not what is measured."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Taken:
    """How many posts a second the server answered."""

    kept: bool
    """Whether connections were kept."""
    per_s: float


def measure(rounds: int) -> Section:
    """Send posts as fast as plain sockets can."""
    taken = [progress(_taken(kept=kept)) for _ in range(rounds) for kept in (True, False)]
    rows = []
    for kept, title in (
        (True, f"kept connections, {TOGETHER} posts at a time"),
        (False, "a connection for every post"),
    ):
        speed = Spread.of([one.per_s for one in taken if one.kept is kept])
        rows.append([title, speed.text()])
    return Section(
        name="server",
        title="What the loopback server answers to plain sockets",
        text=table(["", "posts/s"], rows),
        figures=[asdict(one) for one in taken],
    )


def _taken(*, kept: bool) -> Taken:
    posts = posts_to_send(POSTS)
    with loopback_server() as server:
        begun = time.monotonic()
        asyncio.run(_send_all(server.port, posts, kept=kept))
        seconds = time.monotonic() - begun
    return Taken(kept=kept, per_s=len(posts) / seconds)


async def _send_all(port: int, posts: list[Post], *, kept: bool) -> None:
    shares = [posts[start::AT_ONCE] for start in range(AT_ONCE)]
    await asyncio.gather(*(_send(port, share, kept=kept) for share in shares))


async def _send(port: int, posts: list[Post], *, kept: bool) -> None:
    for group in [posts] if kept else [[post] for post in posts]:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for start in range(0, len(group), TOGETHER):
            some = group[start : start + TOGETHER]
            writer.write(b"".join(_request(post) for post in some))
            for _ in some:
                head = await reader.readuntil(b"\r\n\r\n")
                length = head.lower().partition(b"content-length:")[2].split(b"\r\n")[0]
                await reader.readexactly(int(length))
        writer.close()
        await writer.wait_closed()


def _request(post: Post) -> bytes:
    headers = "".join(f"{name}: {value}\r\n" for name, value in post.headers.items())
    head = f"POST /api/v1/statuses HTTP/1.1\r\nHost: x\r\n{headers}"
    return f"{head}Content-Length: {len(post.body)}\r\n\r\n".encode() + post.body
