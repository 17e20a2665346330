"""Files as people send them, and as attackers do: each really made, none of them only called so."""

import struct
import zipfile
import zlib
from io import BytesIO
from typing import Any

from PIL import Image, ImageCms
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject
from werkzeug.datastructures import FileStorage

SCRIPT = b"<script>alert(1)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'
ICO = b"\x00\x00\x01\x00\x01\x00\x10\x10\x00\x00\x01\x00\x20\x00" + b"\x00" * 64
EPS = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n(rm -rf) run\n"


def upload(content: bytes, name: str = "foto.jpg", type: str = "") -> FileStorage:
    """Return what a form gives a view."""
    return FileStorage(BytesIO(content), filename=name, content_type=type or None)


def picture(format: str = "JPEG", size: tuple[int, int] = (64, 48), mode: str = "RGB", **saving: Any) -> bytes:
    """Return a picture with something on it."""
    image = Image.new(mode, size)
    if mode == "RGB":
        image.paste((200, 40, 60), (0, 0, size[0] // 2, size[1]))
    buffer = BytesIO()
    image.save(buffer, format, **saving)
    return buffer.getvalue()


def with_place() -> bytes:
    """Return a JPEG that tells where it was taken, lies on its side and holds a comment with a script."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Telefoonmerk"
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 4.0, 40.0), 3: "E", 4: (4.0, 18.0, 11.0)})
    return picture(exif=exif, comment=SCRIPT)


def bomb(width: int = 60_000, height: int = 60_416) -> bytes:
    """Return a PNG of some kB that unfolds to thousands of millions of pixels."""
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    body = zlib.compress(b"\x00" * 2_000_000, 9)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def with_text_chunk() -> bytes:
    """Return a PNG that carries a script in a text chunk."""
    whole = picture("PNG")
    return whole[:33] + _chunk(b"tEXt", b"Comment\x00" + SCRIPT) + whole[33:]


def with_zip() -> bytes:
    """Return a JPEG that is a zip archive too."""
    archive = BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("evil.html", SCRIPT)
    return picture() + archive.getvalue()


def profile_with_red_and_blue_swapped() -> bytes:
    """Return a colour profile under which what the numbers call red is blue: a wide gamut, only easier to see."""
    plain: bytes = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return plain.replace(b"rXYZ", b"tmp-", 1).replace(b"bXYZ", b"rXYZ", 1).replace(b"tmp-", b"bXYZ", 1)


def deep_ramp() -> bytes:
    """Return a PNG of 16 bits a pixel, from black at the left to white at the right."""
    image = Image.new("I;16", (256, 8))
    for x in range(256):
        for y in range(8):
            image.putpixel((x, y), x * 257)
    buffer = BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def office_document() -> bytes:
    """Return what a word processor saves: a zip archive with a document inside."""
    archive = BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("word/document.xml", "<w:document/>")
    return archive.getvalue()


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def pdf(text: str = "Stageplaatsen techniek", pages: int = 1) -> bytes:
    """Return a document with words on each page."""
    return _written(_writer(text, pages))


def _writer(text: str = "Tekst", pages: int = 1) -> PdfWriter:
    from pypdf.generic import DecodedStreamObject

    writer = PdfWriter()
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
        }
    )
    reference = writer._add_object(font)
    for _number in range(pages):
        page = writer.add_blank_page(300, 300)
        fonts = DictionaryObject({NameObject("/F1"): reference})
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
        content = DecodedStreamObject()
        content.set_data(f"BT /F1 18 Tf 20 150 Td ({text}) Tj ET".encode("latin-1"))
        page[NameObject("/Contents")] = writer._add_object(content)
    return writer


def _written(writer: PdfWriter) -> bytes:
    buffer = BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def pdf_with_javascript() -> bytes:
    """Return a document that runs a script when it opens."""
    writer = _writer()
    script = DictionaryObject(
        {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert('hallo');")}
    )
    writer.root_object[NameObject("/OpenAction")] = writer._add_object(script)
    return _written(writer)


def pdf_with_attachment() -> bytes:
    """Return a document that carries a program."""
    writer = _writer()
    writer.add_attachment("factuur.exe", b"MZ" + b"\x00" * 200)
    return _written(writer)


def pdf_with_launch() -> bytes:
    """Return a document of which a link starts a program."""
    writer = _writer()
    action = DictionaryObject({NameObject("/S"): NameObject("/Launch"), NameObject("/F"): TextStringObject("cmd.exe")})
    link = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Annot"),
            NameObject("/Subtype"): NameObject("/Link"),
            NameObject("/A"): writer._add_object(action),
        }
    )
    writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(link)])
    return _written(writer)


def pdf_with_hidden_javascript() -> bytes:
    """Return a document with a script action under a name that is spelled with escapes, in no list of actions."""
    return pdf_with_launch().replace(b"/Launch", b"/Java#53cript")


def pdf_with_password() -> bytes:
    """Return a document that asks for a password."""
    writer = _writer()
    writer.encrypt("geheim", algorithm="RC4-128")
    return _written(writer)
