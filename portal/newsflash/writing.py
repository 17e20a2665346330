"""How an article is written: what `publishing.writing` asks of the news."""

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
from portal.publishing.writing import KEEP, SEND, Writing, action, current_user


def draft_fields(form: ArticleForm) -> "MultiDict[str, str] | None":
    """Return what was typed, with the picture stored whatever is still missing; None when the picture is refused."""
    if action() == KEEP:
        form.validate()
    if form.image.errors:
        return None
    fields = request.form.copy()
    fields["picture"] = form.picture.data or ""
    return fields


def first_fields(user: User) -> dict[str, Any]:
    """Return what the form for a new article begins with: the first organisation one signs for."""
    own = signatory_organisations(user)
    return {"organisation": own[0].slug if own else ""}


def build_preview(form: ArticleForm, article: Article | None) -> Article:
    """Return the article as it would be."""
    return services.preview_article(form.draft, article.author if article else form.user)


def context(form: ArticleForm, article: Article | None) -> dict[str, Any]:
    """Return what the template of the form asks for."""
    user = current_user()
    return {
        "article": article,
        "author": article.author if article else form.user,
        "may_send": article is not None and policies.may_send(user, article),
    }


def outcome(article: Article) -> str:
    """Return what to say after an article was saved."""
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
