"""Orders that are late: when the day on which a service order was expected to be done has passed, it says so once."""

from typing import Final

from ordering.models.service import ServiceOrder
from ordering.services.roll_up import FINAL
from ordering.services.work import engine
from tmfsite import operations
from tmfsite.fields.instants import format_instant, now
from tmfsite.fields.json import Document

_AT_ONCE: Final = 500


def watch_jeopardy() -> int:
    """Enter an alert in each service order that is late; return how many there were."""
    moment = now()
    late = ServiceOrder._default_manager.filter(expected_completion_date__lt=moment, jeopardy_alert=None)
    uids = list(late.exclude(state__in=FINAL).order_by("id").values_list("uid", flat=True)[:_AT_ONCE])
    for uid in uids:
        operations.update(ServiceOrder, uid, _alerted, actor=engine("it is late"), trusted=True)
    return len(uids)


def _alerted(present: Document) -> Document:
    if present.get("jeopardyAlert") or present.get("state") in FINAL:
        return present
    open_ = [each["id"] for each in present.get("serviceOrderItem") or () if each.get("state") not in FINAL]
    alert = {
        "id": "1",
        "name": "late",
        "alertDate": format_instant(now()),
        "jeopardyType": "critical",
        "message": f"The order was expected to be done by {present.get('expectedCompletionDate')}",
        "serviceOrderItem": [{"itemId": item} for item in open_],
    }
    return {**present, "jeopardyAlert": [alert]}
