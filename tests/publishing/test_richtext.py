import re

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from networks.models import Fact, Network
from publishing.links import link_target
from publishing.rendering import headings, render_html
from publishing.richtext import clean_html, plain_text
from tests.factories import NetworkFactory
from tests.forms import filled_in
from twinning.models import Town


def test_only_allowed_html_is_kept() -> None:
    for written, kept in (
        ("<p>Hej <strong>du</strong></p>", "<p>Hej <strong>du</strong></p>"),
        ("<p></p>", ""),
        ("<p>\u200b&#8203;</p><p>&zwj;</p>", ""),
        ("<p>&#x202e;vän&shy;ort</p>", "<p>vänort</p>"),
        ("<p> </p><ul><li>&nbsp;<br></li></ul>", ""),
        ('<p onclick="x()">Hej<script>alert(1)</script></p>', "<p>Hej</p>"),
        ('<p style="color:red" class="MsoNormal">Från Word<o:p></o:p></p>', "<p>Från Word</p>"),
        ('<a href="https://sern.eu/">SERN</a>', '<a href="https://sern.eu/">SERN</a>'),
        ('<a href="/kontakt/" title="Titel" lang="en">x</a>', '<a href="/kontakt/">x</a>'),
        ('<a href="/kontakt/">Kontakt</a>', '<a href="/kontakt/">Kontakt</a>'),
        ('<a href="mailto:a@b.se">Skriv</a>', '<a href="mailto:a@b.se">Skriv</a>'),
        ('<a href="javascript:alert(1)">x</a>', "<a>x</a>"),
        ('<a href="//evil.example">x</a>', "<a>x</a>"),
        ('<a href="/\\evil.example">x</a>', "<a>x</a>"),
        ('<a href=" /\t/evil.example">x</a>', "<a>x</a>"),
        ('<a href="data:text/html,x">x</a>', "<a>x</a>"),
        ('<p><span lang="de">Städte</span></p>', '<p><span lang="de">Städte</span></p>'),
        ('<p><span>a<span lang="en" class="x">b</span></span>c</p>', '<p>a<span lang="en">b</span>c</p>'),
        (
            '<p><span lang="xx">a</span><span lang="DE">b</span><span lang="de&quot; onclick=x">c</span></p>',
            "<p>abc</p>",
        ),
        ('<p lang="en">a</p><span style="color:red">b</span>', "<p>a</p>b"),
        ("<h1>Stor</h1><h3>Lagom</h3>", "Stor<h3>Lagom</h3>"),
        ('<img src=x onerror="alert(1)">', ""),
    ):
        assert clean_html(written) == kept
        assert render_html(written) == kept


LINKS = {
    "https://sern.eu/": "https://sern.eu/",
    "HTTP://sern.eu": "HTTP://sern.eu",
    "/kontakt/": "/kontakt/",
    "#om-oss": "#om-oss",
    "mailto:a@b.se": "mailto:a@b.se",
    "tel:+4631 315 10 00": "tel:+4631 315 10 00",
    "molndal.se/x": "https://molndal.se/x",
    "WWW.molndal.se": "https://WWW.molndal.se",
    " www.x.se\u00a0": "https://www.x.se",
    "mölndal.se?a=1": "https://mölndal.se?a=1",
    "namn@example.org": "mailto:namn@example.org",
    "https//x.se": "https://x.se",
    "https:/x.se": "https://x.se",
    "http:x.se/a": "http://x.se/a",
    "https:///x.se": "https://x.se",
    **dict.fromkeys(
        ["", " ", "javascript:alert(1)", "java\tscript:x()", "data:text/html,x", "ftp://x.se", "file.x y"], ""
    ),
    **dict.fromkeys(
        ["//evil.example", "/\\evil.example", " /\t/evil.example", "\\\\server\\x", "https://", "mailto:", "x"], ""
    ),
}


def test_link_typed_without_scheme_gets_one() -> None:
    for typed, meant in LINKS.items():
        assert link_target(typed) == meant, typed
        kept = f' href="{meant}"' if meant else ""
        assert clean_html(f'<p><a href="{typed}">x</a></p>') == f"<p><a{kept}>x</a></p>", typed


def test_only_a_key_of_a_page_is_kept_as_a_link() -> None:
    kept = '<p><a href="page:networks.network:3">x</a></p>'
    assert clean_html(kept) == clean_html(kept.replace('">', '" onclick="J()" target="_blank">')) == kept
    for wrong in ("page:", "page:3", "page:networks.network:0", "page:networks.network:x", "page://evil.example"):
        assert clean_html(f'<p><a href="{wrong}">x</a></p>') == "<p><a>x</a></p>", wrong
    for wrong in (
        "PAGE:networks.network:3",
        "page:networks.network:3 ",
        "page:a.b:3&quot; onclick=&quot;J()",
        "page:a.b:" + "9" * 30,
    ):
        assert clean_html(f'<p><a href="{wrong}">x</a></p>') == "<p><a>x</a></p>", wrong


@pytest.mark.django_db
def test_unusable_link_gets_message_at_its_field(editor: Client) -> None:
    url = reverse("admin:networks_network_add")
    texts = {"body_sv": '<p><a href="">Läs <b>mer</b></a></p>', "participation_de": '<a href="ftp://x.se">Mehr</a>'}
    form = editor.post(url, filled_in(editor, url, name_sv="A", slug="a", **texts)).context["adminform"].form
    rest = "har ingen adress som går att använda. Skriv till exempel https://www.example.org."
    assert form.errors["body_sv"] == [f"Länken ”Läs mer” {rest}"]
    assert form.errors["participation_de"] == [f"Länken ”Mehr” {rest}"]
    assert form["participation_de"].value() == texts["participation_de"]


def test_web_address_typed_without_scheme_gets_one() -> None:
    for name, model in (("website", Network), ("source_url", Fact), ("association_website", Town)):
        field = model._meta.get_field(name)
        for typed, meant in LINKS.items():
            if meant.lower().startswith("http"):
                assert field.clean(field.formfield().clean(typed), None).lower() == meant.lower(), typed
        for wrong in ("namn@example.org", "/kontakt/", "#om", "tel:031", "javascript:x()", "data:a", "ftp://x.se", "x"):
            with pytest.raises(ValidationError) as caught:
                field.clean(field.formfield().clean(wrong), None)
            assert caught.value.messages == ["Skriv en webbadress, till exempel https://www.example.org."], wrong


TABLES = {
    "<table><tr><td colspan=2 onclick=J()>A<td rowspan=0 colspan=999>B</table>": (
        '<table><tbody><tr><td colspan="2">A</td><td>B</td></tr></tbody></table>'
    ),
    "<table><tr><th scope=row id=x>A<th scope=J()>B</table>": (
        '<table><tbody><tr><th scope="row">A</th><th>B</th></tr></tbody></table>'
    ),
    "<table><tr><td>1<table><tr><td>2<td>3</table><td>4</table>": (
        "<table><tbody><tr><td>1    2  3    </td><td>4</td></tr></tbody></table>"
    ),
    "<table><caption>A</caption><col width=9><tr><td>B</table>": "A<table><tbody><tr><td>B</td></tr></tbody></table>",
    "<table><tbody><tr><td><p></p></td></tr></tbody></table><p></p>": "",
    "<table><tr><td>A</table><p></p>": "<table><tbody><tr><td>A</td></tr></tbody></table>",
    "<td>A</td></table><tr>B": "AB",
}


def test_tables_keep_headers_and_spans_only() -> None:
    for written, kept in TABLES.items():
        assert clean_html(written) == kept
        assert clean_html(kept) == kept


OURS = "/media/pictures/0123456789abcdef0123"
IMAGES = {
    f'<img src="{OURS}.webp" alt="Torget" width="60" height="40">': True,
    f'<img src="{OURS}.jpg" alt="" width="60" height="40">': True,
    f'<img src="{OURS}.jpg" alt="&lt;b&gt; &quot;x&quot; src=" width="60" height="40">': True,
    f'<img src="{OURS}.jpg" width="60" height="40">': True,  # stored before there was a validator; refused in forms
    f'<img src="{OURS}.jpg" alt="Torget">': False,
    f'<img src="{OURS}.jpg" alt="Torget" width="J()" height="40">': False,
    f'<img src="{OURS}.jpg" alt="Torget" width="99999" height="40">': False,
    f'<img src="{OURS}.svg" alt="x" width="60" height="40">': False,
    f'<img src="https://evil.example{OURS}.jpg" alt="x" width="60" height="40">': False,
    f'<img src="//evil.example{OURS}.jpg" alt="x" width="60" height="40">': False,
    f'<img src="{OURS}.jpg/../../../x" alt="x" width="60" height="40">': False,
    f'<img src="{OURS}-160.avif" alt="x" width="60" height="40">': False,
    '<img src="/media/removed/0123456789abcdef0123" alt="x" width="60" height="40">': False,
    '<img src="data:image/png;base64,iVBORw0KGgo=" alt="x" width="60" height="40">': False,
    '<img src="javascript:J()" alt="x" width="60" height="40">': False,
    '<img alt=\'src="/media/pictures/0123456789abcdef0123.jpg"\' width="60" height="40">': False,
}


def test_only_described_pictures_of_ours_are_kept() -> None:
    for image, is_kept in IMAGES.items():
        assert clean_html(f"<p>x</p>{image}") == f"<p>x</p>{image if is_kept else ''}", image
        assert clean_html(image) == (image if is_kept else "")
    image = next(iter(IMAGES))
    assert clean_html(f'{image[:-1]} onerror="J()" srcset="x" style="x" class="x">') == image
    assert clean_html(f"{image}<p></p><p></p>") == image, "the editor's line below it"


@pytest.mark.django_db
def test_picture_without_description_is_refused(editor: Client) -> None:
    url = reverse("admin:networks_network_add")
    image = f'<img src="{OURS}.jpg" width="60" height="40">'
    texts = {"body_sv": f"<p>A</p>{image}", "participation_de": image.replace(" width", ' alt="" width')}
    form = editor.post(url, filled_in(editor, url, name_sv="A", slug="a", **texts)).context["adminform"].form
    assert form.errors == {
        "body_sv": ["En bild i texten saknar beskrivning. Markera bilden, välj Bild och beskriv vad den visar."]
    }
    assert form["body_sv"].value() == texts["body_sv"]


def test_description_of_a_picture_is_among_the_words() -> None:
    html = f'<p>Före</p><img src="{OURS}.jpg" alt="A &lt;b&gt; &amp; B" width="60" height="40"><p>efter</p>'
    assert plain_text(html) == "Före A <b> & B efter"
    assert plain_text(html, "[bild: {}]") == "Före [bild: A <b> & B] efter"


def test_shown_table_has_headers_and_scrolls_by_itself() -> None:
    def shown(table: str) -> str:
        match = re.fullmatch(
            r'<div class="table in-text" role="region"[^>]* tabindex="0">(.*)</div>', render_html(table)
        )
        assert match, table
        return re.sub("</?(table|tbody|p)>", "", match[1])

    cells = "<tr><td>1</td><td>2</td></tr>"
    head = '<thead><tr><th scope="col">A</th><th scope="col">B</th></tr></thead>'
    assert shown(f"<table><tr><td>A</td><td>B</td></tr>{cells}</table>") == head + cells
    assert shown(f"<table><tr><th><p>A</p></th><th>B</th></tr>{cells}</table>") == head + cells
    assert shown(f"<table><thead><tr><td>A</td><td>B</td></tr></thead>{cells}</table>") == head + cells
    corner = "<tr><th></th><th>A</th></tr><tr><th>B</th><td>1</td></tr>"
    assert shown(f"<table>{corner}</table>") == (
        '<thead><tr><td></td><th scope="col">A</th></tr></thead><tr><th scope="row">B</th><td>1</td></tr>'
    )
    assert shown("<table><tr><th>A</th><td>1</td></tr></table>") == '<tr><th scope="row">A</th><td>1</td></tr>'


def test_tables_of_a_text_have_names_that_differ() -> None:
    table = "<table><tr><td>År</td><td>A &amp; &quot;B&quot;</td></tr><tr><td>1</td></tr></table>"
    empty = "<table><tr><td><p></p></td></tr></table>"
    shown = render_html(f"{table}<p>x</p>{empty}{table}")
    assert re.findall('aria-label="([^"]*)"', shown) == [
        "År, A &amp; &quot;B&quot;",
        "År, A &amp; &quot;B&quot; (2)",
    ]
    assert shown.count("<table>") == 2


def test_plain_text_keeps_cells_apart() -> None:
    assert plain_text("<table><tbody><tr><th>År</th><td>Ort</td></tr><tr><td>1</td></tr></table>") == "År Ort 1"


def test_headings_go_below_the_heading_they_stand_under() -> None:
    assert render_html("<h2>A</h2><p>h2</p><h3>B</h3>", 2) == "<h4>A</h4><p>h2</p><h5>B</h5>"


def test_headings_of_a_text_have_anchors_that_differ() -> None:
    html = "<h2>Så här</h2><p>x</p><h2>Så här</h2><h2>Så här 2</h2><h2>你好</h2><h2><strong>A &amp; B</strong></h2>"
    assert headings(html) == [
        ("om-sa-har", "Så här"),
        ("om-sa-har-2", "Så här"),
        ("om-sa-har-2-2", "Så här 2"),
        ("om-avsnitt", "你好"),
        ("om-a-b", "A & B"),
    ]
    shown = render_html(html)
    assert re.findall(r'<h2 id="([^"]+)">', shown) == [anchor for anchor, _text in headings(html)]
    assert "id=" not in render_html(html, deeper=1)


@pytest.mark.django_db
def test_rich_text_is_cleaned_on_every_path() -> None:
    bad, good = "<p>Hej<script>J()</script></p>", "<p>Hej</p>"
    saved = NetworkFactory(body_sv=bad, participation_en=bad)
    (made,) = Network.objects.bulk_create([Network(name_sv="A", slug="a", body_sv=bad)])
    Network.objects.filter(pk=saved.pk).update(body_de=bad)
    saved.body_pl = bad
    Network.objects.bulk_update([saved], ["body_pl"])
    stored = Network.objects.values("body_sv", "participation_en", "body_de", "body_pl").get(pk=saved.pk)
    assert set(stored.values()) == {good}
    assert Network.objects.values_list("body_sv", flat=True).get(pk=made.pk) == good


@pytest.mark.django_db
def test_a_page_elsewhere_is_http_on_every_way_into_the_database() -> None:
    network = NetworkFactory(website="https://sern.eu/")
    for address in ("javascript:J()", " javascript:J()", "java\tscript:J()", "data:text/html,x", "//x", "ftp://x.se/"):
        network.website = address
        for save in (network.save, network.full_clean, lambda bad=address: Network.objects.update(website=bad)):
            with pytest.raises(ValidationError), transaction.atomic():
                save()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE networks_network SET website = 'javascript:J()'")
    assert Network.objects.get(pk=network.pk).website == ""


def test_invisible_characters_hide_no_address() -> None:
    for href in (
        "java&shy;script:J()",
        "java&#8203;script:J()",
        "&#x2060;javascript:J()",
        "j\u200bavascript:J()",
        "/\u200b/evil.example",
        "/&shy;\\evil.example",
    ):
        assert clean_html(f'<p><a href="{href}">x</a></p>') == "<p><a>x</a></p>", href
    for written in ("<scr\u00adipt>J()</scr\u00adipt>", "<\u200bscript>J()</script>", "<im\u2060g src=x onerror=J()>"):
        assert "<" not in clean_html(written), written
