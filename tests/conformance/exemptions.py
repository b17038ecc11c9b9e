"""What the official documents have and ours do not have in the same place, and why."""

# (API or 0 for all, place, reason).
EXEMPT: tuple[tuple[int, str, str], ...] = (
    (0, "*_Update.@schemaLocation", "fixed at creation (TMF630 part 1); repeating the value is accepted all the same"),
    (0, "*_Update.@type", "as @schemaLocation, fixed at creation"),
    (0, "*_Update.@baseType", "as @schemaLocation, fixed at creation"),
    (0, "*Event.id", "an event goes by its eventId; the id of the resource stands in the payload"),
    (0, "*Event.href", "as the id: an event has no address in v4"),
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
