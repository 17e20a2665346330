"""The kinds of file that fields accept, and the messages about them."""

from pathlib import PurePosixPath

from werkzeug.datastructures import FileStorage

from portal.core.i18n import gettext as _
from portal.core.text import clean
from portal.files.images import prepare_image
from portal.files.models import LONGEST_TITLE
from portal.files.pdfs import prepare_pdf
from portal.files.uploads import MAX_BYTES, MEGABYTE, BadUpload, Prepared

PICTURES = "image/jpeg,image/png,image/webp"
DOCUMENTS = "application/pdf,.pdf"
PICTURES_AND_DOCUMENTS = f"{PICTURES},{DOCUMENTS}"
PDF_BEGINS = b"%PDF-"
OFFICE = ("doc", "docx", "odt", "rtf", "pages", "ppt", "pptx", "odp", "key", "xls", "xlsx", "ods", "numbers", "txt")
"""Extensions of office documents, which people can save as PDF; the message says so."""
OTHER_PICTURES = ("heic", "heif", "avif", "gif", "tif", "tiff", "bmp", "svg")
LONGEST_NAME = 60
"""The maximum length of a file name in a message."""


def pictures_label() -> str:
    """Return the accepted pictures and their maximum size, for the help text of a field."""
    return _("JPG, PNG or WebP, at most %(most)s MB.", most=MAX_BYTES // MEGABYTE)


def documents_label() -> str:
    """Return the accepted documents and their maximum size, for the help text of a field."""
    return _("PDF, at most %(most)s MB.", most=MAX_BYTES // MEGABYTE)


def prepare_picture_or_document(upload: FileStorage) -> Prepared:
    """Check a file that must be a picture or a PDF; raises BadUpload with advice. Call it outside a transaction."""
    if _is_pdf(upload):
        return prepare_pdf(upload)
    extension = extension_of(upload)
    if extension in OFFICE:
        raise BadUpload(_("This is a document of another kind. Save it as PDF and choose that file."))
    if extension in OTHER_PICTURES:
        raise BadUpload(_("Pictures of this kind we cannot show. Save it as JPG and choose that file."))
    return prepare_image(upload)


def extension_of(upload: FileStorage) -> str:
    """Return the extension of a file name, in lower case without the dot."""
    return _path(upload).suffix.lower().lstrip(".")


def title_of(upload: FileStorage) -> str:
    """Return a default title from a file name: without folders, extension and underscores."""
    words = clean(_path(upload).stem.replace("_", " ")).split()
    title = " ".join(words)[:LONGEST_TITLE]
    return title[:1].upper() + title[1:]


def name_of(upload: FileStorage) -> str:
    """Return a file name for use in a message, cut when it is long."""
    name = " ".join(clean(_path(upload).name).split())
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"


def _path(upload: FileStorage) -> PurePosixPath:
    """Return the path that a browser gave as the file name; some give a whole path."""
    return PurePosixPath((upload.filename or "").replace("\\", "/"))


def _is_pdf(upload: FileStorage) -> bool:
    upload.stream.seek(0)
    begin = upload.stream.read(len(PDF_BEGINS))
    upload.stream.seek(0)
    return begin == PDF_BEGINS or upload.mimetype == "application/pdf"
