"""Whether the work on something grows no faster than its size.

Seconds of the processor are compared, not of the clock, each the least of several: what else the
machine does is not counted.
"""

import time

#: Of eight times as much, linear work takes 8 times as long and work of the square 64 times.
FACTOR = 8
MOST_GROWTH = 24
#: Less than this is too little to be compared, and nobody's trouble; so is what is little beside
#: the work that nothing costs.
ENOUGH_SECONDS = 0.02
ENOUGH_TIMES = 4
#: With so many times as much, one has seen enough.
LONG_ENOUGH = 5
SMALLEST = 1024
STEP = 4
TRIES = 3


def growth(work, make, largest):
    """How many times as much the work on something costs that is 8 times as large.

    It begins small and grows until its cost can be told from that of nothing, so that work
    which explodes is found out before it takes long.

    :param work: callable that takes what ``make`` has made
    :param make: callable that takes a size and makes something of about that size
    :param largest: the size that nothing larger comes in
    :return: the times, at the worst size; 0 where also the largest costs next to nothing
    """
    nothing = _seconds(work, make(1), 2)  # the first fills caches
    enough = max(ENOUGH_SECONDS, ENOUGH_TIMES * nothing)
    size, most = SMALLEST, 0
    while FACTOR * size <= largest:
        seconds = _seconds(work, make(FACTOR * size), 1)
        if seconds >= enough:
            times = _times(work, make, size, nothing, enough)
            if times >= MOST_GROWTH:
                times = min(times, _times(work, make, size, nothing, enough))
            most = max(most, times)
        if most >= MOST_GROWTH or seconds >= LONG_ENOUGH * enough:
            break
        size *= STEP
    return most


def _times(work, make, size, nothing, enough):
    short, long = (_seconds(work, make(units)) for units in (size, FACTOR * size))
    if long < enough:
        return 0  # it took long once, for another reason
    return (long - nothing) / max(short - nothing, 1e-6)


def _seconds(work, something, tries=TRIES):
    taken = []
    while len(taken) < tries:
        begin = time.process_time()
        work(something)
        taken.append(time.process_time() - begin)
    return min(taken)
