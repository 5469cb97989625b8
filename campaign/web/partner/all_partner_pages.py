"""The partners' pages: their routers, and what the navigation leads a signed-in partner to."""

from fastapi import APIRouter

from campaign.web.page import NavigationLink

ROUTERS: tuple[APIRouter, ...] = ()
NAVIGATION: tuple[NavigationLink, ...] = ()
