"""What is under way to one storefront: deliveries wait for a thread, threads for an answer."""

import threading
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor

from .sender import CONNECTIONS, Result

#: Deliveries of one storefront that are claimed ahead, by how fast it answers: about as many as
#: it takes in AHEAD_SECONDS.
AHEAD_SECONDS = 1.0
IN_FLIGHT = (CONNECTIONS, 512)
#: Failures in a row after which what is claimed ahead is given back instead of tried.
HALT_AFTER = 5
#: One thread sends for each such part of the time that the storefront takes to answer. Threads
#: that have no answer to wait for wait for the interpreter, and slow one another: to a receiver
#: that answers at once, two send more than eight.
SECONDS_A_THREAD = 0.001
#: An answer that takes so long holds up nobody: what waits goes out by all connections.
LATE = 0.05


class Lane:
    """Sends deliveries in threads of its own. All but :meth:`_work` is for one thread alone.

    :param Sender sender:
    :param ended: called with each :class:`Result`, in the thread that sent
    """

    def __init__(self, sender, storefront_id, ended):
        self._sender = sender
        self._ended = ended
        self._threads = ThreadPoolExecutor(
            CONNECTIONS, thread_name_prefix=f"enord.sender.{storefront_id}"
        )
        #: Ids of the events that were added and not removed.
        self.event_ids = set()
        self._lock = threading.Lock()
        self._waiting = deque()
        self._begun = {}
        self._working = 0
        self._pace = 0.1
        self._streak = 0

    @property
    def held_up(self):
        """Whether deliveries wait for a thread that :meth:`widen` may add later."""
        return bool(self._waiting) and self._working < CONNECTIONS

    def close(self):
        """Begin nothing more."""
        self._waiting.clear()
        self._threads.shutdown(wait=False, cancel_futures=True)

    def room(self, probing):
        """How many more events may be claimed now."""
        fewest, most = IN_FLIGHT
        window = 1 if probing else min(most, max(fewest, int(
            CONNECTIONS * AHEAD_SECONDS / max(self._pace, 0.001)
        )))
        under_way = len(self.event_ids)
        if under_way and self._streak >= HALT_AFTER:
            return 0  # it would be given back at once, again and again
        # refilled by halves: a claim costs the same for one event and for many
        return window - under_way if under_way <= window // 2 else 0

    def add(self, deliveries):
        if not self.event_ids:
            self._streak = 0
        self.event_ids.update(delivery.event_id for delivery in deliveries)
        self._waiting.extend(deliveries)
        self.widen()

    def remove(self, delivery):
        """Once what became of it is written down."""
        self.event_ids.discard(delivery.event_id)

    def widen(self):
        """As many threads as what waits, and how fast it goes, ask for."""
        with self._lock:
            more = min(self._threads_wanted() - self._working, len(self._waiting))
            for _thread in range(more):
                self._working += 1
                self._threads.submit(self._work)

    def _threads_wanted(self):
        late = time.monotonic() - LATE
        if any(begun < late for begun in self._begun.values()):
            return CONNECTIONS
        return min(CONNECTIONS, 1 + int(self._pace / SECONDS_A_THREAD))

    def _work(self):
        while delivery := self._next():
            self._ended(self._send(delivery))

    def _next(self):
        thread = threading.get_ident()
        with self._lock:
            self._begun.pop(thread, None)
            if self._waiting and self._working <= self._threads_wanted():
                self._begun[thread] = time.monotonic()
                return self._waiting.popleft()
            self._working -= 1
            return None

    def _send(self, delivery):
        if time.monotonic() > delivery.begin_before or self._streak >= HALT_AFTER:
            return Result(delivery, 0, "", 0.0, attempted=False)
        result = self._sender.send(delivery)
        self._streak = 0 if result.delivered else self._streak + 1
        self._pace = 0.9 * self._pace + 0.1 * result.seconds
        return result
