"""Why a delivery failed, in the language of who reads it.

The thread that delivers knows no language: it says in English what happened, and so it is kept.
"""

import re

_lt = str  # the mark of what is to be translated

STAGES = (
    _lt("looking up the host name"), _lt("connecting"), _lt("negotiating TLS"), _lt("sending"),
    _lt("waiting for the answer"), _lt("reading the answer"),
)
#: What :mod:`...delivery` says.
FAILURES = (
    _lt("The webhook URL is not a valid URL; it needs a host name and no user name"),
    _lt("The webhook URL must begin with https:// (http:// for test storefronts)"),
    _lt("%(address)s is not a public address (%(why)s); allow private addresses on the storefront "
        "if it is meant"),
    _lt("The host name %(host)s cannot be resolved: %(why)s"),
    _lt("The connection was refused"),
    _lt("The certificate was refused: %(why)s"),
    _lt("TLS failed: %(why)s"),
    _lt("No answer within %(seconds)s s: stopped while %(stage)s"),
    _lt("The connection broke while %(stage)s"),
    _lt("Failed while %(stage)s: %(why)s"),
    _lt("The answer is not valid HTTP (%(why)s)"),
    _lt("The headers of the answer are longer than %(size)s KiB"),
    _lt("HTTP %(status)s: redirects are not followed, and this one leads to %(address)s"),
)


def in_words(env, failure):
    """A failure as it is kept, in the language of the environment.

    What comes from elsewhere, the receiver's answer above all, stays as it is.
    """
    # pylint: disable=gettext-variable
    for known in FAILURES:
        pattern = re.sub(r"%\\\((\w+)\\\)s", r"(?P<\1>.+?)", re.escape(known))
        if found := re.fullmatch(pattern, failure or ""):
            values = found.groupdict()
            if values.get("stage") in STAGES:
                values["stage"] = env._(values["stage"])
            return env._(known, **values)
    return failure
