"""Django settings, put together from the variables of `tmfsite.settings.environment`."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured

from tmfsite.admin.theme import UNFOLD as UNFOLD
from tmfsite.settings.database import database
from tmfsite.settings.environment import PROJECT, kept_secret, read
from tmfsite.settings.logs import logging
from tmfsite.settings.queue import queue

try:
    env = read(os.environ)
except ImproperlyConfigured as error:
    sys.exit(str(error))  # one message, whichever program reads the settings

globals().update(env)

BASE_DIR = PROJECT
DATA_DIR = env.TMF_DATA_DIR.expanduser().resolve()
DEBUG = env.TMF_DEBUG
SECRET_KEY = env.TMF_SECRET_KEY or kept_secret(DATA_DIR, "secret-key")
ALLOWED_HOSTS = list(env.TMF_ALLOWED_HOSTS)

INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_filters",
    "tmfsite.resources",
    "tmfsite.audit",
    "tmfsite.events",
    "tmfsite.admin",
    "tmfsite.server",
    "party",
    "catalog",
    "inventory",
    "ordering",
    "assurance",
    "tmfsite.streaming",
    "tmfsite.rest",
]

# The first three see every request; ApiShortcut takes those of API clients past the rest, which is for pages.
MIDDLEWARE = [
    "tmfsite.server.middleware.Observe",
    "tmfsite.server.middleware.ApiShortcut",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "tmfsite.server.middleware.ContentSecurityPolicy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "tmfsite.urls"
WSGI_APPLICATION = "tmfsite.wsgi.application"
APPEND_SLASH = False  # TMF630: no redirect, both forms are routes

DATABASES = {"default": database(env.DATABASE_URL, DATA_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
globals().update(queue(env.CELERY_BROKER_URL, DATA_DIR))

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = None if env.embedded else BASE_DIR / "static"
MEDIA_ROOT = DATA_DIR / "media"
WHITENOISE_USE_FINDERS = env.embedded  # no collectstatic needed
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if env.embedded
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = env.https
SECURE_HSTS_SECONDS = env.TMF_HSTS_SECONDS if env.https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = env.https
SECURE_REDIRECT_EXEMPT = ["^livez$", "^readyz$", "^metrics$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.TMF_FORWARDED_HEADERS else None
CSRF_TRUSTED_ORIGINS = [env.TMF_PUBLIC_URL] if env.TMF_PUBLIC_URL else []
DATA_UPLOAD_MAX_MEMORY_SIZE = env.TMF_MAX_BODY_SIZE
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000  # a specification with many characteristics has thousands of inputs

REST_FRAMEWORK = {
    "DEFAULT_SCHEMA_CLASS": "tmfsite.rest.openapi.ApiSchema",
    "EXCEPTION_HANDLER": "tmfsite.rest.errors.exception_handler",
    "UNAUTHENTICATED_USER": None,
}

SPECTACULAR_SETTINGS = {"ENABLE_DJANGO_DEPLOY_CHECK": False}  # one document per API, each checked by the tests

LOGGING_CONFIG = "logging.config.dictConfig"
LOGGING = logging(env.TMF_LOG_LEVEL, env.TMF_LOG_FORMAT)
