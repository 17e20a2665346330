"""Where the pages of the agenda hang: those that read and those that write."""

from flask import Blueprint

bp = Blueprint("agenda", __name__)
