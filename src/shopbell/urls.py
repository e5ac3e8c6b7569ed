"""Every address of this server."""

from __future__ import annotations

from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as keys
from allauth.socialaccount import views as social
from allauth.socialaccount.providers.openid_connect import views as sso
from django.urls import include, path

from shopbell.web import accounts, entrance, health, hooks, presence
from shopbell.web.desk import files, mail_body, notify, security
from shopbell.web.portal import contact, look, pictures
from shopbell.web.portal.help import sitemap
from shopbell.web.setup import first_visit
from shopbell.web.widget import sending, trying

urlpatterns = [
    path("", entrance.entrance, name="entrance"),
    path("live", entrance.live, name="live"),
    path("healthz", health.healthz, name="healthz"),
    path("accounts/login/", accounts.sign_in, name="account_login"),
    path("accounts/logout/", accounts.sign_out, name="account_logout"),
    path("accounts/inactive/", accounts.inactive, name="account_inactive"),
    path("accounts/password/", accounts.change_password, name="account_change_password"),
    path("accounts/invitation/<str:token>/", accounts.invitation, name="invitation"),
    path("accounts/reauthenticate/", accounts.reauthenticate, name="account_reauthenticate"),
    path("accounts/security/", security.security, name="mfa_index"),
    path("accounts/security/keys/", security.security, name="mfa_list_webauthn"),
    path("accounts/security/second-step/", mfa.authenticate, name="mfa_authenticate"),
    path("accounts/security/again/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("accounts/security/app/", totp.activate_totp, name="mfa_activate_totp"),
    path("accounts/security/app/remove/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("accounts/security/codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("accounts/security/codes/new/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("accounts/security/codes/file/", codes.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("accounts/security/keys/add/", keys.add_webauthn, name="mfa_add_webauthn"),
    path("accounts/security/keys/again/", keys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("accounts/security/keys/<int:pk>/remove/", keys.remove_webauthn, name="mfa_remove_webauthn"),
    path("accounts/security/keys/<int:pk>/name/", keys.edit_webauthn, name="mfa_edit_webauthn"),
    path("accounts/security/keys/sign-in/", keys.login_webauthn, name="mfa_login_webauthn"),
    path("accounts/<str:provider_id>/login/", sso.login, name="openid_connect_login"),
    path("accounts/<str:provider_id>/login/callback/", sso.callback, name="openid_connect_callback"),
    path("accounts/sign-on/cancelled/", social.login_cancelled, name="socialaccount_login_cancelled"),
    path("accounts/sign-on/error/", social.login_error, name="socialaccount_login_error"),
    path("accounts/welcome/<str:who>/<str:token>/", accounts.choose_password, name="choose_password"),
    path("setup/", first_visit.setup, name="setup"),
    path("chat/parts/<str:digest>/<str:name>", sending.part, name="chat_part"),
    path("chat/<str:key>/widget.js", sending.loader, name="chat_loader"),
    path("chat/<str:key>/try/", trying.page, name="chat_try"),
    path("help/", include("shopbell.web.portal.help.urls")),
    path("robots.txt", sitemap.robots, name="robots"),
    path("sitemap.xml", sitemap.of_host, name="sitemap"),
    path("my/", include("shopbell.web.portal.my.urls")),
    path("track/", include("shopbell.web.portal.track.urls")),
    path("hooks/shops/<str:key>/", hooks.shop, name="shop_hook"),
    path("hooks/carriers/<str:key>/", hooks.carrier, name="carrier_hook"),
    path("contact/<slug:slug>/", contact.page, name="contact"),
    path("contact/<slug:slug>/privacy/", contact.notice, name="privacy_notice"),
    path("contact/<slug:slug>/embed/", contact.embed, name="contact_embed"),
    path("shops/<slug:slug>/look/<str:accent>/", look.style, name="shop_style"),
    path("shops/<slug:slug>/logo/<int:stamp>/", look.logo, name="shop_logo"),
    path("pictures/<int:number>-<str:stamp>.webp", pictures.picture, name="article_picture_public"),
    path("desk/push-worker.js", notify.worker, name="push_worker"),
    path("presence/", presence.presence, name="presence"),
    path("desk/messages/<int:number>/body/", mail_body.message_html, name="message_html"),
    path("desk/messages/<int:number>/raw/", mail_body.message_raw, name="message_raw"),
    path("desk/files/<int:number>/", files.attachment, name="attachment"),
    path("desk/files/<int:number>/thumbnail/", files.thumbnail, name="attachment_thumbnail"),
    path("desk/files/drafts/<int:number>/", files.draft_file, name="draft_file"),
    path("desk/inline/<str:token>/", files.inline, name="inline_image"),
    path("api/", include("shopbell.web.api.urls")),
    path("chat/<str:key>/", include("shopbell.web.chat.urls")),
    path("admin/", include("shopbell.web.admin.urls")),
    path("desk/", include("shopbell.web.desk.urls")),
]
