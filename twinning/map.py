"""The map of the twin-town network: projected towns and agreements.

Lambert's azimuthal equal-area projection on a sphere, about the city's map centre (52° N 10° E is that of ETRS89-LAEA,
EPSG:3035). One unit is 5 km. The outline (static/site/europe.svg) is drawn by tools/europe with the same function.
"""

from dataclasses import dataclass
from math import cos, radians, sin, sqrt

from django.conf import settings

from twinning.models import Partnership, Town
from twinning.relations import Relation

CENTRE = [radians(degrees) for degrees in settings.CITY["map_centre"]]
UNITS = 6371 / 5
ON_MAP = {Relation.HOME, Relation.TWIN, Relation.FRIEND, Relation.LINK, Relation.WIDER}
# Space around the outermost towns, for their names.
MARGIN_X, MARGIN_Y = 70, 30
# Where a name may stand beside its town, the best place first: x, y and text-anchor, as SVG has them.
POSITIONS = [
    (10, 4, "start"),
    (-10, 4, "end"),
    (0, -12, "middle"),
    (0, 22, "middle"),
    (8, -8, "start"),
    (8, 17, "start"),
    (-8, -8, "end"),
    (-8, 17, "end"),
]
# Room for a name on a phone, where the letters are largest: width of a letter, height above and below the line.
LETTER, ABOVE, BELOW = 8.5, 12, 3

Point = tuple[float, float]
Box = tuple[float, float, float, float]  # left, top, right, bottom


def project(latitude: float, longitude: float) -> tuple[float, float]:
    """Degrees to map units, x to the east and y to the south of the centre."""
    phi, delta = radians(latitude), radians(longitude) - CENTRE[1]
    k = sqrt(2 / (1 + sin(CENTRE[0]) * sin(phi) + cos(CENTRE[0]) * cos(phi) * cos(delta)))
    x = k * cos(phi) * sin(delta)
    y = k * (cos(CENTRE[0]) * sin(phi) - sin(CENTRE[0]) * cos(phi) * cos(delta))
    return x * UNITS, -y * UNITS


@dataclass(frozen=True)
class Place:
    """A town on the map, and where its name stands beside it."""

    town: Town
    x: int
    y: int
    name_x: int
    name_y: int
    anchor: str


@dataclass(frozen=True)
class Line:
    """An agreement in force, between two places."""

    partnership: Partnership
    start: Place
    end: Place

    @property
    def direct(self) -> bool:
        """Whether the city is one of them."""
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


def name_box(point: Point, position: tuple[int, int, str], name: str) -> Box:
    (x, y), (dx, dy, anchor), width = point, position, LETTER * len(name)
    left = x + dx - width * {"start": 0, "middle": 0.5, "end": 1}[anchor]
    return left, y + dy - ABOVE, left + width, y + dy + BELOW


def crosses(start: Point, end: Point, box: Box) -> bool:
    """Whether a line runs through a box."""
    (x1, y1), (x2, y2), (left, top, right, bottom) = start, end, box
    if max(x1, x2) < left or min(x1, x2) > right or max(y1, y2) < top or min(y1, y2) > bottom:
        return False
    sides = {(x2 - x1) * (y - y1) > (y2 - y1) * (x - x1) for x in (left, right) for y in (top, bottom)}
    return len(sides) == 2


def place_names(
    towns: list[Town], points: dict[int, Point], ties: list[tuple[Point, Point]], frame: Box
) -> list[Place]:
    """Put each name where it meets the fewest lines, towns and names and does not leave the map."""
    taken = [*ties, *((point, point) for point in points.values())]
    places = []

    def faults(box: Box) -> int:
        leaves = box[0] < frame[0] or box[1] < frame[1] or box[2] > frame[2] or box[3] > frame[3]
        return 3 * leaves + sum(crosses(*line, box) for line in taken)

    for town in towns:
        x, y = points[town.pk]
        boxes = {position: name_box((x, y), position, town.label) for position in POSITIONS}
        best = min(POSITIONS, key=lambda position: faults(boxes[position]))
        left, top, right, bottom = boxes[best]
        taken += [((left, top), (right, bottom)), ((left, bottom), (right, top))]
        places.append(Place(town, round(x), round(y), *best))
    return places


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
    drawn = [p for p in partnerships if p.is_in_force and p.town_a_id in points and p.town_b_id in points]
    ties = [(points[p.town_a_id], points[p.town_b_id]) for p in drawn]
    places = {place.town.pk: place for place in place_names(shown, points, ties, (left, top, right, bottom))}
    lines = [Line(p, places[p.town_a_id], places[p.town_b_id]) for p in drawn]
    view_box = f"{left:.0f} {top:.0f} {right - left:.0f} {bottom - top:.0f}"
    return NetworkMap(view_box, list(places.values()), sorted(lines, key=lambda line: line.direct))
