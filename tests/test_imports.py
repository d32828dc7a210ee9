"""Import rules between apps."""

import ast
from pathlib import Path

ROOT = Path(__file__).parent.parent
CONTENT = {"accessibility", "news", "twinning", "networks", "contacts"}
BELOW_CONTENT = {"editing", "publishing", "pagecache"}
ALLOWED: dict[str, set[str]] = {
    "molndal_intl": {"accounts", "pages", "search", "opendata", "partners", "backup"} | BELOW_CONTENT,
    "search": {"pages"} | CONTENT | BELOW_CONTENT,
    "opendata": {"pages", "news", "twinning", "networks", "contacts", "publishing", "pagecache"},
    "pages": CONTENT | BELOW_CONTENT,
    "accessibility": {"feedback", "contacts"} | BELOW_CONTENT,
    "news": {"twinning", "networks", "contacts"} | BELOW_CONTENT,
    "partners": {"feedback", "twinning", "contacts", "editing", "publishing"},
    "twinning": {"networks", "contacts"} | BELOW_CONTENT,
    "networks": {"contacts"} | BELOW_CONTENT,
    "contacts": BELOW_CONTENT,
    "editing": {"publishing"},
    "publishing": set(),
    "feedback": {"editing", "publishing"},
    "quality": {"pages", "editing", "publishing"} | CONTENT,
    "accounts": {"publishing"},
    "pagecache": set(),
    "backup": {"accessibility", "accounts", "feedback"} | BELOW_CONTENT,
    "dashboard": {"pages", "feedback", "backup", "accounts", "search", "quality", "partners"} | CONTENT | BELOW_CONTENT,
    "reports": {"dashboard", "opendata", "pages", "feedback", "backup", "quality"} | CONTENT | BELOW_CONTENT,
    "translating": {"dashboard", "editing", "publishing"},
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


def test_app_imports_only_lower_apps() -> None:
    for app, lower in ALLOWED.items():
        for path in (ROOT / app).rglob("*.py"):
            above = imported_apps(path) - {app} - lower
            assert not above, f"{path.relative_to(ROOT)} imports {above}"


def test_every_app_is_listed() -> None:
    apps = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}
    assert apps == set(ALLOWED)


def test_an_import_inside_a_function_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "example.py"
    path.write_text("def f():\n    from pages.models import Page\n")
    assert imported_apps(path) == {"pages"}
