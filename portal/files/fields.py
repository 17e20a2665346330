"""Fields for forms of all features: a file is checked with the other fields, and held when another field is wrong.

A file that passed its check is stored at once (`held`); the form carries its token in a box that is ticked, so that
sending the form again sends the file again. The service that saves the form gets `field.file` and claims it.
"""

from typing import Any

from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage
from wtforms import Form
from wtforms.utils import unset_value
from wtforms.validators import StopValidation

from portal.core.web import access
from portal.files import held, kinds
from portal.files.images import LARGEST, prepare_image
from portal.files.models import FileKind, StoredFile
from portal.files.pdfs import prepare_pdf
from portal.files.uploads import BadUpload, Prepared

HELD = "-held"
"""How the name of the box ends that holds a file which was sent before."""


class ErrorAt(str):
    """What is wrong with one part of a field, such as one file of several; `anchor` is the id of that part."""

    def __new__(cls, message: str, anchor: str) -> "ErrorAt":
        """Take the message and the id of the input that it is about."""
        error = super().__new__(cls, message)
        error.anchor = anchor
        return error

    anchor: str


class HeldFileField(FileField):  # type: ignore[misc]  # flask-wtf has no types
    """A file to choose; `file` is what was sent now or before, None when nothing was."""

    accept = ""
    kind = FileKind.IMAGE
    carries_token = True
    """Whether the form shows the held file itself; a form with `False` carries the token in a field of its own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Tell the browser what may be chosen."""
        kwargs["render_kw"] = {"accept": self.accept, **(kwargs.get("render_kw") or {})}
        super().__init__(*args, **kwargs)
        self.file: StoredFile | None = None
        self.data: Any = None

    @property
    def held_name(self) -> str:
        """Return the name of the box that holds a file which was sent before."""
        return f"{self.name}{HELD}"

    @property
    def limits_label(self) -> str:
        """Return in words which files may be chosen."""
        raise NotImplementedError

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        """Read the file, and the token of one that was sent before."""
        super().process(formdata, data, extra_filters)
        token = formdata.get(self.held_name) if formdata else None
        self.file = self._held(token) if isinstance(token, str) else None

    def _held(self, token: str) -> StoredFile | None:
        """Return what whoever fills in the form sent before, of the kind that this field takes."""
        viewer = access.viewer()
        found = held.held_by(viewer, [token]).get(token) if viewer else None
        return found if found is not None and found.kind == self.kind else None

    def pre_validate(self, form: Form) -> None:
        """Check what was sent, and hold it; an earlier file stays when this one is refused."""
        if not isinstance(self.data, FileStorage) or not self.data.filename:
            return
        try:
            self.file = held.hold(self.prepare(self.data), access.viewer())
        except BadUpload as refusal:
            raise StopValidation(str(refusal)) from None
        self.data = None  # it is held now, once, however often the form is checked

    def prepare(self, upload: FileStorage) -> Prepared:
        """Return the file as it will be stored; raises BadUpload."""
        raise NotImplementedError


class ImageField(HeldFileField):
    """A picture."""

    accept = kinds.PICTURES

    def __init__(
        self, *args: Any, largest: tuple[int, int] = LARGEST, carries_token: bool = True, **kwargs: Any
    ) -> None:
        """Take how large the picture is kept at most (pixels)."""
        super().__init__(*args, **kwargs)
        self.largest, self.carries_token = largest, carries_token

    @property
    def limits_label(self) -> str:
        """Return in words which pictures may be chosen."""
        return kinds.pictures_label()

    def prepare(self, upload: FileStorage) -> Prepared:
        """Make the picture anew."""
        return prepare_image(upload, self.largest)


class PdfField(HeldFileField):
    """A document."""

    accept = kinds.DOCUMENTS
    kind = FileKind.PDF

    @property
    def limits_label(self) -> str:
        """Return in words which documents may be chosen."""
        return kinds.documents_label()

    def prepare(self, upload: FileStorage) -> Prepared:
        """Look through the document."""
        return prepare_pdf(upload)
