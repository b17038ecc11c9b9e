"""Models of ordering, one module per noun."""

from ordering.models.fulfilment import Fulfilment, Step
from ordering.models.product import CancelProductOrder, ProductOrder
from ordering.models.resource import CancelResourceOrder, ResourceOrder
from ordering.models.service import CancelServiceOrder, ServiceOrder

__all__ = [
    "CancelProductOrder",
    "CancelResourceOrder",
    "CancelServiceOrder",
    "Fulfilment",
    "ProductOrder",
    "ResourceOrder",
    "ServiceOrder",
    "Step",
]
