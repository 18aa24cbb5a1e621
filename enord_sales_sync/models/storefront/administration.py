"""Who administers storefronts, and the history of what they do."""

ADMINISTRATORS = "enord_sales_sync.group_manager"


def note(storefronts, text):
    """Write a line into the history of storefronts: what the user has done."""
    storefronts._message_log_batch(bodies=dict.fromkeys(storefronts.ids, text))


def without_answer(error):
    """Why a delivery failed, for who may not read what the receiver has answered: ``HTTP 500``."""
    error = error or ""
    return error.partition(":")[0] if error.startswith("HTTP ") else error
