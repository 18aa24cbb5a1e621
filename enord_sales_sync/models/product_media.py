from odoo import models
from odoo.fields import Domain
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

    def _enord_pictures(self):
        """``{product_id: [path]}``: the pictures of ``media_assets``, without the host.

        The variant's own picture first, or the product's; then the documents that are images. A
        link holds the checksum of its content, so it never shows anything else, and a signature,
        so that no other can be guessed.
        """
        found = self._enord_stored_images()
        documents = self.product_document_ids | self.product_tmpl_id.product_document_ids
        documents = documents.filtered(
            lambda document: document.active and document.type == "binary"
            and (document.mimetype or "").startswith("image/")
        )
        of_record = documents.grouped(lambda document: (document.res_model, document.res_id))
        pictures = {}
        for product in self:
            template = product.product_tmpl_id
            own = ("variant", product.id)
            links = [own if own in found else ("product", template.id)]
            checksums = dict(found)
            for record in (product, template):
                for document in of_record.get((record._name, record.id), ()):
                    links.append(("document", document.id))
                    checksums["document", document.id] = document.checksum
            pictures[product.id] = [
                self._enord_media_path(kind, res_id, checksums[kind, res_id])
                for kind, res_id in links if (kind, res_id) in checksums
            ]
        return pictures

    def _enord_stored_images(self):
        """``{(kind, id): checksum}`` of the pictures of these variants and their products."""
        kinds = {model: kind for kind, (model, _field) in MEDIA_KINDS.items()}
        attachments = self.env["ir.attachment"].sudo().search_fetch(
            Domain.OR(
                [("res_model", "=", records._name),
                 ("res_field", "=", MEDIA_KINDS[kinds[records._name]][1]),
                 ("res_id", "in", records.ids)]
                for records in (self, self.product_tmpl_id)
            ),
            ["res_model", "res_id", "checksum"],
        )
        return {
            (kinds[attachment.res_model], attachment.res_id): attachment.checksum
            for attachment in attachments
        }

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
