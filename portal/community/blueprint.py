"""Where the pages of the network hang: those that read and those that write."""

from flask import Blueprint

bp = Blueprint("community", __name__)
