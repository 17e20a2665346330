"""The form of a group of synonyms."""

from wtforms import Field
from wtforms.validators import ValidationError

from portal.core.i18n import lazy_gettext
from portal.core.web.forms import LineField, OnceMixin, PortalForm, ProseField, VersionField
from portal.search import services as search

LONGEST = search.MAX_SYNONYMS * (search.MAX_SYNONYM_LENGTH + 4)


class SynonymForm(OnceMixin, PortalForm):
    """Words that mean the same, one a line."""

    words = ProseField(lazy_gettext("Words, one on each line"), most=LONGEST)
    note = LineField(lazy_gettext("Note for other editors"), most=search.MAX_SYNONYM_NOTE_LENGTH, required=False)
    version = VersionField()

    def validate_words(self, field: Field) -> None:
        """Refuse lines that do not form a group, with the reason."""
        try:
            search.check_synonym_group(field.data or "")
        except search.SynonymError as error:
            raise ValidationError(str(error)) from error
