"""The blueprint of answers, and its paths."""

from flask import Blueprint

bp = Blueprint("answers", __name__)
PATH = "/antwoorden/"
