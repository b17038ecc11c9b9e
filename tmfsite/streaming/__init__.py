"""TMF688 Event on top of REST and admin: topics, whose tables and delivery are those of `tmfsite.events`."""
