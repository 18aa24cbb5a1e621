"""Forms only from our own pages: a token in the session that each form must repeat.

Another site can make a visitor's browser post here, with the visitor's cookie, but cannot read
the token out of our pages.
"""

import hmac
import secrets

from flask import abort, request, session

FIELD = "csrf_token"
# Of our own forms: a name, a tax id, a quantity. More is refused before it is parsed.
LARGEST_FORM = 16 * 1024
MOST_FIELDS = 20


def token() -> str:
    if FIELD not in session:
        session[FIELD] = secrets.token_urlsafe(24)
    return session[FIELD]


def check() -> None:
    """For `before_request`: refuse a POST that does not carry this session's token."""
    if request.method != "POST":
        return
    request.max_content_length = LARGEST_FORM
    sent = request.form.get(FIELD, "").encode()
    if not hmac.compare_digest(sent, session.get(FIELD, "").encode()) or not sent:
        abort(403, "This form is too old. Go back, reload the page and try again.")
