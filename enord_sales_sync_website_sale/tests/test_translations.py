from odoo.addons.enord_sales_sync.tests.template_common import TemplateCommon
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestTranslations(TemplateCommon):
    addon = "enord_sales_sync_website_sale"

    def test_the_template_has_every_term(self):
        self.assertHasEveryTerm()
