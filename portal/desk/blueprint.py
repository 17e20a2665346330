"""The blueprint of all pages of the desk."""

from flask import Blueprint

bp = Blueprint("desk", __name__)
PATH = "/redactie/"
