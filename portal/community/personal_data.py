"""What the community keeps of persons: where they sit, and how they present themselves."""

from portal.accounts.personal_data import delete_of_user, of_user
from portal.community.models import Seat
from portal.core.personal_data import Basis, holds, holds_none
from portal.core.words import lazy_gettext

holds_none("facts about organisations", "organisation", "organisation_name", "organisation_parent", "municipality")
holds(
    Seat.__tablename__,
    what=lazy_gettext("Your seats: at which organisation you are, in which role, from when until when"),
    purpose=lazy_gettext("To show on whose behalf you speak, and to let you do what belongs to that."),
    basis=Basis.AGREEMENT,
    keep=lazy_gettext("As long as your account exists; an ended seat too, so that the tie stays known."),
    export=of_user(Seat, "organisation_id", "role", "bio", "is_public", "since", "until"),
    erase=delete_of_user(Seat),
)
