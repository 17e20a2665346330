"""How articles are written: the configuration of `publishing.writing` for news."""

from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict

from portal.accounts.models import User
from portal.community.policies import signatory_organisations
from portal.core.i18n import gettext as _
from portal.newsflash import policies, queries, services
from portal.newsflash.models import Article
from portal.newsflash.writing_forms import ArticleForm, fields_of
from portal.publishing.models import State
from portal.publishing.writing import SAVE_DRAFT, SEND, Writing, action, current_user


def draft_fields(form: ArticleForm) -> "MultiDict[str, str] | None":
    """Return the fields to store as a draft, with an uploaded picture; None when the picture was refused."""
    if action() == SAVE_DRAFT:
        form.validate()
    if form.image.errors:
        return None
    fields = request.form.copy()
    fields["picture"] = form.picture.data or ""
    return fields


def first_fields(user: User) -> dict[str, Any]:
    """Return the initial fields of a new article: the user's first signatory organisation."""
    own = signatory_organisations(user)
    return {"organisation": own[0].slug if own else ""}


def build_preview(form: ArticleForm, article: Article | None) -> Article:
    """Return an unsaved article for the preview."""
    return services.preview_article(form.draft, article.author if article else form.user)


def context(form: ArticleForm, article: Article | None) -> dict[str, Any]:
    """Return the other variables of the form's template."""
    user = current_user()
    return {
        "article": article,
        "author": article.author if article else form.user,
        "may_send": article is not None and policies.may_send(user, article),
    }


def outcome(article: Article) -> str:
    """Return the message to show after saving an article."""
    if article.state == State.REVIEW:
        return _("Thank you. The editors read your article, mostly within two working days; you get a mail.")
    return _("Your article is on the site.") if article.is_public else _("Your changes are kept.")


def _submit(user: User, form: ArticleForm) -> Article:
    return services.submit_article(user, form.draft)


def _update(article: Article, user: User, form: ArticleForm) -> None:
    services.update_article(article, user, form.draft, form.version.data, send=action() == SEND)


WRITING = Writing(
    kind="article",
    path="/nieuws/",
    new_path="/nieuws/insturen",
    template="newsflash/edit.html",
    get_item=queries.get_article,
    may_know=policies.may_read,
    may_edit=policies.may_edit,
    make_form=ArticleForm,
    first_fields=first_fields,
    stored_fields=fields_of,
    submit=_submit,
    update=_update,
    build_preview=build_preview,
    context=context,
    review_route=policies.review_route_of,
    outcome=outcome,
    draft_fields=draft_fields,
)
