"""The blueprint of alerts, and its paths."""

from flask import Blueprint

bp = Blueprint("alerts", __name__)
PATH = "/volgen/"
