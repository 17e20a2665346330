"""Pages for writing news: submit, edit and withdraw articles."""

from flask import Response

from portal.core.i18n import gettext as _
from portal.core.locale import local
from portal.core.web.access import members
from portal.core.web.body_limits import takes_files
from portal.core.web.forms import form_page, notify
from portal.core.web.rendering import redirect_to
from portal.newsflash import policies, services
from portal.newsflash.blueprint import bp
from portal.newsflash.writing import WRITING
from portal.newsflash.writing_forms import WithdrawForm
from portal.publishing import writing
from portal.publishing.services import NotAllowedNow
from portal.publishing.writing import changed_meanwhile, count_save, load_item


@bp.route("/nieuws/insturen", methods=["GET", "POST"])
@takes_files
@members
def submit() -> Response:
    """Show the form for a new article, filled from a draft if requested, and save it."""
    return writing.answer_new(WRITING)


@bp.post("/nieuws/concept")
@bp.post("/nieuws/<int:article_id>/concept")
@takes_files
@members
def keep_draft(article_id: int | None = None) -> Response:
    """Save what is being typed as a draft."""
    return writing.answer_autosave(WRITING, article_id)


@bp.post("/nieuws/concept/weg")
@members
def drop_draft() -> Response:
    """Delete a draft."""
    return writing.answer_drop(WRITING)


@bp.route("/nieuws/<int:article_id>/bewerken", methods=["GET", "POST"])
@takes_files
@members
def edit(article_id: int) -> Response:
    """Show the form of an article, and save it."""
    return writing.answer_change(WRITING, article_id)


@bp.route("/nieuws/<int:article_id>/intrekken", methods=["GET", "POST"])
@members
def withdraw(article_id: int) -> Response:
    """Ask for confirmation and a reason, then withdraw the article."""
    user, article = load_item(WRITING, article_id, policies.may_withdraw)
    form = WithdrawForm(must_explain=not policies.is_own(user, article))
    if not form.validate_on_submit():
        return form_page("newsflash/edit_withdraw.html", form, article=article)
    count_save(WRITING, user)
    try:
        services.withdraw_article(article, user, form.reason.data or None)
    except NotAllowedNow:
        return changed_meanwhile(article.path)
    notify(_("The article is withdrawn: it is no longer on the site."))
    return redirect_to(local(article.path))
