"""Signed links of alerts, which work without an account: stop one, and manage those of an address."""

import hashlib

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

from portal.alerts.blueprint import PATH
from portal.alerts.models import Alert, AlertGuest
from portal.core.extensions import db

LONGEST = 200


def off_path(alert: Alert) -> str:
    """Return the path that stops an alert."""
    return f"{PATH}uit/{_serializer('off').dumps(alert.id)}"


def guest_path(guest_id: int) -> str:
    """Return the path of the page where a guest manages alerts."""
    return f"{PATH}gast/{_serializer('guest').dumps(guest_id)}"


def choices_path(alert: Alert) -> str:
    """Return the path of the page where its owner manages an alert."""
    return guest_path(alert.guest_id) if alert.guest_id else PATH


def read_off_token(token: str) -> Alert | None:
    """Return the alert of a token, None for one that is not ours or whose alert is gone."""
    found = _read("off", token)
    return db.session.get(Alert, found) if found else None


def read_guest_token(token: str) -> AlertGuest | None:
    """Return the guest of a token, None for one that is not ours or whose guest is gone."""
    found = _read("guest", token)
    return db.session.get(AlertGuest, found) if found else None


def _read(purpose: str, token: str) -> int | None:
    try:
        found = _serializer(purpose).loads(token[:LONGEST])
    except (BadData, TypeError, ValueError):
        return None
    return found if isinstance(found, int) else None


def _serializer(purpose: str) -> URLSafeSerializer:
    return URLSafeSerializer(
        current_app.config["SECRET_KEY"], salt=f"alerts.{purpose}", signer_kwargs={"digest_method": hashlib.sha256}
    )
