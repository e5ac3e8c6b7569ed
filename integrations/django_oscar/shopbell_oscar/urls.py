from django.urls import path

from shopbell_oscar import views

app_name = "shopbell"
urlpatterns = [
    path("", views.about, name="about"),
    path("deeds/", views.deeds, name="deeds"),
    path("deeds/<str:key>/", views.deed, name="deed"),
    path("<str:kind>s/", views.listing, name="listing"),
    path("<str:kind>s/<int:number>/", views.one, name="one"),
]
