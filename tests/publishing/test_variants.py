from html.parser import HTMLParser
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test import Client
from PIL import Image, ImageCms

from publishing import images
from publishing import variants as variants_module
from publishing.imaging import in_own_process
from publishing.storage import WholeFileStorage
from publishing.variants import files_of, make_variants, variants
from tests.factories import PageFactory, TownFactory
from tests.forms import admin_url, filled_in
from tests.publishing.test_images import KINDS

pytestmark = pytest.mark.django_db
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def photo(size: tuple[int, int], kind: str = "JPEG", mode: str = "RGB", **options: Any) -> bytes:
    """A picture of which half is clear where the mode has transparency."""
    picture = Image.new(mode, size, "#0f5463")
    if mode == "RGBA":
        picture.paste((0, 0, 0, 0), (0, 0, size[0] // 2, size[1]))
    out = BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def store(content: bytes, name: str = "pictures/a.jpg") -> str:
    return default_storage.save(name, ContentFile(content))


def stored(name: str) -> Image.Image:
    """A stored picture, wholly decoded."""
    with default_storage.open(name) as file, Image.open(file) as image:
        image.load()
        return image


def shown(client: Client, url: str, *tags: str) -> list[dict[str, str | None]]:
    """The attributes of a page's elements with one of the tags."""
    found = []

    class Parser(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            if tag in tags:
                found.append({"tag": tag, **dict(attrs)})

    Parser().feed(client.get(url).content.decode())
    return found


def test_variants_have_their_format_width_and_ratio() -> None:
    every = [160, 320, 640, 960, 1600]
    cases = [
        ("JPEG", "jpg", (2000, 900), every, {"AVIF", "WEBP", "JPEG"}),
        ("JPEG", "jpg", (4000, 1), every, {"AVIF", "WEBP", "JPEG"}),
        ("PNG", "png", (700, 350), [160, 320, 640, 700], {"AVIF", "WEBP", "PNG"}),
        ("PNG", "png", (20, 20), [20], {"AVIF", "WEBP", "PNG"}),
        ("PNG", "png", (1, 3000), [1], {"AVIF", "WEBP", "PNG"}),
        ("AVIF", "avif", (640, 480), [160, 320, 640], {"AVIF", "WEBP"}),
        ("WEBP", "webp", (320, 320), [160, 320], {"AVIF", "WEBP"}),
    ]
    for number, (kind, ending, size, widths, formats) in enumerate(cases):
        name = store(photo(size, kind), f"pictures/{number}.{ending}")
        make_variants(name, size[0])
        for wanted in formats:
            files = variants(name, size[0], wanted)
            assert list(files) == widths, (kind, size, wanted)
            for width, file in files.items():
                image = stored(file)
                assert image.format == wanted, file
                assert image.size == (width, max(1, round(size[1] * width / size[0]))), (kind, size, file)
        made = [file for file in default_storage.listdir("pictures")[1] if file.startswith(f"{number}-")]
        assert len(made) == len(files_of(name, size[0])), (kind, size)


def test_variants_keep_transparency_and_no_metadata() -> None:
    exif = Image.Exif()
    exif[0x010F] = "Kamera"
    for kind, ending in KINDS.items():
        mode = "RGB" if kind == "JPEG" else "RGBA"
        name = store(photo((200, 150), kind, mode, exif=exif, icc_profile=PROFILE), f"pictures/a.{ending}")
        make_variants(name, 200)
        for file in files_of(name, 200):
            image = stored(file)
            assert not {"icc_profile", "xmp", "exif", "comment"} & set(image.info), file
            with default_storage.open(file) as opened:
                assert b"Kamera" not in opened.read(), file
            clear, solid = (image.convert("RGBA").getpixel((image.width * place // 4, 5)) for place in (1, 3))
            assert (clear[3], solid[3]) == (255 if kind == "JPEG" else 0, 255), file  # type: ignore[index]


def test_saving_a_picture_makes_its_variants_once() -> None:
    town = TownFactory(image=store(photo((400, 300))), image_alt_sv="Torget")
    paths = [Path(default_storage.path(file)) for file in files_of("pictures/a.jpg", 400)]
    inodes = [path.stat().st_ino for path in paths]
    town.introduction_sv = "Stad i Danmark"
    town.save()
    call_command("make_pictures", stdout=StringIO())
    assert [path.stat().st_ino for path in paths] == inodes
    town.image = store(photo((200, 100), "PNG"), "pictures/b.png")
    town.save()
    assert all(default_storage.exists(file) for file in files_of("pictures/b.png", 200))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("button", ["_save", "_draft", "_preview"])
def test_picture_is_encoded_before_the_transaction(editor: Client, monkeypatch: Any, button: str) -> None:
    """SQLite lets one connection write at a time."""
    town = TownFactory()
    form = filled_in(editor, admin_url(town), image_decorative="on") | {button: "1"}
    locked = []

    def encode(*args: Any) -> Any:
        locked.append(connection.in_atomic_block)
        return in_own_process(*args)

    for module in (images, variants_module):
        monkeypatch.setattr(module, "in_own_process", encode)
    answer = editor.post(admin_url(town), form | {"image": SimpleUploadedFile("x.png", photo((200, 100), "PNG"))})
    assert answer.status_code == 302
    assert locked == [False, False]  # cleaned, and made smaller
    locked.clear()
    editor.post(admin_url(town), form | {"image": SimpleUploadedFile("x.png", b"no picture")})
    assert locked == [False]


def test_lost_picture_hinders_neither_change_nor_page(fronts: Any, client: Client) -> None:
    town = TownFactory(image=store(photo((400, 300))), image_alt_sv="Torget", slug="borken")
    for file in ["pictures/a.jpg", *files_of("pictures/a.jpg", 400)]:
        default_storage.delete(file)
    town.introduction_sv = "Stad i Tyskland"
    town.save()
    assert "Torget" in client.get("/vanorter/borken/").content.decode()


def test_variants_that_failed_are_not_offered(fronts: Any, client: Client, monkeypatch: Any) -> None:
    """The disk is full at one of the files, or the picture cannot be encoded: the page shows the picture as it is."""
    save = WholeFileStorage.save

    def full(storage: Any, name: str, *args: Any) -> str:
        if name.endswith("-160.jpg"):
            raise OSError("the disk is full")
        return save(storage, name, *args)

    def broken(*args: Any) -> None:
        raise ValueError("encoder error")

    for number, (place, stand_in) in enumerate(
        [("publishing.storage.WholeFileStorage.save", full), ("publishing.variants.in_own_process", broken)]
    ):
        name = store(photo((400, 300)), f"pictures/{number}.jpg")
        with monkeypatch.context() as patched:
            patched.setattr(place, stand_in)
            town = TownFactory(image=name, image_alt_sv="Torget", slug=f"town-{number}")
        (image,) = shown(client, f"/vanorter/town-{number}/", "source", "img")
        assert (image["src"], image["width"], "srcset" in image) == (f"/media/{name}", "400", False), place
        town.save()
        assert len(shown(client, f"/vanorter/town-{number}/", "source")) == 2, "mended by the next change"


def test_command_makes_what_is_missing_and_reports_the_rest() -> None:
    TownFactory(image=store(photo((400, 300)), "pictures/a.jpg"), image_alt_sv="Torget")
    PageFactory(image=store(photo((400, 300)), "pictures/b.jpg"), image_alt_sv="Torget")
    TownFactory(image=store(photo((400, 300)), "pictures/gone.jpg"), image_alt_sv="Torget")
    TownFactory(image=store(b"\xff\xd8 not a picture", "pictures/damaged.jpg"), image_alt_sv="Torget")
    lost = [*files_of("pictures/b.jpg", 400), "pictures/gone.jpg", next(iter(files_of("pictures/gone.jpg", 400)))]
    for file in lost:
        default_storage.delete(file)
    out, problems = StringIO(), StringIO()
    call_command("make_pictures", stdout=out, stderr=problems)
    assert out.getvalue() == "pictures/b.jpg: gjord för sidorna\n"
    assert all(default_storage.exists(file) for file in files_of("pictures/b.jpg", 400))
    assert [line.split(":")[0] for line in problems.getvalue().splitlines()] == [
        "pictures/damaged.jpg",
        "pictures/gone.jpg",
    ]


def test_page_names_only_files_that_are_there(fronts: Any, client: Client) -> None:
    for number, (kind, ending, size) in enumerate(
        [("JPEG", "jpg", (1700, 900)), ("PNG", "png", (300, 300)), ("AVIF", "avif", (20, 10)), ("WEBP", "webp", (9, 9))]
    ):
        TownFactory(slug=f"t{number}", image=store(photo(size, kind), f"pictures/{number}.{ending}"), image_alt_sv="x")
        avif, webp, image = shown(client, f"/vanorter/t{number}/", "source", "img")
        assert [avif["type"], webp["type"], image["tag"]] == ["image/avif", "image/webp", "img"]
        named = {image["src"]}
        for element in (avif, webp, image):
            assert element["sizes"]
            named |= {entry.split(" ")[0] for entry in str(element["srcset"]).split(", ")}
        assert all(default_storage.exists(str(address).removeprefix("/media/")) for address in named)
