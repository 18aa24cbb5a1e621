from odoo import models

from ..models.storefront.sending_database import this_database


class EnordSendingDatabase(models.AbstractModel):
    """What staff decide in a database that is not the one from which storefronts were told.

    It is said of the database, and so holds for every storefront that was told from the same one.
    """

    _name = "enord.sending.database"
    _description = "Database that Sends to Storefronts"

    def _go_on(self, storefronts):
        """This is the live database now: it sends what waits."""
        same = self._decide(storefronts)
        self.env["enord.webhook.event"].sudo()._count_as_sent_again(same)
        self.env["enord.webhook.event"]._wake_dispatcher()

    def _pause(self, storefronts):
        """This is a copy: it sends nothing until staff resume."""
        self._decide(storefronts).action_pause()

    def _decide(self, storefronts):
        same = storefronts.with_context(active_test=False).search(
            [("sending_database", "in", storefronts.mapped("sending_database"))]
        )
        same.check_access("write")
        same.sudo().write({"sending_database": this_database(self.env)})
        return same
