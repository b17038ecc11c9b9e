"""Values whose id of another resource stands in an attribute of another name: linked, and found by the index."""

from typing import ClassVar

import pytest
from django.contrib.contenttypes.models import ContentType

from inventory.models import Product
from tmfsite.fields.values import Text, Value
from tmfsite.operations import SYSTEM, create, update
from tmfsite.query import parse, where
from tmfsite.resources.models import Link
from tmfsite.resources.schema import _nested_keys, _nested_links, schema_of

ITEM = {"orderItemId": "1", "productOrderId": "o-1"}
BODY = {"status": "created", "productOrderItem": [ITEM, {**ITEM, "productOrderId": "o-2"}]}


class Item(Value):
    keys: ClassVar = {"orderId": "ordering.order"}
    order_id: Text


class Group(Value):
    item: list[Item] | None = None


def test_keys_are_found_at_any_depth() -> None:
    assert dict(_nested_links(Group, "group")) == {"group.item.orderId": "ordering.order"}
    assert list(_nested_keys(list[Group], "group")) == ["group.item.orderId"]


@pytest.mark.django_db
def test_links_follow_the_keys() -> None:
    product = create(Product, BODY, actor=SYSTEM).instance

    def linked() -> set[tuple[str, str]]:
        rows = Link.objects.filter(source_type=ContentType.objects.get_for_model(Product), source_id=product.pk)
        return set(rows.values_list("path", "target_uid"))

    assert linked() == {("productOrderItem.productOrderId", uid) for uid in ("o-1", "o-2")}
    update(Product, product.uid, lambda present: {**present, "productOrderItem": [ITEM]}, actor=SYSTEM)
    assert linked() == {("productOrderItem.productOrderId", "o-1")}


@pytest.mark.django_db
@pytest.mark.parametrize("vendor", ["sqlite", "postgresql"])
def test_filters_use_the_links(vendor: str) -> None:
    def sql(text: str) -> str:
        return where(parse(text).expression, schema_of(Product), vendor=vendor).text

    assert "resources_link" in sql("productOrderItem.productOrderId=o-1")
    assert "resources_link" in sql("productOffering.id=po-1")
    assert "resources_link" not in sql("productOrderItem.id=o-1")
    assert "resources_link" not in sql("productOffering=po-1")
    assert "resources_link" not in sql("productOrderItem.orderItemId=1")
