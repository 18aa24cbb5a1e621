from odoo.http import Controller, request, route
from odoo.tools import consteq
from werkzeug.exceptions import NotFound

from .conditions import forget_long_conditions

#: Seconds for which a cache may show a picture without asking: what is withdrawn is gone by then.
MAX_AGE = 24 * 60 * 60
PATH = "/enord/media/<string:kind>/<int:res_id>/<string:checksum>/<string:signature>"


class SalesSyncMedia(Controller):
    """Product pictures for everybody (specification, sections 4.1 and 7.3)."""

    # links were made without a name, too (19.0.1.0.0)
    @route(
        [PATH, f"{PATH}/<string:name>"],
        type="http", auth="public", methods=["GET"], readonly=True, save_session=False,
        # a form, which Odoo would read, has no business here
        max_content_length=0,
    )
    def media(self, kind, res_id, checksum, signature, name=None):
        """The picture a signed link was made for, for as long as a storefront shows it."""
        forget_long_conditions(request.httprequest)
        products = request.env["product.product"].sudo()
        if kind not in products._enord_media_kinds() or not consteq(
            # as bytes: of texts it takes ASCII alone
            signature.encode(),
            products._enord_media_signature(kind, res_id, checksum).encode(),
        ):
            raise NotFound
        picture = products._enord_public_picture(kind, res_id, checksum)
        if not picture or name not in (None, picture.file_name):
            raise NotFound
        stream = request.env["ir.binary"]._get_image_stream_from(
            picture.attachment, filename=picture.file_name
        )
        stream.public = True
        response = stream.get_response(max_age=MAX_AGE)
        response.cache_control.must_revalidate = True
        return response
