"""Draw the site's stand-in pictures: town shields and two network emblems.

We hold no rights to the real coats of arms or logos of the twin towns and networks, so this
script draws neutral ones of our own: plain heraldic divisions that carry no town's charges, and
two abstract emblems. They hold the pictures' places until an editor uploads the real ones.
Nothing is random and no fonts are used, so the same Pillow writes the same bytes every time.

Run from the root of the repository: python content/draw_images.py (needs only Pillow)
"""

from itertools import pairwise
from math import asin, cos, dist, pi, sin
from pathlib import Path

from PIL import Image, ImageDraw

OUT = Path(__file__).resolve().parent / "images"
SS = 4  # draw this many times larger, then scale down for smooth edges
FLAT = 2000  # a colour that covers this many pixels is a surface, not an edge

DEEP, PETROL, LAKE, MIST = (10, 58, 68), (15, 84, 99), (42, 127, 144), (220, 235, 238)
RED, OCHRE, MOSS = (155, 58, 38), (217, 161, 59), (93, 122, 74)
PAPER, INK, SAND = (250, 248, 244), (20, 35, 43), (236, 229, 216)

# The shield in its own units: x from -HALF to HALF, the top edge at y = 0, the point at FOOT.
HALF, STRAIGHT, INSET, CORNER = 184, 176, 104, 14
FOOT = STRAIGHT + (((HALF + INSET) ** 2 - INSET**2) ** 0.5)
MIDDLE = 190  # the height at which centred figures sit
FAR = 600  # safely outside the shield


def mix(one, other, share):
    """Return colour one with the given share of colour other stirred in."""
    return tuple(round(a + (b - a) * share) for a, b in zip(one, other, strict=True))


class Pen:
    """Draws on an enlarged image, in units around an origin of its own."""

    def __init__(self, image, x, y, scale=1.0):
        self.draw, self.x, self.y, self.k = ImageDraw.Draw(image), x * SS, y * SS, scale * SS

    def poly(self, colour, *points):
        self.draw.polygon([(self.x + x * self.k, self.y + y * self.k) for x, y in points], fill=colour)

    def box(self, colour, left, top, right, bottom):
        self.poly(colour, (left, top), (right, top), (right, bottom), (left, bottom))

    def disc(self, colour, x, y, radius):
        self.poly(colour, *arc(x, y, radius, 0, 2 * pi))

    def line(self, colour, width, start, end):
        ends = [(self.x + x * self.k, self.y + y * self.k) for x, y in (start, end)]
        self.draw.line(ends, fill=colour, width=round(width * self.k))


def arc(x, y, radius, start, end, steps=180):
    angles = [start + (end - start) * i / steps for i in range(steps + 1)]
    return [(x + radius * cos(a), y + radius * sin(a)) for a in angles]


def outline(grow=0.0):
    """Return the shield's edge, moved outwards by grow units (inwards if negative)."""
    corner = max(CORNER + grow, 1)
    edge, top, radius = HALF + grow, -grow, HALF + INSET + grow
    right = arc(edge - corner, top + corner, corner, -pi / 2, 0, 24)
    right += arc(-INSET, STRAIGHT, radius, 0, pi / 2 - asin(INSET / radius))
    return right + [(-x, y) for x, y in reversed(right)]


def chevron_counterchanged(pen):
    for side, field, figure in ((-1, PETROL, SAND), (1, SAND, PETROL)):
        pen.box(field, 0, -FAR, side * FAR, FAR)
        pen.poly(figure, (0, 98), (side * FAR, 98 + FAR), (side * FAR, 208 + FAR), (0, 208))


def bend_cotised(pen):
    pen.box(MOSS, -FAR, -FAR, FAR, FAR)
    for colour, width, shift in ((SAND, 92, 0), (OCHRE, 18, -92), (OCHRE, 18, 92)):
        pen.line(colour, width, (-FAR, 168 + shift - FAR), (FAR, 168 + shift + FAR))


def lozenge_counterchanged(pen):
    for side, up in ((-1, -1), (1, -1), (-1, 1), (1, 1)):
        field, figure = (LAKE, SAND) if side == up else (SAND, LAKE)
        pen.box(field, 0, MIDDLE, side * FAR, MIDDLE + up * FAR)
        pen.poly(figure, (0, MIDDLE), (side * 128, MIDDLE), (0, MIDDLE + up * 150))


def gyronny(pen):
    rim = arc(0, MIDDLE, FAR * 2, 0, 2 * pi, 8)
    for i, corners in enumerate(pairwise(rim)):
        pen.poly((RED, SAND)[i % 2], (0, MIDDLE), *corners)


def bars_wavy(pen):
    pen.box(OCHRE, -FAR, -FAR, FAR, FAR)
    for middle in (78, 174, 270, 366):
        crest = [(x, middle + 13 * cos(x * pi / 92)) for x in range(-FAR, FAR, 2)]
        pen.poly(PETROL, *[(x, y - 24) for x, y in crest], *[(x, y + 24) for x, y in reversed(crest)])


def piles(pen):
    pen.box(DEEP, -FAR, -FAR, FAR, FAR)
    for middle in (-122, 0, 122):
        pen.poly(OCHRE, (middle - 40, -10), (middle + 40, -10), (middle * 0.24, 372 if middle else 408))


def saltire(pen):
    pen.box(SAND, -FAR, -FAR, FAR, FAR)
    for side in (-1, 1):
        pen.poly(mix(SAND, MOSS, 0.35), (0, MIDDLE), (side * FAR, MIDDLE - FAR), (side * FAR, MIDDLE + FAR))
    for side in (-1, 1):
        pen.line(MOSS, 70, (-FAR * side, MIDDLE - FAR), (FAR * side, MIDDLE + FAR))


def fess_dancetty(pen):
    pen.box(OCHRE, -FAR, -FAR, FAR, FAR)
    teeth = [(i * HALF / 3, 152 + (i % 2) * 58) for i in range(-9, 10)]
    pen.poly(SAND, *teeth, (FAR, FAR), (-FAR, FAR))
    pen.poly(RED, *[(x, y + 64) for x, y in teeth], (FAR, FAR), (-FAR, FAR))


def bend_sinister_wavy(pen):
    pen.box(OCHRE, -FAR, -FAR, FAR, FAR)
    waves = [(t, 15 * sin(t * pi / 92)) for t in range(-FAR, FAR, 2)]
    for colour, shift in ((SAND, -34), (MOSS, 34)):
        edge = [((t + w + shift) * 0.7, MIDDLE - (t - w - shift) * 0.7) for t, w in waves]
        pen.poly(colour, *edge, (FAR, FAR))


# Each field paints more than the whole shield, and is then cut to its outline.
SHIELDS = {
    "molndal": chevron_counterchanged,
    "albertslund": bend_cotised,
    "borken": lozenge_counterchanged,
    "canterbury-whitstable": gyronny,
    "ricany": bars_wavy,
    "east-renfrewshire": piles,
    "grabow": saltire,
    "bolkow": fess_dancetty,
    "dainville": bend_sinister_wavy,
}


def tile(width, height, colour):
    return Image.new("RGB", (width * SS, height * SS), colour)


def shield(image, field, x, y, scale=1.0):
    """Put one shield on the image, its middle at (x, y)."""
    top = y - FOOT / 2 * scale
    pen = Pen(image, x, top, scale)
    pen.poly(mix(PETROL, INK, 0.5), *outline(13))
    pen.poly(PAPER, *outline(7))
    painted, mask, shade = image.copy(), Image.new("L", image.size), Image.new("L", image.size)
    field(Pen(painted, x, top, scale))
    Pen(shade, x, top, scale).box(16, 0, -FAR, FAR, FAR)
    painted.paste(INK, mask=shade)
    Pen(mask, x, top, scale).poly(255, *outline())
    image.paste(painted, mask=mask)


def town(name):
    image = tile(640, 640, MIST)
    shield(image, SHIELDS[name], 320, 324, 1.1)
    return image


def twin_towns():
    image = tile(1280, 480, MIST)
    pen, band = Pen(image, 640, 240), mix(MIST, LAKE, 0.55)
    pen.box(band, -640, -26, 640, -18)
    for x in (-555, -185, 185, 555):
        pen.disc(band, x, -22, 11)
    for i, name in enumerate(("albertslund", "borken", "canterbury-whitstable")):
        shield(image, SHIELDS[name], 640 + (i - 1) * 370, 243, 0.78)
    return image


def badge(picture):
    """Cut the picture to a round badge and put it on a sand tile."""
    image, mask = tile(640, 640, SAND), Image.new("L", picture.size)
    Pen(mask, 320, 320).disc(255, 0, 0, 280)
    image.paste(picture, mask=mask)
    return image


def house(pen, x, y, colour, width, height):
    """Draw a gabled house standing on (x, y), its right half a little darker."""
    for side, shade in ((-1, colour), (1, mix(colour, DEEP, 0.16))):
        wall, eaves = x + side * width / 2, y - height + width / 2
        pen.poly(shade, (x, y), (x, y - height), (wall, eaves), (wall, y))


def eurotowns():
    image = badge(tile(640, 640, PAPER))
    pen = Pen(image, 320, 326)
    spots = [(192 * sin(i * 2 * pi / 7), -192 * cos(i * 2 * pi / 7)) for i in range(7)]
    for i, spot in enumerate(spots):
        pen.line(mix(PAPER, LAKE, 0.35), 5, spot, spots[(i + 3) % 7])
        pen.line(LAKE, 9, spot, spots[(i + 1) % 7])
    for (x, y), colour in zip(spots, (RED, PETROL, OCHRE, MOSS, RED, LAKE, OCHRE), strict=True):
        pen.disc(PAPER, x, y, 65)
        pen.disc(colour, x, y, 58)
        house(pen, x, y + 27, PAPER, 50, 64)
        pen.box(colour, x - 7, y + 5, x + 7, y + 27)
    return image


def hoop(pen, side, colour):
    """Draw a striped ring that comes from the north (side -1) or the south (side 1)."""
    for shade, outer, inner in ((PAPER, 238, 152), (colour, 227, 199), (colour, 191, 163)):
        edge, hole = (arc(0, side * 145, radius, 0, 2 * pi) for radius in (outer, inner))
        pen.poly(shade, *edge, *reversed(hole))


def sern():
    north_over, south_over = tile(640, 640, PAPER), tile(640, 640, PAPER)
    for picture, order in ((north_over, (1, -1)), (south_over, (-1, 1))):
        for side in order:
            hoop(Pen(picture, 320, 320), side, RED if side > 0 else PETROL)
    east = (320 * SS, 0, 640 * SS, 640 * SS)
    north_over.paste(south_over.crop(east), east)  # each goes over the other once: they are linked
    return badge(north_over)


def palette(image):
    """Return a palette for the image: its flat colours exactly, then the shades of its edges."""
    flat = sorted(colour for count, colour in image.getcolors(image.width * image.height) if count >= FLAT)
    values = image.quantize(256 - len(flat), Image.Quantize.FASTOCTREE).getpalette()
    shades = zip(values[::3], values[1::3], values[2::3], strict=True)
    edges = [shade for shade in shades if all(dist(shade, colour) > 12 for colour in flat)]
    holder = Image.new("P", (1, 1))
    holder.putpalette([value for colour in flat + edges for value in colour])
    return holder


def save(image, name):
    small = image.resize((image.width // SS, image.height // SS), Image.Resampling.LANCZOS)
    small = small.quantize(palette=palette(small), dither=Image.Dither.NONE)
    small.save(OUT / f"{name}.png", optimize=True)


def main():
    OUT.mkdir(exist_ok=True)
    for name in SHIELDS:
        save(town(name), name)
    for name, picture in (("twin-towns", twin_towns), ("eurotowns", eurotowns), ("sern", sern)):
        save(picture(), name)


if __name__ == "__main__":
    main()
