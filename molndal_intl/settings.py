"""Settings of the whole site. Everything that differs between machines comes from the environment (docs/drift.md)."""

from multiprocessing import cpu_count
from pathlib import Path

from django_prose_editor.config import html_tags
from js_asset import static_lazy

from molndal_intl import env, logs, policies
from molndal_intl.secret_key import local_secret_key
from molndal_intl.sqlite import sqlite_options
from publishing.stylesheet import read_colours, write_stylesheet

BASE_DIR = Path(__file__).resolve().parent.parent

env.refuse_misspelt()
# "local" is `make run` on one's own machine: plain HTTP, a key of its own, known hosts only.
ENVIRONMENT = env.matching("ENVIRONMENT", "local", "local|production", "local eller production")
LOCAL = ENVIRONMENT == "local"
DEBUG = env.boolean("DEBUG", False)
env.require(LOCAL or not DEBUG, "DEBUG: ska vara 0 i drift, annars visar felsidor hemligheter")
DATA_DIR = env.path("DATA_DIR", BASE_DIR / "var")
SECRET_KEY = env.text("SECRET_KEY") or (local_secret_key(DATA_DIR / "secret_key") if LOCAL else "")
env.check_key(LOCAL, SECRET_KEY)
# The city's own: its names and languages (city.toml), its texts, and under static/ its colours and pictures.
CONTENT_DIR = env.path("CONTENT_DIR", BASE_DIR / "content")
CITY = env.city(CONTENT_DIR / "city.toml", BASE_DIR / "locale")
COLOURS = read_colours(CONTENT_DIR / "static" / "site" / "colours.css")
STYLESHEET = write_stylesheet(COLOURS)
HOST = env.text("HOST", "127.0.0.1")
PORT = env.integer("PORT", 8000, 1, 65535)
WORKERS = env.integer("WORKERS", 2, 1, 64)
WORKER_THREADS = env.integer("WORKER_THREADS", min(12, 2 * cpu_count() + 1), 3, 64)  # two are left by slow bodies
WORKER_MEMORY = env.integer("WORKER_MEMORY", 0, 0, 65535)  # megabytes; 0: no limit
# Addresses that leave the page (share links, canonical) are built on SITE_URL and never on a Host header.
own_name = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(HOST, f"[{HOST}]" if ":" in HOST else HOST)  # noqa: S104
SITE_URL = env.matching(
    "SITE_URL",
    f"http://{own_name}:{PORT}" if LOCAL else "",
    r"(https?://[^/\s]+)/*",
    "en adress som https://international.example.org, utan sökväg",
)
ALLOWED_HOSTS = env.names("ALLOWED_HOSTS")
if LOCAL and not ALLOWED_HOSTS:
    # A local run on every interface is opened from other devices, by whatever name.
    ALLOWED_HOSTS = ["*"] if HOST in {"0.0.0.0", "::"} else ["localhost", "127.0.0.1", "[::1]", HOST]  # noqa: S104
env.check_addresses(LOCAL, SITE_URL, ALLOWED_HOSTS)
# Each of our proxies adds the address it was called from at the end of X-Forwarded-For. 0: only the connection counts.
TRUSTED_PROXY_COUNT = env.integer("TRUSTED_PROXY_COUNT", 0 if LOCAL else -1, 0, 9)
env.require(TRUSTED_PROXY_COUNT >= 0, "TRUSTED_PROXY_COUNT: måste anges i drift, ett tal från 0 till 9")
HEALTH_NETWORKS = env.networks("HEALTH_NETWORKS")  # may ask /readyz, beside this machine (molndal_intl/health.py)
SECURITY_CONTACT = env.matching(  # for security.txt (RFC 9116, 2.5.3); the city's website where it is empty
    "SECURITY_CONTACT",
    "",
    r"mailto:[^\s@]+@[^\s@]+|https://[^\s/]+\S*",
    "som mailto:security@example.org eller https://example.org/report",
)

# Letters to contacts. Without a server none is sent.
EMAIL_HOST = env.text("EMAIL_HOST")
EMAIL_PORT = env.integer("EMAIL_PORT", 587, 1, 65535)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env.boolean("EMAIL_USE_TLS", True)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.email("DEFAULT_FROM_EMAIL")
env.require(DEFAULT_FROM_EMAIL or not EMAIL_HOST, "DEFAULT_FROM_EMAIL: måste anges när EMAIL_HOST är satt")

BACKUP_DIR = env.matching("BACKUP_DIR", "", env.PLACE, "en mapp som börjar med /, eller s3://HINK/MAPP")
BACKUP_RECIPIENT = env.recipients("BACKUP_RECIPIENT", former="BACKUP_KEY_FILE")
# Tables whose rows are in no backup: generated again, or deleted within days (docs/security.md, Personal data).
BACKUP_LEFT_OUT = [
    "sessions.session",
    "feedback.dailysalt",
    "feedback.sender",
    "editing.presence",
    "editing.preview",
    "accounts.remembered",
    "search.searchentry",
    "search.indexstate",
]

# The city's own login (OpenID Connect, such as Entra ID), beside name and password.
OIDC_ISSUER = env.text("OIDC_ISSUER")
OIDC_CLIENT_ID = env.text("OIDC_CLIENT_ID")
OIDC_CLIENT_SECRET = env.text("OIDC_CLIENT_SECRET")
OIDC_NAME = env.text("OIDC_NAME", f"Inloggning för {CITY['languages']['sv']['body']}")
# Entra ID does not say that an address is verified. One tenant of one's own can be trusted; "common" cannot.
OIDC_EMAIL_IS_VERIFIED = env.boolean("OIDC_EMAIL_IS_VERIFIED", False)
if OIDC_ISSUER:
    env.require(OIDC_CLIENT_ID and OIDC_CLIENT_SECRET, "OIDC_CLIENT_ID, OIDC_CLIENT_SECRET: måste anges")
    env.require(LOCAL or OIDC_ISSUER.startswith("https://"), "OIDC_ISSUER: ska börja med https:// i drift")

INSTALLED_APPS = [
    "modeltranslation",  # before django.contrib.admin
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "django.forms",  # its widget templates, beside our own
    "django_prose_editor",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "csp",
    "reversion",
    "search",
    "opendata",
    "pages",
    "accessibility",
    "news",
    "partners",
    "twinning",
    "networks",
    "contacts",
    "editing",
    "publishing",
    "feedback",
    "quality",
    "backup",
    "accounts",
    "dashboard",
    "reports",
    "translating",
    "pagecache",
    "molndal_intl",  # the command `serve`
]

MIDDLEWARE = [
    "molndal_intl.logs.identify",
    # Outermost, so that files, redirections and errors of the others carry their headers too.
    "csp.middleware.CSPMiddleware",
    "molndal_intl.middleware.safe_headers",
    "molndal_intl.middleware.warn_of_proxy",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "molndal_intl.middleware.CompressText",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "molndal_intl.middleware.language_from_address",
    "molndal_intl.middleware.refuse_null_bytes",
    "molndal_intl.middleware.limit_public_posts",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "molndal_intl.middleware.VisibleText",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "editing.middleware.keep_typed",
    "accounts.middleware.guard_admin",
]

ROOT_URLCONF = "molndal_intl.urls"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

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
                "pages.context_processors.layout",
            ],
        },
    },
]

DATABASES = {"default": env.database("DATABASE_URL", DATA_DIR / "db.sqlite3" if LOCAL else None)}
DATABASES["default"] |= {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = sqlite_options()
else:
    # A server that does not answer is soon known to be gone: seconds to connect, milliseconds without a word.
    silence = {"connect_timeout": 5, "tcp_user_timeout": 10_000}
    DATABASES["default"]["OPTIONS"] = silence | DATABASES["default"].get("OPTIONS", {})
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# What the editor of formatted texts loads besides its own, each file for one of its extensions.
DJANGO_PROSE_EDITOR_EXTENSIONS = [
    {"js": [static_lazy(f"admin_site/{name}.js")], "extensions": {extension: html_tags([])}}
    for name, extension in (("richtext", "Language"), ("dialogs", "Picture"), ("paste", "WordPaste"))
]

# Apps and models whose rows no reader sees: a change to any other table of ours makes all cached pages stale.
PAGECACHE_UNSEEN = {"pagecache", "feedback", "backup", "accounts", "dashboard", "search", "quality"}
PAGECACHE_UNSEEN |= {"editing.draft", "editing.preview", "editing.presence", "editing.proposal", "accessibility.report"}

# Logging in (accounts/). Tries are counted in the database, for all workers and across restarts.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "accounts_remembered"}}
AUTHENTICATION_BACKENDS = ["accounts.backends.NameOrEmail"]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
SECOND_FACTOR_REQUIRED = not LOCAL  # a demo on one's own machine offers it
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {"login": "accounts.forms.LoginForm"}
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_AUTHENTICATED_LOGIN_REDIRECTS = False  # or users without access to the admin are redirected in a loop
ACCOUNT_LOGOUT_REDIRECT_URL = "admin:login"
# "key" is account and address together (accounts/adapter.py).
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "30/15m/ip,5/15m/key", "reauthenticate": "10/m/user"}
ACCOUNT_RATE_LIMITS |= {"forgotten": "20/m/ip"}
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT
SOCIALACCOUNT_ADAPTER = "accounts.adapter.CityLoginAdapter"
SOCIALACCOUNT_LOGIN_ON_GET = True  # a form that leads off the site is stopped by form-action
CITY_LOGIN = {
    "provider_id": "stad",
    "name": OIDC_NAME,
    "client_id": OIDC_CLIENT_ID,
    "secret": OIDC_CLIENT_SECRET,
    "settings": {"server_url": OIDC_ISSUER},
}
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "VERIFIED_EMAIL": OIDC_EMAIL_IS_VERIFIED,
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [CITY_LOGIN] if OIDC_ISSUER else [],
    },
}
MFA_ADAPTER = "accounts.adapter.SecondFactorAdapter"
MFA_FORMS = {"add_webauthn": "accounts.forms.KeyForm"}
MFA_TOTP_ISSUER = f"{CITY['languages']['sv']['body']} internationellt"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"  # a passkey stands for both steps: what one has, and its PIN or a finger
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = LOCAL
MFA_ALLOW_UNVERIFIED_EMAIL = True  # addresses are written by the administrator

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# Swedish is what texts are translated from, and what is shown where a translation is missing.
LANGUAGE_CODE = "sv"
LANGUAGES: list[tuple[str, str]] = [(code, names["language"]) for code, names in CITY["languages"].items()]
LOCALE_PATHS = [BASE_DIR / "locale"]
MODELTRANSLATION_PREPOPULATE_LANGUAGE = "sv"
TIME_ZONE = "Europe/Stockholm"

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [CONTENT_DIR / "static", BASE_DIR / "static", ("handbook", BASE_DIR / "docs" / "images")]
# Pictures may be served from another host, so that no file of an editor's is ever of this site's origin.
MEDIA_URL = env.matching(
    "MEDIA_URL",
    "/media/",
    r"(?:https?://[a-z0-9.:\[\]-]+)?(?:/[\w.-]+)*/",
    "en adress som https://bilder.example.org/media/, med / i slutet",
)
MEDIA_ORIGIN = "/".join(MEDIA_URL.split("/")[:3]) if "://" in MEDIA_URL else ""
MEDIA_ROOT = DATA_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "publishing.storage.WholeFileStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# An editor's long text reaches its form, which refuses it at its field.
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 2**20
PUBLIC_UPLOAD_MAX_SIZE = 2_621_440  # Django's default (molndal_intl.middleware.limit_public_posts)
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000  # eight languages and their inlines make many fields

SESSION_COOKIE_AGE = 10 * 60 * 60  # a working day, counted from the login (accounts/middleware.py)
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # no cookie of its own
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "pages.views.csrf_failure"
if not LOCAL:
    SECURE_SSL_REDIRECT = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    # The prefix makes the browser refuse a cookie of the name from a subdomain, or over plain HTTP (RFC 6265bis).
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    CSRF_TRUSTED_ORIGINS = [SITE_URL]

CONTENT_SECURITY_POLICY = {"DIRECTIVES": policies.public_policy(MEDIA_ORIGIN, STYLESHEET)}
SILENCED_SYSTEM_CHECKS = ["security.W002"]  # X-Frame-Options: the policy's frame-ancestors says it
SECURE_CROSS_ORIGIN_OPENER_POLICY = None  # staff get it (molndal_intl.middleware.safe_headers)
STAFF_ADDRESSES = ("/admin/", "/konto/")
STAFF_POLICY = policies.staff_policy(MEDIA_ORIGIN, STYLESHEET)
FILE_POLICY = policies.FILE_POLICY
WHITENOISE_IMMUTABLE_FILE_TEST = r"\.[0-9a-f]{12}\.|-4\.1\.woff2$"  # a digest or a version in the name
WHITENOISE_ADD_HEADERS_FUNCTION = policies.add_file_policy

LOGGING = logs.configuration(env.matching("LOG_FORMAT", "text", "text|json", "text eller json"))
