from datetime import UTC, datetime

from tests.campaign.cli.shell import Shell


def test_a_hold_is_placed_listed_and_lifted_and_the_rules_are_shown(ready: Shell) -> None:
    shown = ready.fine("retention", "--json").json()
    assert [(one["kind"], one["kept_for_days"], one["would_go"]) for one in shown["due"]] == [
        ("visits", 30, 0),
        ("tries", 30, 0),
        ("sign-in-links", 30, 0),
    ]
    assert {"letters", "wording", "snapshots", "audit"} <= set(shown["kept_for_good"])
    assert ready.fine("retention", "--apply", "--as", "ben").lines == ["Nothing is past its time."]
    place = ("legal-hold", "place", "claim 2027/14", "--reason", "a letter before claim")
    ready.fails(*place, "--post", "a", "--partner", "ico", code=2, says="place several holds")
    ready.fails(*place, "--post", "nothing", code=2, says="the record knows no post “nothing”")
    ready.fine(*place, "--partner", "ico", "--ends", "2027-12-31", "--as", "ben")
    (hold,) = ready.fine("legal-hold", "list", "--json").json()["holds"]
    assert (hold["hold"], hold["scope"], hold["target"]) == (1, "partner", "ico")
    assert datetime.fromisoformat(hold["ends_at"]) == datetime(2028, 1, 1, tzinfo=UTC)
    assert "stands" in ready.fine("legal-hold", "list").out
    lift = ("legal-hold", "lift", "1", "--as", "cat")
    ready.fails(*lift, "--reason", " ", code=2, says="--reason is empty")
    ready.fine(*lift, "--reason", "settled")
    assert "lifted by cat" in ready.fine("legal-hold", "list").out
    ready.fails(*lift, "--reason", "settled", code=1, says="no legal hold 1 stands")
