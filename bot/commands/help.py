"""`!hjælp`: what the bot understands, and one command with examples."""

from __future__ import annotations

from sqlmodel import Session

from bot import text
from bot.commands import CommandInfo, Context, Problem, Reply, Rest, command, look_up, nearest, registry

_FAMILIES = ("actions", "meetings", "cases", "digest", "self")


@command("help", da=("hjælp",), en=("commands",), family="self")
def help_(session: Session, ctx: Context, words: Rest) -> Reply:
    """Show what the bot understands, or one command with examples.

    da: Vis, hvad du kan skrive til mig.
        !hjælp
        !hjælp aftale
    en: Show what you can write to me.
        !help
        !help action
    """
    usable = [i for i in registry().values() if ctx.access.may_use(ctx.person, i.name, ctx.place)]
    if words:
        word = words.split()[0].removeprefix(ctx.prefix)
        info = look_up(word) or nearest(word)
        if info is None or info not in usable:
            raise Problem("problem-unknown-command", word=text.user_text(word[:40]), prefix=ctx.prefix)
        return Reply("help", _one(ctx, info))
    usable.sort(key=lambda info: (_FAMILIES.index(info.family), info.name != "action"))
    rows = [_row(ctx, info) for info in usable]
    return Reply(
        "help", "\n".join([ctx.say("help-head"), "", *rows, "", ctx.say("help-tail", prefix=ctx.prefix)])
    )


def _row(ctx: Context, info: CommandInfo) -> str:
    sentence, _ = info.help[ctx.language]
    return f"- `{info.example(ctx)}` – {sentence}"


def _one(ctx: Context, info: CommandInfo) -> str:
    sentence, _ = info.help[ctx.language]
    others = dict.fromkeys(n for lang in _first(ctx.language) for n in info.names[lang])
    names = ", ".join(f"`{ctx.prefix}{n}`" for n in others if n != info.verb(ctx.language))
    examples = "\n".join(f"- `{e}`" for e in info.examples(ctx.language, ctx.prefix))
    head = f"**{ctx.prefix}{info.verb(ctx.language)}** – {sentence}"
    return f"{head}\n\n{examples}\n\n{ctx.say('help-names', names=names)}"


def _first(language: str) -> tuple[str, str]:
    return ("da", "en") if language == "da" else ("en", "da")
