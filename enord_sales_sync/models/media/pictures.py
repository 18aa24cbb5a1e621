from mimetypes import guess_extension
from typing import NamedTuple

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import hmac

from ..outbox.event_body import as_it_is_told

MEDIA_SCOPE = "enord_sales_sync.media"
#: What may be reached through the public route: ``kind: (model, field)``.
MEDIA_KINDS = {
    "variant": ("product.product", "image_variant_1920"),
    "product": ("product.template", "image_1920"),
    "document": ("product.document", "raw"),
}


class Picture(NamedTuple):
    """One picture of a product, and the ``ir.attachment`` that holds it."""

    kind: str
    res_id: int
    attachment: models.BaseModel

    @property
    def file_name(self):
        """What the link ends in: tells nothing, and is another for every content."""
        extension = guess_extension(self.attachment.mimetype or "") or ""
        return f"{self.kind}-{self.res_id}-{self.attachment.checksum[:8]}{extension}"


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _enord_media_kinds(self):
        """:data:`MEDIA_KINDS`; override to add another model's pictures.

        That model has a method ``_enord_shown_on``.
        """
        return MEDIA_KINDS

    def _enord_shown_on(self):
        """The variants that may show these records' pictures.

        :rtype: odoo.model.product_product
        """
        return self

    def _enord_extra_pictures(self):
        """``(kind, id)`` of one variant's pictures beside its own; override to add some.

        Their kinds are among :meth:`_enord_media_kinds`.
        """
        return []

    def _enord_picture_paths(self):
        """``{product_id: [path]}``: the pictures of ``media_assets``, without the host.

        A link holds the checksum of its content, so it never shows anything else, and a signature,
        so that no other can be guessed.
        """
        return {
            product: [self._enord_media_path(picture) for picture in pictures]
            for product, pictures in self._enord_pictures().items()
        }

    def _enord_pictures(self):
        """``{product_id: [Picture]}``: what a storefront shows of each variant.

        The variant's own picture first, or the product's; then extra ones, then the documents that
        are images and were marked for storefronts.
        """
        found = self._enord_stored_images()
        documents = self.product_document_ids | self.product_tmpl_id.product_document_ids
        documents = documents.filtered(
            lambda document: document.enord_to_storefronts and document.active
            and document.type == "binary" and (document.mimetype or "").startswith("image/")
            and document.checksum  # one without its file has none
        )
        of_record = documents.grouped(lambda document: (document.res_model, document.res_id))
        pictures = {}
        for product in self:
            template = product.product_tmpl_id
            own = ("variant", product.id)
            stored = [
                own if own in found else ("product", template.id),
                *product._enord_extra_pictures(),
            ]
            pictures[product.id] = [
                *(Picture(*link, found[link]) for link in stored if link in found),
                *(Picture("document", document.id, document.ir_attachment_id)
                  for record in (product, template)
                  for document in of_record.get((record._name, record.id), ())),
            ]
        return pictures

    def _enord_stored_images(self):
        """``{(kind, id): attachment}`` of the pictures of these variants and their products."""
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
            ["res_model", "res_id", "checksum", "mimetype"],
        )
        kind_of = {model: kind for kind, (model, _field) in kinds.items()}
        return {
            (kind_of[attachment.res_model], attachment.res_id): attachment
            for attachment in attachments
        }

    def _enord_media_path(self, picture):
        kind, res_id, checksum = picture.kind, picture.res_id, picture.attachment.checksum
        signature = self._enord_media_signature(kind, res_id, checksum)
        return f"/enord/media/{kind}/{res_id}/{checksum}/{signature}/{picture.file_name}"

    def _enord_media_signature(self, kind, res_id, checksum):
        return hmac(self.env(su=True), MEDIA_SCOPE, (kind, res_id, checksum))

    @api.model
    def _enord_public_picture(self, kind, res_id, checksum):
        """The picture that a link was made for, as long as a storefront shows it; or None.

        :param kind: one of :meth:`_enord_media_kinds`
        """
        model, _field = self._enord_media_kinds()[kind]
        variants = self.env[model].browse(res_id).exists()._enord_shown_on()
        for storefront in self.env["enord.storefront"].search([("active", "=", True)]):
            shown = as_it_is_told(storefront).env["product.product"]._enord_published_for(
                storefront, [("id", "in", variants.ids)]
            )._enord_pictures()
            for picture in sum(shown.values(), []):
                if (picture.kind, picture.res_id, picture.attachment.checksum) == (
                    kind, res_id, checksum,
                ):
                    return picture
        return None


class ProductTemplate(models.Model):
    _inherit = "product.template"

    def _enord_shown_on(self):
        return self.product_variant_ids


class ProductDocument(models.Model):
    _inherit = "product.document"

    def _enord_shown_on(self):
        of_model = self.grouped("res_model")
        templates = of_model.get("product.template", self.browse())
        variants = of_model.get("product.product", self.browse())
        return (
            self.env["product.template"].browse(templates.mapped("res_id")).product_variant_ids
            | self.env["product.product"].browse(variants.mapped("res_id"))
        )
