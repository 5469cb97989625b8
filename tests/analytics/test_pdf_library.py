"""Making PDF files changes nothing for the rest of the program."""

from PIL import ImageFile

from analytics.pdf import as_pdf


def test_a_pdf_made_beside_it_lets_no_cut_off_picture_pass() -> None:
    assert as_pdf("<!doctype html><html lang=en><title>A page</title><p>A page").startswith(b"%PDF")
    assert ImageFile.LOAD_TRUNCATED_IMAGES is False
