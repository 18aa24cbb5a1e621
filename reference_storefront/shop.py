"""The parts of one running shop, reachable from every route."""

from dataclasses import dataclass

from flask import current_app
from werkzeug.local import LocalProxy

from .config import Config
from .erp import Erp
from .holds import Holds
from .sales import Sales
from .store import Store


@dataclass(frozen=True)
class Shop:
    config: Config
    store: Store
    erp: Erp
    sales: Sales
    holds: Holds


shop: Shop = LocalProxy(lambda: current_app.extensions["shop"])
