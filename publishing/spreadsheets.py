"""Text in files that are opened in a spreadsheet."""

import re

# Where a program may begin a cell: at the start, and after what it may take for the end of a cell or a line.
# (A decimal comma or a comma in a sentence is followed by a digit or a space, and stays as it is.)
FORMULA = re.compile(r"((?:^|[;\t\v\f\r\n\x85\u2028\u2029])\s*|,)(?=[=+\-@＝＋－＠])")


def without_formulas(text: str) -> str:
    """Put an apostrophe before what a spreadsheet could take for a formula.

    https://owasp.org/www-community/attacks/CSV_Injection
    """
    return FORMULA.sub(r"\1'", text)
