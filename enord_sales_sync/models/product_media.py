from odoo import models
from odoo.tools import hmac

MEDIA_SCOPE = "enord_sales_sync.media"
#: What may be reached through the public route: ``kind: (model, field)``.
MEDIA_KINDS = {
    "variant": ("product.product", "image_variant_1920"),
    "product": ("product.template", "image_1920"),
    "document": ("product.document", "raw"),
}


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _enord_media_urls(self, base_url):
        """``media_assets`` of the catalogue: links that open without a login.

        The variant's own picture first, or the product's; then the documents that are images. A
        link holds the checksum of its content, so it never shows anything else, and a signature,
        so that no other can be guessed.
        """
        self.ensure_one()
        own = self.image_variant_1920
        pictures = [("variant", self)] if own else [("product", self.product_tmpl_id)]
        documents = self.product_document_ids | self.product_tmpl_id.product_document_ids
        documents = documents.filtered(
            lambda document: document.active and document.type == "binary"
            and (document.mimetype or "").startswith("image/")
        )
        urls = []
        for kind, record in pictures + [("document", document) for document in documents]:
            attachment = self._enord_media_attachment(kind, record.id)
            if attachment:
                urls.append(base_url + self._enord_media_path(
                    kind, record.id, attachment.checksum
                ))
        return urls

    def _enord_media_path(self, kind, res_id, checksum):
        signature = self._enord_media_signature(kind, res_id, checksum)
        return f"/enord/media/{kind}/{res_id}/{checksum}/{signature}"

    def _enord_media_signature(self, kind, res_id, checksum):
        return hmac(self.env(su=True), MEDIA_SCOPE, (kind, res_id, checksum))

    def _enord_media_attachment(self, kind, res_id):
        """The attachment behind a media link, or none."""
        model, field = MEDIA_KINDS[kind]
        if kind == "document":
            return self.env["product.document"].sudo().browse(res_id).exists().ir_attachment_id
        return self.env["ir.attachment"].sudo().search(
            [("res_model", "=", model), ("res_field", "=", field), ("res_id", "=", res_id)],
            limit=1,
        )
