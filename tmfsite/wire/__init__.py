"""The one place that turns a resource into its wire form and back."""

from tmfsite.wire.decode import decode
from tmfsite.wire.encode import document_of, href_of, public_root

__all__ = ["decode", "document_of", "href_of", "public_root"]
