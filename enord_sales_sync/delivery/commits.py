"""When other transactions have committed, by the notices that they leave."""

import time
from itertools import takewhile

#: Seconds for which a commit is remembered; what waits for longer is late anyway.
REMEMBERED = 10.0


class Commits:
    """What a connection that listens is told of commits.

    A notice says which transaction, not when, and is taken when there is time for it. Its commit is
    held to be as old as it may be, so that nothing seems faster than it was.

    :param connection: psycopg2's
    """

    def __init__(self, connection):
        self._connection = connection
        self._taken_at = time.monotonic()
        #: By the payload: ``time.monotonic()`` before which the transaction had not committed.
        self.moments = {}

    def take(self, awaited=False):
        """Take the notices that have come.

        :param awaited: nothing but they was waited for since the last time, so that they came now
        :return: whether there were any
        """
        now = time.monotonic()
        # those that came with the end of a transaction have to be asked for
        self._connection.poll()
        came = [notice.payload for notice in self._connection.notifies]
        self._connection.notifies.clear()
        moment = now if awaited else self._taken_at
        for payload in came:
            self.moments.setdefault(payload, moment)
        for old in list(takewhile(lambda payload: self.moments[payload] < now - REMEMBERED,
                                  self.moments)):
            del self.moments[old]
        self._taken_at = now
        return bool(came)
