"""The blueprint of saved items, and its paths."""

from flask import Blueprint

bp = Blueprint("saved", __name__)
PATH = "/bewaard/"
