"""HEAD, looked at below the client, which drops a body by itself."""

import asyncio

from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send

from campaign.web.head import HeadAsGet


async def page(scope: Scope, receive: Receive, send: Send) -> None:
    assert scope["method"] == "GET"
    await PlainTextResponse("All the words")(scope, receive, send)


def test_head_has_the_status_and_headers_of_get_and_no_body() -> None:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b""}

    async def send(message: Message) -> None:
        sent.append(message)

    scope: Scope = {"type": "http", "method": "HEAD", "path": "/", "headers": []}
    asyncio.run(HeadAsGet(page)(scope, receive, send))
    assert (sent[0]["status"], dict(sent[0]["headers"])[b"content-length"]) == (200, b"13")
    assert b"".join(one["body"] for one in sent[1:]) == b""
