"""The routes: the APIs from their routers, the admin, and health."""

from django.contrib import admin
from django.urls import path

from tmfsite.rest import routers
from tmfsite.server import views

urlpatterns = [
    *routers.urlpatterns(),
    path("admin/", admin.site.urls),
    path("livez", views.livez),
    path("readyz", views.readyz),
    path("metrics", views.metrics),
]

handler400 = "tmfsite.rest.errors.bad_request"
handler403 = "tmfsite.rest.errors.permission_denied"
handler404 = "tmfsite.rest.errors.page_not_found"
handler500 = "tmfsite.rest.errors.server_error"
