import base64
import io

from odoo.tests import tagged
from PIL import Image

from ..common import SalesSyncHttpCommon


def picture(colour):
    buffer = io.BytesIO()
    Image.new("RGB", (64, 64), colour).save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue())


@tagged("post_install", "-at_install")
class TestMedia(SalesSyncHttpCommon):
    """Pictures that a storefront can show (specification, sections 4.1 and 7.3)."""

    def urls(self):
        self.env.flush_all()
        data = self.catalog_data(self.drone.product_tmpl_id)
        return data["variants"][0]["media_assets"]

    def get(self, url):
        return self.opener.get(url, timeout=30, allow_redirects=False)

    def test_pictures_open_without_a_login(self):
        self.drone.product_tmpl_id.image_1920 = picture("red")
        self.env["product.document"].create({
            "name": "controller.png", "res_model": "product.template",
            "res_id": self.drone.product_tmpl_id.id, "datas": picture("blue"),
            "mimetype": "image/png",
        })
        urls = self.urls()
        self.assertEqual(len(urls), 2)
        for url in urls:
            response = self.get(url)
            self.assertEqual(response.status_code, 200, url)
            self.assertEqual(response.headers["Content-Type"], "image/png")
            self.assertIn("immutable", response.headers["Cache-Control"])
            self.assertIn("public", response.headers["Cache-Control"])
            again = self.opener.get(url, headers={"If-None-Match": response.headers["ETag"]})
            self.assertEqual(again.status_code, 304)

    def test_a_variants_own_picture_replaces_the_products(self):
        self.drone.product_tmpl_id.image_1920 = picture("red")
        before = self.urls()
        self.drone.image_variant_1920 = picture("green")
        after = self.urls()
        self.assertEqual(len(after), 1)
        self.assertNotEqual(before, after)

    def test_a_link_ends_with_its_picture(self):
        self.drone.product_tmpl_id.image_1920 = picture("red")
        [url] = self.urls()
        self.drone.product_tmpl_id.image_1920 = picture("blue")
        self.env.flush_all()
        self.assertEqual(self.get(url).status_code, 404)
        self.assertEqual(self.get(self.urls()[0]).status_code, 200)

    def test_nothing_else_can_be_read_through_the_route(self):
        self.drone.product_tmpl_id.image_1920 = picture("red")
        private = self.env["ir.attachment"].create({"name": "private", "raw": b"secret"})
        [url] = self.urls()
        prefix, kind, res_id, checksum, signature = url.rsplit("/", 4)
        for parts in (
            (kind, res_id, checksum, "0" * len(signature)),
            (kind, res_id, private.checksum, signature),
            (kind, str(private.id), checksum, signature),
            ("document", res_id, checksum, signature),
            ("variant", res_id, checksum, signature),
            ("attachment", str(private.id), private.checksum, signature),
        ):
            self.assertEqual(self.get("/".join((prefix, *parts))).status_code, 404, parts)

    def test_odd_paths_are_not_found(self):
        self.drone.product_tmpl_id.image_1920 = picture("red")
        start, signature = self.urls()[0].rsplit("/", 1)
        number = f"/{self.drone.product_tmpl_id.id}/"
        for path in (
            f"{start}/é", f"{start}/%ff", f"{start}/%00", f"{start}/{signature}é",
            f"{start.replace(number, '/99999999999999999999/')}/{signature}",
            f"{start.replace(number, '/-1/')}/{signature}", f"{start}/" + "x" * 5000,
        ):
            self.assertEqual(self.get(path).status_code, 404, path)
