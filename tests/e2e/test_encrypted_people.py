"""Participants among themselves in encrypted rooms, on the real homeserver: what the encrypted tests lean on."""

import asyncio
import tomllib
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.demo.account import Account, Event, MatrixError, quoted
from bot.demo.encryption import Encryption, Identity
from bot.demo.homeserver import PASSWORD, Synapse
from bot.demo.participant import Participant
from bot.demo.stage import PersonSpec, Programme, RoomSpec, SetUp, Stage

ENCRYPTED = Programme(
    people=[
        PersonSpec("lene", "Lene Holm", "BUF", ["coordinator"]),
        PersonSpec("ali", "Ali Demir", "BUF"),
        PersonSpec("inger", "Inger Skov", "BUF", signed=False),
    ],
    rooms=[
        RoomSpec("fremdrift", "fremdriftsgruppe", ["lene", "ali", "inger"], "Fremdriftsgruppen"),
        RoomSpec("aaben", "byudvikling", ["lene", "ali"], "Det åbne", encrypted=False),
    ],
    agencies={"BUF": {"name": "Børn og Unge"}},
    encrypted=True,
)


@pytest.fixture
async def stage(programme: SetUp) -> Stage:
    return await programme(ENCRYPTED)


@pytest.fixture
async def mette(stage: Stage, synapse: Synapse) -> AsyncIterator[Participant]:
    """Somebody of no room yet, with signed keys."""
    async with await synapse.register("mette" + stage.suffix, displayname="Mette Krogh") as person:
        await person.sign_device()
        person.listen()
        yield person


def says(text: str, event: Event) -> bool:
    return bool(event["type"] == "m.room.message" and event["content"].get("body") == text)


async def hears(person: Participant, room: str, text: str) -> Event:
    return await person.wait_for(lambda event: says(text, event), room)


async def on_the_server(person: Account, room: str, event: str) -> Event:
    """An event as it lies on the homeserver."""
    return await person.call("GET", f"/_matrix/client/v3/rooms/{quoted(room)}/event/{quoted(event)}")


class SlowKeys(Participant):
    """Somebody whose keys are a long time on their way: held back until `let_go`, as a homeserver may."""

    def __init__(self, *account: str) -> None:
        super().__init__(*account)
        self._held: list[tuple[str, str, Any]] | None = []

    async def call(self, method: str, path: str, body: Any = None, **more: Any) -> dict[str, Any]:
        if self._held is not None and "/sendToDevice/" in path:
            self._held.append((method, path, body))
            return {}
        return await super().call(method, path, body, **more)

    async def let_go(self) -> None:
        held, self._held = self._held, None
        for method, path, body in held or ():
            await self.call(method, path, body)


async def test_people_understand_each_other_and_the_homeserver_reads_nothing(stage: Stage) -> None:
    lene, ali, inger, room = (*stage.people.values(), stage.rooms["fremdrift"])
    said = await lene.say(room, "søge friplads", mentions=[ali])
    for person in (lene, ali, inger):
        heard = await hears(person, room, "søge friplads")
        assert (heard["event_id"], heard["sender"], heard["encrypted"]) == (said, lene.user_id, True)
        assert heard["content"]["m.mentions"] == {"user_ids": [ali.user_id]}
    stored = await on_the_server(ali, room, said)
    assert stored["type"] == "m.room.encrypted"
    assert "friplads" not in str(stored)
    answer = await inger.say(room, "det gør jeg", reply_to=said)
    heard = await hears(lene, room, "det gør jeg")
    assert heard["content"]["m.relates_to"]["m.in_reply_to"]["event_id"] == said
    await hears(ali, room, "det gør jeg")
    assert [event["event_id"] for event in ali.shown(room)] == [said, answer]


async def test_edits_reactions_and_deletions_are_as_in_the_clear(stage: Stage) -> None:
    lene, ali, room = stage.people["lene"], stage.people["ali"], stage.rooms["fremdrift"]
    said = await lene.say(room, "inden fredag")
    wrong = await lene.say(room, "slettes")
    edit = await lene.say(room, "inden torsdag", replace=said)
    reaction = await ali.react(room, said, "✅")
    await lene.redact(room, wrong)
    await ali.caught_up(room)
    assert ali.latest(said)["content"]["body"] == "inden torsdag"
    assert [event["content"]["body"] for event in ali.shown(room)] == ["inden torsdag"]
    assert ali.reactions(room, said) == [(ali.user_id, "✅")]
    stored = await on_the_server(ali, room, edit)
    assert stored["content"]["m.relates_to"] == {"rel_type": "m.replace", "event_id": said}
    assert (await on_the_server(ali, room, reaction))["type"] == "m.reaction"
    # A word in the clear changes nothing that was said encrypted.
    relation = {"rel_type": "m.replace", "event_id": said}
    words = {"msgtype": "m.text", "body": "aldrig"}
    content = words | {"m.new_content": words, "m.relates_to": relation}
    false = await lene.send_in_clear(room, "m.room.message", content)
    await ali.wait_for(lambda event: event["event_id"] == false, room)
    assert ali.latest(said)["content"]["body"] == "inden torsdag"


async def test_the_clear_room_beside_it_stays_clear(stage: Stage) -> None:
    lene, ali, room = stage.people["lene"], stage.people["ali"], stage.rooms["aaben"]
    said = await lene.say(room, "velkommen")
    assert "encrypted" not in await hears(ali, room, "velkommen")
    assert (await on_the_server(ali, room, said))["content"]["body"] == "velkommen"


async def test_encryption_turned_on_later_counts_from_then_on(stage: Stage) -> None:
    lene, ali, room = stage.people["lene"], stage.people["ali"], stage.rooms["aaben"]
    await ali.say(room, "endnu åbent")
    turned = await lene.set_state(room, "m.room.encryption", {"algorithm": "m.megolm.v1.aes-sha2"})
    await ali.wait_for(lambda event: event["event_id"] == turned, room)
    await ali.say(room, "nu lukket")
    assert (await hears(lene, room, "nu lukket"))["encrypted"]


async def test_who_has_heard_nothing_yet_still_speaks_encrypted(stage: Stage, mette: Participant) -> None:
    lene, room = stage.people["lene"], stage.rooms["fremdrift"]
    await lene.invite(room, mette)
    await mette.stop_listening()
    await mette.join(room)
    await mette.say(room, "hej allesammen")
    assert (await hears(lene, room, "hej allesammen"))["encrypted"]


async def test_an_invited_one_reads_what_was_said_before_joining(stage: Stage, mette: Participant) -> None:
    lene, room = stage.people["lene"], stage.rooms["fremdrift"]
    await lene.set_state(room, "m.room.history_visibility", {"history_visibility": "shared"})
    before = await lene.say(room, "uden Mette")
    mette.auto_join = False
    await lene.invite(room, mette)
    await lene.say(room, "til den inviterede")
    await mette.invited(room)
    await mette.join(room)
    await hears(mette, room, "til den inviterede")
    assert mette.heard(before)["type"] == "m.room.encrypted"
    await mette.say(room, "tak")
    await hears(lene, room, "tak")


async def test_a_second_device_reads_from_its_first_day_and_is_understood(stage: Stage) -> None:
    lene, ali, room = stage.people["lene"], stage.people["ali"], stage.rooms["fremdrift"]
    before = await lene.say(room, "før telefonen")
    async with await ali.another_device() as phone:
        await lene.reaches(phone)
        await ali.reaches(phone)
        await lene.say(room, "efter telefonen")
        await hears(phone, room, "efter telefonen")
        assert phone.heard(before)["type"] == "m.room.encrypted"
        await phone.say(room, "fra telefonen")
        for person in (lene, ali):
            assert (await hears(person, room, "fra telefonen"))["sender"] == ali.user_id
        await ali.say(room, "fra computeren")
        await hears(phone, room, "fra computeren")
        assert await lene.signed_devices(ali) == {ali.device_id, phone.device_id}


async def test_who_left_cannot_read_on_even_with_the_ciphertext(stage: Stage) -> None:
    lene, ali, inger, room = (*stage.people.values(), stage.rooms["fremdrift"])
    shared = await lene.say(room, "mens Inger er her")
    await hears(inger, room, "mens Inger er her")
    await lene.kick(room, inger)
    secret = await lene.say(room, "uden Inger")
    await hears(ali, room, "uden Inger")
    assert inger.encryption is not None
    there, gone = [await on_the_server(ali, room, event) for event in (shared, secret)]
    assert inger.encryption.decrypt(room, there) is not None
    assert inger.encryption.decrypt(room, gone) is None


async def test_what_was_said_while_away_is_read_in_order(stage: Stage) -> None:
    """More than a sync's page, and more than one room key's hundred messages."""
    lene, ali, room = stage.people["lene"], stage.people["ali"], stage.rooms["fremdrift"]
    await ali.say(room, "før")
    await ali.caught_up(room)
    before = len(ali.timeline(room))
    await ali.stop_listening()
    texts = [f"stille {number}" for number in range(130)]
    for text in texts:
        await lene.say(room, text)
    await ali.caught_up(room)
    assert [event["content"].get("body") for event in ali.timeline(room)[before:]] == texts


async def test_a_burst_is_read_whole(stage: Stage) -> None:
    lene, ali, room = stage.people["lene"], stage.people["ali"], stage.rooms["fremdrift"]
    sent = await lene.say_many(room, [f"nummer {number}" for number in range(60)])
    await ali.caught_up(room)
    assert {event["event_id"] for event in ali.shown(room)} == set(sent)


async def test_an_attachment_is_sealed_on_the_homeserver_and_comes_out_whole(stage: Stage) -> None:
    lene, ali, room = stage.people["lene"], stage.people["ali"], stage.rooms["fremdrift"]
    data = b"%PDF fra barnets sag" * 500
    await lene.send_file(room, "referat.pdf", data, "application/pdf")
    event = await hears(ali, room, "referat.pdf")
    assert await ali.download(event) == data
    assert b"barnets sag" not in await ali.stored(event["content"]["file"]["url"])
    await lene.send_file(stage.rooms["aaben"], "plan.pdf", data, "application/pdf")
    assert await ali.download(await hears(ali, stage.rooms["aaben"], "plan.pdf")) == data


async def test_what_comes_before_its_key_is_heard_in_its_place_when_it_comes(stage: Stage) -> None:
    lene, ali, room = stage.people["lene"], stage.people["ali"], stage.rooms["fremdrift"]
    told: list[tuple[str, str | None]] = []
    ali.watchers.append(lambda _, event: told.append((event["type"], event["content"].get("body"))))
    async with SlowKeys(stage.synapse.url, lene.user_id, "Lene Holm", PASSWORD) as slow:
        await slow.login()
        early = await slow.say(room, "inden fredag")
        edit = await slow.say(room, "inden torsdag", replace=early)
        await ali.reaches(lene)
        late = await lene.say(room, "i mellemtiden")
        await hears(ali, room, "i mellemtiden")
        assert ali.heard(early)["type"] == "m.room.encrypted"
        assert [event["event_id"] for event in ali.shown(room)] == [late]
        waiting = asyncio.create_task(hears(ali, room, "inden fredag"))
        await slow.let_go()
        assert (await waiting)["event_id"] == early
    assert [event["event_id"] for event in ali.timeline(room)[-3:]] == [early, edit, late]
    assert [ali.latest(event["event_id"])["content"]["body"] for event in ali.shown(room)] == [
        "inden torsdag",
        "i mellemtiden",
    ]
    assert told == [
        ("m.room.message", "i mellemtiden"),
        ("m.room.message", "inden fredag"),
        ("m.room.message", "* inden torsdag"),
    ]


async def test_what_stays_unreadable_is_shown_as_such_after_a_wait(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.demo.participant._KEY_PATIENCE", 0.2)
    lene, ali, room = stage.people["lene"], stage.people["ali"], stage.rooms["fremdrift"]
    told: list[str] = []
    shown = asyncio.Event()

    def watch(_: str, event: Event) -> None:
        told.append(event["type"])
        shown.set()

    ali.watchers.append(watch)
    async with SlowKeys(stage.synapse.url, lene.user_id, "Lene Holm", PASSWORD) as slow:
        await slow.login()
        said = await slow.say(room, "for sent")
        await asyncio.wait_for(shown.wait(), 10)
        await slow.let_go()
        await hears(ali, room, "for sent")
    assert ali.heard(said)["encrypted"]
    assert told == ["m.room.encrypted"]  # once


async def test_garbage_to_a_device_ends_nothing(stage: Stage, mette: Participant) -> None:
    lene, ali, room = stage.people["lene"], stage.people["ali"], stage.rooms["fremdrift"]
    assert ali.encryption is not None
    garbage: list[dict[str, Any]] = [
        {},
        {"algorithm": "m.olm.v1.curve25519-aes-sha2", "sender_key": "x", "ciphertext": {}},
        {"algorithm": "m.olm.v1.curve25519-aes-sha2", "sender_key": 7, "ciphertext": []},
    ]
    own = await ali.call("POST", "/_matrix/client/v3/keys/query", {"device_keys": {ali.user_id: []}})
    curve = own["device_keys"][ali.user_id][ali.device_id]["keys"][f"curve25519:{ali.device_id}"]
    for kind in (0, 1, 2, "0"):
        sealed = {curve: {"type": kind, "body": "bm90IG9sbQ"}}
        garbage.append(
            {"algorithm": "m.olm.v1.curve25519-aes-sha2", "sender_key": curve, "ciphertext": sealed}
        )
    for number, content in enumerate(garbage):
        body = {"messages": {ali.user_id: {ali.device_id: content}}}
        await mette.call("PUT", f"/_matrix/client/v3/sendToDevice/m.room.encrypted/g{number}", body)
    await lene.say(room, "og videre")
    await hears(ali, room, "og videre")
    assert ali.encryption.broken > 0


async def test_nobody_speaks_with_another_ones_key_or_twice(stage: Stage) -> None:
    """A ciphertext sent again, by its writer or by somebody else, says nothing."""
    lene, ali, inger, room = (*stage.people.values(), stage.rooms["fremdrift"])
    said = await lene.say(room, "kun én gang")
    sealed = (await on_the_server(ali, room, said))["content"]
    again = [await person.send_in_clear(room, "m.room.encrypted", sealed) for person in (inger, lene)]
    await lene.say(room, "færdig")
    await hears(ali, room, "færdig")
    assert [event["content"]["body"] for event in ali.shown(room)] == ["kun én gang", "færdig"]
    assert {ali.heard(event)["type"] for event in again} == {"m.room.encrypted"}


async def test_one_time_keys_are_refilled_from_nothing(stage: Stage, mette: Participant) -> None:
    ali = stage.people["ali"]
    wanted = {"one_time_keys": {ali.user_id: {ali.device_id: "signed_curve25519"}}}
    await ali.stop_listening()
    while (await mette.call("POST", "/_matrix/client/v3/keys/claim", wanted))["one_time_keys"]:
        pass
    room = await mette.create_room(invite=[ali], encrypted=True)
    ali.listen()
    await ali.wait_for(lambda event: event.get("state_key") == ali.user_id, room)  # a sync or two later
    await mette.say(room, "nu går det")
    await hears(ali, room, "nu går det")


async def test_a_key_that_does_not_get_through_is_an_error_and_the_next_try_is_whole(stage: Stage) -> None:
    lene, ali, room = stage.people["lene"], stage.people["ali"], stage.rooms["fremdrift"]
    lene_was = lene.call

    async def refuse(method: str, path: str, *rest: Any, **more: Any) -> dict[str, Any]:
        if "/sendToDevice/" in path:
            raise MatrixError(502, {"errcode": "M_UNKNOWN"})
        return await lene_was(method, path, *rest, **more)

    lene.call = refuse  # type: ignore[method-assign]
    with pytest.raises(MatrixError, match="502"):
        await lene.say(room, "kan nogen læse det?")
    lene.call = lene_was  # type: ignore[method-assign]
    await lene.say(room, "nu kan I")
    await hears(ali, room, "nu kan I")
    assert not [event for event in ali.timeline(room) if event["type"] == "m.room.encrypted"]


async def test_everybodys_device_is_signed_but_for_those_who_would_not(stage: Stage) -> None:
    lene, ali, inger = stage.people.values()
    assert await lene.signed_devices(ali) == {ali.device_id}
    assert await ali.signed_devices(lene) == {lene.device_id}
    assert await lene.signed_devices(inger) == set()
    async with await ali.another_device(signed=False) as stranger:
        assert await lene.signed_devices(ali) == {ali.device_id}
        with pytest.raises(MatrixError):
            await stranger.sign_device()  # the account has another identity
        assert await lene.signed_devices(ali) == {ali.device_id}
        # The right identity's name over the wrong one's keys proves nothing.
        assert isinstance(stranger.encryption, Encryption)
        false = Identity(ali.user_id)
        false.published = True
        with pytest.raises((MatrixError, RuntimeError)):
            await stranger.encryption.sign(false)
        assert await lene.signed_devices(ali) == {ali.device_id}


async def test_an_encrypted_programme_is_encrypted_in_everything(stage: Stage, synapse: Synapse) -> None:
    lene = stage.people["lene"]
    assert tomllib.loads(stage.config.read_text())["privacy"] == {"require_encryption": True}
    assert (await lene.state(stage.rooms["fremdrift"], "m.room.encryption"))["algorithm"]
    with pytest.raises(MatrixError, match="M_NOT_FOUND"):
        await lene.state(stage.rooms["aaben"], "m.room.encryption")
    async with Participant(synapse.url, stage.bot, "hotspotbot", PASSWORD) as bot:
        await bot.login()
        bot.listen()
        room = await stage.open_direct_room("lene")
        await lene.say(room, "!mig")
        assert (await hears(bot, room, "!mig"))["encrypted"]
