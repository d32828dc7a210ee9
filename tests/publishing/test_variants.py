from html.parser import HTMLParser
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from PIL import Image, ImageCms

from publishing.images import PictureFormField
from publishing.variants import files_of, make_variants, variants
from tests.factories import PageFactory, PartnershipFactory, TownFactory
from tests.forms import filled_in

pytestmark = pytest.mark.django_db
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def photo(size: tuple[int, int], kind: str = "JPEG", mode: str = "RGB", **options: Any) -> bytes:
    """A picture with as much detail as a photo has, half of it clear where the mode has transparency."""
    picture = Image.merge("RGB", [Image.effect_noise(size, sigma) for sigma in (20, 40, 80)]).convert(mode)
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


@pytest.mark.parametrize(
    ("kind", "name", "size", "widths", "formats"),
    [
        ("JPEG", "pictures/a.jpg", (2000, 1500), [160, 320, 640, 960, 1600], {"AVIF", "WEBP", "JPEG"}),
        ("PNG", "pictures/a.png", (700, 350), [160, 320, 640, 700], {"AVIF", "WEBP", "PNG"}),
        ("AVIF", "pictures/a.avif", (640, 480), [160, 320, 640], {"AVIF", "WEBP"}),
        ("WEBP", "pictures/a.webp", (320, 320), [160, 320], {"AVIF", "WEBP"}),
        ("PNG", "pictures/a.png", (20, 20), [20], {"AVIF", "WEBP", "PNG"}),
        ("JPEG", "pictures/a.jpg", (4000, 200), [160, 320, 640, 960, 1600], {"AVIF", "WEBP", "JPEG"}),
        ("PNG", "pictures/a.png", (1, 3000), [1], {"AVIF", "WEBP", "PNG"}),
        ("JPEG", "pictures/a.jpg", (4000, 1), [160, 320, 640, 960, 1600], {"AVIF", "WEBP", "JPEG"}),
    ],
)
def test_every_file_is_a_picture_of_its_format_width_and_ratio(
    kind: str, name: str, size: tuple[int, int], widths: list[int], formats: set[str]
) -> None:
    store(photo(size, kind), name)
    make_variants(name, size[0])
    for wanted in formats:
        files = variants(name, size[0], wanted)
        assert list(files) == widths
        for width, file in files.items():
            image = stored(file)
            assert image.format == wanted
            assert image.size == (width, max(1, round(size[1] * width / size[0])))
    assert len(default_storage.listdir("pictures")[1]) == len(files_of(name, size[0])) + 1


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "AVIF"])
def test_transparency_is_kept(kind: str) -> None:
    name = store(photo((400, 300), kind, "RGBA"), f"pictures/a.{kind.lower()}")
    make_variants(name, 400)
    for file in files_of(name, 400):
        image = stored(file).convert("RGBA")
        clear, solid = (image.getpixel((image.width * place // 4, 5)) for place in (1, 3))
        assert (clear[3], solid[3]) == (0, 255), file  # type: ignore[index]


def test_no_file_holds_anything_but_the_picture() -> None:
    exif = Image.Exif()
    exif[0x010F] = "Kamera"
    xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>Kamera</x:xmpmeta>"
    for kind, ending in (("JPEG", "jpg"), ("PNG", "png"), ("WEBP", "webp"), ("AVIF", "avif")):
        content = photo((400, 300), kind, exif=exif, xmp=xmp, icc_profile=PROFILE)
        assert b"Kamera" in content
        name = store(content, f"pictures/a.{ending}")
        make_variants(name, 400)
        for file in files_of(name, 400):
            image = stored(file)
            assert not image.getexif()
            assert not {"icc_profile", "xmp", "exif", "comment"} & set(image.info), file
            with default_storage.open(file) as opened:
                assert b"Kamera" not in opened.read(), file


def test_the_files_are_lighter_than_what_they_stand_for() -> None:
    name = store(photo((1000, 750), quality=90))
    make_variants(name, 1000)
    weights = [default_storage.size(variants(name, 1000, kind)[640]) for kind in ("AVIF", "JPEG")]
    assert weights == sorted(weights)
    assert weights[-1] < default_storage.size(name) / 2


def test_saving_makes_the_files_and_a_new_picture_gets_its_own() -> None:
    town = TownFactory(image=store(photo((400, 300))), image_alt_sv="Torget")
    first = files_of("pictures/a.jpg", 400)
    assert all(default_storage.exists(file) for file in first)
    town.image = store(photo((200, 100), "PNG"), "pictures/b.png")
    town.save()
    assert all(default_storage.exists(file) for file in [*first, *files_of("pictures/b.png", 200)])


def test_saving_again_makes_nothing_again() -> None:
    town = TownFactory(image=store(photo((400, 300))), image_alt_sv="Torget")
    paths = [Path(default_storage.path(file)) for file in files_of("pictures/a.jpg", 400)]
    inodes = [path.stat().st_ino for path in paths]
    town.introduction_sv = "Stad i Danmark"
    town.save()
    call_command("make_pictures", stdout=StringIO())
    assert [path.stat().st_ino for path in paths] == inodes


def test_an_editors_upload_has_its_files(editor: Client) -> None:
    town = TownFactory()
    url = f"/admin/twinning/town/{town.pk}/change/"
    upload = SimpleUploadedFile("torget.jpg", photo((400, 300)), "image/jpeg")
    editor.post(url, filled_in(editor, url, image=upload, image_alt_sv="Torget"))
    town.refresh_from_db()
    assert town.image_width == 400
    assert all(default_storage.exists(file) for file in files_of(town.image.name, 400))


def test_a_picture_that_is_gone_hinders_neither_a_change_nor_the_page(fronts: Any, client: Client) -> None:
    town = TownFactory(image=store(photo((400, 300))), image_alt_sv="Torget", slug="borken")
    for file in ["pictures/a.jpg", *files_of("pictures/a.jpg", 400)]:
        default_storage.delete(file)
    town.introduction_sv = "Stad i Tyskland"
    town.save()
    assert "Torget" in client.get("/vanorter/borken/").content.decode()


def test_a_picture_that_cannot_be_read_leaves_the_page_whole(fronts: Any, client: Client) -> None:
    TownFactory(image=store(b"\xff\xd8 not a picture"), image_alt_sv="Torget", slug="borken")
    (image,) = shown(client, "/vanorter/borken/", "source", "img")
    assert (image["alt"], image["src"]) == ("Torget", "/media/pictures/a.jpg")
    assert "srcset" not in image


def test_the_command_makes_what_is_missing_and_reports_what_it_cannot_read() -> None:
    TownFactory(image=store(photo((400, 300)), "pictures/a.jpg"), image_alt_sv="Torget")
    PageFactory(image=store(photo((400, 300)), "pictures/b.jpg"), image_alt_sv="Torget")
    TownFactory(image=store(photo((400, 300)), "pictures/gone.jpg"), image_alt_sv="Torget")
    TownFactory(image=store(b"\xff\xd8 not a picture", "pictures/damaged.jpg"), image_alt_sv="Torget")
    lost = [*files_of("pictures/b.jpg", 400), "pictures/gone.jpg", next(iter(files_of("pictures/gone.jpg", 400)))]
    for file in lost:
        default_storage.delete(file)
    out, problems = StringIO(), StringIO()
    call_command("make_pictures", stdout=out, stderr=problems)
    assert out.getvalue() == "pictures/b.jpg: made for pages\n"
    assert all(default_storage.exists(file) for file in files_of("pictures/b.jpg", 400))
    assert [line.split(":")[0] for line in problems.getvalue().splitlines()] == [
        "pictures/damaged.jpg",
        "pictures/gone.jpg",
    ]


def test_the_command_replaces_what_a_run_cut_short_left_behind() -> None:
    name = store(photo((400, 300)))
    town = TownFactory(image=name, image_alt_sv="Torget")
    largest, *_others, smallest = files_of(name, 400)
    default_storage.delete(smallest)
    Path(default_storage.path(largest)).write_bytes(b"half")
    town.save()
    assert stored(largest).size == (400, 300)
    assert set(default_storage.listdir("pictures")[1]) == {Path(file).name for file in [name, *files_of(name, 400)]}


def test_the_command_has_nothing_to_say_where_nothing_is_missing() -> None:
    for problems in ("no folder yet", "all there"):
        out = StringIO()
        call_command("make_pictures", stdout=out, stderr=out)
        assert out.getvalue() == "", problems
        TownFactory(image=store(photo((40, 30))), image_alt_sv="Torget")


def test_a_page_names_only_files_that_are_there(fronts: Any, client: Client) -> None:
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


def test_the_first_picture_is_asked_for_at_once_and_the_others_when_near(fronts: Any, client: Client) -> None:
    front = fronts["twin_towns"]
    front.image, front.image_alt_sv = store(photo((400, 100), "PNG"), "pictures/b.png"), "Vapen"
    front.save()
    town = TownFactory(image=store(photo((400, 300))), image_alt_sv="Torget")
    PartnershipFactory(town_a=TownFactory(home=True), town_b=town)
    banner, card = shown(client, "/vanorter/", "img")
    assert (banner["fetchpriority"], banner.get("loading")) == ("high", None)
    assert (card.get("fetchpriority"), card["loading"], card["decoding"]) == (None, "lazy", "async")
    assert (card["width"], card["height"]) == ("400", "300")


def test_the_files_are_named_after_the_pictures_digest() -> None:
    """The names hold the digest of the picture's content, so a file never changes under its name."""
    upload = PictureFormField().clean(SimpleUploadedFile("x.jpg", photo((400, 300))))
    town = TownFactory(image=upload.name, image_alt_sv="Torget")
    stem = upload.name.removeprefix("pictures/").removesuffix(".jpg")
    assert set(variants(town.image.name, 400, "WEBP").values()) == {
        f"pictures/{stem}-160.webp",
        f"pictures/{stem}-320.webp",
        f"pictures/{stem}-400.webp",
    }
