"""Models of the inventory, one module per noun."""

from inventory.models.activation import Monitor
from inventory.models.pool import AvailabilityCheck, Extract, Push, Reservation, ResourcePool
from inventory.models.product import Product
from inventory.models.resource import Resource
from inventory.models.service import Service

__all__ = [
    "AvailabilityCheck",
    "Extract",
    "Monitor",
    "Product",
    "Push",
    "Reservation",
    "Resource",
    "ResourcePool",
    "Service",
]
