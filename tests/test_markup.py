"""tools/markup finds text that is marked as HTML without being escaped or cleaned."""

import subprocess
from pathlib import Path

import pytest

from tests.servers import ROOT

PLANTED = {
    "a.py": [
        "x = mark_safe(network.name)",
        "x = safestring.mark_safe(text)",
        "make = mark_safe",
        "x = SafeString(text)",
        "x = format_html(text)",
        'x = format_html(f"<b>{text}</b>")',
        'x = format_html("<b>" + text)',
        'x = format_html_join("", pattern, rows)',
        "register.filter(name, is_safe=True)",
        "class A:\n    def __html__(self): return self.text",
    ],
    "a.html": ["{{ network.name|safe }}", "{{ names | safeseq }}", "{% autoescape off %}{{ name }}{% endautoescape %}"],
}
FINE = {
    "a.py": [
        'def f(text: str) -> SafeString:\n    return format_html("<b>{}</b>", text)',
        'format_html_join("", "{}", x)',
    ],
    "a.html": ["{{ name }}", "{{ name|safely }}", "{% autoescape on %}"],
}


def scan(*files: Path) -> "subprocess.CompletedProcess[str]":
    command = [ROOT / ".venv/bin/python", ROOT / "tools/markup", *files]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(("name", "line"), [(name, line) for name, lines in PLANTED.items() for line in lines])
def test_what_is_planted_is_found(name: str, line: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(line)
    assert scan(tmp_path / name).returncode == 1


@pytest.mark.parametrize(("name", "line"), [(name, line) for name, lines in FINE.items() for line in lines])
def test_what_is_escaped_is_left_alone(name: str, line: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(line)
    assert scan(tmp_path / name).stdout == ""


def test_the_site_has_none() -> None:
    done = scan()
    assert (done.returncode, done.stdout) == (0, "")
