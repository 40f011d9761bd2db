"""The bot is removed from a room and asked back while more was said than a timeline holds: nothing of it is lost.

The answers of the model of a homeserver are asked of Synapse in `tests/e2e/test_model.py`. Each process takes in one
sync.
"""

from __future__ import annotations

from tests.dialogs.chat import BOT
from tests.simulation.scene import PAGE, Scene


async def test_removed_and_asked_back_while_the_bot_is_down(scene: Scene) -> None:
    said = scene.say(3 * PAGE)
    scene.remove()
    scene.say()  # nobody of the bot's is there
    scene.ask_back()
    said += scene.say()
    await scene.process()
    await scene.process()
    assert scene.recorded() == said


async def test_removed_while_the_bot_is_down_and_asked_back_days_later(scene: Scene) -> None:
    said = scene.say(3 * PAGE)
    scene.remove()
    await scene.process()
    assert scene.recorded() == said
    scene.ask_back()
    said += scene.say(3 * PAGE)
    await scene.process()
    await scene.process()
    assert scene.recorded() == said


async def test_removed_and_asked_back_while_a_running_bot_cannot_be_reached(scene: Scene) -> None:
    link = await scene.process()
    said = scene.say(3 * PAGE)
    scene.remove()
    scene.ask_back()
    await link._round(timeout=0)
    said += scene.say()
    await link._round(timeout=0)
    assert scene.recorded() == said


async def test_asked_back_just_before_the_bot_reads_what_it_missed(scene: Scene) -> None:
    said = scene.say(3 * PAGE)
    scene.remove()
    scene.wire.before["messages"] = scene.ask_back
    link = await scene.process()
    assert scene.room.membership(BOT) == "invite"
    said += scene.say()
    await link._round(timeout=0)
    await link._round(timeout=0)
    assert scene.recorded() == said


async def test_removed_and_asked_back_just_before_the_bot_reads_what_it_missed(scene: Scene) -> None:
    def there_and_back() -> None:
        scene.remove()
        scene.ask_back()

    said = scene.say(3 * PAGE)
    scene.wire.before["messages"] = there_and_back
    link = await scene.process()
    assert scene.room.membership(BOT) == "invite"
    said += scene.say()
    await link._round(timeout=0)
    await link._round(timeout=0)
    assert scene.recorded() == said


async def test_asked_back_and_not_any_more_before_the_bot_has_come(scene: Scene) -> None:
    said = scene.say(3 * PAGE)
    scene.remove()
    scene.ask_back()
    scene.wire.before["join"] = scene.remove
    link = await scene.process()
    scene.say()
    assert scene.room.membership(BOT) == "leave"
    await link._round(timeout=0)
    assert scene.recorded() == said
    scene.ask_back()
    said += scene.say()
    await link._round(timeout=0)
    await link._round(timeout=0)
    assert scene.recorded() == said
