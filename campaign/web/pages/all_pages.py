"""The desk's own pages: their routers, and what the service navigation leads to, in its order."""

from fastapi import APIRouter

from campaign.web.page import NavigationLink

ROUTERS: tuple[APIRouter, ...] = ()
NAVIGATION: tuple[NavigationLink, ...] = ()
