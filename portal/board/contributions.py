"""Posts and drafts for the page "My contributions"; importing this module registers them."""

from portal.accounts.models import User
from portal.board import labels, policies, queries
from portal.board.models import Post
from portal.board.writing import WRITING
from portal.core.formatting import full_date
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext
from portal.publishing.contributions import Contribution, Kind, list_new_drafts, register

PATH = "/vraag-en-aanbod/"


def list_contributions(user: User) -> list[Contribution]:
    """Return a user's drafts of new posts, followed by the user's posts and those of their organisations."""
    new = list_new_drafts(user, WRITING.kind, WRITING.new_path, f"{PATH}concept/weg")
    return new + [_post(user, post) for post in queries.contributed_by(user) if policies.may_read(user, post)]


def _post(user: User, post: Post) -> Contribution:
    facts = [labels.kinds()[post.kind], post.category.label]
    if post.organisation:
        facts.append(post.organisation.name)
    if post.is_active and post.reply_until:
        facts.append(_("open until %(day)s", day=full_date(post.reply_until)))
    return Contribution(
        title=post.title,
        path=post.path,
        state=post.state,
        state_label=labels.states()[post.state],
        changed_at=post.updated_at,
        facts=", ".join(facts),
        edit_path=f"{PATH}{post.id}/bewerken" if policies.may_edit(user, post) else "",
    )


register(
    Kind(
        name="1-board",
        label=lazy_gettext("Offers and requests"),
        new_label=lazy_gettext("Place an offer or request"),
        new_path=f"{PATH}nieuw",
        list_items=list_contributions,
    )
)
