import pytest

from publishing.richtext import clean_html, render_html


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("<p>Hej <strong>du</strong></p>", "<p>Hej <strong>du</strong></p>"),
        ("<p></p>", ""),
        ("<p> </p><ul><li>&nbsp;<br></li></ul>", ""),
        ('<p onclick="x()">Hej<script>alert(1)</script></p>', "<p>Hej</p>"),
        ('<p style="color:red" class="MsoNormal">Från Word<o:p></o:p></p>', "<p>Från Word</p>"),
        ('<a href="https://sern.eu/">SERN</a>', '<a href="https://sern.eu/">SERN</a>'),
        ('<a href="www.sern.eu">SERN</a>', '<a href="https://www.sern.eu">SERN</a>'),
        ('<a href="/kontakt/">Kontakt</a>', '<a href="/kontakt/">Kontakt</a>'),
        ('<a href="mailto:a@b.se">Skriv</a>', '<a href="mailto:a@b.se">Skriv</a>'),
        ('<a href="javascript:alert(1)">x</a>', "<a>x</a>"),
        ('<a href="//evil.example">x</a>', "<a>x</a>"),
        ('<a href="/\\evil.example">x</a>', "<a>x</a>"),
        ('<a href=" /\t/evil.example">x</a>', "<a>x</a>"),
        ('<a href="data:text/html,x">x</a>', "<a>x</a>"),
        ("<h1>Stor</h1><h2>Lagom</h2>", "Stor<h2>Lagom</h2>"),
        ('<img src=x onerror="alert(1)">', ""),
    ],
)
def test_only_allowed_html_is_kept(written: str, kept: str) -> None:
    assert clean_html(written) == kept
    assert render_html(written) == kept


def test_headings_go_below_the_heading_they_stand_under() -> None:
    assert render_html("<h2>A</h2><p>h2</p><h3>B</h3>", 2) == "<h4>A</h4><p>h2</p><h5>B</h5>"
