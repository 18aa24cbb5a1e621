"""What storefronts told of a customer: where it is, and how it is erased. Uses every other room."""

from . import request_details
from . import told_of_customer
from . import erasure
