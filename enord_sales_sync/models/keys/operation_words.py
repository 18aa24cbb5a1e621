"""What staff call the operations of the API."""

from ...contract.operations import OPERATIONS

_lt = str  # the mark of what is to be translated

#: What the contract, which has no translations, says of its operations.
SUMMARIES = (
    _lt("Record an online sale"), _lt("What has become of an order"), _lt("Cancel an order"),
    _lt("Take or return units"), _lt("Hold units for a customer who is checking out"),
    _lt("Hold these items, whatever was held before"), _lt("What is held, and until when"),
    _lt("Hold on"), _lt("Give the units free"),
    _lt("What can be sold of some SKUs at this moment"), _lt("All products, page by page"),
    _lt("Current stock of every SKU"), _lt("Tell what you show, and learn what differs"),
    _lt("Whether the server and its database work"), _lt("This document"),
    _lt("This document as a readable page"),
)


def summary(env, operation):
    """What an operation is for, in the reader's language."""
    return env._(operation.summary)  # pylint: disable=gettext-variable


def selection(model):
    """Every operation by its name in the contract."""
    return [(operation.name, summary(model.env, operation)) for operation in OPERATIONS]
