"""The Django app of ordering."""

from django.apps import AppConfig


class OrderingConfig(AppConfig):
    """Orders of products, services and resources, and their decomposition."""

    name = "ordering"
    verbose_name = "Ordering"
    sidebar_order = 40

    def ready(self) -> None:
        """Let the engine have its say when orders are cancelled."""
        from ordering.services.cancel_fulfilment import plug_in_engine  # it imports the models

        plug_in_engine()
