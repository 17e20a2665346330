"""Fields for forms of all features: a file is checked with the other fields, and its error stands beside it."""

from typing import Any

from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage
from wtforms import Form
from wtforms.validators import StopValidation

from portal.files.images import LARGEST, prepare_image
from portal.files.pdfs import prepare_pdf
from portal.files.uploads import BadUpload, Prepared


class PreparedField(FileField):  # type: ignore[misc]  # flask-wtf has no types
    """A file to choose; after validation `prepared` holds it as it will be stored, None when none was sent."""

    accept = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["render_kw"] = {"accept": self.accept, **(kwargs.get("render_kw") or {})}
        super().__init__(*args, **kwargs)
        self.prepared: Prepared | None = None

    def pre_validate(self, form: Form) -> None:
        """Look through what was sent."""
        if not isinstance(self.data, FileStorage) or not self.data.filename:
            return
        try:
            self.prepared = self.prepare(self.data)
        except BadUpload as refusal:
            raise StopValidation(str(refusal)) from None

    def prepare(self, upload: FileStorage) -> Prepared:
        """Return the file as it will be stored; raises BadUpload."""
        raise NotImplementedError


class ImageField(PreparedField):
    """A picture."""

    accept = "image/jpeg,image/png,image/webp"

    def __init__(self, *args: Any, largest: tuple[int, int] = LARGEST, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.largest = largest

    def prepare(self, upload: FileStorage) -> Prepared:
        """Make the picture anew."""
        return prepare_image(upload, self.largest)


class PdfField(PreparedField):
    """A document."""

    accept = "application/pdf,.pdf"

    def prepare(self, upload: FileStorage) -> Prepared:
        """Look through the document."""
        return prepare_pdf(upload)
