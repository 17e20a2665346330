"""The blueprint of all account pages."""

from flask import Blueprint

bp = Blueprint("accounts", __name__)
