"""Files that are no pictures, or too much: what each is called, what it holds, why it is refused."""

import struct
import zlib
from collections.abc import Iterator
from io import BytesIO
from zipfile import ZipFile

from tests.publishing.test_images import KINDS, picture

SCRIPT = b"<script>alert(1)</script>"
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


def archive() -> bytes:
    out = BytesIO()
    with ZipFile(out, "w") as file:
        file.writestr("META-INF/MANIFEST.MF", "Main-Class: Evil")
    return out.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, *chunks: bytes, rows: int = 0) -> bytes:
    """A PNG of one bit a pixel that claims its size; `rows` of it are there."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    data = zlib.compress(bytes((width // 8 + 1) * rows), 9)
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(chunks) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def claiming(kind: str, size: int) -> bytes:
    """A small picture whose header says that it is large."""
    data = bytearray(picture(kind))
    if kind == "JPEG":
        place = data.index(b"\xff\xc0") + 5
        data[place : place + 4] = struct.pack(">HH", size, size)
    if kind == "WEBP":
        place = data.index(b"\x9d\x01\x2a") + 3
        data[place : place + 4] = struct.pack("<HH", size & 0x3FFF, size & 0x3FFF)
    if kind == "AVIF":
        place = data.index(b"ispe") + 8
        data[place : place + 8] = struct.pack(">II", size, size)
    return bytes(data)


def hostile() -> Iterator[tuple[str, bytes, str]]:
    yield "svg.png", SVG, "format"
    yield "picture.svg", SVG, "format"
    yield "svgz.svgz", zlib.compress(SVG), "format"
    yield "html.jpg", b"<!doctype html>" + SCRIPT, "format"
    for kind in ("GIF", "BMP", "TIFF", "ICO", "PDF", "EPS"):
        yield f"{kind}.png", picture(kind), "format"
    yield "gifar.gif", picture("GIF") + archive(), "format"
    yield "IMG_0001.HEIC", b"\0\0\0\x18ftypheic" + bytes(100), "heic"
    yield "mvg.jpg", b"push graphic-context\nviewbox 0 0 9 9\nimage over 0,0 0,0 'https://x.test/'\n", "format"
    yield "msl.png", b"<?xml version='1.0'?><image><read filename='/etc/passwd'/></image>", "format"
    yield "zip.png", archive(), "format"
    yield "program.png", b"MZ" + bytes(500), "format"
    yield "text.png", b"not a picture", "format"
    yield "null.png", b"\0", "format"
    for kind, ending in KINDS.items():
        whole = picture(kind)
        yield f"half.{ending}", whole[: len(whole) // 2], "format"
        yield f"head.{ending}", whole[:24], "format"
        yield f"large.{ending}", whole + bytes(20 * 1024 * 1024), "bytes"
    yield "bomb.png", png(13_000, 13_000, rows=13_000), "pixels"
    yield "claims.png", png(2_000_000_000, 2_000_000_000), "pixels"
    yield "claims.jpg", claiming("JPEG", 65_000), "pixels"
    yield "claims.webp", claiming("WEBP", 16_383), "pixels"
    yield "claims.avif", claiming("AVIF", 60_000), "format"
    yield "just-above.png", png(7_072, 7_072), "pixels"
    yield "cut.png", png(3_800, 3_800, rows=3_800)[:-800], "format"
    yield "cut.jpg", picture("JPEG", (4_000, 4_000))[:-20_000], "format"
    bomb = zlib.compress(bytes(200_000_000), 9)
    yield "zTXt.png", png(50_000, 50_000, chunk(b"zTXt", b"x\0\0" + bomb)), "format"
    yield "iTXt.png", png(50_000, 50_000, chunk(b"iTXt", b"x\0\1\0\0\0" + bomb)), "format"
    yield "profile.png", png(50_000, 50_000, chunk(b"iCCP", b"x\0\0" + bomb)), "format"
