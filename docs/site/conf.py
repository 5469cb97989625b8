"""How Sphinx builds the site: nothing is asked of another host, and every warning is an error."""

from typing import Any

from sphinx.highlighting import lexer_classes

lexer_classes["csv"] = lexer_classes["none"]

project = "Campaign Desk"
author = "Campaign Desk"
copyright = "Campaign Desk, MIT"  # noqa: A001 - Sphinx's own name for it
language = "en"

extensions = ["myst_parser"]
myst_heading_anchors = 4
suppress_warnings = ["misc.highlighting_failure"]  # a colour less is no fault of a page
root_doc = "index"

html_theme = "furo"
html_title = "Campaign Desk"
html_static_path = ["look.css"]
html_css_files = ["look.css"]
html_theme_options = {"navigation_with_keys": False}
html_copy_source = False
html_show_sourcelink = False
html_show_sphinx = False
html_use_index = False
html_domain_indices = False


def mend(_app: Any, _page: str, _template: str, context: dict[str, Any], _tree: Any) -> None:
    """Let the keyboard reach what scrolls, and say how deep the navigation's headings are."""
    body = context.get("body", "")
    body = body.replace("<pre>", '<pre tabindex="0">')
    context["body"] = body.replace(
        '<div class="table-wrapper ', '<div tabindex="0" class="table-wrapper '
    )
    tree = context.get("furo_navigation_tree", "")
    context["furo_navigation_tree"] = tree.replace(
        'role="heading"', 'role="heading" aria-level="2"'
    )


def setup(app: Any) -> None:
    """Mend each page after the theme has made it."""
    app.connect("html-page-context", mend, priority=900)
