"""The blueprint of all community pages."""

from flask import Blueprint

bp = Blueprint("community", __name__)
