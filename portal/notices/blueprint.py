"""The blueprint of notices, and its path."""

from flask import Blueprint

bp = Blueprint("notices", __name__)
PATH = "/meldingen/"
