"""Form fields for files: a file is checked with the other fields, and survives an error in another field.

A file that passed its check is stored at once (`files.held`); the form carries its token in a ticked checkbox, so
that sending the form again includes the file. The service that saves the form gets `field.file` and claims it.
"""

from typing import Any

from flask_wtf.file import FileField, MultipleFileField
from werkzeug.datastructures import FileStorage
from wtforms import Form
from wtforms.utils import unset_value
from wtforms.validators import StopValidation

from portal.core.i18n import gettext as _
from portal.core.web import access
from portal.files import held, kinds
from portal.files.images import LARGEST, prepare_image
from portal.files.models import FileKind, StoredFile
from portal.files.pdfs import prepare_pdf
from portal.files.uploads import MAX_BYTES, MEGABYTE, BadUpload, Prepared

HELD = "-held"
"""The suffix of the name of the checkbox with the token of a file that was sent before."""


class ErrorAt(str):
    """An error in one part of a field, such as one of several files; `anchor` is the HTML id of that part."""

    def __new__(cls, message: str, anchor: str) -> "ErrorAt":
        """Take the message and the HTML id of the input it is about."""
        error = super().__new__(cls, message)
        error.anchor = anchor
        return error

    anchor: str


class HeldFileField(FileField):  # type: ignore[misc]  # flask-wtf has no types
    """A field for one file; `file` is the file sent now or before, None when there is none."""

    accept = ""
    kind = FileKind.IMAGE
    carries_token = True
    """Whether this field renders the token; if False, the form carries it in another field."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Set the `accept` attribute for the browser."""
        kwargs["render_kw"] = {"accept": self.accept, **(kwargs.get("render_kw") or {})}
        super().__init__(*args, **kwargs)
        self.file: StoredFile | None = None
        self.data: Any = None

    @property
    def held_name(self) -> str:
        """Return the name of the checkbox with the token of a file that was sent before."""
        return f"{self.name}{HELD}"

    @property
    def limits_label(self) -> str:
        """Return the accepted kinds and sizes of files, for the help text."""
        raise NotImplementedError

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        """Read the file, and the token of a file that was sent before."""
        super().process(formdata, data, extra_filters)
        token = formdata.get(self.held_name) if formdata else None
        self.file = self._held(token) if isinstance(token, str) else None

    def _held(self, token: str) -> StoredFile | None:
        """Return the file that this user sent before, if it is of an accepted kind."""
        viewer = access.viewer()
        found = held.held_by(viewer, [token]).get(token) if viewer else None
        return found if found is not None and found.kind == self.kind else None

    def pre_validate(self, form: Form) -> None:
        """Check and store the file; when it is refused, an earlier one stays selected."""
        if not isinstance(self.data, FileStorage) or not self.data.filename:
            return
        try:
            self.file = held.hold(self.prepare(self.data), access.viewer())
        except BadUpload as refusal:
            raise StopValidation(str(refusal)) from None
        self.data = None  # stored: validating the form again must not store it again

    def prepare(self, upload: FileStorage) -> Prepared:
        """Return the file as it will be stored; raises BadUpload."""
        raise NotImplementedError


class ImageField(HeldFileField):
    """A field for a picture."""

    accept = kinds.PICTURES

    def __init__(
        self, *args: Any, largest: tuple[int, int] = LARGEST, carries_token: bool = True, **kwargs: Any
    ) -> None:
        """Take the maximum width and height (pixels) at which the picture is stored."""
        super().__init__(*args, **kwargs)
        self.largest, self.carries_token = largest, carries_token

    @property
    def limits_label(self) -> str:
        """Return the accepted pictures, for the help text."""
        return kinds.pictures_label()

    def prepare(self, upload: FileStorage) -> Prepared:
        """Return the re-encoded picture; raises BadUpload."""
        return prepare_image(upload, self.largest)


class PdfField(HeldFileField):
    """A field for a PDF document."""

    accept = kinds.DOCUMENTS
    kind = FileKind.PDF

    @property
    def limits_label(self) -> str:
        """Return the accepted documents, for the help text."""
        return kinds.documents_label()

    def prepare(self, upload: FileStorage) -> Prepared:
        """Return the checked document; raises BadUpload."""
        return prepare_pdf(upload)


class HeldFilesField(MultipleFileField):  # type: ignore[misc]  # flask-wtf has no types
    """A field for several pictures and documents; `files` are those sent now or before, at most `most`."""

    def __init__(self, *args: Any, most: int, **kwargs: Any) -> None:
        """Take the number of files that one form may have."""
        kwargs["render_kw"] = {
            "accept": kinds.PICTURES_AND_DOCUMENTS,
            "multiple": True,
            **(kwargs.get("render_kw") or {}),
        }
        super().__init__(*args, **kwargs)
        self.most = most
        self.files: list[StoredFile] = []
        self.data: Any = None

    @property
    def held_name(self) -> str:
        """Return the name of the checkboxes with the tokens of files that were sent before."""
        return f"{self.name}{HELD}"

    @property
    def limits_label(self) -> str:
        """Return the accepted kinds, sizes and number of files, for the help text."""
        size = MAX_BYTES // MEGABYTE
        return _("PDF, JPG, PNG or WebP. At most %(most)s files, each at most %(size)s MB.", most=self.most, size=size)

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        """Read the files, and the tokens of files that were sent before."""
        super().process(formdata, data, extra_filters)
        sent = [token for token in formdata.getlist(self.held_name) if isinstance(token, str)] if formdata else []
        viewer = access.viewer() if sent else None
        known = held.held_by(viewer, sent) if viewer else {}
        self.files = [known[token] for token in dict.fromkeys(sent) if token in known][: self.most]

    def pre_validate(self, form: Form) -> None:
        """Check and store each file; those that are accepted stay selected when another is refused."""
        refused = []
        for upload in self.data or ():
            if not isinstance(upload, FileStorage) or not upload.filename:
                continue
            name = kinds.name_of(upload)
            if len(self.files) >= self.most:
                refused.append(_("“%(name)s” was left out: at most %(most)s files.", name=name, most=self.most))
                continue
            try:
                prepared = kinds.prepare_picture_or_document(upload)
                self.files.append(held.hold(prepared, access.viewer(), kinds.title_of(upload)))
            except BadUpload as refusal:
                refused.append(f"“{name}”: {refusal}")
        self.data = None  # stored: validating the form again must not store them again
        if refused:
            raise StopValidation(" ".join(refused))
