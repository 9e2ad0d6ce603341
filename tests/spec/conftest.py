"""Properties are about figures: how long one example takes on a busy machine says nothing about them."""

from hypothesis import settings

settings.register_profile("figures", deadline=None)
settings.load_profile("figures")
