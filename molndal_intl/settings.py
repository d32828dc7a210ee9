"""Settings of the whole site. Everything that differs between machines comes from the environment (docs/drift.md)."""

import secrets
import sqlite3
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from csp.constants import NONCE, NONE, SELF

from molndal_intl import env

BASE_DIR = Path(__file__).resolve().parent.parent

# "local" is `make run` on one's own machine: plain HTTP, a key of its own, known hosts only.
ENVIRONMENT = env.choice("ENVIRONMENT", "local", ("local", "production"))
LOCAL = ENVIRONMENT == "local"
DEBUG = env.boolean("DEBUG", False)
if DEBUG and not LOCAL:
    raise SystemExit("DEBUG: should be 0 in production, as error pages would show secrets")

DATA_DIR = env.read("DATA_DIR", BASE_DIR / "var", Path, "should be a folder")


def local_secret_key() -> str:
    """The key of a local run, made once and kept beside the database, readable by its owner only."""
    path = DATA_DIR / "secret_key"
    try:
        if not path.exists() or not path.read_text():
            DATA_DIR.mkdir(parents=True, exist_ok=True)
            # Whole or not at all (a temporary file is its owner's only), and of two starts the first decides.
            with NamedTemporaryFile("w", dir=DATA_DIR) as file:
                file.write(secrets.token_urlsafe(50))
                file.flush()
                if path.exists():
                    path.unlink()
                with suppress(FileExistsError):
                    path.hardlink_to(file.name)
        return path.read_text()
    except OSError as error:
        raise SystemExit(f"DATA_DIR: should be a folder that can be written to ({error.strerror}: {path})") from None


SECRET_KEY = env.read("SECRET_KEY", "", str, "")
if not SECRET_KEY:
    if not LOCAL:
        raise SystemExit("SECRET_KEY: should be set in production, to at least 50 random characters")
    SECRET_KEY = local_secret_key()
if not LOCAL and len(SECRET_KEY) < 50:
    raise SystemExit("SECRET_KEY: should be at least 50 random characters")

HOST = env.read("HOST", "127.0.0.1", str, "")
PORT = env.integer("PORT", 8000, 1, 65535)
# Addresses that leave the page (share links, canonical) are built on this one and never on a Host header.
own_name = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(HOST, f"[{HOST}]" if ":" in HOST else HOST)  # noqa: S104
SITE_URL = env.url("SITE_URL", f"http://{own_name}:{PORT}" if LOCAL else "")
ALLOWED_HOSTS = env.names("ALLOWED_HOSTS", [])
if not LOCAL and not (SITE_URL and ALLOWED_HOSTS):
    raise SystemExit("ALLOWED_HOSTS and SITE_URL: should be set in production, to the names the site answers to")
if LOCAL and not ALLOWED_HOSTS:
    # Whoever binds a local run to every interface wants to open it from another device, by whatever name.
    ALLOWED_HOSTS = ["*"] if HOST in {"0.0.0.0", "::"} else ["localhost", "127.0.0.1", "[::1]", HOST]  # noqa: S104

INSTALLED_APPS = [
    "modeltranslation",  # before django.contrib.admin
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",  # its widget templates, beside our own
    "django_prose_editor",
    "django.contrib.humanize",
    "csp",
    "pages",
    "twinning",
    "networks",
    "contacts",
    "publishing",
    "feedback",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "molndal_intl.middleware.language_from_address",
    "molndal_intl.middleware.refuse_null_bytes",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "molndal_intl.urls"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
WSGI_APPLICATION = "molndal_intl.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]


def wal_is_safe(version: tuple[int, ...]) -> bool:
    """Whether this SQLite has the fix of the WAL-reset corruption bug (3.51.3, backported to 3.50.7 and 3.44.6)."""
    return version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45)


def sqlite_options(version: tuple[int, ...] = sqlite3.sqlite_version_info) -> dict[str, Any]:
    journal = "WAL" if wal_is_safe(version) else "DELETE"
    return {
        # Take the write lock when a transaction begins: upgrading later can fail at once, without waiting.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": f"PRAGMA journal_mode={journal}; PRAGMA synchronous=FULL;",
    }


DATABASES = {"default": env.database("DATABASE_URL", DATA_DIR / "db.sqlite3")}
DATABASES["default"]["CONN_MAX_AGE"] = 600
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = sqlite_options()
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# Swedish is the source: our own texts are written in Swedish in the code, and locale/ holds the other languages.
LANGUAGE_CODE = "sv"
LANGUAGES = [
    ("sv", "Svenska"),
    ("en", "English"),
    ("da", "Dansk"),
    ("de", "Deutsch"),
    ("it", "Italiano"),
    ("pl", "Polski"),
    ("cs", "Čeština"),
    ("fr", "Français"),
]
LOCALE_PATHS = [BASE_DIR / "locale"]
MODELTRANSLATION_DEFAULT_LANGUAGE = "sv"
MODELTRANSLATION_PREPOPULATE_LANGUAGE = "sv"
MODELTRANSLATION_FALLBACK_LANGUAGES = ("sv",)
USE_TZ = True
TIME_ZONE = "Europe/Stockholm"

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
FILE_UPLOAD_PERMISSIONS = 0o644
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000  # eight languages and their inlines make many fields

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
if not LOCAL:
    SECURE_SSL_REDIRECT = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    CSRF_TRUSTED_ORIGINS = [SITE_URL]

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "base-uri": [NONE],
        "connect-src": [SELF],
        "font-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "img-src": [SELF, "data:"],
        "manifest-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
