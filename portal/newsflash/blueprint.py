"""The blueprint of the news."""

from flask import Blueprint

bp = Blueprint("newsflash", __name__)
