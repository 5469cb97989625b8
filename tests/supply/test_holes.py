from typing import Any

import pytest

from tests.supply.holes import judge

FINE = {"name": "rich", "version": "15.0.0", "vulns": []}
SKIPPED = {"name": "typer", "skip_reason": "Dependency not found and could not be audited"}
HOLE = {
    "name": "pillow",
    "version": "12.0.0",
    "vulns": [{"id": "EX-2027-1", "fix_versions": ["12.0.1"]}],
}


@pytest.mark.parametrize(
    ("answer", "code", "words"),
    [
        ([FINE], 0, "main: no known hole in 1 packages"),
        ([FINE, SKIPPED], 3, "main: NOT CHECKED, nothing is known of 1 of 2 packages"),
        ([], 3, "main: NOT CHECKED, nothing is known of 0 of 0 packages"),
        ([HOLE, SKIPPED], 1, "main: pillow 12.0.0 has EX-2027-1; mended in 12.0.1"),
        (None, 3, "main: NOT CHECKED, the list of known holes cannot be reached"),
    ],
)
def test_what_was_not_looked_at_is_never_called_fine(
    answer: list[dict[str, Any]] | None, code: int, words: str
) -> None:
    given = None if answer is None else {"dependencies": answer}
    assert judge("main", given) == (code, [words])
