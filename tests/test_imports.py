"""Import rules between apps."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ALLOWED: dict[str, set[str]] = {
    "molndal_intl": {"accounts", "pages", "editing", "publishing", "pagecache", "backup"},
    "search": {
        "pages",
        "accessibility",
        "news",
        "twinning",
        "networks",
        "contacts",
        "editing",
        "publishing",
        "pagecache",
    },
    "opendata": {"pages", "news", "twinning", "networks", "contacts", "publishing", "pagecache"},
    "pages": {"accessibility", "news", "twinning", "networks", "contacts", "editing", "publishing", "pagecache"},
    "accessibility": {"feedback", "contacts", "editing", "publishing", "pagecache"},
    "news": {"twinning", "networks", "contacts", "editing", "publishing", "pagecache"},
    "partners": {"feedback", "twinning", "contacts", "editing", "publishing"},
    "twinning": {"networks", "contacts", "editing", "publishing", "pagecache"},
    "networks": {"contacts", "editing", "publishing", "pagecache"},
    "contacts": {"editing", "publishing", "pagecache"},
    "editing": {"publishing"},
    "publishing": set(),
    "feedback": {"editing", "publishing"},
    "quality": {"pages", "accessibility", "news", "twinning", "networks", "contacts", "editing", "publishing"},
    "accounts": set(),
    "pagecache": set(),
    "backup": set(),
    "dashboard": {
        "pages",
        "accessibility",
        "news",
        "twinning",
        "networks",
        "contacts",
        "editing",
        "publishing",
        "feedback",
        "backup",
        "accounts",
        "pagecache",
        "search",
        "quality",
        "partners",
    },
    "reports": {
        "dashboard",
        "opendata",
        "pages",
        "accessibility",
        "news",
        "twinning",
        "networks",
        "contacts",
        "editing",
        "publishing",
        "feedback",
        "backup",
        "pagecache",
        "quality",
    },
}


def imported_apps(path: Path) -> set[str]:
    """The apps a file imports, at its top or inside a function."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide where a name comes from"
            names.add(node.module or "")
    return {name.split(".")[0] for name in names} & set(ALLOWED)


@pytest.mark.parametrize("app", ALLOWED)
def test_app_imports_only_lower_apps(app: str) -> None:
    for path in (ROOT / app).rglob("*.py"):
        above = imported_apps(path) - {app} - ALLOWED[app]
        assert not above, f"{path.relative_to(ROOT)} imports {above}"


def test_every_app_is_listed() -> None:
    apps = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}
    assert apps == set(ALLOWED)


def test_an_import_inside_a_function_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "example.py"
    path.write_text("def f():\n    from pages.models import Page\n")
    assert imported_apps(path) == {"pages"}
