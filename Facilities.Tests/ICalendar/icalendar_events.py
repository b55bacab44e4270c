"""Reads a calendar with python3-icalendar and writes a JSON line for each event, series expanded.

Times of a zone are read by the calendar's own VTIMEZONE and not by the zone of the same name that Python knows.
"""
import datetime
import json
import sys

import pytz
from dateutil.rrule import rrulestr
from icalendar import Calendar


def text(event, name):
    return str(event[name]) if name in event else None


def instant(value, zones, zone=None):
    if not isinstance(value, datetime.datetime):
        return value.isoformat()
    if zone is not None:
        value = zones[zone].localize(value.replace(tzinfo=None))
    return value.astimezone(pytz.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def starts(event, zones):
    first = event["DTSTART"]
    zone = first.params.get("TZID")
    if "RRULE" not in event:
        return [instant(first.dt, zones, zone)]
    removed = event.get("EXDATE", [])
    removed = {time.dt.replace(tzinfo=None)
               for times in (removed if isinstance(removed, list) else [removed]) for time in times.dts}
    rule = rrulestr(event["RRULE"].to_ical().decode(), dtstart=first.dt.replace(tzinfo=None))
    return [instant(start, zones, zone) for start in rule if start not in removed]


calendar = Calendar.from_ical(sys.stdin.buffer.read())
zones = {str(zone["TZID"]): zone.to_tz() for zone in calendar.walk("VTIMEZONE")}
print(json.dumps({"product": text(calendar, "PRODID"), "method": text(calendar, "METHOD"),
                  "name": text(calendar, "X-WR-CALNAME")}))
for event in calendar.walk("VEVENT"):
    # Of what it could not read, icalendar keeps a list instead of failing.
    assert not event.errors, event.errors
    print(json.dumps({
        "uid": text(event, "UID"), "sequence": int(event["SEQUENCE"]), "status": text(event, "STATUS"),
        "summary": text(event, "SUMMARY"), "description": text(event, "DESCRIPTION"),
        "starts": starts(event, zones),
        "end": instant(event["DTEND"].dt, zones, event["DTEND"].params.get("TZID"))}))
