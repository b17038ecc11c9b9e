"""The routes: the APIs from their routers, the first page, the schemas of extension types, the admin, and health."""

from django.contrib import admin
from django.urls import path

from tmfsite.rest import routers
from tmfsite.rest.documents import extension_schema
from tmfsite.rest.landing import landing
from tmfsite.server import views

urlpatterns = [
    *routers.urlpatterns(),
    path("", landing, name="landing"),
    path("schemas/<str:name>/<str:version>.json", extension_schema, name="extension-schema"),
    path("admin/", admin.site.urls),
    path("livez", views.livez),
    path("readyz", views.readyz),
    path("metrics", views.metrics),
]

handler400 = "tmfsite.rest.errors.bad_request"
handler403 = "tmfsite.rest.errors.permission_denied"
handler404 = "tmfsite.rest.errors.page_not_found"
handler500 = "tmfsite.rest.errors.server_error"
