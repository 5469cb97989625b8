"""An authorisation server that we did not write: oauthlib's, at the addresses of X.

oauthlib checks the flow: the code and its address, the challenge, the app's secret, the rotation
of refresh tokens, revocation. Here stand only the tables it asks for, and the sockets.
"""

import base64
import json
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote

from oauthlib.oauth2 import RequestValidator, Server  # type: ignore[import-untyped]  # ships none
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from campaign.cli.landing import Quiet

CLIENT_ID, CLIENT_SECRET = "our-app", "the secret/of:our app"


class Book(RequestValidator):  # type: ignore[misc]  # of a library without types
    """What the server has to remember."""

    def __init__(self, redirect_uri: str) -> None:
        super().__init__()
        self.redirect_uri = redirect_uri
        self.codes: dict[str, dict[str, str]] = {}
        self.refresh_tokens: dict[str, list[str]] = {}
        self.access_tokens: set[str] = set()

    def authenticate_client(self, request: Any, *_: Any, **__: Any) -> bool:
        header = request.headers.get("Authorization", "")
        both = base64.b64decode(header.removeprefix("Basic ")).decode()
        name, _colon, secret = both.partition(":")
        request.client = type("Client", (), {"client_id": unquote(name)})()
        return (unquote(name), unquote(secret)) == (CLIENT_ID, CLIENT_SECRET)

    def client_authentication_required(self, request: Any, *_: Any, **__: Any) -> bool:
        return True

    def validate_client_id(self, client_id: str, request: Any, *_: Any, **__: Any) -> bool:
        return client_id == CLIENT_ID

    def validate_redirect_uri(self, client_id: str, uri: str, *_: Any, **__: Any) -> bool:
        return uri == self.redirect_uri

    def validate_response_type(self, client_id: str, kind: str, *_: Any, **__: Any) -> bool:
        return kind == "code"

    def validate_scopes(self, client_id: str, scopes: list[str], *_: Any, **__: Any) -> bool:
        return set(scopes) <= {
            "tweet.read",
            "tweet.write",
            "users.read",
            "media.write",
            "offline.access",
        }

    def is_pkce_required(self, client_id: str, request: Any) -> bool:
        return True

    def save_authorization_code(
        self, client_id: str, code: dict[str, str], request: Any, *_: Any, **__: Any
    ) -> None:
        self.codes[code["code"]] = {
            "uri": request.redirect_uri,
            "challenge": request.code_challenge,
            "method": request.code_challenge_method,
            "scopes": " ".join(request.scopes),
        }

    def validate_code(self, client_id: str, code: str, client: Any, request: Any, *_: Any) -> bool:
        known = self.codes.get(code)
        if known is None:
            return False
        request.scopes, request.user = known["scopes"].split(), "ico.example"
        return True

    def get_code_challenge(self, code: str, request: Any) -> str:
        return self.codes[code]["challenge"]

    def get_code_challenge_method(self, code: str, request: Any) -> str:
        return self.codes[code]["method"]

    def confirm_redirect_uri(self, client_id: str, code: str, uri: str, *_: Any, **__: Any) -> bool:
        return self.codes[code]["uri"] == uri

    def validate_grant_type(self, client_id: str, kind: str, *_: Any, **__: Any) -> bool:
        return kind in {"authorization_code", "refresh_token"}

    def invalidate_authorization_code(self, client_id: str, code: str, *_: Any, **__: Any) -> None:
        del self.codes[code]

    def save_bearer_token(self, token: dict[str, Any], request: Any, *_: Any, **__: Any) -> None:
        if request.grant_type == "refresh_token":
            del self.refresh_tokens[request.refresh_token]
        self.access_tokens.add(token["access_token"])
        self.refresh_tokens[token["refresh_token"]] = token["scope"].split()

    def validate_refresh_token(self, token: str, client: Any, request: Any, *_: Any) -> bool:
        request.user = "ico.example"
        return token in self.refresh_tokens

    def get_original_scopes(self, token: str, request: Any, *_: Any, **__: Any) -> list[str]:
        return self.refresh_tokens[token]

    def rotate_refresh_token(self, request: Any) -> bool:
        return True

    def revoke_token(self, token: str, hint: str, request: Any, *_: Any, **__: Any) -> None:
        self.access_tokens.discard(token)
        self.refresh_tokens.pop(token, None)


class Provider:
    """oauthlib's server, and one address that tells whose token it is."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self._server = Server(book, token_expires_in=7200)

    def __call__(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        request = Request(environ)
        # oauthlib refuses plain http; this one is on loopback, so it is told otherwise.
        address = request.url.replace("http://", "https://", 1)
        return self._answer(request, address)(environ, start)

    def _answer(self, request: Request, address: str) -> Response:
        body, headers = request.get_data(as_text=True), dict(request.headers)
        asked = (address, request.method, body, headers)
        if request.path == "/i/oauth2/authorize":
            if request.method == "GET":
                scopes, _ = self._server.validate_authorization_request(*asked)
                return Response(f"@ico.example: {' '.join(scopes)}")
            # The owner's answer is for the page; what oauthlib reads is the address.
            scopes = request.args["scope"].split()
            return _as_response(
                self._server.create_authorization_response(address, "POST", "", {}, scopes)
            )
        if request.path == "/2/oauth2/token":
            return _as_response(self._server.create_token_response(*asked))
        if request.path == "/2/oauth2/revoke":
            return _as_response(self._server.create_revocation_response(*asked))
        token = headers.get("Authorization", "").removeprefix("Bearer ")
        if token not in self.book.access_tokens:
            return Response(json.dumps({"title": "Unauthorized", "status": 401}), status=401)
        me = {"id": "17", "username": "ico.example", "public_metrics": {"followers_count": 1}}
        return Response(json.dumps({"data": me}))


def _as_response(answered: tuple[dict[str, str], str, int]) -> Response:
    headers, body, status = answered
    return Response(body or "", status=status, headers=headers)


@contextmanager
def serving(redirect_uri: str) -> Iterator[tuple[str, Book]]:
    """Serve on loopback; give the origin and what the server remembers."""
    book = Book(redirect_uri)
    server = make_server("127.0.0.1", 0, Provider(book), threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}", book
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
