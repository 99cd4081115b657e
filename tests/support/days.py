"""Days, for tests that count them."""
import datetime
import time


def today(minutes=10):
    """The day in UTC, which goes on for so long at least: shortly before midnight the next one is waited for, so that whoever is asked
    later counts from the same day."""
    while (now := datetime.datetime.now(datetime.timezone.utc)) + datetime.timedelta(minutes=minutes) >= midnight_after(now):
        time.sleep(1)
    return now.date()


def midnight_after(moment):
    return datetime.datetime.combine(moment.date() + datetime.timedelta(days=1), datetime.time(), moment.tzinfo)
