"""Pictures: decoded within limits and re-encoded from their pixels, which removes metadata and hidden content."""

from io import BytesIO
from threading import BoundedSemaphore
from typing import cast

from PIL import Image, ImageCms, ImageOps
from werkzeug.datastructures import FileStorage

from portal.core.i18n import gettext as _
from portal.files.models import FileKind
from portal.files.uploads import BadUpload, Prepared, check_label, content_of

MAX_PIXELS = 50_000_000
"""A file of 8 MB can expand to far more pixels; a good phone camera makes 50 million."""
LARGEST = (1600, 1600)
LABELS = {
    "JPEG": (("jpg", "jpeg", "jpe", "jfif"), ("image/jpeg", "image/jpg", "image/pjpeg")),
    "PNG": (("png",), ("image/png", "image/x-png")),
    "WEBP": (("webp",), ("image/webp",)),
}
"""The accepted formats, each with its file extensions and media types."""
SAVING: dict[str, dict[str, object]] = {
    "JPEG": {"quality": 84, "progressive": True, "optimize": True},
    "PNG": {"compress_level": 7},
    "WEBP": {"quality": 82, "method": 4},
}
TRANSPARENT = ("RGBA", "LA", "PA", "La", "RGBa")
DEEP = ("I", "I;16", "I;16B", "I;16L", "I;16N", "F")
"""Pillow modes with one channel of more than 256 values; Pillow's own conversion clips everything above 255."""
SIXTEEN_BITS = 65_535
SMOOTH = ("L", "LA", "RGB", "RGBA", "CMYK")
"""Pillow modes that can be resized without conversion."""
_decoding = BoundedSemaphore(2)
"""Limits decoding to two pictures at a time per process, because pixels take much memory."""

Image.MAX_IMAGE_PIXELS = MAX_PIXELS


def prepare_image(upload: FileStorage, largest: tuple[int, int] = LARGEST) -> Prepared:
    """Check and re-encode a picture, scaled to at most `largest`; raises BadUpload. Call it outside a transaction."""
    content = content_of(upload)
    kind = _format_of(content)
    check_label(upload, *LABELS[kind])
    with _decoding:
        picture = _decoded(content, kind, largest)
    buffer = BytesIO()
    picture.save(buffer, kind, **SAVING[kind])
    width, height = picture.size
    return Prepared(FileKind.IMAGE, f"image/{kind.lower()}", buffer.getvalue(), width, height)


def _format_of(content: bytes) -> str:
    """Return the format according to the first bytes; raises BadUpload for all but three formats."""
    if content.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "WEBP"
    raise BadUpload(_("This is not a picture that we can show. Choose a JPG, PNG or WebP file."))


def _decoded(content: bytes, format: str, largest: tuple[int, int]) -> Image.Image:
    """Return the picture rotated upright, scaled down to fit, without metadata."""
    try:
        with Image.open(BytesIO(content), formats=(format,)) as whole:
            _check_size(whole.size)
            whole.verify()
        picture: Image.Image = Image.open(BytesIO(content), formats=(format,))
        picture.draft("RGB", largest)
        picture.load()
        return _pixels_only(_upright(picture), format, largest)
    except BadUpload:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_pixels() from None
    except Exception:  # noqa: BLE001  # however a decoder stumbles, it is not a picture that we can show
        raise _damaged() from None


def _check_size(size: tuple[int, int]) -> None:
    """Raise BadUpload for a picture whose header declares no pixels or more than MAX_PIXELS."""
    if min(size) < 1:
        raise _damaged()
    if size[0] * size[1] > MAX_PIXELS:
        raise _too_many_pixels()


def _damaged() -> BadUpload:
    return BadUpload(_("This picture is damaged. Open it, save it anew and try again."))


def _too_many_pixels() -> BadUpload:
    most = MAX_PIXELS // 1_000_000
    return BadUpload(_("This picture has more than %(most)s million pixels. Make it smaller.", most=most))


def _upright(picture: Image.Image) -> Image.Image:
    """Rotate a picture according to its EXIF orientation; invalid EXIF is ignored."""
    try:
        return ImageOps.exif_transpose(picture)
    except Exception:  # noqa: BLE001  # any EXIF can be wrong, and the picture good
        return picture


def _pixels_only(picture: Image.Image, format: str, largest: tuple[int, int]) -> Image.Image:
    """Copy the pixels to a new image, without comment, EXIF, profile and text (`Image.copy` would copy `info`)."""
    if picture.mode in SMOOTH and "transparency" not in picture.info:
        picture.thumbnail(largest, Image.Resampling.LANCZOS)  # scaled before the colours are converted: fewer pixels
    picture = _in_plain_colours(picture, keep_alpha=format != "JPEG")
    picture.thumbnail(largest, Image.Resampling.LANCZOS)
    sheet = Image.new(picture.mode, picture.size)
    sheet.paste(picture)
    sheet.info.clear()
    return sheet


def _in_plain_colours(picture: Image.Image, *, keep_alpha: bool) -> Image.Image:
    """Return a picture of any mode as 8-bit sRGB: "RGBA" if it is transparent and the format allows it, else "RGB"."""
    profile = picture.info.get("icc_profile")
    if picture.mode in DEEP:
        return _in_srgb(_eight_bits(picture), profile)
    transparent = picture.mode in TRANSPARENT or "transparency" in picture.info
    if not (transparent and keep_alpha):
        return _in_srgb(picture, profile)
    alpha = picture.convert("RGBA").getchannel("A")
    colours = _in_srgb(picture, profile)
    colours.putalpha(alpha)
    return colours


def _eight_bits(picture: Image.Image) -> Image.Image:
    """Scale one deep channel to 256 grey values: 16-bit integers by their range, floats by minimum and maximum."""
    if picture.mode == "F":
        low, high = cast("tuple[float, float]", picture.getextrema())
        span = (high - low) or 1.0
        return picture.point(lambda value: value * (255 / span) - low * (255 / span)).convert("L")
    return picture.convert("I").point(lambda value: value * (255 / SIXTEEN_BITS)).convert("L")


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Return an opaque picture as "RGB", with its colours converted from its own profile to sRGB."""
    if picture.mode in ("L", "RGB", "CMYK"):
        base = picture
    else:
        base = picture.convert("L") if picture.mode == "LA" else picture.convert("RGBA").convert("RGB")
    if profile:
        try:
            return _converted(base, ImageCms.ImageCmsProfile(BytesIO(profile)))
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass  # a broken profile, or one for another mode: use the values as they are
    return base.convert("RGB")


def _converted(picture: Image.Image, profile: ImageCms.ImageCmsProfile) -> Image.Image:
    """Return the picture in sRGB; raises ImageCms.PyCMSError for a profile that does not match the mode."""
    converted = ImageCms.profileToProfile(picture, profile, ImageCms.createProfile("sRGB"), outputMode="RGB")
    assert converted is not None  # None only for a conversion in place
    return converted
