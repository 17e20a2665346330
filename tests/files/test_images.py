"""Pictures that come in: what is made of good ones, and that no bad one gets through (CHECKS 65-70)."""

import time
from io import BytesIO

import pytest
from flask import Flask
from PIL import Image

from portal.files import images
from portal.files.images import MAX_PIXELS, prepare_image
from portal.files.uploads import MAX_BYTES, BadUpload
from tests.files import makers
from tests.files.makers import SCRIPT, picture, upload


@pytest.mark.parametrize(
    ("format", "name", "media_type"),
    [("JPEG", "a.jpg", "image/jpeg"), ("PNG", "a.PNG", "image/png"), ("WEBP", "a.webp", "image/webp")],
)
def test_good_ones_are_made_anew(app: Flask, format: str, name: str, media_type: str) -> None:
    made = prepare_image(upload(picture(format), name, media_type))

    with Image.open(BytesIO(made.content)) as image:
        assert (image.format, image.size, made.media_type) == (format, (64, 48), media_type)
        assert (made.width, made.height) == (64, 48)
        red = image.convert("RGB").getpixel((10, 20))
        assert isinstance(red, tuple)
        assert red[0] > 150 > red[2]


def test_large_ones_become_smaller_and_small_ones_stay(app: Flask) -> None:
    assert prepare_image(upload(picture(size=(3000, 1000))), (600, 600)).width == 600
    assert prepare_image(upload(picture(size=(20, 10))), (600, 600)).width == 20


@pytest.mark.parametrize(
    ("mode", "format", "made"),
    [
        ("RGBA", "PNG", "RGBA"),
        ("P", "PNG", "RGB"),
        ("L", "JPEG", "RGB"),
        ("CMYK", "JPEG", "RGB"),
        ("1", "PNG", "RGB"),
        ("I;16", "PNG", "RGB"),
        ("LA", "PNG", "RGBA"),
        ("RGBA", "WEBP", "RGBA"),
    ],
)
def test_every_kind_of_colour_is_taken(app: Flask, mode: str, format: str, made: str) -> None:
    content = prepare_image(upload(picture(format, mode=mode), f"a.{format.lower()}")).content

    with Image.open(BytesIO(content)) as image:
        assert image.mode == made


@pytest.mark.parametrize(("format", "mode"), [("JPEG", "RGB"), ("PNG", "RGBA"), ("WEBP", "RGB"), ("PNG", "P")])
def test_colours_are_converted_by_their_profile_before_it_goes(app: Flask, format: str, mode: str) -> None:
    """A photo of a telephone with a wide gamut would lose its colour otherwise."""
    profile = makers.profile_with_red_and_blue_swapped()
    red = Image.new("RGB", (40, 40), (230, 20, 20)).convert(mode)
    buffer = BytesIO()
    red.save(buffer, format, icc_profile=profile)

    made = prepare_image(upload(buffer.getvalue(), f"a.{format.lower()}"))

    with Image.open(BytesIO(made.content)) as image:
        assert "icc_profile" not in image.info
        seen = image.convert("RGB").getpixel((20, 20))
    assert isinstance(seen, tuple)
    assert seen[2] > 180 > 90 > seen[0]


def test_a_profile_that_makes_no_sense_changes_nothing(app: Flask) -> None:
    for profile in (SCRIPT, makers.profile_with_red_and_blue_swapped()[:300]):
        made = prepare_image(upload(picture(size=(40, 40), icc_profile=profile)))
        with Image.open(BytesIO(made.content)) as image:
            seen = image.getpixel((5, 20))
        assert isinstance(seen, tuple)
        assert seen[0] > 150 > seen[2]


def test_a_deep_grey_picture_keeps_its_greys(app: Flask) -> None:
    """Sixteen bits a pixel: what is above 255 is not white."""
    made = prepare_image(upload(makers.deep_ramp(), "a.png"))

    with Image.open(BytesIO(made.content)) as image:
        greys = [image.convert("L").getpixel((x, 4)) for x in (0, 64, 128, 192, 255)]
    assert greys == pytest.approx([0, 64, 128, 192, 255], abs=2)


def test_a_picture_of_fractions_is_scaled_between_its_extremes(app: Flask) -> None:
    image = Image.new("F", (3, 1))
    for x, value in enumerate((-2.0, 0.0, 2.0)):
        image.putpixel((x, 0), value)

    plain = images._in_plain_colours(image, keep_alpha=True)

    assert [plain.convert("L").getpixel((x, 0)) for x in range(3)] == pytest.approx([0, 127, 255], abs=2)


@pytest.mark.parametrize("mode", ["LA", "RGBA", "P"])
def test_transparency_is_kept(app: Flask, mode: str) -> None:
    image = Image.new("RGBA", (20, 20), (10, 120, 10, 0))
    image.paste((10, 120, 10, 255), (10, 0, 20, 20))
    buffer = BytesIO()
    image.convert(mode).save(buffer, "PNG")

    made = prepare_image(upload(buffer.getvalue(), "a.png"))

    with Image.open(BytesIO(made.content)) as image:
        alpha = image.convert("RGBA").getchannel("A")
        assert (alpha.getpixel((2, 2)), alpha.getpixel((18, 2))) == (0, 255)


def test_exif_place_and_comment_are_gone_and_the_picture_stands_upright(app: Flask) -> None:
    """CHECKS 69, 66 and trap 4: Pillow keeps the JPEG comment when saving."""
    original = makers.with_place()
    assert b"Telefoonmerk" in original
    assert SCRIPT in original

    made = prepare_image(upload(original))

    assert b"Exif" not in made.content
    assert b"Telefoonmerk" not in made.content
    assert b"<script" not in made.content
    with Image.open(BytesIO(made.content)) as image:
        assert not image.getexif()
        assert "comment" not in image.info
        assert image.size == (48, 64)


def test_a_colour_profile_and_webp_metadata_are_gone(app: Flask) -> None:
    """CHECKS 69."""
    content = picture("WEBP", exif=b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x00", xmp=SCRIPT, icc_profile=SCRIPT * 9)
    assert b"script" in content

    assert b"script" not in prepare_image(upload(content, "a.webp")).content


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(picture() + b"<html>" + SCRIPT + b"</html>", id="jpeg and html"),
        pytest.param(makers.with_text_chunk(), id="png with text chunk"),
        pytest.param(picture("PNG") + SCRIPT, id="png and script"),
        pytest.param(picture(comment=SCRIPT), id="jpeg comment"),
        pytest.param(makers.with_zip(), id="jpeg and zip"),
        pytest.param(b"GIF89a/*" + SCRIPT + b"*/=1;", id="gif and script"),
        pytest.param(SCRIPT + picture(), id="script before jpeg"),
    ],
)
def test_of_polyglots_no_script_survives(app: Flask, content: bytes) -> None:
    """CHECKS 66: refused, or made anew without the other half."""
    name = "a.png" if content.startswith(b"\x89PNG") else "a.jpg"
    try:
        made = prepare_image(upload(content, name)).content
    except BadUpload:
        return
    assert b"script" not in made
    assert b"PK\x03\x04" not in made


@pytest.mark.parametrize("name", ["foto.jpg", "foto.png", "foto.webp", "foto"])
@pytest.mark.parametrize(
    "content",
    [
        pytest.param(makers.SVG, id="svg"),
        pytest.param(b"<?xml version='1.0'?>" + makers.SVG, id="xml"),
        pytest.param(b"<!doctype html><title>x</title>" + SCRIPT, id="html"),
        pytest.param(b"<?php system($_GET['c']); ?>", id="php"),
        pytest.param(b"GIF89a" + b"\x01\x00\x01\x00" + b"\x00" * 20, id="gif"),
        pytest.param(makers.pdf(), id="pdf"),
        pytest.param(makers.EPS, id="eps"),
        pytest.param(makers.ICO, id="ico"),
        pytest.param(picture("BMP"), id="bmp"),
        pytest.param(picture("TIFF"), id="tiff"),
        pytest.param(b"", id="empty"),
        pytest.param(b"\xff\xd8\xff", id="only the first bytes"),
        pytest.param(b"\xff\xd8\xff" + SCRIPT * 50, id="jpeg by name only"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + SCRIPT * 50, id="png by name only"),
        pytest.param(b"RIFF\x10\x00\x00\x00WEBP" + SCRIPT, id="webp by name only"),
        pytest.param(picture(size=(400, 400))[:-900], id="truncated jpeg"),
        pytest.param(picture("PNG", size=(400, 400))[:200], id="truncated png"),
        pytest.param(picture("WEBP", size=(400, 400))[:100], id="truncated webp"),
    ],
)
def test_everything_else_is_refused_in_dutch(app: Flask, content: bytes, name: str) -> None:
    """CHECKS 65: whatever the name says."""
    with app.test_request_context("/"), pytest.raises(BadUpload) as refused:
        prepare_image(upload(content, name))

    assert any(word in str(refused.value) for word in ("afbeelding", "leeg", "past niet"))


@pytest.mark.parametrize(
    ("content", "name", "type"),
    [
        (picture("PNG"), "foto.jpg", ""),
        (picture("JPEG"), "foto.png", ""),
        (picture("JPEG"), "foto.html", ""),
        (picture("JPEG"), "foto.jpg.php", ""),
        (picture("JPEG"), "foto.jpg", "image/svg+xml"),
        (picture("JPEG"), "foto.jpg", "text/html"),
    ],
)
def test_what_is_labelled_as_something_else_is_refused(app: Flask, content: bytes, name: str, type: str) -> None:
    """CHECKS 65: mislabelled."""
    with app.test_request_context("/"), pytest.raises(BadUpload, match="past niet bij de inhoud"):
        prepare_image(upload(content, name, type))


@pytest.mark.parametrize("size", [(60_000, 60_416), (9_000, 9_000), (2_000_000_000, 1), (1, 2_000_000_000)])
def test_a_bomb_is_refused_before_it_unfolds(app: Flask, size: tuple[int, int]) -> None:
    """CHECKS 67: well under three seconds, and without the memory."""
    content = makers.bomb(*size)
    assert len(content) < 10_000

    started = time.process_time()
    with app.test_request_context("/"), pytest.raises(BadUpload):
        prepare_image(upload(content, "bom.png"))
    assert time.process_time() - started < 3


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_the_limit_of_pixels_counts_from_the_header(app: Flask) -> None:
    """CHECKS 67: one pixel row above the limit."""
    with app.test_request_context("/"), pytest.raises(BadUpload, match="miljoen"):
        prepare_image(upload(makers.bomb(10_000, MAX_PIXELS // 10_000 + 1), "bom.png"))


def test_too_many_bytes_are_refused(app: Flask) -> None:
    """CHECKS 68."""
    with app.test_request_context("/"), pytest.raises(BadUpload, match="8 MB"):
        prepare_image(upload(picture() + b"\x00" * MAX_BYTES))
