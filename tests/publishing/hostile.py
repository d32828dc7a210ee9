"""Files that are no pictures, or more than that, or too much: what each is called, what it holds, why it is refused."""

import struct
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from PIL import Image, PngImagePlugin

SCRIPT = b"<script>alert(1)</script>"
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
KINDS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "AVIF": "avif"}


def picture(kind: str, size: tuple[int, int] = (60, 40), **options: Any) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, "#0f5463").save(out, kind, **options)
    return out.getvalue()


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
    for ending in ("png", "jpg"):
        yield f"svg.{ending}", SVG, "format"
        yield f"html.{ending}", b"<!doctype html>" + SCRIPT, "format"
        yield f"gif.{ending}", picture("GIF"), "format"
        yield f"bmp.{ending}", picture("BMP"), "format"
        yield f"tiff.{ending}", picture("TIFF"), "format"
        yield f"ico.{ending}", picture("ICO"), "format"
        yield f"pdf.{ending}", picture("PDF"), "format"
        yield f"eps.{ending}", picture("EPS"), "format"
        yield (
            f"mvg.{ending}",
            b"push graphic-context\nviewbox 0 0 9 9\nimage over 0,0 0,0 'https://x.test/'\n",
            "format",
        )
        yield f"msl.{ending}", b"<?xml version='1.0'?><image><read filename='/etc/passwd'/></image>", "format"
        yield f"zip.{ending}", archive(), "format"
        yield f"program.{ending}", b"MZ" + bytes(500), "format"
        yield f"empty-as-none.{ending}", b"\0", "format"
    yield "picture.svg", SVG, "format"
    yield "svgz.svgz", zlib.compress(SVG), "format"
    yield "gifar.gif", picture("GIF") + archive(), "format"
    for kind, ending in KINDS.items():
        whole = picture(kind)
        yield f"jar.{ending}", whole + archive(), "hidden"
        yield f"html.{ending}", whole + b"<!DOCTYPE html>" + SCRIPT, "hidden"
        yield f"script.{ending}", whole + b"\0" * 5000 + SCRIPT.upper(), "hidden"
        yield f"php.{ending}", whole + b"<?php system($_GET['x']); ?>", "hidden"
        yield f"pdf.{ending}", whole + b"%PDF-1.7\n", "hidden"
        yield f"eps.{ending}", whole + b"%!PS-Adobe-3.0 EPSF-3.0\n", "hidden"
        yield f"svg.{ending}", whole + SVG, "hidden"
        yield f"half.{ending}", whole[: len(whole) // 2], "format"
        yield f"head.{ending}", whole[:24], "format"
        for other in set(KINDS.values()) - {ending}:
            yield f"{kind.lower()}.{other}", whole, "name"
        yield f"{kind.lower()}.html", whole, "name"
        yield f"{kind.lower()}.svg", whole, "name"
        yield f"large.{ending}", whole + bytes(20 * 1024 * 1024), "bytes"
    comment = PngImagePlugin.PngInfo()
    comment.add_text("Comment", SCRIPT.decode())
    yield "comment.png", picture("PNG", pnginfo=comment), "hidden"
    yield "comment.jpg", picture("JPEG", comment=SCRIPT), "hidden"
    yield "bomb.png", png(60_000, 60_000, rows=60_000), "pixels"
    yield "bomb-169.png", png(13_000, 13_000, rows=13_000), "pixels"
    yield "claims.png", png(2_000_000_000, 2_000_000_000), "pixels"
    yield "claims.jpg", claiming("JPEG", 65_000), "pixels"
    yield "claims.webp", claiming("WEBP", 16_383), "pixels"
    yield "claims.avif", claiming("AVIF", 60_000), "format"
    yield "cut.png", png(3_800, 3_800, rows=3_800)[:-800], "format"
    yield "cut.jpg", picture("JPEG", (4_000, 4_000))[:-20_000], "format"
    for kind in (b"zTXt", b"iTXt"):
        bomb = zlib.compress(bytes(200_000_000), 9)
        text = b"x\0\0" + bomb if kind == b"zTXt" else b"x\0\1\0\0\0" + bomb
        yield f"{kind.decode()}.png", png(50_000, 50_000, chunk(kind, text)), "format"
    yield "profile.png", png(50_000, 50_000, chunk(b"iCCP", b"x\0\0" + zlib.compress(bytes(200_000_000), 9))), "format"
