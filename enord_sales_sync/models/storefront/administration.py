"""Who administers storefronts, and the history of what they do."""

ADMINISTRATORS = "enord_sales_sync.group_manager"


def note(storefronts, text):
    """Write a line into the history of storefronts: what the user has done."""
    storefronts._message_log_batch(bodies=dict.fromkeys(storefronts.ids, text))


def done(message, then=None):
    """Say what a button has done, where nothing else on the screen shows it.

    :param dict then: action that follows; by default the window closes, and the form behind it is
        read anew
    :return: action for the web client
    """
    return {
        "type": "ir.actions.client",
        "tag": "display_notification",
        "params": {
            "type": "success",
            "message": message,
            "next": then or {"type": "ir.actions.act_window_close"},
        },
    }


def without_answer(error):
    """Why a delivery failed, for who may not read what the receiver has answered: ``HTTP 500``."""
    error = error or ""
    return error.partition(":")[0] if error.startswith("HTTP ") else error
