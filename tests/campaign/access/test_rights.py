from dataclasses import replace

import pytest

from campaign.access.people import Person
from campaign.access.rights import NOTHING, TABLE, Action, Thing, can

ROLES = ("author", "approver", "legal", "admin", "reader", "partner")
MAY: dict[str, str] = {
    # action: who may, by the first letters of ROLES: a, p, l(egal), d (admin), r, t (partner)
    "see-desk": "apld",
    "see-reports": "apldr",
    "write": "a",
    "apply": "ap",
    "approve": "pl",
    "comment": "apl",
    "settle": "ap",
    "decide": "ap",
    "withdraw": "ap",
    "let-through": "p",
    "stop": "apld",
    "lift-stop": "apd",
    "release-report": "ap",
    "connect": "dt",
    "see-own": "t",
    "answer": "t",
    "manage-people": "d",
    "name-deputy": "apld",
    "end-deputy": "apld",
    "manage-subscribers": "d",
    "see-audit": "d",
    "export": "d",
    "hold-records": "d",
    "see-self": "apldrt",
}
LETTER = {
    "author": "a", "approver": "p", "legal": "l", "admin": "d", "reader": "r", "partner": "t"
}  # fmt: skip


def somebody(*roles: str, partner: str | None = None) -> Person:
    return Person(id="somebody", name="Somebody", roles=frozenset(roles), partner=partner)


def test_the_table_here_names_every_action_and_the_program_has_a_line_for_each() -> None:
    assert set(MAY) == set(Action) == set(TABLE)


@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize("role", ROLES)
def test_who_may_do_what(role: str, action: Action) -> None:
    assert can(somebody(role, partner="npcc"), action) is (LETTER[role] in MAY[action])


@pytest.mark.parametrize("action", list(Action))
def test_nobody_without_a_role_may_do_anything(action: Action) -> None:
    assert not can(somebody(), action)


@pytest.mark.parametrize("action", list(Action))
def test_two_roles_may_do_what_either_may(action: Action) -> None:
    either = can(somebody("author"), action) or can(somebody("reader"), action)
    assert can(somebody("author", "reader"), action) is either


@pytest.mark.parametrize(
    ("roles", "gate", "applied_by", "may"),
    [
        (["approver"], "approval", "ama", True),
        (["approver"], "approval", "somebody", False),
        (["approver"], "approval", "ama,somebody,ben", False),
        (["approver"], "legal", "ama", False),
        (["legal"], "legal", "ama", True),
        (["legal"], "approval", "ama", False),
        (["approver", "legal"], "legal", "ama", True),
        (["approver", "author"], "approval", "somebody", False),
        (["admin"], "approval", "ama", False),
        (["partner"], "partner", "ama", False),
    ],
)
def test_a_gate_has_its_own_role_and_never_lets_its_author_through(
    roles: list[str], gate: str, applied_by: str, *, may: bool
) -> None:
    thing = Thing(gate=gate, applied_by=applied_by)
    assert can(somebody(*roles), Action.APPROVE, thing) is may


@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize("role", ROLES)
def test_a_deputy_has_the_gates_of_who_is_away_and_no_other_right(
    role: str, action: Action
) -> None:
    absent = Person(id="absent", name="Absent", roles=frozenset({role}))
    deputy = replace(somebody("author"), deputy_for=(absent,))
    may = "a" in MAY[action] or (action == "approve" and role in {"approver", "legal"})
    assert can(deputy, action) is may


@pytest.mark.parametrize(
    ("gate", "applied_by", "may"),
    [
        ("approval", "dev", True),
        ("approval", "somebody", False),
        ("approval", "dev,absent", False),
        ("legal", "dev", False),
    ],
)
def test_a_deputy_opens_one_gate_as_who_is_away_could_and_nothing_of_either(
    gate: str, applied_by: str, *, may: bool
) -> None:
    absent = Person(id="absent", name="Absent", roles=frozenset({"approver"}))
    deputy = replace(somebody("author"), deputy_for=(absent,))
    assert can(deputy, Action.APPROVE, Thing(gate=gate, applied_by=applied_by)) is may
    # Whoever stands in for the deputy has nothing of it.
    second = Person(id="third", name="Third", roles=frozenset({"author"}), deputy_for=(deputy,))
    assert not can(second, Action.APPROVE, Thing(gate=gate, applied_by=applied_by))


@pytest.mark.parametrize(
    ("role", "absent", "deputy", "may"),
    [
        ("approver", "somebody", "ama", True),
        ("approver", "ben", "ama", False),
        ("admin", "ben", "ama", True),
        ("admin", "ben", "somebody", False),
    ],
)
def test_people_name_their_own_deputy_and_nobody_makes_themselves_one(
    role: str, absent: str, deputy: str, *, may: bool
) -> None:
    assert can(somebody(role), Action.NAME_DEPUTY, Thing(absent=absent, deputy=deputy)) is may


@pytest.mark.parametrize(
    ("role", "absent", "deputy", "may"),
    [
        ("author", "somebody", "ama", True),
        ("author", "ben", "somebody", True),
        ("approver", "ben", "ama", False),
        ("admin", "ben", "ama", True),
    ],
)
def test_either_of_the_two_and_admins_end_a_deputy(
    role: str, absent: str, deputy: str, *, may: bool
) -> None:
    assert can(somebody(role), Action.END_DEPUTY, Thing(absent=absent, deputy=deputy)) is may


def test_whoever_threw_a_stop_does_not_lift_it() -> None:
    person = somebody("author", "approver", "admin")
    assert can(person, Action.LIFT_STOP, Thing(stopped_by="ben"))
    assert not can(person, Action.LIFT_STOP, Thing(stopped_by="somebody"))


@pytest.mark.parametrize("action", [Action.SEE_OWN, Action.ANSWER, Action.CONNECT])
def test_a_partner_has_its_own_channels_and_no_others(action: Action) -> None:
    person = somebody("partner", partner="npcc")
    assert can(person, action, Thing(partner="npcc"))
    assert not can(person, action, Thing(partner="ndna"))
    assert not can(somebody("partner"), action, Thing(partner="ndna"))


def test_an_admin_connects_every_channel() -> None:
    assert can(somebody("admin"), Action.CONNECT, Thing(partner="ndna"))
    assert Thing() == NOTHING
