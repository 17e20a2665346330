"""The form of a group of synonyms."""

from wtforms import Field
from wtforms.validators import ValidationError

from portal.core.i18n import lazy_gettext
from portal.core.web.forms import LineField, OnceMixin, PortalForm, ProseField, VersionField
from portal.search.language import synonym_groups
from portal.search.language.synonym_groups import SynonymError

LONGEST = synonym_groups.MOST * (synonym_groups.LONGEST + 4)


class SynonymForm(OnceMixin, PortalForm):
    """Words that mean the same, one a line."""

    words = ProseField(lazy_gettext("Words, one on each line"), most=LONGEST)
    note = LineField(lazy_gettext("Note for other editors"), most=synonym_groups.LONGEST_NOTE, required=False)
    version = VersionField()

    def validate_words(self, field: Field) -> None:
        """Refuse lines that make no group, and say why."""
        try:
            synonym_groups.checked(field.data or "")
        except SynonymError as error:
            raise ValidationError(str(error)) from error
