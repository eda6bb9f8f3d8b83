"""Probity: where an organisation keeps its promises about social media. `create_app` wires the rooms together."""

from click import get_current_context
from flask import Flask, url_for
from flask_login import LoginManager, current_user
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from app.config import ROOT, Settings, read_settings

POSTGRES_OPTIONS = {"pool_pre_ping": True, "pool_use_lifo": True, "connect_args": {"prepare_threshold": None}}
"""Of several connections the one last used is taken again: the server has at hand there what it knows of the tables.

Nothing is prepared: the driver forgets what it has prepared with every rollback, and each request ends with one.
"""


def create_app(settings: Settings | None = None) -> Flask:
    """The application for one organisation, with these settings or those of the environment."""
    from app import cli, home, navigation
    from app.access import ACCESS
    from app.core import access, clock, error_pages, headers, presentation, table_cells
    from app.core.db import db
    from app.core.forms import register_forms
    from app.core.registries import Registries
    from app.people.signing_in import person_of_session
    from app.policy.queries import installation
    from app.rooms import ROOMS, register_rooms

    settings = settings or read_settings()
    app = Flask(
        __name__,
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "static"),
        instance_path=str(settings.instance),
    )
    _configure(app, settings)
    settings.instance.mkdir(parents=True, exist_ok=True)
    db.init_app(app)
    if get_current_context(silent=True):  # a command, perhaps `flask db`: a server need not wait for what it loads
        migrate_with(app)
    CSRFProtect(app)
    app.extensions["keyring"] = settings.data_keys
    app.extensions["settings"] = settings
    app.extensions["registries"] = Registries()

    login = LoginManager(app)
    login.session_protection = None  # sessions live in the database; a changed network must not end them
    login.user_loader(lambda token: person_of_session(token, at=clock.now()))

    headers.install(app, https=not settings.demo)
    access.install(app, ACCESS)
    for room in (home, *ROOMS):
        app.register_blueprint(room.blueprint)
    register_rooms(app.extensions["registries"])
    presentation.register_presentation(app)
    table_cells.register_table_cells(app)
    register_forms(app)
    error_pages.install(app)
    cli.install(app)

    @app.context_processor
    def for_every_page() -> dict[str, object]:
        reader = current_user if current_user and current_user.is_authenticated else None
        return {
            "organisation_name": installation().organisation_name,
            "navigation": navigation.for_reader(),
            "signed_in_name": reader.name if reader else None,
            "unread_messages": reader.unread_messages if reader else 0,
            "sign_out_url": url_for("people.sign_out"),
        }

    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies)  # type: ignore[method-assign]
    return app


def migrate_with(app: Flask) -> None:
    """Give an application what `flask db` asks for."""
    from flask_migrate import Migrate

    from app.core.db import db

    Migrate(app, db, directory=str(ROOT / "migrations"), render_as_batch=True)


def _configure(app: Flask, settings: Settings) -> None:
    from app.core.evidence_files import MAX_BYTES

    postgres = settings.database_url.startswith("postgresql")
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS={"hide_parameters": True, **(POSTGRES_OPTIONS if postgres else {})},
        MAX_CONTENT_LENGTH=MAX_BYTES + 512 * 1024,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        SESSION_COOKIE_NAME="probity" if settings.demo else "__Host-probity",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,  # the token lives as long as the session: a form left over lunch still posts
        SEND_FILE_MAX_AGE_DEFAULT=365 * 24 * 3600,
    )
