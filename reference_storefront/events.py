"""The two messages the ERP sends, checked and typed (specification 4.1 and 4.2)."""

from dataclasses import dataclass

from . import jsonfields as json_

# What every JSON reader holds exactly. The ERP's numbers are microseconds since 1970.
LARGEST_SEQUENCE = 2**53 - 1


@dataclass(frozen=True)
class InventoryChange:
    """4.2: `quantity` is absolute, in the product's unit, at one location."""

    sku: str
    location_code: str
    quantity: int | float
    reason: str

    type = "inventory.change"

    @property
    def key(self) -> str:
        return f"{self.sku}@{self.location_code}"


@dataclass(frozen=True)
class Variant:
    """One sellable SKU of 4.1; `stock` is the total over all locations; prices in INR."""

    sku: str
    title: str
    price: float
    mrp: float | None
    stock: int | float
    specifications: dict
    images: list


@dataclass(frozen=True)
class CatalogueUpdate:
    """4.1: the whole group. A variant that is not in it is not in the group any more."""

    group_id: str
    name: str
    description: str
    category_path: list
    tax_code: str
    is_active: bool
    variants: tuple[Variant, ...]

    type = "catalog.update"

    @property
    def key(self) -> str:
        return self.group_id


def is_test(message: dict) -> bool:
    """Whether the ERP's staff are only trying whether an event arrives."""
    return message.get("event_type") == "test"


def parse(message) -> InventoryChange | CatalogueUpdate | None:
    """Check a decoded webhook body; None for an event type this shop does not know.

    :raise Problem: 422 with a JSON pointer to the field at fault.
    """
    message = json_.obj(message, "")
    event_type = json_.text(message, "event_type", "")
    parser = {"inventory.change": _inventory, "catalog.update": _catalogue}.get(event_type)
    if parser is None:
        return None
    json_.text(message, "timestamp", "")
    return parser(json_.obj(message.get("data"), "/data"))


def sequence(message: dict) -> int:
    """By which an event is newer than another of its key.

    :raise Problem: 422 where there is none.
    """
    return json_.whole_number(message, "sequence", "", most=LARGEST_SEQUENCE)


def product(data) -> CatalogueUpdate:
    """Check a product of the ERP's catalogue: the `data` of its event.

    :raise Problem: as `parse`.
    """
    return _catalogue(json_.obj(data, "/data"))


def _inventory(data: dict) -> InventoryChange:
    return InventoryChange(
        sku=json_.text(data, "sku", "/data"),
        location_code=json_.text(data, "location_code", "/data"),
        quantity=json_.number(data, "new_quantity", "/data"),
        reason=json_.text(data, "change_reason", "/data", default=""),
    )


def _catalogue(data: dict) -> CatalogueUpdate:
    path = data.get("category_path") or []
    variants = tuple(
        _variant(json_.obj(value, f"/data/variants/{index}"), f"/data/variants/{index}")
        for index, value in enumerate(json_.array(data, "variants", "/data"))
    )
    first_place = {}
    for index, variant in enumerate(variants):
        if first_place.setdefault(variant.sku, index) != index:
            raise json_.field_problem(f"/data/variants/{index}/sku", "appears twice", "duplicate")
    return CatalogueUpdate(
        group_id=json_.text(data, "group_id", "/data"),
        name=json_.text(data, "group_name", "/data"),
        description=json_.text(data, "description", "/data", default=""),
        category_path=_texts(path, "/data/category_path"),
        tax_code=json_.text(data, "tax_code", "/data", default=""),
        is_active=json_.boolean(data, "is_active", "/data"),
        variants=variants,
    )


def _variant(data: dict, at: str) -> Variant:
    specifications = json_.obj(data.get("specifications") or {}, f"{at}/specifications")
    return Variant(
        sku=json_.text(data, "sku", at),
        title=json_.text(data, "variant_title", at, default=""),
        price=json_.number(data, "selling_price", at),
        mrp=None if data.get("mrp") is None else json_.number(data, "mrp", at),
        stock=json_.number(data, "current_stock", at),
        specifications={
            json_.plain_text(name, f"{at}/specifications"): _shown(value, f"{at}/specifications")
            for name, value in specifications.items()
        },
        images=_texts(data.get("media_assets") or [], f"{at}/media_assets"),
    )


def _texts(values, pointer: str) -> list[str]:
    if not isinstance(values, list):
        raise json_.field_problem(pointer, "must be an array")
    return [json_.plain_text(value, f"{pointer}/{i}") for i, value in enumerate(values)]


def _shown(value, pointer: str) -> str:
    """Dynamic attributes are text in the specification; a bare number is shown as it stands."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return json_.plain_text(value, pointer)
