"""Rows by the hundred thousand: copies of what Odoo has made once, made by SQL.

References between the rows that are copied lead from copy to copy; all others stay.
"""


class Copies:
    """
    :param database: a cursor
    :param dict rows: ``{table: ids of the rows to copy}``
    :param dict changed: ``{table: {column: SQL expression}}``, of the row ``original`` and the
        copy's number ``n`` from 1
    :param links: tables without an id that link the rows, as Odoo's many2many do
    """

    def __init__(self, database, rows, changed, links=()):
        self._database = database
        self._rows = {table: ids for table, ids in rows.items() if ids}
        self._changed = changed
        self._links = links
        self._first = {table: self._one(f"SELECT max(id) FROM {table}") for table in self._rows}

    def make(self, count):
        """Copy every row so many times."""
        # rows of two tables may name each other; they are all there when the transaction ends
        for table, ids in self._rows.items():
            self._insert(table, count, f"original.id = ANY(ARRAY{ids})")
            self._database.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"
            )
        for table in self._links:
            column, target = next(iter(self._references(table).items()))
            self._insert(table, count, f"original.{column} = ANY(ARRAY{self._rows[target]})")
        self._database.execute("; ".join(f"ANALYZE {table}" for table in self._rows))

    def _insert(self, table, count, which):
        references = self._references(table)
        changed = self._changed.get(table, {})
        self._database.execute("""
            SELECT array_agg(attname::text ORDER BY attnum) FROM pg_attribute
             WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped
               AND attgenerated = ''
        """, [table])
        columns = self._database.fetchone()[0]
        values = [
            changed[column] if column in changed
            else self._copied("id", table) if column == "id"
            else self._copied(column, references[column]) if column in references
            else f'original."{column}"'
            for column in columns
        ]
        self._database.execute(f"""
            INSERT INTO {table} ({", ".join(f'"{column}"' for column in columns)})
            SELECT {", ".join(values)}
              FROM {table} AS original, generate_series(1, {count}) AS n
             WHERE {which}
        """)

    def _copied(self, column, target):
        """The id of a row's copy, where the column names a row that is copied."""
        ids = self._rows[target]
        return (
            f"COALESCE({self._first[target]} + (n - 1) * {len(ids)}"
            f" + array_position(ARRAY{ids}, original.{column}), original.{column})"
        )

    def _references(self, table):
        """``{column: table}`` of foreign keys to tables that are copied."""
        self._database.execute("""
            SELECT attname, confrelid::regclass::text
              FROM pg_constraint JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]
             WHERE contype = 'f' AND conrelid = %s::regclass AND confrelid::regclass::text = ANY(%s)
        """, [table, list(self._rows)])
        return dict(self._database.fetchall())

    def _one(self, query):
        self._database.execute(query)
        return self._database.fetchone()[0]
