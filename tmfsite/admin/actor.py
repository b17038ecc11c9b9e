"""Who acts when a person uses the admin."""

from django.http import HttpRequest

from tmfsite.operations import Actor


def actor_of(request: HttpRequest, reason: str = "") -> Actor:
    """Return the signed-in user as the actor of a change."""
    identity = getattr(request, "request_id", None)
    return Actor("user", request.user.get_username(), user_id=request.user.pk, request_id=identity, reason=reason)
