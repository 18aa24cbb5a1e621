from odoo.addons.enord_sales_sync.tests.common import SalesSyncHttpCommon
from odoo.addons.enord_sales_sync.tests.media.test_media import picture
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestExtraPictures(SalesSyncHttpCommon):

    def pictures(self):
        self.env.flush_all()
        [variant] = self.catalog_data(self.drone.product_tmpl_id)["variants"]
        return variant["media_assets"]

    def make(self, colour, **values):
        return self.env["product.image"].create({
            "name": colour, "image_1920": picture(colour), **values,
        })

    def test_extra_pictures_come_after_the_products_own_and_open_without_a_login(self):
        self.drone.product_tmpl_id.image_1920 = picture("red")
        [own] = self.pictures()
        of_product = self.make("blue", product_tmpl_id=self.drone.product_tmpl_id.id)
        of_variant = self.make("green", product_variant_id=self.drone.id)
        urls = self.pictures()
        self.assertEqual(urls[0], own)
        self.assertEqual(
            [url.split("/")[-5:-3] for url in urls[1:]],
            [["extra", str(of_variant.id)], ["extra", str(of_product.id)]],
        )
        for url in urls:
            response = self.opener.get(url, timeout=30, allow_redirects=False)
            self.assertEqual(response.status_code, 200, url)
            self.assertEqual(response.headers["Content-Type"], "image/png")
        self.drone.enord_published = False
        self.env.flush_all()
        for url in urls:
            response = self.opener.get(url, timeout=30, allow_redirects=False)
            self.assertEqual(response.status_code, 404, url)

    def test_making_changing_and_deleting_one_tells_the_catalogue(self):
        self.leaving()
        image = self.make("blue", product_tmpl_id=self.drone.product_tmpl_id.id)
        seen = []
        for change in (lambda: None, lambda: image.write({"image_1920": picture("green")}),
                       image.unlink):
            change()
            [event] = [data for data in self.leaving() if "variants" in data]
            seen.append(event["variants"][0]["media_assets"])
        self.assertEqual([len(urls) for urls in seen], [1, 1, 0])
        self.assertNotEqual(seen[0], seen[1])
