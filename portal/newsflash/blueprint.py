"""Where the pages of news hang: those that read and those that write."""

from flask import Blueprint

bp = Blueprint("newsflash", __name__)
