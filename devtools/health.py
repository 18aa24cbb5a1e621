"""Does everything answer?"""

import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence

STEADY = 2
"""Good answers in a row that count as up."""


def wait(
    addresses: Sequence[str], seconds: float, hopeless: Callable[[], str] = lambda: ""
) -> str:
    """Wait until all `addresses` answer; returns which does not after `seconds`, or ''.

    Gives up as soon as `hopeless` returns why it would wait in vain; that is then returned.
    """
    deadline = time.monotonic() + seconds
    good = 0
    while True:
        silent = next((address for address in addresses if not _answers(address)), "")
        good = 0 if silent else good + 1
        if good == STEADY:
            return ""
        if time.monotonic() > deadline:
            return f"No good answer from {silent or 'the stack'} within {seconds:.0f} s."
        if problem := hopeless():
            return problem
        time.sleep(0.2)


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as response:
            return response.status == 200
    except (OSError, urllib.error.HTTPError, ValueError):
        return False
