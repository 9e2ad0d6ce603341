"""How much is answered: pages of lists, and requests a person. Apart from the views, which the settings name these for."""

from django.conf import settings
from rest_framework import pagination, throttling


class Pages(pagination.PageNumberPagination):
    """`page` and `page_size` in the address."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200


class PersonThrottle(throttling.UserRateThrottle):
    """So many requests a person, as the settings say."""

    def get_rate(self) -> str:
        return str(settings.API_RATE)
