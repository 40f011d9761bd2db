"""A homeserver's one-time keys, taken by hand: as an operator or a hostile member can."""

from typing import Any

from bot.demo.account import Account

_ALGORITHM = "signed_curve25519"


async def device_of(who: Account, user: str) -> dict[str, Any]:
    """The keys of the one device that somebody has, as the homeserver tells them."""
    said = await who.call("POST", "/_matrix/client/v3/keys/query", {"device_keys": {user: []}})
    (keys,) = said["device_keys"][user].values()
    found: dict[str, Any] = keys
    return found


async def take(who: Account, user: str, count: int) -> list[dict[str, Any]]:
    """Claim so many one-time keys of somebody's one device. The fallback key comes when there is no other."""
    device = (await device_of(who, user))["device_id"]
    wanted = {"one_time_keys": {user: {device: _ALGORITHM}}}
    found = []
    for _ in range(count):
        said = await who.call("POST", "/_matrix/client/v3/keys/claim", wanted)
        found += said["one_time_keys"].get(user, {}).get(device, {}).values()
    return found
