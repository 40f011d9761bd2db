"""Two questions about one person may be answered in the other order: the older answer says nothing any more."""

from __future__ import annotations

from sqlmodel import Session

from bot.matrix.crypto import devices
from bot.storage import queries
from tests.dialogs.chat import Chat
from tests.dialogs.peer import KeyServer, Peer, device

LENE = "@lene:example.dk"


def test_an_older_answer_brings_back_no_device(chat: Chat, server: KeyServer) -> None:
    stolen = Peer(server, "lene", "STOLEN")
    karla = device(server, "karla")
    server.sync(changed=(LENE,))
    server.say(karla, "!aftaler")
    assert server.speak(chat.target("fremdrift"))

    def asked() -> dict[str, int]:
        def work(session: Session) -> dict[str, int]:
            queries.devices_changed(session, [LENE])
            return devices.to_ask(devices.follow(session, [LENE]), server.now)

        return chat.db.run_sync(work)

    first = asked()
    late = server.query(first)  # answered at once, but on its way for long: a server beside hers is away
    del server.devices[LENE, "STOLEN"]  # she logs it out
    second = asked()
    chat.db.run_sync(chat.inbox.devices, server.query(second), second, server.now)
    chat.db.run_sync(chat.inbox.devices, late, first, server.now)
    server.devices[LENE, "STOLEN"] = stolen  # only to see what it would be sent
    server.say(karla, "!aftaler", share=False)
    left = server.speak(chat.target("fremdrift"))
    assert stolen.read(left[-1]) is None
