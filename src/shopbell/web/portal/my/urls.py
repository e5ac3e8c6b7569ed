"""Addresses of the portal."""

from __future__ import annotations

from django.urls import path

from shopbell.web.portal.my import files, rate, request, requests, sign_in

urlpatterns = [
    path("<slug:slug>/", requests.requests, name="my"),
    path("<slug:slug>/code/", sign_in.code, name="my_code"),
    path("<slug:slug>/code/enter/", sign_in.enter, name="my_code_enter"),
    path("<slug:slug>/link/<str:token>/", sign_in.link, name="my_link"),
    path("<slug:slug>/vouch/", sign_in.vouch, name="my_vouch"),
    path("<slug:slug>/sign-out/", sign_in.sign_out, name="my_sign_out"),
    path("<slug:slug>/files/<int:number>/", files.file, name="my_file"),
    path("<slug:slug>/files/<int:number>/thumbnail/", files.thumbnail, name="my_thumbnail"),
    path("<slug:slug>/<int:number>/", request.request, name="my_request"),
    path("<slug:slug>/<int:number>/close/", request.close, name="my_close"),
    path("<slug:slug>/<int:number>/rate/", rate.rate, name="my_rate"),
    path("<slug:slug>/<int:number>/reopen/", request.reopen, name="my_reopen"),
]
