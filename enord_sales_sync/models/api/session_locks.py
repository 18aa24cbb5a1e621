class SessionLocks:
    """Advisory locks of a database session, each a pair of a name space and a number.

    They outlive a transaction, so that one may begin when they are held already.
    """

    def __init__(self, cr):
        self._cr = cr
        self._held = set()

    def try_all(self, locks):
        """Take what is missing of these locks, if nobody else has one of them.

        :return: whether all are held now; else none was taken
        """
        missing = sorted(set(locks) - self._held)
        if not missing:
            return True
        self._cr.execute(
            """
            SELECT space, number, pg_try_advisory_lock(space, number)
              FROM unnest(%s::int[], %s::int[]) AS lock (space, number)
            """, self._columns(missing),
        )
        taken = {(space, number) for space, number, is_taken in self._cr.fetchall() if is_taken}
        self._held |= taken
        if len(taken) < len(missing):
            self._release(taken)
            return False
        return True

    def wait_for(self, locks, before_each):
        """Take these locks one after the other, sorted: of two who want the same ones, none waits
        for the other."""
        for lock in sorted(set(locks) - self._held):
            before_each()
            self._cr.execute("SELECT pg_advisory_lock(%s, %s)", lock)
            self._held.add(lock)

    def release(self):
        self._release(set(self._held))

    def _release(self, locks):
        if locks:
            self._held -= locks
            self._cr.execute(
                """
                SELECT pg_advisory_unlock(space, number)
                  FROM unnest(%s::int[], %s::int[]) AS lock (space, number)
                """, self._columns(locks),
            )

    def _columns(self, locks):
        return [list(column) for column in zip(*locks, strict=True)]
