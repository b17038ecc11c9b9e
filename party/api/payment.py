"""TMF676 Payment Management v4.0: REST API."""

from party.models.payment import Payment, Refund
from tmfsite.resources.registry import OpenApi
from tmfsite.rest.routers import ApiRouter
from tmfsite.rest.viewsets import ResourceViewSet

router = ApiRouter(
    OpenApi(
        number=676,
        title="Payment Management",
        version="4.0.0",
        base_path="/payment/v4",
        aliases=("/tmf-api/payment/v4",),
        description="Payments and refunds.",
    )
)


@router.resource("payment")
class PaymentViewSet(ResourceViewSet):
    """Payments."""

    model = Payment
    verbs = "LGC"


@router.resource("refund")
class RefundViewSet(ResourceViewSet):
    """Refunds."""

    model = Refund
    verbs = "LGC"
