"""Models of assurance, one module per noun."""

from assurance.models.alarm import AckAlarms, Alarm, ClearAlarms, CommentAlarms, GroupAlarms, UnAckAlarms, UnGroupAlarms
from assurance.models.ticket import TroubleTicket

__all__ = [
    "AckAlarms",
    "Alarm",
    "ClearAlarms",
    "CommentAlarms",
    "GroupAlarms",
    "TroubleTicket",
    "UnAckAlarms",
    "UnGroupAlarms",
]
