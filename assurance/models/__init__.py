"""Models of assurance, one module per noun."""

from assurance.models.ticket import TroubleTicket

__all__ = ["TroubleTicket"]
