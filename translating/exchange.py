"""Exchange with a translation bureau: what is left in a language as XLIFF 2.0 or a spreadsheet, and back as drafts.

XLIFF 2.0: https://docs.oasis-open.org/xliff/xliff-core/v2.0/xliff-core-v2.0.html
"""

import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import IO, Any
from xml.etree import ElementTree

from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from editing.locking import hashed
from editing.models import TranslationStatus
from editing.translations import OTHER_LANGUAGES, SOURCE, is_missing, translated_fields
from publishing import spreadsheets
from publishing.plain import printable
from translating.status import changeable, part_relations, texts_of, with_related

LANGUAGES = dict(OTHER_LANGUAGES)
LARGEST = 10 * 2**20  # bytes of a file, and of what a spreadsheet unpacks to
XLIFF = "urn:oasis:names:tc:xliff:document:2.0"
TAG = f"{{{XLIFF}}}"
WIDEST, LONGEST = 50, 20_000  # columns and rows of a spreadsheet
# The headings of a spreadsheet, before the code of the language.
COLUMNS = ["id", "text", SOURCE]


class ExchangeError(Exception):
    """A file that cannot be read. The message is shown to the user."""


@dataclass(frozen=True)
class Unit:
    """A text. `key` names it and the translation it had: "networks.network:3:summary:0f3c…". Formatted text is HTML."""

    key: str
    name: str
    source: str
    target: str
    is_whole: bool = True


def digest(text: str) -> str:
    """The same for texts that differ in blanks, line ends and control characters only."""
    return hashed(" ".join(printable(text).split()))


def units(user: Any, language: str) -> Iterator[Unit]:
    """The texts that are missing, outdated or not reviewed in the language, of the objects that a user may change."""
    stored = TranslationStatus.objects.filter(language=language).values_list("model", "object_id", "field")
    to_do = set(stored)
    for model in changeable(user):
        parts = [relation.get_accessor_name() for relation in part_relations(model)]
        objects = with_related(model._default_manager.all()).prefetch_related(*parts)
        for obj in objects.iterator(chunk_size=200):  # all their texts would take much memory at once
            for item in texts_of(obj):
                for name in translated_fields(type(item)):
                    about = item._meta.label_lower, item.pk, name
                    source, target = (getattr(item, f"{name}_{code}") or "" for code in (SOURCE, language))
                    label = capfirst(str(item._meta.get_field(name).verbose_name))
                    if source and (about in to_do or is_missing(item, name, language)):
                        key = ":".join(map(str, [*about, digest(target)]))
                        yield Unit(key, f"{item}: {label}", source, target)


def write_xliff(found: Iterable[Unit], language: str) -> bytes:
    root = ElementTree.Element("xliff", {"xmlns": XLIFF, "version": "2.0", "srcLang": SOURCE, "trgLang": language})
    file = ElementTree.SubElement(root, "file", {"id": "content", "original": settings.SITE_URL})
    for unit in found:
        element = ElementTree.SubElement(file, "unit", {"id": unit.key, "name": printable(unit.name)})
        state = {"state": "translated" if unit.target else "initial"}
        segment = ElementTree.SubElement(element, "segment", state)
        ElementTree.SubElement(segment, "source").text = printable(unit.source)
        ElementTree.SubElement(segment, "target").text = printable(unit.target)
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def write_spreadsheet(found: Iterable[Unit], language: str) -> bytes:
    """A sheet with a row for each text. Raises ExchangeError."""
    rows = [(*COLUMNS, language), *((unit.key, unit.name, unit.source, unit.target) for unit in found)]
    for _key, name, *texts in rows:
        if any(len(text) > spreadsheets.LONGEST for text in texts):
            raise ExchangeError(_("A text is too long for Excel: %s. Download XLIFF instead.") % name)
    return spreadsheets.write_spreadsheet(rows, [30, 30, 70, 70])


def read(file: IO[bytes]) -> tuple[str, list[Unit]]:
    """The language and the texts of a file. Raises ExchangeError."""
    content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise ExchangeError(_("The file is too large. It may be at most 10 MB."))
    language, found = read_spreadsheet(content) if content.startswith(b"PK") else read_xliff(content)
    if language not in LANGUAGES:
        raise ExchangeError(_("The file does not say which of the site's languages it is in."))
    if not found:
        raise ExchangeError(_("There is no translated text in the file."))
    return language, found


class WithoutDoctype(ElementTree.TreeBuilder):
    """Refuses a document type, whose entities could grow without limit."""

    def doctype(self, *args: str) -> None:
        raise ExchangeError(_("The file has a document type (DOCTYPE), which can fetch other files. It is not read."))


def read_xliff(content: bytes) -> tuple[str, list[Unit]]:
    try:
        root = ElementTree.fromstring(content, ElementTree.XMLParser(target=WithoutDoctype()))  # noqa: S314
    except (ElementTree.ParseError, ValueError, LookupError):
        raise ExchangeError(_("The file cannot be read. It must be XLIFF 2.0 or Excel (xlsx), and complete.")) from None
    file = root.find(f"{TAG}file")
    if root.tag != f"{TAG}xliff" or file is None:
        raise ExchangeError(_("The file is not XLIFF 2.0."))
    if file.get("original") != settings.SITE_URL:
        raise ExchangeError(_("The file is from another website."))
    return root.get("trgLang", ""), [unit for unit in map(unit_of, file.iter(f"{TAG}unit")) if unit.target.strip()]


def text_in(part: ElementTree.Element, name: str) -> str:
    return "".join(text for found in part.findall(f"{TAG}{name}") for text in found.itertext())


def unit_of(element: ElementTree.Element) -> Unit:
    """The text of a unit, joined of its segments and of what the bureau's program has put between them."""
    sources, targets, done = [], [], set()
    for part in element:
        if part.tag in {f"{TAG}segment", f"{TAG}ignorable"}:
            source, target = text_in(part, "source"), text_in(part, "target")
            if is_text := part.tag == f"{TAG}segment" and bool(source.strip()):
                done.add(bool(target.strip()))
            sources.append(source)
            targets.append(target if target or is_text else source)
    target = "".join(targets) if True in done else ""
    return Unit(element.get("id", ""), element.get("name", ""), "".join(sources), target, is_whole=len(done) < 2)


def read_spreadsheet(content: bytes) -> tuple[str, list[Unit]]:
    """The columns may be in any order, and others beside them."""
    from openpyxl import load_workbook

    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            size = sum(entry.file_size for entry in packed.infolist())
        if size > LARGEST:
            raise ExchangeError(_("The file is too large. It may be at most 10 MB."))
        sheet = load_workbook(BytesIO(content), read_only=True, data_only=True).worksheets[0]
        head, *rows = cells_of(sheet)
    except ExchangeError:
        raise
    except Exception:  # whatever openpyxl meets in a damaged file
        raise ExchangeError(_("The file cannot be read. It must be XLIFF 2.0 or Excel (xlsx), and complete.")) from None
    known = [name for name in head if name in {*COLUMNS, *LANGUAGES}]
    if {*COLUMNS} - {*known} or len(known) != len(COLUMNS) + 1:
        raise ExchangeError(
            _("The spreadsheet must have these headings, each once: id, text, sv and the code of one language.")
        )
    language = next(name for name in known if name not in COLUMNS)
    key, name, source, target = (head.index(title) for title in (*COLUMNS, language))
    found = [Unit(row[key], row[name], row[source], row[target]) for row in rows]
    return language, [unit for unit in found if unit.target.strip()]


def cells_of(sheet: Any) -> list[list[str]]:
    """The texts of every row that is not empty. A cell far from the table would make it enormous."""
    from openpyxl.utils.escape import unescape

    found = []
    for number, row in enumerate(sheet.iter_rows(max_col=WIDEST, values_only=True)):
        if number > LONGEST:
            raise ExchangeError(
                _("The spreadsheet has more than %d rows. Perhaps something stands far below the table.") % LONGEST
            )
        cells = ["" if cell is None else unescape(str(cell)).replace("\r", "") for cell in row]
        if any(cells):
            found.append(cells)
    return found
