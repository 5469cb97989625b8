from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pyotp
import pytest
from sqlalchemy import Connection, text

from campaign.access.codes import CodeError, new_secret, seal_codes_anew, set_secret, take_code
from campaign.access.leaving import come_back, has_left, leave
from campaign.access.links import make_link, person_of_link, spend_link
from campaign.access.organisation import Known, OrganisationError
from campaign.access.passwords import PasswordError, is_password, set_password
from campaign.access.subjects import person_for
from campaign.access.throttle import MOST_BY_ADDRESS, WITHIN, forget_tries, try_is_let_pass
from campaign.access.visits import begin, visit_of
from campaign.organisation_settings import NAMES, read_organisation
from campaign.schedule.model import Schedule
from campaign.schedule.parties import Person
from campaign.secret_keys import new_key
from campaign.store.database import open_store

NOW = datetime(2027, 1, 11, 7, 0, tzinfo=UTC)
PASSWORD = "umbrella-teapot-lantern"
KEY = new_key()


@pytest.fixture
def connection(either_database: str) -> Iterator[Connection]:
    store = open_store(either_database)
    with store.write() as opened:
        yield opened
    store.close()


def test_a_password_is_kept_as_argon2id_and_nothing_else(connection: Connection) -> None:
    set_password(connection, "ben", PASSWORD, NOW)
    (kept,) = connection.execute(text("SELECT password_hash FROM person")).scalars()
    assert kept.startswith("$argon2id$")
    assert is_password(connection, "ben", PASSWORD)
    assert not is_password(connection, "ben", PASSWORD + "x")
    assert not is_password(connection, "nobody", PASSWORD)


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaaaaaa", "ben-ben-archer-1", "x" * 257])
def test_a_password_that_is_easy_to_guess_is_not_taken(password: str) -> None:
    with pytest.raises(PasswordError):
        set_password(None, "ben", password, NOW)  # type: ignore[arg-type]  # never reached


def test_a_code_is_good_for_its_half_minute_and_its_neighbours_and_once(
    connection: Connection,
) -> None:
    set_password(connection, "ben", PASSWORD, NOW)
    secret = new_secret()
    set_secret(connection, "ben", secret, [KEY])
    code = pyotp.TOTP(secret).at(NOW)
    late = NOW + timedelta(seconds=61)
    assert not take_code(connection, "ben", code, [KEY], late)
    assert not take_code(connection, "ben", "000000", [KEY], NOW)
    assert take_code(
        connection, "ben", f"{code[:3]} {code[3:]}", [KEY], NOW + timedelta(seconds=30)
    )
    assert not take_code(connection, "ben", code, [KEY], NOW)


def test_what_codes_are_made_from_is_sealed_and_moves_to_a_new_key(connection: Connection) -> None:
    set_password(connection, "ben", PASSWORD, NOW)
    secret, new = new_secret(), new_key()
    set_secret(connection, "ben", secret, [KEY])
    (kept,) = connection.execute(text("SELECT code_sealed FROM person")).scalars()
    assert secret.encode() not in bytes(kept)
    assert seal_codes_anew(connection, [new, KEY]) == 1
    with pytest.raises(CodeError):
        take_code(connection, "ben", "000000", [KEY], NOW)
    assert take_code(connection, "ben", pyotp.TOTP(secret).at(NOW), [new], NOW)


def test_what_is_sealed_for_one_person_opens_for_no_other(connection: Connection) -> None:
    set_password(connection, "ben", PASSWORD, NOW)
    set_secret(connection, "ben", new_secret(), [KEY])
    connection.execute(text("UPDATE person SET id = 'cat'"))
    with pytest.raises(CodeError, match="somebody else"):
        take_code(connection, "cat", "000000", [KEY], NOW)


def test_five_tries_a_quarter_of_an_hour_by_name_and_then_no_more(connection: Connection) -> None:
    tries = [try_is_let_pass(connection, "ben", f"10.0.0.{n}", NOW) for n in range(7)]
    assert tries == [True] * 5 + [False] * 2
    assert try_is_let_pass(connection, "cat", "10.0.0.1", NOW)
    assert try_is_let_pass(connection, "ben", "10.0.0.1", NOW + WITHIN)


def test_one_address_cannot_try_every_name(connection: Connection) -> None:
    tries = [try_is_let_pass(connection, f"name{n}", "10.0.0.1", NOW) for n in range(40)]
    assert tries == [True] * MOST_BY_ADDRESS + [False] * (40 - MOST_BY_ADDRESS)


def test_whoever_signed_in_starts_anew(connection: Connection) -> None:
    for _ in range(5):
        try_is_let_pass(connection, "ben", "10.0.0.1", NOW)
    forget_tries(connection, "ben")
    assert try_is_let_pass(connection, "ben", "10.0.0.1", NOW)


def test_a_link_signs_one_person_in_once_within_a_quarter_of_an_hour(
    connection: Connection,
) -> None:
    token = make_link(connection, "elin", "dev", NOW)
    assert person_of_link(connection, token, NOW) == "elin"
    assert spend_link(connection, token, NOW + timedelta(minutes=14)) == "elin"
    assert spend_link(connection, token, NOW + timedelta(minutes=14)) is None
    late = make_link(connection, "elin", "dev", NOW)
    assert spend_link(connection, late, NOW + timedelta(minutes=15)) is None
    assert spend_link(connection, "made-up", NOW) is None


def test_a_newer_link_voids_the_older(connection: Connection) -> None:
    old = make_link(connection, "elin", "dev", NOW)
    make_link(connection, "elin", "dev", NOW)
    assert spend_link(connection, old, NOW) is None


def test_nothing_lets_a_leaver_in(connection: Connection) -> None:
    set_password(connection, "ben", PASSWORD, NOW)
    token = make_link(connection, "ben", "dev", NOW)
    visit = begin(connection, "ben", NOW, way="password")
    assert leave(connection, "ben", "dev", NOW) == 1
    assert has_left(connection, "ben")
    assert not is_password(connection, "ben", PASSWORD)
    assert spend_link(connection, token, NOW) is None
    assert visit_of(connection, visit, NOW) is None
    # Not even what somebody made beside the program, or a page that began before.
    assert visit_of(connection, begin(connection, "ben", NOW, way="link"), NOW) is None
    come_back(connection, "ben", NOW)
    assert not is_password(connection, "ben", PASSWORD)
    assert visit_of(connection, begin(connection, "ben", NOW, way="link"), NOW) is not None


def test_an_account_is_bound_by_its_address_once_and_by_its_own_name_from_then_on(
    connection: Connection,
) -> None:
    people = {"ama": {"name": "Ama", "roles": ["author"], "email": "Ama@ico.example"}}
    schedule = Schedule.model_construct(
        people={name: Person.model_validate(one) for name, one in people.items()}
    )
    first, heir = (Known(subject=f"issuer {name}", email="ama@ico.example") for name in "12")
    assert person_for(connection, schedule, first, NOW) == "ama"
    moved = Known(subject=first.subject, email="ama.mensah@ico.example")
    assert person_for(connection, schedule, moved, NOW) == "ama"
    with pytest.raises(OrganisationError, match="signs in with another account"):
        person_for(connection, schedule, heir, NOW)
    with pytest.raises(OrganisationError, match="nobody with the e-mail address"):
        person_for(connection, schedule, Known(subject="issuer 3", email="x@ico.example"), NOW)
    leave(connection, "ama", "dev", NOW)
    with pytest.raises(OrganisationError, match="you have left"):
        person_for(connection, schedule, first, NOW)


@pytest.mark.parametrize(
    ("known", "says"),
    [
        ({"CAMPAIGN_OIDC_ISSUER": "https://login.example"}, "set all three or none"),
        (dict.fromkeys(NAMES, "http://login.example"), "write the https address"),
    ],
)
def test_half_a_registration_and_one_that_is_not_encrypted_are_refused(
    known: dict[str, str], says: str
) -> None:
    with pytest.raises(ValueError, match=says):
        read_organisation(known)
    assert read_organisation({}) is None


def test_of_ten_who_bring_one_code_at_the_same_moment_one_is_let_in(either_database: str) -> None:
    store, secret = open_store(either_database), new_secret()
    with store.write() as connection:
        set_password(connection, "ben", PASSWORD, NOW)
        set_secret(connection, "ben", secret, [KEY])
    code, together = pyotp.TOTP(secret).at(NOW), Barrier(10)

    def bring(_number: int) -> bool:
        together.wait(30)
        with store.write_one() as connection:
            return take_code(connection, "ben", code, [KEY], NOW)

    with ThreadPoolExecutor(10) as people:
        assert sum(people.map(bring, range(10))) == 1
    store.close()
