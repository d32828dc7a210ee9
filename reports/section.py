"""What a printable page is made of."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from dashboard.card import Line

MOST = 200  # lines in a section of a page that lists everything


@dataclass(frozen=True)
class Section:
    """A heading with lines below it, or the sentence that says that there are none.

    `count` is how many there are, shown or not, 0 where that says nothing; `note` is said first.
    """

    title: str
    empty: str
    lines: list[Line] = field(default_factory=list)
    count: int = 0
    note: str = ""

    @property
    def more(self) -> int:
        """How many are left out."""
        return max(0, self.count - len(self.lines))


def section(title: str, empty: str, lines: Iterable[Line], most: int = MOST) -> Section:
    """A section with at most so many of the lines."""
    found = list(lines)
    return Section(title, empty, found[:most], len(found))
