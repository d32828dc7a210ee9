"""Text in files that are opened in a spreadsheet."""

import re
from collections.abc import Iterable, Sequence
from io import BytesIO
from itertools import chain, repeat
from string import ascii_uppercase
from typing import Any

from publishing.plain import printable

# Where a program may begin a cell: at the start, and after what it may take for the end of a cell or a line.
# (A decimal comma or a comma in a sentence is followed by a digit or a space, and stays as it is.)
FORMULA = re.compile(r"((?:^|[;\t\v\f\r\n\x85\u2028\u2029])\s*|,)(?=[=+\-@＝＋－＠])")


# A text that would be read as an escaped character.
ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
LONGEST = 32_767  # characters in a cell


def without_formulas(text: str) -> str:
    """Put an apostrophe before what a spreadsheet could take for a formula.

    https://owasp.org/www-community/attacks/CSV_Injection
    """
    return FORMULA.sub(r"\1'", text)


def write_spreadsheet(rows: Iterable[Sequence[Any]], widths: Sequence[int]) -> bytes:
    """An .xlsx file whose first row is a heading. Texts stay texts: none becomes a formula or a link.

    `widths` are those of the columns, in characters. A text of more than LONGEST characters is cut off.
    """
    from openpyxl import Workbook  # here, as it takes 8 MB of each worker
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.freeze_panes = "A2"
    heading, body = ([WriteOnlyCell(sheet) for _width in widths] for _kind in range(2))
    for letter, width, top, cell in zip(ascii_uppercase, widths, heading, body, strict=False):
        sheet.column_dimensions[letter].width = width
        top.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="top")
    for cells, row in zip(chain([heading], repeat(body)), rows, strict=False):  # each row is written as it is added
        for cell, value in zip(cells, row, strict=True):
            if isinstance(value, str):
                text = ESCAPED.sub("_x005F_", printable(value).replace("\r\n", "\n"))
                cell.value, cell.data_type = text, "s"
            else:
                cell.value = value
        sheet.append(cells)
    file = BytesIO()
    book.save(file)
    return file.getvalue()
