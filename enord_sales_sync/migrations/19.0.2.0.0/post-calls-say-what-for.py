import re

from odoo.addons.enord_sales_sync.contract.operations import OPERATIONS


def migrate(cr, version):
    """Calls that are in the log say what they were for."""
    names = [operation.name for operation in OPERATIONS]
    methods = [operation.method for operation in OPERATIONS]
    patterns = [re.sub("{[^}]+}", "[^/]+", operation.path) for operation in OPERATIONS]
    cr.execute(
        """
        UPDATE enord_api_call SET operation = known.name
          FROM unnest(%s::text[], %s::text[], %s::text[]) AS known (name, method, pattern)
         WHERE operation IS NULL AND path ~ ('^' || known.pattern || '/?$')
           AND CASE enord_api_call.method WHEN 'HEAD' THEN 'GET' ELSE enord_api_call.method END
               = known.method
        """, [names, methods, patterns],
    )
