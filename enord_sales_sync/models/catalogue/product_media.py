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

    def _enord_media_kinds(self):
        """:data:`MEDIA_KINDS`; override to add another model's pictures."""
        return MEDIA_KINDS

    def _enord_extra_pictures(self):
        """``(kind, id)`` of one variant's pictures beside its own; override to add some.

        Their kinds are among :meth:`_enord_media_kinds`.
        """
        return []

    def _enord_pictures(self):
        """``{product_id: [path]}``: the pictures of ``media_assets``, without the host.

        The variant's own picture first, or the product's; then extra ones, then the documents that
        are images. A link holds the checksum of its content, so it never shows anything else, and
        a signature, so that no other can be guessed.
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
            links = [
                own if own in found else ("product", template.id),
                *product._enord_extra_pictures(),
            ]
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
        wanted = {"variant": self.ids, "product": self.product_tmpl_id.ids}
        for product in self:
            for kind, res_id in product._enord_extra_pictures():
                wanted.setdefault(kind, []).append(res_id)
        kinds = self._enord_media_kinds()
        attachments = self.env["ir.attachment"].sudo().search_fetch(
            Domain.OR(
                [("res_model", "=", kinds[kind][0]), ("res_field", "=", kinds[kind][1]),
                 ("res_id", "in", ids)]
                for kind, ids in wanted.items()
            ),
            ["res_model", "res_id", "checksum"],
        )
        kind_of = {model: kind for kind, (model, _field) in kinds.items()}
        return {
            (kind_of[attachment.res_model], attachment.res_id): attachment.checksum
            for attachment in attachments
        }

    def _enord_media_path(self, kind, res_id, checksum):
        signature = self._enord_media_signature(kind, res_id, checksum)
        return f"/enord/media/{kind}/{res_id}/{checksum}/{signature}"

    def _enord_media_signature(self, kind, res_id, checksum):
        return hmac(self.env(su=True), MEDIA_SCOPE, (kind, res_id, checksum))

    def _enord_media_attachment(self, kind, res_id):
        """The attachment behind a media link, or none."""
        model, field = self._enord_media_kinds()[kind]
        if kind == "document":
            return self.env["product.document"].sudo().browse(res_id).exists().ir_attachment_id
        return self.env["ir.attachment"].sudo().search(
            [("res_model", "=", model), ("res_field", "=", field), ("res_id", "=", res_id)],
            limit=1,
        )
