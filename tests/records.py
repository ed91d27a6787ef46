"""Changing what is recorded about a driver."""

from drivers.models import Driver


def change_record(pk):
    """Give the driver another company, as an edit of his page would."""
    driver = Driver.objects.get(pk=pk)
    driver.company = f"{driver.company}*"
    driver.save()
