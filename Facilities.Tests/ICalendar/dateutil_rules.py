"""Expands recurrence rules with python3-dateutil: a JSON line in for each rule, a JSON line out.

dateutil works on naive local times. Their instants come from zoneinfo, which reads a skipped time with the offset
before the gap and takes the first of two, as RFC 5545 (3.3.5) says.
"""
import datetime
import json
import sys
import zoneinfo

from dateutil.rrule import rrulestr

SHAPE = "%Y-%m-%dT%H:%M:%S"


def instant(local, zone):
    return local.replace(tzinfo=zoneinfo.ZoneInfo(zone)).astimezone(datetime.timezone.utc)


def split_until(rule):
    """UNTIL apart from the rest: dateutil reads a date as its midnight and refuses UTC with a local start."""
    parts = rule.split(";")
    until = [part[6:] for part in parts if part.startswith("UNTIL=")]
    return ";".join(part for part in parts if not part.startswith("UNTIL=")), until[0] if until else None


def includes(until, local, zone):
    if until is None:
        return True
    if len(until) == 8:
        return local.strftime("%Y%m%d") <= until
    if until.endswith("Z"):
        return instant(local, zone).strftime("%Y%m%dT%H%M%SZ") <= until
    return local.strftime("%Y%m%dT%H%M%S") <= until


def expand(asked):
    rule, until = split_until(asked["rule"])
    first, start, end = (datetime.datetime.strptime(asked[name], SHAPE) for name in ("first", "from", "to"))
    found = []
    # dateutil looks for the next occurrence up to this year, however long it takes.
    datetime.MAXYEAR = end.year
    try:
        for local in rrulestr(rule, dtstart=first):
            if local >= end:
                break
            if local >= start and includes(until, local, asked["zone"]):
                found.append(local)
    except ValueError as error:
        # Raised where INTERVAL never meets BYHOUR or BYMINUTE: such a rule has no occurrence.
        if "Invalid" not in str(error):
            raise
    except IndexError:
        # dateutil looks for the 53rd weekday of a year beyond its end and fails. The test bounds how many these are.
        return {"id": asked["id"], "failed": True}
    return {"id": asked["id"], "local": [local.strftime(SHAPE) for local in found],
            "instants": [instant(local, asked["zone"]).strftime(SHAPE + "Z") for local in found]}


for line in sys.stdin:
    print(json.dumps(expand(json.loads(line))))
