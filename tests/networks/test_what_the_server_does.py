"""What the real server does and the connector relies on, asked with plain calls.

A new version of the server that behaves differently fails here, before anybody wonders about the
connector.
"""

import io
from typing import Any

import pytest
from PIL import Image

from tests.networks.xrpc import Account, get, post

pytestmark = pytest.mark.networks

KEY = "3lxyzabcdef22"
FAMILY = "👨‍👩‍👧‍👦"


def record(text: str = "Think. Check. Share.", **further: Any) -> dict[str, Any]:
    return {
        "$type": "app.bsky.feed.post",
        "text": text,
        "createdAt": "2027-01-12T08:30:00.000Z",
        "langs": ["en"],
        **further,
    }


def png(size: int = 0) -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (8, 6), "teal").save(drawn, "PNG")
    return drawn.getvalue().ljust(size, b"\0")


def images(blob: dict[str, Any], times: int = 1) -> dict[str, Any]:
    one = {"alt": "a plain colour", "image": blob}
    return {"$type": "app.bsky.embed.images", "images": [one] * times}


class TestWritingUnderAName:
    def test_the_same_record_again_changes_nothing(self, account: Account) -> None:
        first = account.put(KEY, record(), swapRecord=None)
        revision = account.revision()
        again = account.put(KEY, record(), swapRecord=None)
        assert (first.status, again.status) == (200, 200)
        assert "commit" in first.json
        assert "commit" not in again.json
        assert (again.json["uri"], again.json["cid"]) == (first.json["uri"], first.json["cid"])
        assert account.revision() == revision
        assert account.the_post()["text"] == "Think. Check. Share."

    def test_another_record_under_a_taken_name_is_refused_when_none_is_expected(
        self, account: Account
    ) -> None:
        account.put(KEY, record(), swapRecord=None)
        other = account.put(KEY, record("Something else"), swapRecord=None)
        assert (other.status, other.error) == (400, "InvalidSwap")
        assert account.the_post()["text"] == "Think. Check. Share."

    def test_without_that_expectation_the_post_is_changed_where_it_stands(
        self, account: Account
    ) -> None:
        account.put(KEY, record())
        assert account.put(KEY, record("Something else")).status == 200
        assert account.the_post()["text"] == "Something else"

    def test_the_same_words_at_another_time_are_another_record(self, account: Account) -> None:
        account.put(KEY, record(), swapRecord=None)
        later = record() | {"createdAt": "2027-01-12T08:30:00.001Z"}
        assert account.put(KEY, later, swapRecord=None).error == "InvalidSwap"

    def test_a_deleted_post_leaves_its_name_free(self, account: Account) -> None:
        account.put(KEY, record(), swapRecord=None)
        assert account.delete(KEY).status == 200
        assert account.posts() == []
        assert account.put(KEY, record(), swapRecord=None).status == 200

    def test_a_name_that_is_no_tid_is_refused(self, account: Account) -> None:
        said = account.put("law-helps-you-share", record())
        assert (said.status, said.error) == (400, "InvalidRequest")

    def test_creating_under_a_taken_name_looks_like_a_broken_server(self, account: Account) -> None:
        # Why the connector puts and never creates: a scheduler would try this for ever.
        body = {"repo": account.did, "collection": "app.bsky.feed.post", "rkey": KEY}
        account.put(KEY, record())
        said = account.post("com.atproto.repo.createRecord", {**body, "record": record()})
        assert (said.status, said.error) == (500, "InternalServerError")

    def test_creating_without_a_name_makes_a_post_each_time(self, account: Account) -> None:
        body = {"repo": account.did, "collection": "app.bsky.feed.post", "record": record()}
        for _ in range(2):
            assert account.post("com.atproto.repo.createRecord", body).status == 200
        assert len(account.posts()) == 2


class TestLooking:
    def test_a_post_that_is_not_there_is_said_to_be_not_found_by_name(
        self, account: Account
    ) -> None:
        query = {"repo": account.did, "collection": "app.bsky.feed.post", "rkey": KEY}
        absent = get(account.server, "com.atproto.repo.getRecord", query, token=account.token)
        assert (absent.status, absent.error) == (400, "RecordNotFound")

    def test_a_post_can_be_read_at_once(self, account: Account) -> None:
        account.put(KEY, record())
        query = {"repo": account.did, "collection": "app.bsky.feed.post", "rkey": KEY}
        there = get(account.server, "com.atproto.repo.getRecord", query)
        assert there.status == 200
        assert there.json["value"] == record()


class TestTokens:
    def test_a_public_read_is_served_whatever_the_token(self, account: Account) -> None:
        account.put(KEY, record())
        query = {"repo": account.did, "collection": "app.bsky.feed.post", "rkey": KEY}
        name = "com.atproto.repo.getRecord"
        assert get(account.server, name, query, token="no.such.token").status == 200

    def test_a_wrong_token_is_400_and_named(self, account: Account) -> None:
        body = {"repo": account.did, "collection": "app.bsky.feed.post", "record": record()}
        said = account.post("com.atproto.repo.createRecord", body, token="no.such.token")
        assert (said.status, said.error) == (400, "InvalidToken")

    def test_no_token_is_401_and_named(self, account: Account) -> None:
        body = {"repo": account.did, "collection": "app.bsky.feed.post", "record": record()}
        said = account.post("com.atproto.repo.createRecord", body, token="")
        assert (said.status, said.error) == (401, "AuthMissing")

    def test_a_wrong_password_is_401_and_named(self, account: Account) -> None:
        said = post(
            account.server,
            "com.atproto.server.createSession",
            {"identifier": account.handle, "password": "wrong"},
        )
        assert (said.status, said.error) == (401, "AuthenticationRequired")

    def test_nobody_writes_into_another_account(
        self, account: Account, another_account: Account
    ) -> None:
        body = {"repo": another_account.did, "collection": "app.bsky.feed.post"}
        said = account.post("com.atproto.repo.createRecord", {**body, "record": record()})
        assert 400 <= said.status < 500
        assert another_account.posts() == []


class TestLimits:
    @pytest.mark.parametrize(
        "text", ["a" * 300, "é" * 300, FAMILY * 120], ids=["ascii", "accents", "families"]
    )
    def test_what_fits_is_taken_whole(self, account: Account, text: str) -> None:
        assert account.put(KEY, record(text)).status == 200
        assert account.the_post()["text"] == text

    @pytest.mark.parametrize(
        ("text", "unit"),
        [("a" * 301, "grapheme"), (FAMILY * 121, "")],
        ids=["301 characters", "3025 bytes"],
    )
    def test_one_more_is_refused(self, account: Account, text: str, unit: str) -> None:
        said = account.put(KEY, record(text))
        assert (said.status, said.error) == (400, "InvalidRequest")
        assert unit in said.json["message"]
        assert account.posts() == []

    def test_four_pictures_are_taken_and_five_refused(self, account: Account) -> None:
        blob = account.upload(png(), "image/png").json["blob"]
        five = account.put(KEY, record(embed=images(blob, 5)))
        assert (five.status, five.error) == (400, "InvalidRequest")
        assert account.put(KEY, record(embed=images(blob, 4))).status == 200

    def test_a_picture_of_two_million_bytes_is_taken_and_one_byte_more_refused(
        self, account: Account
    ) -> None:
        fits = account.upload(png(2_000_000), "image/png").json["blob"]
        over = account.upload(png(2_000_001), "image/png").json["blob"]
        assert account.put(KEY, record(embed=images(over))).error == "InvalidRequest"
        assert account.put(KEY, record(embed=images(fits))).status == 200

    def test_an_upload_beyond_what_the_server_announces_is_refused(self, account: Account) -> None:
        described = get(account.server, "com.atproto.server.describeServer", {})
        most = described.json["blobUploadLimit"]
        assert account.upload(png(most), "image/png").status == 200
        assert account.upload(png(most + 1), "image/png").status == 413

    def test_a_picture_that_was_never_uploaded_is_named(self, account: Account) -> None:
        blob = account.upload(png(), "image/png").json["blob"]
        gone = blob | {
            "ref": {"$link": "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"}
        }
        said = account.put(KEY, record(embed=images(gone)))
        assert (said.status, said.error) == (400, "BlobNotFound")
