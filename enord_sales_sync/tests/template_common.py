import io

import polib
from odoo.tests import TransactionCase
from odoo.tools import file_path
from odoo.tools.translate import trans_export


class TemplateCommon(TransactionCase):
    """Of an add-on that ``make lint`` does not compare: it has no database with it."""

    addon = ""

    def assertHasEveryTerm(self):
        exported = io.BytesIO()
        trans_export(None, [self.addon], exported, "po", self.env)
        template = file_path(f"{self.addon}/i18n/{self.addon}.pot")
        written, wanted = (
            {entry.msgid: entry.occurrences for entry in polib.pofile(text)}
            for text in (template, exported.getvalue().decode())
        )
        self.assertEqual(written, wanted)
