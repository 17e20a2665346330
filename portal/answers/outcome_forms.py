"""The form in which somebody tells what came of a thread."""

from typing import Any

from wtforms import BooleanField, RadioField
from wtforms.validators import InputRequired

from portal.answers.outcome_models import LONGEST_PARTNER, LONGEST_STORY, Again
from portal.answers.outcomes import Told
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext
from portal.core.web.fields import CountField
from portal.core.web.forms import LineField, OnceMixin, PortalForm, ProseField

YES, NO = "ja", "nee"
MOST = 99_999


class OutcomeForm(OnceMixin, PortalForm):
    """Whether it worked, and how much came of it."""

    worked = RadioField(lazy_gettext("Did it work out?"), [InputRequired()])
    partner = LineField(lazy_gettext("With which organisation?"), LONGEST_PARTNER, required=False)
    pupils = CountField(lazy_gettext("How many pupils or students took part?"), most=MOST)
    lessons = CountField(lazy_gettext("How many lessons or visits were there?"), most=MOST)
    places = CountField(lazy_gettext("How many places were filled?"), most=MOST)
    again = RadioField(lazy_gettext("Would you do it again?"), choices=[], validate_choice=False)
    story = ProseField(lazy_gettext("What went well, or what would you do differently?"), LONGEST_STORY, required=False)
    may_tell = BooleanField(lazy_gettext("You may tell this: as news, and on the pages of both organisations"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Word the choices."""
        super().__init__(*args, **kwargs)
        self.worked.choices = [(YES, _("Yes, it worked out")), (NO, _("No, it did not"))]
        self.again.choices = [(Again.YES, _("Yes")), (Again.PERHAPS, _("Perhaps")), (Again.NO, _("No"))]

    @property
    def told(self) -> Told:
        """Return what was filled in."""
        return Told(
            worked=self.worked.data == YES,
            partner=self.partner.data or None,
            pupils=self.pupils.data,
            lessons=self.lessons.data,
            places=self.places.data,
            again=Again(self.again.data) if self.again.data in set(Again) else None,
            may_tell=bool(self.may_tell.data),
            story=self.story.data or None,
        )
