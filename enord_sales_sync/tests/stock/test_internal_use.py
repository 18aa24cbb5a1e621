from odoo.tests import tagged

from ..common import SalesSyncCommon


@tagged("post_install", "-at_install")
class TestInternalUse(SalesSyncCommon):

    def test_a_new_warehouse_has_an_operation_type_for_it(self):
        warehouse = self.env["stock.warehouse"].create({"name": "Third", "code": "THIRD"})
        operation = warehouse.enord_internal_use_type_id
        self.assertEqual((operation.code, operation.name), ("internal", "Internal Use"))
        self.assertEqual(operation.default_location_src_id, warehouse.lot_stock_id)
        self.assertTrue(operation.default_location_dest_id.enord_internal_use)
        self.assertEqual(operation.sequence_id.prefix, "THIRD/USE/")
        self.assertEqual(operation.barcode, "THIRDUSE")
