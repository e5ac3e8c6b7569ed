"""Every address of this server."""

from __future__ import annotations

from django.urls import include, path

from shopbell.web import accounts, entrance, health, presence
from shopbell.web.desk import files, mail_body
from shopbell.web.portal import contact, look
from shopbell.web.setup import first_visit

urlpatterns = [
    path("", entrance.entrance, name="entrance"),
    path("live", entrance.live, name="live"),
    path("healthz", health.healthz, name="healthz"),
    path("accounts/login/", accounts.sign_in, name="account_login"),
    path("accounts/logout/", accounts.sign_out, name="account_logout"),
    path("accounts/inactive/", accounts.inactive, name="account_inactive"),
    path("accounts/password/", accounts.change_password, name="account_change_password"),
    path("accounts/welcome/<str:who>/<str:token>/", accounts.choose_password, name="choose_password"),
    path("setup/", first_visit.setup, name="setup"),
    path("contact/<slug:slug>/", contact.page, name="contact"),
    path("contact/<slug:slug>/embed/", contact.embed, name="contact_embed"),
    path("shops/<slug:slug>/look/<str:accent>/", look.style, name="shop_style"),
    path("shops/<slug:slug>/logo/<int:stamp>/", look.logo, name="shop_logo"),
    path("presence/", presence.presence, name="presence"),
    path("desk/messages/<int:number>/body/", mail_body.message_html, name="message_html"),
    path("desk/messages/<int:number>/raw/", mail_body.message_raw, name="message_raw"),
    path("desk/files/<int:number>/", files.attachment, name="attachment"),
    path("desk/files/<int:number>/thumbnail/", files.thumbnail, name="attachment_thumbnail"),
    path("desk/files/drafts/<int:number>/", files.draft_file, name="draft_file"),
    path("desk/inline/<str:token>/", files.inline, name="inline_image"),
    path("api/", include("shopbell.web.api.urls")),
    path("admin/", include("shopbell.web.admin.urls")),
    path("desk/", include("shopbell.web.desk.urls")),
]
