"""Start Odoo: `odoo_bin.py [command] [options]`, with Odoo's folder in PYTHONPATH.

A script and not `python -m odoo`: in multi-worker mode Odoo starts its gevent process again
from sys.argv[0], which has to be a file that can be run.
"""

import sys

# This folder came first because the script is in it; its modules are not for Odoo to import.
sys.path.pop(0)

if __name__ == "__main__":
    from odoo.cli import main

    main()
