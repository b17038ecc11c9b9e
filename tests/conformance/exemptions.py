"""What the official documents have and ours do not have in the same place, and why."""

# (API or 0 for all, place, reason).
EXEMPT: tuple[tuple[int, str, str], ...] = (
    (0, "*_Update.@schemaLocation", "fixed at creation (TMF630 part 1); repeating the value is accepted all the same"),
    (0, "*_Update.@type", "as @schemaLocation, fixed at creation"),
    (0, "*_Update.@baseType", "as @schemaLocation, fixed at creation"),
    (0, "*Event.id", "an event goes by its eventId; the id of the resource stands in the payload"),
    (0, "*Event.href", "as the id: an event has no address in v4"),
    (634, "*_Update.lastUpdate", "set by the server on each change"),
    (637, "*status: aborted  is missing", "taken with the blank at its end, which is a slip, and given without"),
    (641, "*elatedParty: @type is mandatory", "no other API demands it, and the official sample leaves it out"),
    (641, "*errorMessage.serviceOrderItem: id is mandatory", "the reference to an item has no id, it has an itemId"),
    (641, "*jeopardyAlert.serviceOrderItem: id is mandatory", "as of the error message"),
    (641, "*milestone.serviceOrderItem: id is mandatory", "as of the error message"),
    (641, "*Relationship.orderItem: id is mandatory", "as of the error message"),
    (685, "Reservation_Update.reservationItem", "what is reserved does not change; cancel it and reserve anew"),
    (685, "get /reservation/{id} 200: array is object", "one reservation is asked for, and one is given"),
    (685, "*.code: integer is string", "the body of errors is that of TMF630, as in every other API"),
    (685, "*.reason: integer is string", "as the code"),
    (685, "*.status: integer is string", "as the code"),
    (651, "AgreementSpecification_Update.lastUpdate", "set by the server on each change"),
    (666, "*Account_Update.lastModified", "set by the server on each change"),
    (666, "*Event.payload", "the resource stands in the event under its own name, as in every other API"),
    (642, "*.id: integer is string", "ids are text: the official samples and the conformance kit of the API have text"),
    (642, "Alarm_Update.alarmChangedTime", "set by the server on each change"),
    (628, "*_Update.creationTime", "set by the server"),
    (628, "*_Update.lastModifiedTime", "set by the server on each change"),
    (628, "*_Update.trackingRecord", "made by the server with each move"),
    (656, "ServiceProblem_Update.creationDate", "set by the server"),
    (656, "ServiceProblem_Update.lastUpdate", "set by the server on each change"),
    (656, "ServiceProblem_Update.statusChangeDate", "set by the server with the status"),
    (0, "*InformationRequiredEvent.fieldPath", "as of the event of changed attributes"),
    (0, "*AttributeValueChangeEvent.fieldPath", "optional; an event holds the whole resource, not a part of it"),
)


type Exemption = tuple[int, str, str]


def exempt(number: int, place: str) -> Exemption | None:
    """Return the line by which an official demand is excused, None if it is not; `*` in the table stands for any beginning."""
    for line in EXEMPT:
        api, rule, _ = line
        if api in (0, number) and (place.endswith(rule[1:]) if rule.startswith("*") else place == rule):
            return line
    return None
