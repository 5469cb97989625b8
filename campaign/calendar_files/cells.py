"""Keeps spreadsheets from taking a text for a formula, in a way that can be taken back exactly.

Excel, LibreOffice and Google Sheets work out a cell of a CSV file that begins with one of these
signs (OWASP, “CSV Injection”). One apostrophe in front makes it a text. A cell that begins with an
apostrophe gets one, too, so that `as_typed` gives back every text letter by letter.
"""

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001 - full width
GUARD = "'"


def guarded_cell(text: str) -> str:
    """Return a text as a cell that no spreadsheet works out."""
    return f"{GUARD}{text}" if text.startswith((*DANGEROUS, GUARD)) else text


def as_typed(cell: str) -> str:
    """Return the text that `guarded_cell` made a cell of; other cells stay as they are."""
    return cell[1:] if cell.startswith(GUARD) else cell
