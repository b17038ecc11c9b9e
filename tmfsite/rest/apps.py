"""The Django app of the REST layer: it finds the api modules of all apps at start."""

from importlib import import_module
from pkgutil import iter_modules

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.module_loading import module_has_submodule


class RestConfig(AppConfig):
    """REST: routing, authentication, query parameters, errors and OpenAPI."""

    name = "tmfsite.rest"
    label = "rest"
    verbose_name = "API access"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Import every `<app>.api.<noun>` module, which publishes its resources; see to the groups."""
        # Models can be imported only now.
        from tmfsite.rest.permissions import note_permissions, seed_groups

        pre_migrate.connect(note_permissions, dispatch_uid="rest.note_permissions")
        post_migrate.connect(seed_groups, dispatch_uid="rest.seed_groups")
        for config in apps.get_app_configs():
            if config.module is not None and config.name != self.name and module_has_submodule(config.module, "api"):
                package = import_module(f"{config.name}.api")
                for module in iter_modules(getattr(package, "__path__", ())):
                    import_module(f"{package.__name__}.{module.name}")
