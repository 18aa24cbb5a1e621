from odoo import api, models

PENDING = "enord_sales_sync"


class EnordEventRecorder(models.AbstractModel):
    """Collects what a transaction changes and writes it to the outbox just before commit.

    The business transaction pays for one INSERT of each type of event, however many records it
    touches. Rows are only ever inserted: two cashiers who sell the same SKU never wait for one
    another.
    """

    _name = "enord.event.recorder"
    _description = "Recorder of Storefront Events"

    @api.model
    def _collected(self, event_type):
        """What was collected for a type of event, to be added to.

        :param str event_type: name of its model
        :rtype: dict
        """
        precommit = self.env.cr.precommit
        if PENDING not in precommit.data:
            precommit.data[PENDING] = {}
            precommit.add(self.sudo()._write_events)
        return precommit.data[PENDING].setdefault(event_type, {})

    def _write_events(self):
        for event_type, collected in self.env.cr.precommit.data.pop(PENDING, {}).items():
            self.env[event_type]._queue_collected(collected)
