import ast
import re
from pathlib import Path

import pytest

from campaign.states import PEOPLES_WORDS, State
from connectors.contract import Missing
from connectors.registry import NETWORKS
from tests.docs import made
from tests.docs.blocks import PAGES, ROOT, prose_of
from tests.docs.made_flow import named_modules
from tests.docs.made_layers import UNSAID, layers_page

DOCS = ROOT / "docs"
GLOSSARY = DOCS / "glossary.md"
CODE = ("campaign", "connectors", "analytics", "rehearsal")
WORDS = (
    "campaign",
    "post",
    "wording",
    "network",
    "channel",
    "partner",
    "slot",
    "planned delivery",
    "delivery",
    "attempt",
    "published post",
    "reading",
    "snapshot",
    "gain",
    "reach",
    "impressions",
    "week",
)
"""What everything else is said with; each has to have its line in the glossary."""


def rows_of(page: Path, heading: str) -> list[list[str]]:
    """Return the cells of the table whose first heading is this one."""
    lines = page.read_text(encoding="utf-8").splitlines()
    starts = [n for n, line in enumerate(lines) if line.startswith(f"| {heading} |")]
    assert starts, f"{page.name} has no table “{heading}”"
    rows = []
    for line in lines[starts[-1] + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


AVOIDED = sorted(
    {word.strip() for row in rows_of(GLOSSARY, "word") for word in row[2].split(",") if word}
)


@pytest.mark.parametrize("path", made.MADE, ids=lambda path: path.name)
def test_what_is_made_from_the_code_is_current(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == made.MADE[path](), made.REMAKE


def test_every_package_of_the_map_says_what_it_is_for() -> None:
    assert UNSAID not in layers_page(), "say it in tests/docs/made_layers.py"


def test_every_command_is_explained_to_those_who_use_it() -> None:
    names = ("comms-team", "partners", "operations", "leadership", "api", "records")
    text = "\n".join((DOCS / f"{name}.md").read_text(encoding="utf-8") for name in names)
    text += (ROOT / "README.md").read_text(encoding="utf-8")
    unnamed = [
        name
        for name in made.command_names()
        if not re.search(rf"(campaign|`make) {re.escape(name)}\b", text)
    ]
    assert unnamed == []


def test_no_page_names_a_command_that_does_not_exist() -> None:
    known = {*made.command_names(), "COMMAND"}
    named = {
        word
        for page in PAGES
        for word in re.findall(
            r"(?:`|\$ )campaign ([a-z][a-z-]*)", page.read_text(encoding="utf-8")
        )
    }
    assert named - known == set()


def test_every_state_stands_in_the_glossary_with_its_words_for_people() -> None:
    rows = {row[0].strip("`"): row[1] for row in rows_of(GLOSSARY, "state")}
    assert rows == {str(state): PEOPLES_WORDS[state] for state in State}


def test_every_state_says_what_it_asks_of_the_operator() -> None:
    cells = [row[0] for row in rows_of(DOCS / "operations.md", "state")]
    named = [name for cell in cells for name in re.findall(r"`([a-z-]+)`", cell)]
    assert sorted(named) == sorted(State)


def test_every_word_stands_in_the_glossary_once() -> None:
    listed = [row[0] for row in rows_of(GLOSSARY, "word")]
    assert len(set(listed)) == len(listed)
    assert set(WORDS) <= set(listed)


def test_there_are_words_to_avoid() -> None:
    assert {"platform", "provider", "customer"} <= set(AVOIDED)


@pytest.mark.parametrize("word", AVOIDED)
def test_no_page_and_no_command_uses_a_word_that_the_glossary_avoids(word: str) -> None:
    pages = {str(page.relative_to(ROOT)): prose_of(page) for page in PAGES if page != GLOSSARY}
    pages["campaign --help"] = made.commands_page()
    guilty = [
        name
        for name, text in pages.items()
        if re.search(rf"\b{word}s?\b", text, flags=re.IGNORECASE)
    ]
    assert guilty == []


def test_no_name_in_the_code_uses_a_word_that_the_glossary_avoids() -> None:
    guilty = {
        f"{path.relative_to(ROOT)}: {name}"
        for part in CODE
        for path in (ROOT / part).rglob("*.py")
        for name in names_in(path.read_text(encoding="utf-8"))
        if set(words_of(name)) & set(AVOIDED)
    }
    assert guilty == set()


def test_a_name_with_an_avoided_word_would_be_noticed() -> None:
    source = "class StatsProvider:\n    def next_item(self, platform): self_delta = 1\n"
    found = [word for name in names_in(source) for word in words_of(name)]
    assert set(found) & set(AVOIDED) == {"stats", "provider", "item", "platform", "delta"}


def names_in(source: str) -> list[str]:
    """Return the names that a module gives: classes, functions, parameters, variables."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.append(node.name)
        elif isinstance(node, ast.arg):
            found.append(node.arg)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.append(node.id)
    return found


def words_of(name: str) -> list[str]:
    """Part a name in its words, in small letters."""
    return [word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+", name)]


@pytest.mark.parametrize("network", NETWORKS.values(), ids=lambda one: one.name)
def test_every_network_says_what_is_proved_and_what_is_only_documented(network: object) -> None:
    title = getattr(network, "title", "")
    rows = {row[0]: row[1:] for row in rows_of(DOCS / "networks.md", "network")}
    assert title in rows
    assert all(rows[title])
    pack_only = getattr(network, "connect", None) is None
    assert ("pack only" in rows[title][0]) is pack_only


def test_every_setting_is_explained() -> None:
    names = (
        "settings.py",
        "addresses_allowed.py",
        "retention_settings.py",
        "mail_settings.py",
        "public_settings.py",
        "operating_settings.py",
        "secret_keys.py",
        "cli/on_partner_link.py",
    )
    files = [ROOT / "campaign" / name for name in names]
    source = "".join(file.read_text(encoding="utf-8") for file in files)
    read = set(re.findall(r'"(CAMPAIGN_[A-Z_]+)"', source))
    explained = {row[0].strip("`") for row in rows_of(DOCS / "operations.md", "variable")}
    assert explained == read


def test_every_credential_is_explained() -> None:
    rows = {row[0]: row[1] for row in rows_of(DOCS / "operations.md", "network")}
    wanted = {one.title: one.credentials for one in NETWORKS.values() if one.credentials}
    assert rows.keys() == wanted.keys()
    for title, fields in wanted.items():
        named = re.findall(r"`([A-Z_]+)`", rows[title])
        assert named == [one.name for one in fields]


def test_every_reason_for_a_missing_number_is_told_to_leadership() -> None:
    text = (DOCS / "leadership.md").read_text(encoding="utf-8")
    found = re.search(r"A gap says why it is a gap: ([^.]*)\.", text)
    assert found is not None
    assert len(re.split(r", or |, ", " ".join(found[1].split()))) == len(Missing)


def test_every_decision_stands_in_the_list_with_its_title() -> None:
    listed = (DOCS / "decisions" / "README.md").read_text(encoding="utf-8")
    pages = sorted((DOCS / "decisions").glob("[0-9]*.md"))
    numbers = [page.name[:4] for page in pages]
    # Pages are written side by side, so a number may be kept for one that comes later.
    assert len(numbers) == len(set(numbers))
    for page in pages:
        title = page.read_text(encoding="utf-8").splitlines()[0]
        assert title.startswith(f"# {page.name[:4]} ")
        assert f"({page.name}) | {title[7:]} |" in listed


@pytest.mark.parametrize("part", ["Context", "Decision", "Consequences"])
def test_every_decision_has_its_three_parts(part: str) -> None:
    pages = sorted((DOCS / "decisions").glob("[0-9]*.md"))
    without = [page.name for page in pages if f"\n## {part}\n" not in page.read_text("utf-8")]
    assert without == []


def test_every_test_that_the_threat_model_names_exists() -> None:
    text = (DOCS / "explanation" / "threats.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(test_\w+)`", text))
    files = (path for path in (ROOT / "tests").rglob("*.py"))
    defined = {
        name for path in files for name in re.findall(r"def (test_\w+)", path.read_text("utf-8"))
    }
    assert len(named) > 30
    assert named - defined == set()


def test_every_threat_names_a_test() -> None:
    rows = rows_of(DOCS / "explanation" / "threats.md", "kind")
    assert len(rows) > 20
    assert [row[1] for row in rows if not re.search(r"`test_\w+`", row[3])] == []
    assert {row[0] for row in rows} == set("STRIDE")


def test_the_drawing_of_the_data_flow_names_what_there_is() -> None:
    for module in named_modules():
        path = ROOT / module.replace(".", "/")
        assert path.is_dir() or path.with_suffix(".py").exists(), module


def test_the_law_that_the_lesson_breaks_is_there_to_be_broken() -> None:
    lesson = (DOCS / "tutorials" / "developer.md").read_text(encoding="utf-8")
    found = re.search(r"sed -i 's/(.+?)/(.+?)/' (campaign/states.py)", lesson)
    assert found is not None
    source = (ROOT / found[3]).read_text(encoding="utf-8")
    assert source.count(found[1]) == 1
    broken: dict[str, dict[str, set[str]]] = {}
    exec(source.replace(found[1], found[2]), broken)
    assert "planned" in broken["MOVES"]["withdrawn"]
