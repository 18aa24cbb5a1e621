import io
from pathlib import Path

import polib
from odoo.tests import TransactionCase, tagged
from odoo.tools.translate import trans_export

ADDON = "enord_sales_sync_product_expiry"
TEMPLATE = Path(__file__).parent.parent / "i18n" / f"{ADDON}.pot"


@tagged("post_install", "-at_install")
class TestTranslations(TransactionCase):

    def test_the_template_has_every_term(self):
        """``make i18n`` writes it; ``make lint`` has no database to compare with."""
        exported = io.BytesIO()
        trans_export(None, [ADDON], exported, "po", self.env)
        written, wanted = (
            {entry.msgid: entry.occurrences for entry in polib.pofile(text)}
            for text in (TEMPLATE.read_text(), exported.getvalue().decode())
        )
        self.assertEqual(written, wanted)
