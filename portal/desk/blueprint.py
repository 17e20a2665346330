"""Where the pages of the desk hang: judging, the log, the radar, the synonyms."""

from flask import Blueprint

bp = Blueprint("desk", __name__)
PATH = "/redactie/"
