"""Choosing the language of pages."""

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import update

from turfcutter.texts import LANGUAGES
from web.access import own_path, public
from web.db import db
from web.models import Account
from web.words import COOKIE

YEAR_S = 365 * 24 * 3600

blueprint = Blueprint("languages", __name__)


@blueprint.post("/language")
@public
def choose() -> ResponseReturnValue:
    """Keep the language in this browser and with the account, and go back to the page."""
    answer = redirect(own_path(request.form.get("next", "/")), 303)
    chosen = request.form.get("language", "")
    if chosen in LANGUAGES:
        if current_user.is_authenticated:
            keep(chosen)
        secure = request.is_secure
        answer.set_cookie(
            COOKIE, chosen, max_age=YEAR_S, secure=secure, httponly=True, samesite="Lax"
        )
    return answer


def keep(language: str) -> None:
    """Let whoever is logged in read in this language, in every browser."""
    mine = Account.id == current_user.account.id
    db().execute(update(Account).where(mine).values(language=language))
    db().commit()
