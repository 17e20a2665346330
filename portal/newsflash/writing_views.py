"""Pages where people write news: send in, change, take back."""

from typing import Any

from flask import Response, abort, request

from portal.accounts.models import User
from portal.community.policies import signatory_organisations
from portal.core import clock
from portal.core.i18n import gettext as _
from portal.core.locale import local
from portal.core.web import limits
from portal.core.web.access import members, require, viewer
from portal.core.web.forms import form_page, notify
from portal.core.web.rendering import page, redirect_to, wants_fragment
from portal.newsflash import policies, queries, writing, writing_forms
from portal.newsflash.blueprint import bp
from portal.newsflash.models import Article
from portal.newsflash.writing_forms import ArticleForm, TakeBackForm
from portal.publishing import drafts, handing_in
from portal.publishing import services as publishing
from portal.publishing.models import State
from portal.publishing.services import EditConflict, NotAllowedNow

DO = "do"
KEEP, PREVIEW, SEND = "bewaar", "voorbeeld", "verstuur"
"""What a button of the form asks for."""
COMPARED = ("title", "lead", "body")


@bp.route("/nieuws/insturen", methods=["GET", "POST"])
@members
def send_in() -> Response:
    """Ask for an article; a draft fills the form."""
    user = _person()
    form = ArticleForm(user) if request.method == "POST" else _new_form(user)
    if form.is_submitted():
        _count(user)
        if request.form.get(DO) == KEEP:
            return _keep(user, form)
    if not form.validate_on_submit() or request.form.get(DO) == PREVIEW:
        return _page(form, None)
    return _sent(writing.send_in(user, form.story, form.once.data))


@bp.post("/nieuws/concept")
@members
def keep_draft() -> Response:
    """Keep what is being typed; answers with one line that says so."""
    user = _person()
    limits.hit("draft", user.id, most=2000, seconds=3600)
    kept = drafts.save_draft(user, writing.DRAFTS, request.form.get("once", ""), request.form)
    if not wants_fragment():
        return redirect_to(local("/account/bijdragen"))
    return page("components/draft_state.html", saved=kept, at=clock.now())


@bp.post("/nieuws/concept/weg")
@members
def drop_draft() -> Response:
    """Throw a draft away."""
    drafts.delete_draft(_person(), writing.DRAFTS, request.form.get("once", ""))
    notify(_("The draft is gone."))
    return redirect_to(local("/nieuws/insturen"))


@bp.route("/nieuws/<int:article_id>/bewerken", methods=["GET", "POST"])
@members
def edit(article_id: int) -> Response:
    """Ask how an article must be."""
    user, article = _own(article_id)
    form = ArticleForm(user, article=article, data=writing_forms.fields_of(article))
    if form.is_submitted():
        _count(user)
    if not form.validate_on_submit() or request.form.get(DO) == PREVIEW:
        return _page(form, article)
    try:
        writing.change(article, user, form.story, form.version.data, send=request.form.get(DO) == SEND)
    except EditConflict:
        return _conflict(form, article)
    return _sent(article.path)


@bp.route("/nieuws/<int:article_id>/intrekken", methods=["GET", "POST"])
@members
def take_back(article_id: int) -> Response:
    """Ask whether an article must go, and an editor why."""
    user, article = _own(article_id)
    require(policies.may_withdraw(user, article))
    form = TakeBackForm(must_explain=article.author_id != user.id)
    if not form.validate_on_submit():
        return form_page("newsflash/edit_take_back.html", form, article=article)
    _count(user)
    try:
        writing.take_back(article, user, form.reason.data or None)
        notify(_("The article is withdrawn: it is no longer on the site."))
    except NotAllowedNow:
        notify(_("Somebody else changed this meanwhile. Look at it first, and try again if it is still needed."))
    return redirect_to(local(article.path))


def _person() -> User:
    """Return who is signed in; the guard let nobody else come here."""
    user: User | None = viewer()
    return user or abort(401)


def _own(article_id: int) -> tuple[User, Article]:
    """Return an article that this person may change; 404 for what one may not know of, 403 for what one only reads."""
    user = _person()
    article = queries.get_article(article_id)
    if article is None or not policies.may_read(user, article):
        abort(404)
    require(policies.may_edit(user, article))
    return user, article


def _count(user: User) -> None:
    limits.hit("article", user.id, most=60, seconds=3600)


def _new_form(user: User) -> ArticleForm:
    """Return the form for a new article: empty, or a draft."""
    draft = drafts.get_draft(user, writing.DRAFTS, request.args.get("concept", ""))
    if draft is not None:
        return ArticleForm(user, formdata=draft)
    own = signatory_organisations(user)
    return ArticleForm(user, formdata=None, data={"organisation": own[0].slug if own else ""})


def _keep(user: User, form: ArticleForm) -> Response:
    """Keep a form as it is, its picture too, whatever is still missing."""
    form.validate()
    fields = request.form.copy()
    fields["picture"] = form.picture.data or ""
    key = form.once.data or ""
    if form.image.errors or not drafts.save_draft(user, writing.DRAFTS, key, fields):
        return _page(form, None)
    notify(_("Your draft is kept. Only you see it."))
    return redirect_to(local("/nieuws/insturen") + f"?concept={key}")


def _page(form: ArticleForm, article: Article | None, **context: Any) -> Response:
    """Show the form, with the article as its page will be when that was asked for."""
    wanted = request.form.get(DO) == PREVIEW and form.is_submitted() and not form.errors
    user = _person()
    context = {"conflicts": [], **context}
    return form_page(
        "newsflash/edit.html",
        form,
        article=article,
        preview=writing.imagine(form.story, article.author if article else user) if wanted else None,
        author=article.author if article else user,
        history=publishing.history(article) if article else [],
        drafts=[] if article else drafts.list_drafts(user, writing.DRAFTS),
        may_send=article is not None and policies.may_send(user, article),
        way=policies.handing_in_of(user),
        for_another=article is not None and handing_in.is_for_another(article, user),
        **context,
    )


def _conflict(form: ArticleForm, article: Article) -> Response:
    """Show both texts; saving again is a choice."""
    rows = [
        (form[name].label.text, form[name].data or "", getattr(article, name))
        for name in COMPARED
        if (form[name].data or "") != getattr(article, name)
    ]
    form.version.data, form.version.raw_data = article.version, None
    return _page(form, article, status=422, conflicts=rows or [(_("Something else"), "", "")])


def _sent(path: str) -> Response:
    """Lead to the page of an article, and say what became of it."""
    article = queries.get_article(int(path.rpartition("/")[2].partition("-")[0]))
    saved = handing_in.saved_for_another(article, _person()) if article is not None else ""
    if saved:
        notify(saved)
    elif article is not None and article.state == State.REVIEW:
        notify(_("Thank you. The editors read your article, mostly within two working days; you get a mail."))
    elif article is not None and article.is_public:
        notify(_("Your article is on the site."))
    else:
        notify(_("Your changes are kept."))
    return redirect_to(local(path))
