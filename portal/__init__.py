"""The community portal; this package's `create_app` puts its parts together."""

from functools import partial
from importlib import import_module

from flask import Flask
from jinja2 import StrictUndefined

from portal.accounts import sessions
from portal.build import assets as built_assets
from portal.build import translations
from portal.core import formatting, i18n, locale, logs, metrics, personal_data
from portal.core.config import ROOT, Settings, from_environment
from portal.core.extensions import babel, csrf, db, htmx, migrate
from portal.core.lists.pagination import RowNumber
from portal.core.storage import database, redis
from portal.core.web import (
    access,
    assets,
    body_limits,
    errors,
    fragment_cache,
    freshness,
    navigation,
    near_addresses,
    rendering,
    security,
    shared_pages,
    unsaved,
)
from portal.search.language import wordlist

FEATURES = (
    "home",
    "board",
    "answers",
    "agenda",
    "newsflash",
    "actionplan",
    "community",
    "examples",
    "pages",
    "search.page",
    "accounts",
    "desk",
    "administration",
    "files",
    "mail",
    "avg",
    "matching",
    "operations",
    "alerts",
    "saved",
    "notices",
)
"""Every feature with pages; each package has `views.py` with a blueprint `bp`."""
TABLES = (
    "core",
    "search",
    "mail",
    "files",
    "accounts",
    "publishing",
    "community",
    "actionplan",
    "board",
    "answers",
    "agenda",
    "newsflash",
    "examples",
    "pages",
    "desk",
    "alerts",
    "saved",
    "matching",
)
"""Every package with `models.py`; they are imported at start-up, so that the migrations see all tables."""


def create_app(settings: Settings | None = None) -> Flask:
    """Return the application; raises ConfigurationError when a setting is wrong."""
    settings = settings or from_environment()
    logs.configure(settings.log_level)
    translations.ensure_compiled()
    wordlist.words()
    shown = (settings.name, settings.base_url, settings.contact)
    build = freshness.build_id(built_assets.ensure_built(), translations.fingerprint(), *shown)

    app = Flask(
        "portal",
        root_path=str(ROOT / "portal"),
        template_folder=str(ROOT / "templates"),
        instance_path=str(settings.instance),
        static_folder=None,
    )
    app.jinja_environment = rendering.SharedGlobals
    configure(app, settings, build)
    body_limits.init_app(app)
    unsaved.init_app(app)
    for extension in (db, csrf, htmx):
        extension.init_app(app)
    migrate.init_app(app, db, directory=str(ROOT / "portal" / "migrations"), render_as_batch=True, compare_type=True)
    babel.init_app(
        app,
        default_locale=locale.DEFAULT,
        default_timezone="Europe/Amsterdam",
        default_translation_directories=str(ROOT / "portal" / "translations"),
        locale_selector=locale.current,
    )
    for package in TABLES:
        import_module(f"portal.{package}.models")
    personal_data.load()
    for part in (redis, database, security, near_addresses, sessions, access):
        part.init_app(app)
    for part in (errors, formatting, i18n, fragment_cache, navigation, metrics, freshness):
        part.init_app(app)
    for feature in FEATURES:
        app.register_blueprint(import_module(f"portal.{feature}.views").bp)
    access.check_routes(app)
    wrap(app, build)
    return app


def configure(app: Flask, settings: Settings, build: str) -> None:
    """Set the configuration of Flask and its extensions; undefined variables in templates raise an error."""
    app.config.update(
        BASE_URL=settings.base_url,
        BUILD_ID=build,
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME="__Host-session" if settings.base_url.startswith("https:") else "session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.base_url.startswith("https:"),
        SETTINGS=settings,
        SITE_NAME=settings.name,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=database.engine_options(settings.database_url),
        TRUSTED_HOSTS=[settings.hostname, "localhost", "127.0.0.1", "[::1]"],
        WTF_CSRF_TIME_LIMIT=None,
    )
    app.url_map.strict_slashes = True
    app.url_map.converters["int"] = RowNumber
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def wrap(app: Flask, build: str) -> None:
    """Wrap the application in its WSGI layers, innermost first: language, freshness, files, headers, log, metrics."""
    with app.app_context():
        state = partial(database.content_state, db.engine)
    layers = freshness.Freshness(locale.LanguagePrefix(app.wsgi_app), state, build, app.config["SESSION_COOKIE_NAME"])
    if shared := app.extensions[redis.EXTENSION]:
        layers.second = shared_pages.SharedPages(shared)
    app.extensions["freshness"] = layers
    app.wsgi_app = metrics.RequestMetrics(logs.RequestLog(security.SecurityHeaders(assets.wrap(layers))))  # type: ignore[method-assign]  # Flask's documented way to add middleware
