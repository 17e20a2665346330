"""What our pages are held against: *hello*, *list* and *orm*, each a bare Flask application.

hello  five bytes
list   Flask + Jinja rendering a 25-row page from memory
orm    the same page from SQLite through SQLAlchemy: one joined query and a count
"""

from collections.abc import Callable
from pathlib import Path

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event, func, select
from sqlalchemy.orm import joinedload

from portal.board.models import Post
from portal.core.extensions import Base

ROWS = 25
TEMPLATE = """<!doctype html><html lang="nl"><head><meta charset="utf-8"><title>Vraag &amp; Aanbod</title></head><body>
<header><a href="/">Portal</a><nav>{% for name in sections %}<a href="/{{ name }}/">{{ name }}</a>{% endfor %}</nav>
</header><main><h1>Vraag &amp; Aanbod</h1><p>{{ total }} berichten</p><ol>
{% for row in rows %}<li class="card {{ row.kind }}"><p class="kind">{{ row.kind }} <span>{{ row.category }}</span></p>
<h3><a href="{{ row.path }}">{{ row.title }}</a></h3><p><b>{{ row.organisation or row.author }}</b>
{% if row.municipality %}<span>{{ row.municipality }}</span>{% endif %}</p><p>{{ row.excerpt }}</p>
<dl>{% if row.reply_by %}<dt>Reageren tot</dt><dd><time datetime="{{ row.reply_by }}">{{ row.reply_by }}</time></dd>
{% elif row.until %}<dt>Open tot</dt><dd><time datetime="{{ row.until }}">{{ row.until }}</time></dd>{% endif %}
{% if row.places %}<dt>Plaatsen</dt><dd>{{ row.places }}</dd>{% endif %}
<dt>Geplaatst</dt><dd><time datetime="{{ row.posted }}">{{ row.posted }}</time></dd></dl></li>
{% endfor %}</ol></main></body></html>"""
SECTIONS = ("vraag-en-aanbod", "agenda", "nieuws", "actieagenda", "organisaties", "voorbeelden")


def _page(app: Flask) -> Callable[[list[dict[str, object]], int], str]:
    """Return the function that renders the page; the template is compiled once, as files are."""
    template = app.jinja_env.from_string(TEMPLATE)
    return lambda rows, total: template.render(rows=rows, total=total, sections=SECTIONS)


def hello() -> Flask:
    """Return the application that answers five bytes."""
    app = Flask("hello")
    app.add_url_rule("/", view_func=lambda: "hello")
    return app


def rows_from_memory() -> Flask:
    """Return *list*: 25 rows rendered from memory."""
    app = Flask("list")
    rows: list[dict[str, object]] = [
        {
            "kind": "aanbod",
            "category": "Stageplaats",
            "path": f"/vraag-en-aanbod/{number}-stage-bij-een-installateur",
            "title": f"Stageplaats {number} bij een installateur in Zoetermeer",
            "excerpt": "Leerlingen lopen mee met monteurs die zonnepanelen en warmtepompen plaatsen. " * 2,
            "organisation": "Installatiebedrijf Noordzij",
            "author": "Lotte Noordzij",
            "municipality": "Zoetermeer",
            "reply_by": None,
            "until": "2027-03-12",
            "places": 3,
            "posted": "2026-11-12",
        }
        for number in range(ROWS)
    ]
    page = _page(app)
    app.add_url_rule("/", view_func=lambda: page(rows, 20_000))
    return app


def orm(database: Path) -> Flask:
    """Return *orm*: the newest 25 open posts of a portal's database, with a count."""
    app = Flask("orm")
    app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{database}"
    orm_db = SQLAlchemy(model_class=Base)
    orm_db.init_app(app)
    with app.app_context():
        event.listen(orm_db.engine, "connect", lambda raw, _record: raw.execute("PRAGMA busy_timeout=10000"))

    page = _page(app)

    @app.get("/")
    def index() -> str:
        related = (Post.category, Post.organisation, Post.author, Post.municipality)
        posts = orm_db.session.scalars(
            select(Post)
            .where(Post.state == "open")
            .options(*(joinedload(part) for part in related))
            .order_by(Post.published_at.desc(), Post.id.desc())
            .limit(ROWS)
        ).all()
        total = orm_db.session.scalar(select(func.count()).select_from(Post).where(Post.state == "open"))
        return page([_row(post) for post in posts], total or 0)

    return app


def _row(post: Post) -> dict[str, object]:
    return {
        "kind": post.kind,
        "category": post.category.label,
        "path": post.path,
        "title": post.title,
        "excerpt": post.excerpt,
        "organisation": post.organisation.name if post.organisation else None,
        "author": post.author.name,
        "municipality": post.municipality.name if post.municipality else "",
        "reply_by": post.reply_by,
        "until": post.expires_on,
        "places": post.places,
        "posted": post.published_on,
    }
