"""The Django app of the admin."""

from importlib import import_module
from pkgutil import iter_modules

from django.apps import AppConfig, apps
from django.utils.module_loading import module_has_submodule


class AdminConfig(AppConfig):
    """Forms, pages and widgets of the admin."""

    name = "tmfsite.admin"
    label = "tmfadmin"
    verbose_name = "Administration"

    def ready(self) -> None:
        """Give nested values their form field, and import every `<app>.admin.<noun>` module."""
        from tmfsite.admin.nested.fields import plug

        plug()
        for config in apps.get_app_configs():
            if config.module is not None and config.name != self.name and module_has_submodule(config.module, "admin"):
                if config.name.startswith("django."):
                    continue
                package = import_module(f"{config.name}.admin")
                for module in iter_modules(getattr(package, "__path__", ())):
                    import_module(f"{package.__name__}.{module.name}")
