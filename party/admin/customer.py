"""TMF629 Customer Management: admin."""

from django.contrib import admin
from unfold.decorators import display

from party.admin.role import RoleAdmin
from party.models.customer import Customer


@admin.register(Customer)
class CustomerAdmin(RoleAdmin):
    """Who buys."""

    icon = "groups"
    sidebar_order = 10
    list_display = ("name", "state", "party", "contact", "accounts", "updated")

    @display(description="Accounts")
    def accounts(self, customer: Customer) -> str:
        """Names of the accounts."""
        names = [str(each.get("name") or each.get("id")) for each in customer.account or []]
        return ", ".join(names[:2]) + (f" +{len(names) - 2}" if len(names) > 2 else "") or "—"
