"""Where the pages of the board hang: those that read and those that write."""

from flask import Blueprint

bp = Blueprint("board", __name__)
PATH = "/vraag-en-aanbod/"
