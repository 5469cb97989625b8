import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from campaign.calendar_files.cells import as_typed, guarded_cell


@pytest.mark.parametrize("text", ["=1+1", "+44 20", "-5", "@SUM(A1)", "\tx", "\r=1", "＝1"])  # noqa: RUF001
def test_what_a_spreadsheet_would_work_out_gets_an_apostrophe(text: str) -> None:
    assert guarded_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "a=1", "2027-01-12 08:30", " text", "#ThinkCheckShare"])
def test_other_cells_stay_as_they_are(text: str) -> None:
    assert guarded_cell(text) == text


@given(st.text())
@example("'=1+1")
@example("''")
def test_every_text_comes_back_letter_by_letter(text: str) -> None:
    assert as_typed(guarded_cell(text)) == text
    assert not guarded_cell(text).startswith(("=", "+", "-", "@", "\t", "\r"))
