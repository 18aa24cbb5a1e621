"""What prices mean to a storefront: with or without taxes, as its policy has it."""


def product_taxes(storefront, product):
    """The sales taxes of a product in the storefront's company."""
    # not those that were archived, though archived products are told of
    return product.taxes_id.filtered("active")._filter_taxes_by_company(storefront.company_id)


def selling_prices(storefront, products):
    """``{product_id: float}`` by the storefront's pricelist, rounded to its currency."""
    if not products:
        return {}
    prices = storefront.pricelist_id._get_products_price(
        products, 1.0, currency=storefront.currency_id,
    )
    return {
        product.id: storefront.currency_id.round(
            _shown_price(storefront, product, prices[product.id])
        )
        for product in products
    }


def _shown_price(storefront, product, price):
    """A price of the pricelist in the terms of the storefront's prices."""
    taxes = product_taxes(storefront, product)
    if storefront.price_policy == "stored" or not taxes:
        return price
    details = taxes._get_tax_details(
        price, 1.0, rounding_method="round_globally", product=product,
    )
    return details[{
        "tax_included": "total_included", "tax_excluded": "total_excluded",
    }[storefront.price_policy]]
