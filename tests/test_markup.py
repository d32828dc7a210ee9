"""tools/markup finds text that is marked as HTML without being escaped or cleaned."""

import subprocess
from pathlib import Path

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


def written(folder: Path, texts: dict[str, list[str]]) -> list[Path]:
    """A file for each line."""
    files = [(folder / f"{number}{name}", line) for name, lines in texts.items() for number, line in enumerate(lines)]
    for path, line in files:
        path.write_text(line)
    return [path for path, _line in files]


def test_what_is_planted_is_found(tmp_path: Path) -> None:
    files = written(tmp_path, PLANTED)
    done = scan(*files)
    assert done.returncode == 1
    assert [path.read_text() for path in files if f"{path}:" not in done.stdout] == []


def test_what_is_escaped_is_left_alone(tmp_path: Path) -> None:
    assert scan(*written(tmp_path, FINE)).stdout == ""


def test_the_site_has_none() -> None:
    done = scan()
    assert (done.returncode, done.stdout) == (0, "")
