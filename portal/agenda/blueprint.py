"""The blueprint of the agenda."""

from flask import Blueprint

bp = Blueprint("agenda", __name__)
