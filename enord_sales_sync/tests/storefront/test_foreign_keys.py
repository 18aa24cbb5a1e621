from odoo.tests import TransactionCase, tagged
from odoo.tools.sql import _CONFDELTYPES, TableKind, table_kind


@tagged("post_install", "-at_install")
class TestForeignKeys(TransactionCase):
    """``ondelete`` is what the database does, not only what a field says.

    Odoo makes no foreign key where a model has made its table itself, and does not tell.
    """

    def test_every_reference_of_this_add_on_has_its_foreign_key(self):
        self.env.cr.execute(
            """
            SELECT source.relname, attribute.attname, target.relname, fk.confdeltype
              FROM pg_constraint fk
              JOIN pg_class source ON source.oid = fk.conrelid
              JOIN pg_class target ON target.oid = fk.confrelid
              JOIN pg_attribute attribute
                ON attribute.attrelid = source.oid AND attribute.attnum = fk.conkey[1]
             WHERE fk.contype = 'f' AND source.relnamespace = current_schema::regnamespace
            """
        )
        in_database = {tuple(row) for row in self.env.cr.fetchall()}
        wanted = set(self.references())
        self.assertGreater(len(wanted), 30)
        self.assertFalse(wanted - in_database)

    def references(self):
        """``(table, column, table referred to, pg_constraint.confdeltype)`` as fields say."""
        for model in self.env.registry.values():
            # a report has no table
            if model._abstract or table_kind(self.env.cr, model._table) != TableKind.Regular:
                continue
            for name, field in model._fields.items():
                if not field.store or not (
                    model._name.startswith("enord.") or name.startswith("enord_")
                ):
                    continue
                if field.type not in ("many2one", "many2many"):
                    continue
                action = _CONFDELTYPES[(field.ondelete or "set null").upper()]
                if field.type == "many2one":
                    yield model._table, name, self.table(field), action
                else:
                    yield field.relation, field.column1, model._table, _CONFDELTYPES["CASCADE"]
                    yield field.relation, field.column2, self.table(field), action

    def table(self, field):
        return self.env[field.comodel_name]._table
