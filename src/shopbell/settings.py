"""All settings, read from the environment. See docs/operating.md; `./shopbell doctor` says what is missing."""

from __future__ import annotations

import os
from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from shopbell import installation, libpq
from shopbell.installed import PLUGINS

PACKAGE = Path(__file__).resolve().parent
DATA = installation.data_folder()

SECRET_KEY = os.environ.get("SHOPBELL_SECRET_KEY") or installation.secret_key()
SECRET_KEY_FALLBACKS = os.environ.get("SHOPBELL_OLD_SECRET_KEYS", "").split()
DEBUG = os.environ.get("SHOPBELL_DEBUG") == "1"
BASE_URL = os.environ.get("SHOPBELL_URL", "http://localhost:8000").rstrip("/")
ALLOWED_HOSTS = os.environ.get("SHOPBELL_HOSTS", "*").split(",")
CSRF_TRUSTED_ORIGINS = [BASE_URL]
HTTPS = BASE_URL.startswith("https://")
DATABASES = {"default": libpq.django_database(os.environ.get("DATABASE_URL", "postgresql:///shopbell"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "shopbell.events",
    "shopbell.shops",
    "shopbell.agents",
    "shopbell.fields",
    "shopbell.customers",
    "shopbell.channels",
    "shopbell.commerce",
    "shopbell.knowledge",
    "shopbell.selfservice",
    "shopbell.conversations",
    "shopbell.watching",
    "shopbell.lists",
    "shopbell.notifications",
    "shopbell.integrations",
    "shopbell.chats",
    "shopbell.web",
    *PLUGINS,
    *(["shopbell.demo.apps.DemoConfig"] if os.environ.get("SHOPBELL_DEMO") == "1" else []),
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "django_htmx",
    "django_prose_editor",
    "lucide",
    "template_partials.apps.SimpleAppConfig",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "shopbell.web.api.problems.ProblemMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "shopbell.web.domains.DomainMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "shopbell.web.middleware.AgentLocaleMiddleware",
    "shopbell.web.middleware.AddressMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "shopbell.web.middleware.MethodMiddleware",
]
ROOT_URLCONF = "shopbell.urls"
WSGI_APPLICATION = None
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "web" / "templates"],
        "OPTIONS": {
            "builtins": ["template_partials.templatetags.partials", "shopbell.web.templatetags.icons"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            [
                                "django.template.loaders.filesystem.Loader",
                                "django.template.loaders.app_directories.Loader",
                            ],
                        )
                    ],
                )
            ],
        },
    }
]

AUTH_USER_MODEL = "agents.Agent"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("name", "email")},
    },
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/desk/"
ACCOUNT_ADAPTER = "shopbell.web.accounts.AgentAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
MFA_ADAPTER = "shopbell.web.second_factor.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1
MFA_ALLOW_UNVERIFIED_EMAIL = True  # an admin gave the address
SOCIALACCOUNT_ADAPTER = "shopbell.web.sign_on.SignOnAdapter"
SOCIALACCOUNT_LOGIN_ON_GET = True  # a form may not lead to another server under our content policy
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_ONLY = False

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("de", _("German")), ("da", _("Danish")), ("et", _("Estonian"))]
LOCALE_PATHS = [PACKAGE / "web" / "locale"]
FORMAT_MODULE_PATH = "shopbell.web.formats"
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATICFILES_DIRS = [PACKAGE / "web" / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
MEDIA_ROOT = DATA / "files"
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 10_000_000
MAX_MAIL_BYTES = int(os.environ.get("SHOPBELL_MAX_MAIL_MB", "64")) * 1_000_000
MAX_ATTACHMENT_BYTES = int(os.environ.get("SHOPBELL_MAX_ATTACHMENT_MB", "25")) * 1_000_000
MAX_ANSWER_BYTES = MAX_MAIL_BYTES * 3 // 4  # all files of one answer together: base64 makes four bytes of three
UNDO_SECONDS = 10
MAILBOX_ALARM_MINUTES = int(os.environ.get("SHOPBELL_MAILBOX_ALARM_MINUTES", "15"))
API_PER_MINUTE = int(os.environ.get("SHOPBELL_API_PER_MINUTE", "600"))
CHAT_RATE = int(os.environ.get("SHOPBELL_CHAT_RATE", "1"))  # times what visitors of a chat may send at most
WEBHOOK_PRIVATE = os.environ.get("SHOPBELL_WEBHOOK_PRIVATE") == "1"
PUSH_PRIVATE = os.environ.get("SHOPBELL_PUSH_PRIVATE") == "1"  # push services in the own network
LMTP_LISTEN = os.environ.get("SHOPBELL_LMTP", "")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "connect-src": [SELF],
        "font-src": [SELF],
        "frame-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = 14 * 24 * 3600
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("SHOPBELL_LOG", "WARNING")},
}
