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

    def document(self, record=None, **values):
        record = record or self.drone.product_tmpl_id
        return self.env["product.document"].create({
            "name": "passport-of-supplier.png", "res_model": record._name, "res_id": record.id,
            "datas": picture("blue"), "enord_to_storefronts": True, **values,
        })

    def assertGone(self, url):
        self.env.flush_all()
        self.assertEqual(self.get(url).status_code, 404)

    def assertThere(self, url):
        self.env.flush_all()
        self.assertEqual(self.get(url).status_code, 200)

    def test_pictures_open_without_a_login(self):
        self.drone.product_tmpl_id.image_1920 = picture("red")
        self.document()
        urls = self.urls()
        self.assertEqual(len(urls), 2)
        for url in urls:
            response = self.get(url)
            self.assertEqual(response.status_code, 200, url)
            self.assertEqual(response.headers["Content-Type"], "image/png")
            again = self.opener.get(url, headers={"If-None-Match": response.headers["ETag"]})
            self.assertEqual(again.status_code, 304)

    def test_no_cache_keeps_a_picture_for_more_than_a_day(self):
        self.drone.product_tmpl_id.image_1920 = picture("red")
        [url] = self.urls()
        kept = self.get(url).headers["Cache-Control"]
        self.assertEqual(
            set(kept.split(", ")), {"public", "max-age=86400", "must-revalidate"}, kept
        )

    def test_a_document_goes_out_where_it_is_marked(self):
        document = self.document(enord_to_storefronts=False)
        of_variant = self.document(self.drone, enord_to_storefronts=False)
        self.assertEqual(self.urls(), [])
        of_variant.enord_to_storefronts = True
        [url] = self.urls()
        self.assertThere(url)
        (document | of_variant).enord_to_storefronts = True
        self.assertEqual(len(self.urls()), 2)

    def test_a_marked_document_that_is_no_picture_stays_inside(self):
        self.document(name="list.txt", datas=base64.b64encode(b"prices"))
        self.document(name="link", type="url", datas=False, url="https://example.com/a.png")
        self.assertEqual(self.urls(), [])

    def test_a_document_without_its_file_is_no_picture(self):
        empty = self.document(datas=False, mimetype="image/png")
        self.assertFalse(empty.checksum)
        self.assertEqual(self.urls(), [])
        page = self.call("GET", "/api/catalog/products")
        self.assertEqual(page.status_code, 200, page.text)
        empty.datas = picture("red")
        self.assertEqual(len(self.urls()), 1)

    def test_a_document_of_nothing(self):
        nothing = self.env["product.document"].create({
            "name": "a.png", "datas": picture("red"), "enord_to_storefronts": True,
        })
        nothing.write({"res_model": "product.product", "res_id": 0})
        nothing.write({"res_model": "product.template", "res_id": 0, "name": "b.png"})
        self.recorded()
        nothing.unlink()

    def test_a_withdrawn_document_is_gone_for_its_link(self):
        document, product = self.document(), self.drone.product_tmpl_id
        [url] = self.urls()
        for withdrawn in (
            {"active": False}, {"enord_to_storefronts": False},
            {"res_model": "res.partner", "res_id": self.env.user.partner_id.id},
            {"res_id": self.guard.product_tmpl_id.id},
        ):
            with self.subTest(withdrawn):
                before = document.read(list(withdrawn))[0]
                self.assertThere(url)
                document.write(withdrawn)
                if "res_id" in withdrawn and "res_model" not in withdrawn:
                    self.guard.product_tmpl_id.enord_published = False
                self.assertGone(url)
                self.assertNotIn(url, self.urls())
                document.write({name: before[name] for name in withdrawn})
        self.assertThere(url)
        document.unlink()
        self.assertGone(url)
        self.assertTrue(product.exists())

    def test_the_pictures_of_what_is_not_sold_are_gone_for_their_links(self):
        product = self.drone.product_tmpl_id
        product.image_1920 = picture("red")
        self.document()
        urls = self.urls()
        for name in ("enord_published", "sale_ok", "active"):
            with self.subTest(name):
                product[name] = False
                for url in urls:
                    self.assertGone(url)
                product[name] = True
                for url in urls:
                    self.assertThere(url)
        self.storefront.product_domain = "[('name', '=', 'something else')]"
        self.assertGone(urls[0])
        other = self.storefront.copy({"product_domain": "[]"})
        self.assertThere(urls[0])
        other.active = False
        self.assertGone(urls[0])

    def test_a_link_ends_in_a_name_that_tells_nothing(self):
        self.drone.product_tmpl_id.image_1920 = picture("red")
        self.document()
        jpeg = io.BytesIO()
        Image.new("RGB", (8, 8)).save(jpeg, "JPEG")
        self.document(datas=base64.b64encode(jpeg.getvalue()), mimetype="image/jpeg")
        names = [url.rsplit("/", 1)[1] for url in self.urls()]
        for name, expected in zip(
            names, (r"product-\d+-\w{8}\.png", r"document-\d+-\w{8}\.png",
                    r"document-\d+-\w{8}\.jpg"), strict=True,
        ):
            self.assertRegex(name, f"^{expected}$")
        for url in self.urls():
            disposition = self.get(url).headers["Content-Disposition"]
            self.assertIn(url.rsplit("/", 1)[1], disposition)
            self.assertNotIn("passport", disposition)

    def test_a_link_without_a_name_still_answers(self):
        """As 19.0.1.0.0 made them."""
        self.document()
        [url] = self.urls()
        former = url.rsplit("/", 1)[0]
        response = self.get(former)
        self.assertEqual(response.status_code, 200)
        self.assertNotIn("passport", response.headers["Content-Disposition"])
        self.assertEqual(self.get(f"{former}/passport-of-supplier.png").status_code, 404)
        self.env["product.document"].search([("enord_to_storefronts", "=", True)]).active = False
        self.assertGone(former)

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
        prefix, kind, res_id, checksum, signature, _name = url.rsplit("/", 5)
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
        start, signature, _name = self.urls()[0].rsplit("/", 2)
        number = f"/{self.drone.product_tmpl_id.id}/"
        for path in (
            f"{start}/é", f"{start}/%ff", f"{start}/%00", f"{start}/{signature}é",
            f"{start}/{signature}/é.png", f"{start}/{signature}/%ff",
            f"{start}/{signature}/a/b.png", f"{start}/{signature}/a/%00.png",
            f"{start.replace(number, '/99999999999999999999/')}/{signature}",
            f"{start.replace(number, '/-1/')}/{signature}", f"{start}/" + "x" * 5000,
        ):
            self.assertEqual(self.get(path).status_code, 404, path)
