"""The page on which an installed product is changed or given up: it makes a product order."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, JsonResponse, QueryDict
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from inventory.models import Product
from ordering.admin.configuration import Configuration, instant_of, reference
from ordering.admin.prices import summary
from ordering.models import ProductOrder
from ordering.services.configure_offering import questions_of
from ordering.services.decompose import Catalogs, fold, read_offerings, reference_id, same_value
from ordering.services.find_offers import alternatives
from ordering.services.validate_order import merged, validate
from tmfsite import operations
from tmfsite.admin.actor import actor_of
from tmfsite.admin.pages import entity_page
from tmfsite.fields.instants import format_instant, now
from tmfsite.fields.json import Document
from tmfsite.resources.errors import ResourceError
from tmfsite.wire import href_of

TITLE = "Change or end"
_MAY = ("ordering.add_productorder",)


def _is_in_use(product: Product) -> bool:
    return product.status in ("active", "suspended")


class ChangeForm:
    """The new offering and characteristics of a product; `errors` by the name of the input."""

    def __init__(self, product: Product, data: QueryDict | None, offering: str = "") -> None:
        self.product, self.data = product, data if data is not None else QueryDict()
        self.present = reference_id(product.product_offering)
        catalogs = read_offerings({self.present, offering} - {""})
        self.offering = catalogs.offerings.get(offering) or catalogs.offerings.get(self.present)
        self.is_other = self.offering is not None and self.offering["id"] != self.present
        self.others = alternatives(catalogs.offerings[self.present]) if self.present in catalogs.offerings else []
        self.configuration = Configuration(
            questions_of(catalogs, self.offering) if self.offering else (), "c", data, self._kept(catalogs)
        )
        self.errors = dict(self.configuration.errors()) if data is not None else {}
        self.faults: list[str] = []
        if self.is_other and self.offering and self.offering["id"] not in {each["id"] for each in self.others}:
            self.errors["offering"] = f"{self.offering.get('name')} is nothing that this product may become."
        if self.text("start") and instant_of(self.text("start")) is None:
            self.errors["start"] = "Enter a date and a time."

    def _kept(self, catalogs: Catalogs) -> list[Document]:
        """Return the characteristics of the product as far as the new offering takes them over."""
        wanted = {"productOffering": {"id": self.offering["id"]}} if self.offering else {}
        return merged(self.product, wanted, catalogs)

    def text(self, name: str) -> str:
        """Return what was entered under a name."""
        return str(self.data.get(name, "")).strip()

    def item(self) -> Document:
        """Return the item of TMF622: what becomes different."""
        held = {fold(each.get("name")): each.get("value") for each in self.product.product_characteristic or ()}
        chosen = self.configuration.documents()
        if not self.is_other:
            chosen = [each for each in chosen if not _same(held.get(fold(each["name"])), each["value"])]
        product = _reference(self.product)
        if chosen:
            product["productCharacteristic"] = chosen
        item = {"id": "1", "action": "modify", "quantity": 1, "product": product}
        return {**item, "productOffering": reference(self.offering)} if self.offering else item

    @property
    def changes(self) -> bool:
        """Whether anything becomes different."""
        return self.is_other or "productCharacteristic" in self.item()["product"]


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same_value, one, other))
    return one == other or same_value(one, other)


def _reference(product: Product) -> Document:
    named = product.name or (product.product_offering or {}).get("name")
    found = {"id": product.uid, "href": href_of(product), "name": named, "@referredType": "Product"}
    return {name: value for name, value in found.items() if value}


@entity_page("inventory.Product", "change_order", title=TITLE, icon="edit_square", needs=_MAY, shows=_is_in_use)
def page(model_admin: Any, request: HttpRequest, product: Product) -> HttpResponseBase:
    """What it is and may become; POST `action` modify or delete makes the order."""
    if not _is_in_use(product):
        messages.error(request, f"The product is {product.status}; only one in use can be changed.")
        return model_admin.redirect_to(product)  # type: ignore[no-any-return]
    source = request.POST if request.method == "POST" else request.GET
    modifies = request.method == "POST" and request.POST.get("action") == "modify"
    form = ChangeForm(product, request.POST if modifies else None, source.get("offering", ""))
    if request.method == "POST" and (order := _order(request, form, modifies=modifies)):
        messages.success(request, "The order is taken; its trace tells how it goes.")
        return redirect(reverse("admin:ordering_productorder_trace", args=[order.pk]))
    context = {
        **model_admin.page_context(request, product, TITLE),
        "form": form,
        "start": form.text("start"),
        "note": form.text("note"),
        "price": summary([form.item()]) if form.offering else None,
        "confirmed": request.POST.get("action") == "delete",
    }
    return TemplateResponse(request, "ordering/change.html", context)


@entity_page("inventory.Product", "change_price", route="change-order/price/", needs=_MAY)
def price(model_admin: Any, request: HttpRequest, product: Product) -> HttpResponseBase:
    """What the product would cost as changed, and what is wrong with the change."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        form = ChangeForm(product, request.POST, request.POST.get("offering", ""))
        shown = render_to_string("ordering/price.html", {"price": summary([form.item()])})
        return JsonResponse({"price": shown, "errors": form.errors})

    return require_POST(answer)(request)


def _order(request: HttpRequest, form: ChangeForm, *, modifies: bool) -> ProductOrder | None:
    if form.errors:
        return None
    if modifies and not form.changes:
        form.faults.append("Nothing is different: choose other values or another offering.")
        return None
    product = form.product
    item = form.item() if modifies else {"id": "1", "action": "delete", "product": _reference(product)}
    if not modifies and product.product_offering:
        item["productOffering"] = product.product_offering
    start = instant_of(request.POST.get("start", ""))
    document: Document = {
        "productOrderItem": [item],
        "relatedParty": product.related_party,
        "billingAccount": product.billing_account,
        "requestedStartDate": format_instant(start) if start else None,
    }
    author = request.user.get_username()  # type: ignore[union-attr]
    if note := request.POST.get("note", "").strip():
        document["note"] = [{"text": note, "author": author, "date": format_instant(now())}]
    document = {name: value for name, value in document.items() if value}
    form.faults += [fault.message for fault in validate([item], product.related_party)]
    if form.faults:
        return None
    try:
        return operations.create(ProductOrder, document, actor=actor_of(request, note)).instance
    except ResourceError as refusal:
        form.faults.append(refusal.message)
        return None
