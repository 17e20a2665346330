"""Where the pages of people's accounts hang: signing in, the account itself, the second factor, single sign-on."""

from flask import Blueprint

bp = Blueprint("accounts", __name__)
