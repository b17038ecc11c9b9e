"""The assistant that takes a new product order: customer, offerings, their configuration, the price, and off it goes.

One page; offerings, items, accounts and the price are fragments of it, which `ordering/assistant.js` asks for.
"""

from typing import Any, Final

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.views.decorators.http import require_GET, require_POST

from ordering.admin.configuration import ItemForm, instant_of
from ordering.admin.order import PRIORITIES
from ordering.admin.prices import starting_prices, summary
from ordering.models import ProductOrder
from ordering.services.decompose import read_offerings
from ordering.services.find_offers import FOUND, categories, find_offers
from ordering.services.validate_order import validate
from party.models.account import BillingAccount
from party.models.customer import Customer
from tmfsite import operations
from tmfsite.admin.actor import actor_of
from tmfsite.admin.pages import list_page
from tmfsite.admin.widgets import EntityChoice
from tmfsite.fields.instants import format_instant, now
from tmfsite.fields.json import Document
from tmfsite.resources.errors import ResourceError
from tmfsite.resources.models import Link
from tmfsite.resources.schema import schema_of
from tmfsite.wire import href_of

MOST_ITEMS: Final = 50
_CUSTOMER: Final = "party.customer"


class OrderForm:
    """The whole submission: who, what, when; `errors` by the name of the input."""

    def __init__(self, data: QueryDict | None) -> None:
        self.data = data if data is not None else QueryDict()
        self.errors: dict[str, str] = {}
        self.items = items_of(self.data)
        self.customer = _customer(self.text("customer"))
        self.accounts = accounts_of(self.customer)
        self.account = next((each for each in self.accounts if each.uid == self.text("account")), None)
        self.faults: list[str] = []
        if data is not None:
            self._check()

    def text(self, name: str) -> str:
        """Return what was entered under a name."""
        return str(self.data.get(name, "")).strip()

    @property
    def fields(self) -> dict[str, str]:
        """The plain inputs, for the page."""
        shown = {name: self.text(name) for name in ("external_id", "start", "end", "note", "priority", "category")}
        return {**shown, "priority": shown["priority"] or "4"}

    def _check(self) -> None:
        if self.customer is None:
            self.errors["customer"] = "Choose a customer."
        if self.text("account") and self.account is None:
            self.errors["account"] = "This is no account of the customer."
        if not self.items:
            self.errors["items"] = "Choose at least one offering."
        for name in ("start", "end"):
            if self.text(name) and instant_of(self.text(name)) is None:
                self.errors[name] = "Enter a date and a time."
        start, end = instant_of(self.text("start")), instant_of(self.text("end"))
        if start and end and end < start:
            self.errors["end"] = "This is before the wanted start."
        for item in self.items:
            self.errors |= dict(item.errors())

    def item_documents(self) -> list[Document]:
        """Return the items as they are so far."""
        return [item.document(str(number)) for number, item in enumerate(self.items, 1)]

    def document(self, author: str) -> Document:
        """Return the order of TMF622."""
        wanted: Document = {
            "productOrderItem": self.item_documents(),
            "relatedParty": [_reference(each, role="customer") for each in (self.customer,) if each],
            "priority": self.fields["priority"],
            "externalId": self.text("external_id")[:255],
            "category": self.text("category")[:255],
            "requestedStartDate": _wire(self.text("start")),
            "requestedCompletionDate": _wire(self.text("end")),
        }
        if self.account is not None:
            wanted["billingAccount"] = _reference(self.account)
        if note := self.text("note"):
            wanted["note"] = [{"text": note, "author": author, "date": format_instant(now())}]
        return {name: value for name, value in wanted.items() if value}


def _wire(text: str) -> str | None:
    moment = instant_of(text)
    return format_instant(moment) if moment else None


def _reference(entity: Any, **more: str) -> Document:
    found = {"id": entity.uid, "href": href_of(entity), "name": entity.name, "@referredType": type(entity).__name__}
    return found | more


def _customer(uid: str) -> Customer | None:
    return Customer._default_manager.filter(uid=uid).first() if uid else None


def accounts_of(customer: Customer | None) -> list[BillingAccount]:
    """Return the open billing accounts of a customer, or of the party that is one."""
    if customer is None:
        return []
    holders = {customer.uid, str((customer.engaged_party or {}).get("id") or "")} - {""}
    own = schema_of(BillingAccount).content_type_id()
    links = Link.objects.filter(source_type_id=own, path="relatedParty", target_uid__in=holders).values("source_id")
    named = {str(each.get("id")) for each in customer.account or ()}
    rows = BillingAccount._default_manager.filter(Q(pk__in=links) | Q(uid__in=named)).exclude(state="Closed")
    return list(rows.order_by("name", "id")[:50])


def items_of(data: QueryDict) -> list[ItemForm]:
    """Return the items of a submission whose offerings exist, in their order."""
    keys = [key for key in dict.fromkeys(data.getlist("item")) if key.isalnum()][:MOST_ITEMS]
    wanted = {key: data.get(f"item-{key}-offering", "") for key in keys}
    catalogs = read_offerings(set(wanted.values()) - {""})
    return [
        ItemForm(key, catalogs.offerings[uid], catalogs, data)
        for key, uid in wanted.items()
        if uid in catalogs.offerings
    ]


# --- the page and its fragments -------------------------------------------------------------------------------------


@list_page(
    "ordering.ProductOrder", "assistant", title="New order", icon="add_shopping_cart", permission="add", order=-20
)
def assistant(model_admin: Any, request: HttpRequest) -> HttpResponseBase:
    """The page; POST makes the order."""
    form = OrderForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and not form.errors and (order := _order(request, form)):
        messages.success(request, f"Order {order.external_id or order.uid} is taken.")
        seen = model_admin.has_view_or_change_permission(request, order)
        return redirect(model_admin.change_url(order, "trace") if seen else request.path)
    if request.method != "POST":
        form = OrderForm(_prefilled(request)) if request.GET.get("customer") or request.GET.get("offering") else form
        form.errors = {}
    return TemplateResponse(request, "ordering/assistant.html", _context(model_admin, request, form))


def _order(request: HttpRequest, form: OrderForm) -> ProductOrder | None:
    document = form.document(request.user.get_username())  # type: ignore[union-attr]
    for fault in validate(document["productOrderItem"], document["relatedParty"]):
        if fault.path:
            form.items[int(fault.path[0]) - 1].faults.append(fault.message)
        form.faults.append(str(fault))
    if form.faults:
        return None
    try:
        return operations.create(ProductOrder, document, actor=actor_of(request)).instance
    except ResourceError as refusal:
        form.faults.append(refusal.message)
        return None


def _prefilled(request: HttpRequest) -> QueryDict:
    """Return a submission of what a link to the assistant named: `?customer=…&offering=…`."""
    data = QueryDict(mutable=True)
    data["customer"] = request.GET.get("customer", "")
    return data


def _context(model_admin: Any, request: HttpRequest, form: OrderForm) -> dict[str, Any]:
    chosen = form.customer.uid if form.customer else None
    context = model_admin.list_context(request, "New order")
    first = read_offerings([request.GET["offering"]]) if request.GET.get("offering") else None
    if first is not None and not form.items:
        form.items = [
            ItemForm("1", each, first) for uid, each in first.offerings.items() if uid == request.GET["offering"]
        ]
    return {
        **context,
        "media": context["media"] + EntityChoice.medium(),
        "form": form,
        "customer_input": EntityChoice(_CUSTOMER).render("customer", chosen, {"id": "id_customer"}),
        "categories": categories(),
        "priorities": PRIORITIES,
        "price": summary(form.item_documents()) if form.items else None,
        "may_add_customer": request.user.has_perm("party.add_customer"),
        **_found(request),
    }


def _found(request: HttpRequest) -> dict[str, Any]:
    text, category = request.GET.get("q", "").strip()[:100], request.GET.get("category", "")
    offerings = find_offers(text, category, most=FOUND + 1)
    prices = starting_prices(offerings[:FOUND])
    return {
        "offerings": [
            {"document": each, "prices": prices.get(each["id"], ()), "category": _category(each)}
            for each in offerings[:FOUND]
        ],
        "has_more": len(offerings) > FOUND,
    }


def _category(offering: Document) -> str:
    return str(next((each.get("name") for each in offering.get("category") or () if each.get("name")), ""))


@list_page("ordering.ProductOrder", "assistant_offerings", route="assistant/offerings/", permission="add")
def offerings(model_admin: Any, request: HttpRequest) -> HttpResponseBase:
    """The offerings that were searched for: `?q=…&category=…`."""
    return require_GET(lambda request: render(request, "ordering/offerings.html", _found(request)))(request)


@list_page("ordering.ProductOrder", "assistant_item", route="assistant/item/", permission="add")
def item(model_admin: Any, request: HttpRequest) -> HttpResponseBase:
    """A new item under `key`: of an `offering`, or like the item `like` of the submission."""
    return require_POST(_item)(request)


def _item(request: HttpRequest) -> HttpResponseBase:
    key, like = request.POST.get("key", ""), request.POST.get("like", "")
    uid = request.POST.get("offering") or request.POST.get(f"item-{like}-offering", "")
    catalogs = read_offerings([uid])
    if not key.isalnum() or uid not in catalogs.offerings:
        raise Http404
    made = ItemForm(key, catalogs.offerings[uid], catalogs, _renamed(request.POST, like, key) if like else None)
    return render(request, "ordering/item.html", {"item": made})


def _renamed(data: QueryDict, old: str, new: str) -> QueryDict:
    """Return a submission in which the inputs of one item go by the key of another; it is for another place."""
    found, prefix = QueryDict(mutable=True), f"item-{old}-"
    for name in data:
        if name.startswith(prefix) and name != f"{prefix}place":
            found.setlist(f"item-{new}-{name.removeprefix(prefix)}", data.getlist(name))
    return found


@list_page("ordering.ProductOrder", "assistant_price", route="assistant/price/", permission="add")
def price(model_admin: Any, request: HttpRequest) -> HttpResponseBase:
    """What the submission costs so far, and what is wrong with it."""
    return require_POST(_price)(request)


def _price(request: HttpRequest) -> HttpResponseBase:
    form = OrderForm(request.POST)
    shown = {"price": summary(form.item_documents()) if form.items else None}
    return JsonResponse({"price": render_to_string("ordering/price.html", shown), "errors": form.errors})


@list_page("ordering.ProductOrder", "assistant_accounts", route="assistant/accounts/", permission="add")
def accounts(model_admin: Any, request: HttpRequest) -> HttpResponseBase:
    """The billing accounts of a customer, as options: `?customer=…`."""
    found = accounts_of(_customer(request.GET.get("customer", "")))
    return HttpResponse(render_to_string("ordering/accounts.html", {"accounts": found, "account": None}))
