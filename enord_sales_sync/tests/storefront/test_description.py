from lxml import html
from odoo.tests import TransactionCase, tagged
from odoo.tools import file_path


@tagged("post_install", "-at_install")
class TestDescription(TransactionCase):

    def test_the_apps_page_has_a_text_and_pictures_that_exist(self):
        app = self.env["ir.module.module"].search([("name", "=", "enord_sales_sync")])
        page = html.fromstring(app.description_html)
        self.assertIn("/api/docs", page.text_content())
        pictures = page.xpath("//img/@src")
        self.assertGreaterEqual(len(pictures), 2)
        for picture in pictures:
            self.assertTrue(file_path(picture.lstrip("/")))
