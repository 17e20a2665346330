"""The blueprint of the board and the path of its pages."""

from flask import Blueprint

bp = Blueprint("board", __name__)
PATH = "/vraag-en-aanbod/"
