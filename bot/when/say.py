"""A deadline in words, such that `read` reads the same deadline back; days and moments as documents write them."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from dateutil.relativedelta import relativedelta

from .model import Deadline

_WEEKDAYS = {
    "da": ("man.", "tirs.", "ons.", "tors.", "fre.", "lør.", "søn."),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
_MONTHS = {
    "da": ("jan.", "feb.", "marts", "april", "maj", "juni", "juli", "aug.", "sept.", "okt.", "nov.", "dec."),
    "en": ("Jan", "Feb", "March", "April", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec"),
}
_FULL_WEEKDAYS = {
    "da": ("mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
# A date said without its year is the next one, at most this far ahead (docs/domain, Time).
HORIZON = relativedelta(months=9)


def _language(lang: str) -> str:
    return "en" if lang == "en" else "da"


def _locale(lang: str) -> str:
    return "en_GB" if _language(lang) == "en" else "da"


def full_day(day: date, lang: str) -> str:
    """`27. november 2026`, `27 November 2026`."""
    pattern = "d. MMMM y" if _language(lang) == "da" else "d MMMM y"
    return str(format_date(day, pattern, locale=_locale(lang)))


def full_moment(at: datetime, lang: str) -> str:
    """`27. november 2026 kl. 09.30`, `27 November 2026 09:30`, in the time zone that it has."""
    pattern = "d. MMMM y 'kl.' HH.mm" if _language(lang) == "da" else "d MMMM y HH:mm"
    return str(format_datetime(at, pattern, tzinfo=at.tzinfo, locale=_locale(lang)))


def short_day(day: date, lang: str, *, year: bool) -> str:
    """`27. nov.`, `27 Nov`, with its year where that is asked for."""
    pattern = ("d. MMM" if _language(lang) == "da" else "d MMM") + (" y" if year else "")
    return str(format_date(day, pattern, locale=_locale(lang)))


def weekday_name(day: date, lang: str) -> str:
    """`fredag`, `Friday`."""
    return _FULL_WEEKDAYS[_language(lang)][day.weekday()]


def say_day(day: date, lang: str, *, today: date) -> str:
    """`fre. 27. nov.`, with the year when it is not the next such day within nine months."""
    lang = _language(lang)
    weekday, month = _WEEKDAYS[lang][day.weekday()], _MONTHS[lang][day.month - 1]
    text = f"{weekday} {day.day}. {month}" if lang == "da" else f"{weekday} {day.day} {month}"
    return text if today <= day <= today + HORIZON else f"{text} {day.year}"


def say_clock(clock: time, lang: str) -> str:
    """`9.00` in Danish, `9:00` in English; a leading zero before six, where an hour alone could be the afternoon."""
    hour = f"{clock.hour:02d}" if clock.hour < 6 else str(clock.hour)
    return f"{hour}{'.' if _language(lang) == 'da' else ':'}{clock.minute:02d}"


def say(deadline: Deadline, lang: str, *, now: datetime, tz: ZoneInfo) -> str:
    """`fre. 27. nov. kl. 9.00, uge 48`; `Fri 27 Nov at 9:00, week 48`. `now` decides whether the year is needed."""
    lang = _language(lang)
    text = say_day(deadline.day, lang, today=now.astimezone(tz).date())
    if deadline.time is not None:
        text += f" {'kl.' if lang == 'da' else 'at'} {say_clock(deadline.time, lang)}"
    return f"{text}, {'uge' if lang == 'da' else 'week'} {deadline.day.isocalendar().week}"
