"""What staff read of an attempt that failed; ``models/storefront/failure_words.py`` translates.
"""

import http.client
import socket
import ssl

from urllib3.util import parse_url

from .addresses import ForbiddenAddress
from .transport import MAX_HEAD, AnswerTooLarge

#: Characters of an answer that staff see.
EXCERPT = 300


def reason(error, url, stage, deadline):
    """Why there was no answer: short, and without the URL, whose query may hold a key.

    :param str stage: what was being done
    :param float deadline: seconds that there were for it
    :raise Exception: the error itself, where it is none of those that are expected
    """
    match error:
        case ForbiddenAddress():
            return str(error)
        case TimeoutError():
            return f"No answer within {deadline:g} s: stopped while {stage}"
        case AnswerTooLarge():
            return f"The headers of the answer are longer than {MAX_HEAD // 1024} KiB"
        case socket.gaierror() | UnicodeError():
            why = error.strerror if isinstance(error, OSError) else "not a host name"
            return f"The host name {parse_url(url).host} cannot be resolved: {why}"
        case ssl.SSLCertVerificationError():
            return readable(f"The certificate was refused: {error.verify_message}")
        case ssl.SSLError():
            return readable(f"TLS failed: {error.reason or error}")
        case ConnectionRefusedError():
            return "The connection was refused"
        case ConnectionError() | http.client.IncompleteRead():
            return f"The connection broke while {stage}"
        case http.client.HTTPException():
            return readable(f"The answer is not valid HTTP ({type(error).__name__})")
        case OSError():
            return readable(f"Failed while {stage}: {error.strerror or error}")
    raise error


def of_answer(response, excerpt):
    """What a status other than 2xx means, with what the receiver says about it."""
    status = response.status_code
    if 200 <= status < 300:
        return ""
    if 300 <= status < 400 and (location := response.headers.get("Location")):
        location = readable(location.partition("?")[0])
        return f"HTTP {status}: redirects are not followed, and this one leads to {location}"
    excerpt = readable(excerpt.decode("utf-8", "replace"))
    if not excerpt or excerpt.startswith("<"):  # a page is not for reading here
        excerpt = http.client.responses.get(status, "no explanation")
    return f"HTTP {status}: {excerpt}"


def readable(text):
    """One line of printable text; PostgreSQL, for one, refuses a NUL."""
    text = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(text.split())[:EXCERPT]
