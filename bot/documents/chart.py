"""The digest's picture: what is open and over its deadline by agency, and the last weeks' trend.

Small enough for a phone. Labels stand on the bars instead of a legend; what is overdue is dark red and hatched,
so that it can be told apart without colour. The alt text says every figure in words.
"""

import io
import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from babel.numbers import format_compact_decimal, format_decimal

from bot.text import t
from bot.text.cleaning import clean

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH: Final = 900
MOST_AGENCIES: Final = 8
"""Bars that can be read on a phone; what is beyond shares one more."""
MOST_WEEKS: Final = 8

_INK, _QUIET, _LINE = "#16191d", "#4b5560", "#c5ccd3"
# Told apart by lightness alone as well: light blue, dark red under white hatching, nearly black.
_OPEN, _OVERDUE, _DONE = "#9cc3e6", "#a3172c", "#16191d"
_HATCH: Final = "///"
_MARGIN, _HEAD, _ROW, _TREND = 28, 66, 48, 240  # pixels
_DPI: Final = 100
_TEXT, _SMALL = 18.0, 15.5  # points: 25 and 22 of 900 pixels, so about 10 and 9 on a phone

# matplotlib's font cache and glyph buffers belong to the process, not to a figure.
_drawing = threading.Lock()


@dataclass(frozen=True)
class AgencyCount:
    """Actions of one agency: all that are open, and how many of these are over their deadline."""

    code: str
    open: int
    overdue: int


@dataclass(frozen=True)
class WeekCount:
    """One week ("uge 48"): open at its end, over the deadline among these, and done during it."""

    label: str
    open: int
    done: int
    overdue: int


@dataclass(frozen=True)
class Picture:
    """A PNG, its size in pixels, and all its figures in words (plain text)."""

    png: bytes
    width: int
    height: int
    alt: str


def chart(agencies: Sequence[AgencyCount], weeks: Sequence[WeekCount], lang: str) -> Picture:
    """The picture. The same counts give the same bytes. Blocks while it draws: call it off the event loop.

    Agencies stand in the order given, at most MOST_AGENCIES of them, the rest summed up in a last bar; of the
    weeks, given oldest first, the last MOST_WEEKS are drawn. The alt text names every agency and week given.
    """
    rows = list(agencies[:MOST_AGENCIES])
    if rest := agencies[MOST_AGENCIES:]:
        rest_name = t(lang, "chart-rest", count=len(rest))
        rows.append(AgencyCount(rest_name, sum(a.open for a in rest), sum(a.overdue for a in rest)))
    drawn = list(weeks[-MOST_WEEKS:])
    top = _HEAD + _ROW * max(1, len(rows))
    height = top + (_HEAD + _TREND if drawn else 0) + _MARGIN
    with _drawing:
        figure = _canvas(height)
        _agencies(_panel(figure, t(lang, "chart-agencies"), height, _HEAD, top), rows, lang)
        if drawn:
            _weeks(_panel(figure, t(lang, "chart-weeks"), height, top + _HEAD, height - _MARGIN), drawn, lang)
        png = io.BytesIO()
        figure.savefig(png, format="png", metadata={"Software": None})
    return Picture(png.getvalue(), WIDTH, height, alt_text(agencies, weeks, lang))


def alt_text(agencies: Sequence[AgencyCount], weeks: Sequence[WeekCount], lang: str) -> str:
    """Every figure of the picture in words."""
    said = [t(lang, "chart-agencies") + ":"]
    for a in agencies:
        shown = {"open": _number(a.open, lang), "overdue": _number(a.overdue, lang)}
        said.append(t(lang, "chart-alt-agency", code=clean(a.code), count=a.open, **shown))
    if not agencies:
        said.append(t(lang, "chart-nothing"))
    if weeks:
        said.append(t(lang, "chart-weeks") + ":")
    for w in weeks:
        shown = {
            "open": _number(w.open, lang),
            "overdue": _number(w.overdue, lang),
            "done": _number(w.done, lang),
        }
        said.append(t(lang, "chart-alt-week", week=clean(w.label), count=w.open, finished=w.done, **shown))
    return "\n".join(said)


def _canvas(height: int) -> "Figure":
    # A second of import, so only when something is drawn. pyplot is left alone: it keeps figures for ever.
    logging.getLogger("matplotlib").setLevel(logging.ERROR)  # says a lot while it looks for fonts
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415
    from matplotlib.figure import Figure  # noqa: PLC0415

    figure = Figure(figsize=(WIDTH / _DPI, height / _DPI), dpi=_DPI, facecolor="white")
    FigureCanvasAgg(figure)
    return figure


def _panel(figure: "Figure", title: str, height: int, top: int, bottom: int) -> "Axes":
    """Axes that count in pixels from their upper left corner, under a title."""
    axes = figure.add_axes((0, 1 - bottom / height, 1, (bottom - top) / height))
    axes.set(xlim=(0, WIDTH), ylim=(bottom - top, 0))
    axes.set_axis_off()
    _say(axes, _MARGIN, -_HEAD + 46, title, weight="bold")
    return axes


def _agencies(axes: "Axes", rows: Sequence[AgencyCount], lang: str) -> None:
    """A bar each: what is overdue first, then the rest that is open; the figures in words behind it."""
    if not rows:
        _say(axes, _MARGIN, 26, t(lang, "chart-nothing"), color=_QUIET)
        return
    most = max(1, *(row.open for row in rows))
    names = [_fitting(row.code, 12) for row in rows]
    left = _MARGIN + 16 + max(_width(axes, name) for name in names)
    labels = [_bar_label(row, lang) for row in rows]
    scale = (WIDTH - _MARGIN - 14 - max(_width(axes, label) for label in labels) - left) / most
    for at, (row, name, label) in enumerate(zip(rows, names, labels, strict=True)):
        middle = at * _ROW + _ROW / 2
        _say(axes, left - 14, middle, name, ha="right")
        _bar(axes, (left, middle - 17), (row.open * scale, 34), _OPEN)
        _bar(axes, (left, middle - 17), (row.overdue * scale, 34), _OVERDUE)
        _say(axes, left + row.open * scale + 12, middle, label)
    axes.plot([left, left], [0, len(rows) * _ROW], color=_INK, linewidth=1.5, solid_capstyle="butt")


def _bar_label(row: AgencyCount, lang: str) -> str:
    if row.overdue:
        return t(lang, "chart-bar", open=_short(row.open, lang), overdue=_short(row.overdue, lang))
    return _short(row.open, lang)


def _weeks(axes: "Axes", weeks: Sequence[WeekCount], lang: str) -> None:
    """A column each, drawn like the bars, and a line for what was done; the last values carry their names."""
    base, high = _TREND - 34, _TREND - 34 - 34  # the ground line, and pixels above it for the greatest value
    most = max(1, *(max(week.open, week.done) for week in weeks))
    last = weeks[-1]
    names = [
        (last.open, f"{_short(last.open, lang)} {t(lang, 'chart-open', count=last.open)}", _INK),
        (last.overdue, f"{_short(last.overdue, lang)} {t(lang, 'chart-overdue')}", _OVERDUE),
        (last.done, f"{_short(last.done, lang)} {t(lang, 'chart-done', count=last.done)}", _INK),
    ]
    right = WIDTH - _MARGIN - 22 - max(_width(axes, name) for _, name, _ in names)
    slot = (right - _MARGIN) / MOST_WEEKS
    start, right = _MARGIN, _MARGIN + slot * len(weeks)
    middles = [start + slot * (at + 0.5) for at in range(len(weeks))]
    scale = high / most
    for middle, week in zip(middles, weeks, strict=True):
        corner = middle - slot * 0.36
        _bar(axes, (corner, base - week.open * scale), (slot * 0.72, week.open * scale), _OPEN)
        _bar(axes, (corner, base - week.overdue * scale), (slot * 0.72, week.overdue * scale), _OVERDUE)
    axes.plot([start, right], [base, base], color=_INK, linewidth=1.5, solid_capstyle="butt")
    done = [base - week.done * scale for week in weeks]
    axes.plot(middles, done, color="white", linewidth=6, solid_capstyle="round")
    axes.plot(middles, done, color=_DONE, linewidth=2.5, marker="o", markersize=8, markeredgecolor="white")
    labels = _week_labels(weeks)
    step = 1 + int(max(_width(axes, label, _SMALL) for label in labels) > slot - 4)
    for middle, label in list(zip(middles, labels, strict=True))[::-step]:
        _say(axes, middle, base + 20, label, size=_SMALL, ha="center", color=_QUIET)
    values = [_short(week.open, lang) for week in weeks[:-1]]  # the last one's stands beside it
    if all(_width(axes, value, _SMALL) < slot for value in values):
        for middle, week, value, dot in zip(middles, weeks, values, done, strict=False):
            column = base - week.open * scale
            crossed = column - 38 < dot <= column + 8  # the line's dot stands there: write inside the column
            height = max(column, dot) + 22 if crossed else column - 18
            if not crossed or height + 12 < base - week.overdue * scale:
                _say(axes, middle, height, value, size=_SMALL, ha="center")
    _name_values(axes, [(base - value * scale, name, color) for value, name, color in names], right, base)


def _week_labels(weeks: Sequence[WeekCount]) -> list[str]:
    """The weeks' labels; a word that all begin with ("uge") stands at the first only."""
    labels = [_fitting(week.label, 10) for week in weeks]
    words = {label.partition(" ")[0] for label in labels}
    if len(words) > 1 or not all(" " in label for label in labels):
        return labels
    return labels[:1] + [label.partition(" ")[2] for label in labels[1:]]


def _name_values(axes: "Axes", values: Sequence[tuple[float, str, str]], right: float, base: float) -> None:
    """The names at the heights of their values, moved apart where they would cover each other."""
    lowest = base - 10
    for value, name, color in sorted(values, reverse=True):
        height = min(value, lowest)
        axes.plot([right + 2, right + 18], [value, height], color=_LINE, linewidth=1.5)
        _say(axes, right + 22, height, name, color=color)
        lowest = height - 31


def _bar(axes: "Axes", corner: tuple[float, float], size: tuple[float, float], color: str) -> None:
    from matplotlib.patches import Rectangle  # noqa: PLC0415

    hatched: dict[str, Any] = {"hatch": _HATCH, "edgecolor": "white"} if color == _OVERDUE else {}
    bar = Rectangle(corner, *size, facecolor=color, linewidth=0, **hatched)
    bar.set_hatch_linewidth(2)
    axes.add_patch(bar)


def _say(axes: "Axes", x: float, y: float, words: str, *, size: float = _TEXT, **style: Any) -> None:
    style = {"color": _INK, "va": "center_baseline", "family": "DejaVu Sans"} | style
    axes.text(x, y, words, fontsize=size, parse_math=False, **style)


def _width(axes: "Axes", words: str, size: float = _TEXT) -> float:
    """In pixels."""
    from matplotlib.font_manager import FontProperties  # noqa: PLC0415
    from matplotlib.textpath import TextPath  # noqa: PLC0415

    if not words.strip():
        return 0
    words = words.replace("$", "0")  # as wide, and no formula
    path = TextPath((0, 0), words, size=size, prop=FontProperties(family="DejaVu Sans"))
    return float(path.get_extents().x1) * _DPI / 72


def _fitting(words: str, longest: int) -> str:
    """A name short enough for its place, in characters that the font has."""
    words = "".join(c if ord(c) in _glyphs() else "?" for c in " ".join(clean(words).split()))
    return words if len(words) <= longest else words[: longest - 1] + "…"


@cache
def _glyphs() -> frozenset[int]:
    from matplotlib.font_manager import findfont, get_font  # noqa: PLC0415

    return frozenset(get_font(findfont("DejaVu Sans")).get_charmap())


def _number(value: int, lang: str) -> str:
    return format_decimal(value, locale=lang)


def _short(value: int, lang: str) -> str:
    return (
        _number(value, lang)
        if value < 1_000_000
        else format_compact_decimal(value, locale=lang, fraction_digits=1)
    )
