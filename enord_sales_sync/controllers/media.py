from odoo.http import STATIC_CACHE_LONG, Controller, request, route
from odoo.tools import consteq
from werkzeug.exceptions import NotFound


class SalesSyncMedia(Controller):
    """Product pictures for everybody (specification, sections 4.1 and 7.3)."""

    @route(
        "/enord/media/<string:kind>/<int:res_id>/<string:checksum>/<string:signature>",
        type="http", auth="public", methods=["GET"], readonly=True, save_session=False,
    )
    def media(self, kind, res_id, checksum, signature):
        """The picture a signed link was made for, for as long as the product has it."""
        products = request.env["product.product"].sudo()
        if kind not in products._enord_media_kinds() or not consteq(
            # as bytes: of texts it takes ASCII alone
            signature.encode(),
            products._enord_media_signature(kind, res_id, checksum).encode(),
        ):
            raise NotFound
        attachment = products._enord_media_attachment(kind, res_id)
        if attachment.checksum != checksum:
            raise NotFound
        stream = request.env["ir.binary"]._get_image_stream_from(attachment)
        stream.public = True
        return stream.get_response(immutable=True, max_age=STATIC_CACHE_LONG)
