import re
import sqlite3

from tests.campaign.cli.shell import Shell


def test_what_people_do_is_sealed_and_a_change_is_told_with_its_line(ready: Shell) -> None:
    ready.fine("stop", "--reason", "a wrong link", "--as", "ben")
    assert "not sealed yet" in ready.fine("audit", "verify").err
    assert ready.fine("audit", "seal").lines == ["10 lines sealed."]
    seen = ready.fine("audit", "verify", "--json").json()
    assert (seen["intact"], seen["lines"], seen["unsealed"]) == (True, 10, 0)
    assert re.fullmatch("[0-9a-f]{64}", seen["head"])
    ready.fine("audit", "verify", "--head", seen["head"])
    with sqlite3.connect(ready.folder / "campaign.db") as connection:
        connection.execute("DROP TRIGGER deed_no_update")
        connection.execute("UPDATE deed SET who = 'cat' WHERE what = 'stop'")
    told = ready("audit", "verify")
    assert told.code == 1
    assert "changed beside the program: line 4 of the log of deeds" in told.err
    assert ready("audit", "verify", "--json").json()["intact"] is False
