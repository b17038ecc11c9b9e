"""The look of the admin: the settings of its theme. Imported by the settings, so it must import nothing of Django."""

from typing import Any

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "TMF Open Suite",
    "SITE_HEADER": "TMF Open Suite",
    "SITE_SUBHEADER": "TM Forum Open APIs",
    "SITE_SYMBOL": "hub",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": "tmfsite.admin.sidebar.icon"}],
    "SITE_URL": "/",
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "BORDER_RADIUS": "6px",
    "SITE_VIEWS": [("references/", "references", "tmfsite.admin.autocomplete.ReferenceAutocomplete")],
    "DASHBOARD_CALLBACK": "tmfsite.admin.dashboard.dashboard",
    "STYLES": ["tmfsite.admin.sidebar.style"],
    "COMMAND": {"search_models": True},
    "COLORS": {
        "primary": {
            "50": "oklch(97.0% .014 230)",
            "100": "oklch(93.5% .032 230)",
            "200": "oklch(88.0% .060 230)",
            "300": "oklch(80.5% .105 231)",
            "400": "oklch(70.5% .140 233)",
            "500": "oklch(62.0% .150 237)",
            "600": "oklch(52.5% .135 241)",
            "700": "oklch(45.0% .118 243)",
            "800": "oklch(39.0% .098 243)",
            "900": "oklch(34.5% .080 244)",
            "950": "oklch(26.0% .062 246)",
        },
    },
    "SIDEBAR": {"show_search": True, "show_all_applications": False, "navigation": "tmfsite.admin.sidebar.sidebar"},
}
