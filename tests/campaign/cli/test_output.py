import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.console import Console
from rich.table import Table
from rich.text import Text

from campaign.cli import output
from campaign.cli.visible import visible

CELL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\t"), max_size=12)
WIDE = "数\U0001f642\u0301"


def by_rich(headings: list[str], rows: list[list[str]]) -> str:
    """Return the table as Rich lays it out where no terminal gives the width."""
    grid = Table(box=None, pad_edge=False, header_style="bold")
    for heading in headings:
        grid.add_column(heading, overflow="fold")
    for row in rows:
        grid.add_row(*[Text(visible(cell)) for cell in row])
    file = io.StringIO()
    Console(file=file, width=100_000).print(grid, soft_wrap=False)
    return file.getvalue()


@given(st.lists(st.lists(CELL, min_size=2, max_size=2), min_size=1, max_size=4))
@example([["post-1/ico-x/1", "a b"], [WIDE, "two\nlines"], ["", " "]])
def test_a_table_in_a_pipe_is_laid_out_as_rich_would(rows: list[list[str]]) -> None:
    file = io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(output, "out", Console(file=file))
        output.table(["Due", "Delivery"], rows)
    assert file.getvalue() == by_rich(["Due", "Delivery"], rows)


def test_a_tab_in_a_cell_keeps_what_stands_behind_it(capsys: pytest.CaptureFixture[str]) -> None:
    output.table(["Note"], [["a\tb"]])
    assert capsys.readouterr().out == "Note     \na       b\n"
