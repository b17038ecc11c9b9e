"""The field library: wire names, shared value types, and the model fields that hold values and references."""

from tmfsite.fields.columns import JsonField, ReferenceField, ValueField
from tmfsite.fields.names import wire_name
from tmfsite.fields.values import Reference, Value

__all__ = ["JsonField", "Reference", "ReferenceField", "Value", "ValueField", "wire_name"]
