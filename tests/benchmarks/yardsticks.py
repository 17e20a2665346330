"""What our pages are held against: *hello*, *list* and *orm*, each a bare Flask application.

hello  five bytes
list   Flask + Jinja rendering a 25-row page from memory
orm    the same page from SQLite through SQLAlchemy: one joined query and a count
"""

from pathlib import Path

from flask import Flask, render_template_string
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event, func, select
from sqlalchemy.orm import joinedload

from portal.board.models import Post
from portal.core.extensions import Base

ROWS = 25
TEMPLATE = """<!doctype html><html lang="nl"><head><meta charset="utf-8"><title>Posts</title></head><body>
<h1>{{ total }} posts</h1><ul>
{% for row in rows %}<li class="card {{ row.kind }}"><p>{{ row.kind }} · {{ row.category }}</p>
<h2><a href="{{ row.path }}">{{ row.title }}</a></h2><p>{{ row.excerpt }}</p>
<dl><dt>Wie</dt><dd>{{ row.organisation or row.author }}</dd><dt>Waar</dt><dd>{{ row.municipality }}</dd>
<dt>Tot</dt><dd>{{ row.until }}</dd></dl></li>
{% endfor %}</ul></body></html>"""


def hello() -> Flask:
    """Return the application that answers five bytes."""
    app = Flask("hello")
    app.add_url_rule("/", view_func=lambda: "hello")
    return app


def rows_from_memory() -> Flask:
    """Return *list*: 25 rows rendered from memory."""
    app = Flask("list")
    rows = [
        {
            "kind": "aanbod",
            "category": "Stageplaats",
            "path": f"/vraag-en-aanbod/{number}-stage-bij-een-installateur",
            "title": f"Stageplaats {number} bij een installateur in Zoetermeer",
            "excerpt": "Leerlingen lopen mee met monteurs die zonnepanelen en warmtepompen plaatsen. " * 2,
            "organisation": "Installatiebedrijf Noordzij",
            "author": "Lotte Noordzij",
            "municipality": "Zoetermeer",
            "until": "12 maart 2027",
        }
        for number in range(ROWS)
    ]
    app.add_url_rule("/", view_func=lambda: render_template_string(TEMPLATE, rows=rows, total=20_000))
    return app


def orm(database: Path) -> Flask:
    """Return *orm*: the newest 25 open posts of a portal's database, with a count."""
    app = Flask("orm")
    app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{database}"
    orm_db = SQLAlchemy(model_class=Base)
    orm_db.init_app(app)
    with app.app_context():
        event.listen(orm_db.engine, "connect", lambda raw, _record: raw.execute("PRAGMA busy_timeout=10000"))

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
        return render_template_string(TEMPLATE, rows=[_row(post) for post in posts], total=total)

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
        "until": post.expires_on,
    }
