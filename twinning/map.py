"""The map of the twin-town network: projected towns and agreements.

Lambert's azimuthal equal-area projection about 52° N 10° E, as ETRS89-LAEA (EPSG:3035) has it, on a sphere. One unit is
5 km. The outline (static/site/europe.svg) is drawn by tools/europe with the same function.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import cos, radians, sin, sqrt

from twinning.models import Partnership, Town
from twinning.relations import Relation

CENTRE = (radians(52), radians(10))
UNITS = 6371 / 5
ON_MAP = {Relation.HOME, Relation.TWIN, Relation.FRIEND, Relation.LINK, Relation.WIDER}
# Space around the outermost towns, for their names.
MARGIN_X, MARGIN_Y = 70, 30
# Room for a name on a phone, where the letters are largest.
NAME_WIDTH, NAME_HEIGHT = 100, 14


def project(latitude: float, longitude: float) -> tuple[float, float]:
    """Degrees to map units, x to the east and y to the south of the centre."""
    phi, delta = radians(latitude), radians(longitude) - CENTRE[1]
    k = sqrt(2 / (1 + sin(CENTRE[0]) * sin(phi) + cos(CENTRE[0]) * cos(phi) * cos(delta)))
    x = k * cos(phi) * sin(delta)
    y = k * (cos(CENTRE[0]) * sin(phi) - sin(CENTRE[0]) * cos(phi) * cos(delta))
    return x * UNITS, -y * UNITS


@dataclass(frozen=True)
class Place:
    """A town on the map. `left` puts its name to the left, where it would leave the map or meet another town."""

    town: Town
    x: int
    y: int
    left: bool


@dataclass(frozen=True)
class Line:
    """An agreement in force, between two places."""

    partnership: Partnership
    start: Place
    end: Place

    @property
    def direct(self) -> bool:
        """Whether Mölndal is one of them."""
        return self.start.town.home or self.end.town.home

    @property
    def middle(self) -> tuple[int, int]:
        """Where the year it began is written."""
        return (self.start.x + self.end.x) // 2, (self.start.y + self.end.y) // 2


@dataclass(frozen=True)
class NetworkMap:
    """Everything a template needs to draw the map; view box as SVG has it."""

    view_box: str
    places: list[Place]
    lines: list[Line]

    @property
    def relations(self) -> list[Relation]:
        """Those of its towns, for the legend."""
        return [relation for relation in Relation if relation in {place.town.relation for place in self.places}]

    @property
    def kinds(self) -> list[Partnership.Kind]:
        """Those of its agreements, for the legend."""
        return [kind for kind in Partnership.Kind if kind in {line.partnership.kind for line in self.lines}]


def meets_another(x: float, y: float, points: Iterable[tuple[float, float]]) -> bool:
    """Whether a name written to the right of a point would run into another point."""
    return any(0 < other_x - x < NAME_WIDTH and abs(other_y - y) < NAME_HEIGHT for other_x, other_y in points)


def draw_map(towns: list[Town], partnerships: list[Partnership]) -> NetworkMap | None:
    """Place the towns that have a tie in the network, and their agreements in force. None where there are none."""
    tied = {pk for p in partnerships if p.is_in_force for pk in (p.town_a_id, p.town_b_id)}
    # A former twin town stays on the map for as long as another town's agreement keeps it in the network.
    shown = [t for t in towns if t.relation in ON_MAP or (t.relation == Relation.FORMER and t.pk in tied)]
    if len(shown) < 2:
        return None
    points = {town.pk: project(town.latitude, town.longitude) for town in shown}
    left, right = min(x for x, _y in points.values()) - MARGIN_X, max(x for x, _y in points.values()) + MARGIN_X
    top, bottom = min(y for _x, y in points.values()) - MARGIN_Y, max(y for _x, y in points.values()) + MARGIN_Y
    edge = right - NAME_WIDTH
    places = {
        town.pk: Place(town, round(x), round(y), x > edge or meets_another(x, y, points.values()))
        for town in shown
        for x, y in [points[town.pk]]
    }
    lines = [
        Line(p, places[p.town_a_id], places[p.town_b_id])
        for p in partnerships
        if p.is_in_force and p.town_a_id in places and p.town_b_id in places
    ]
    view_box = f"{left:.0f} {top:.0f} {right - left:.0f} {bottom - top:.0f}"
    return NetworkMap(view_box, list(places.values()), sorted(lines, key=lambda line: line.direct))
