"""The 64 emoji of key verification, in the order of the specification (client-server, "SAS method: emoji").

Apps show their own language's name, many of them the English one for want of a Danish, so both are said.
The Danish names are ours: the specification has none.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Emoji(NamedTuple):
    """One of them, with its name in Danish and in English."""

    symbol: str
    da: str
    en: str


def emoji(numbers: Iterable[int]) -> tuple[Emoji, ...]:
    """The emoji with these numbers (0 to 63), in order; for a verification there are seven."""
    return tuple(TABLE[number] for number in numbers)


TABLE = (
    Emoji("🐶", "Hund", "Dog"),
    Emoji("🐱", "Kat", "Cat"),
    Emoji("🦁", "Løve", "Lion"),
    Emoji("🐎", "Hest", "Horse"),
    Emoji("🦄", "Enhjørning", "Unicorn"),
    Emoji("🐷", "Gris", "Pig"),
    Emoji("🐘", "Elefant", "Elephant"),
    Emoji("🐰", "Kanin", "Rabbit"),
    Emoji("🐼", "Panda", "Panda"),
    Emoji("🐓", "Hane", "Rooster"),
    Emoji("🐧", "Pingvin", "Penguin"),
    Emoji("🐢", "Skildpadde", "Turtle"),
    Emoji("🐟", "Fisk", "Fish"),
    Emoji("🐙", "Blæksprutte", "Octopus"),
    Emoji("🦋", "Sommerfugl", "Butterfly"),
    Emoji("🌷", "Blomst", "Flower"),
    Emoji("🌳", "Træ", "Tree"),
    Emoji("🌵", "Kaktus", "Cactus"),
    Emoji("🍄", "Svamp", "Mushroom"),
    Emoji("🌏", "Globus", "Globe"),
    Emoji("🌙", "Måne", "Moon"),
    Emoji("☁️", "Sky", "Cloud"),
    Emoji("🔥", "Ild", "Fire"),
    Emoji("🍌", "Banan", "Banana"),
    Emoji("🍎", "Æble", "Apple"),
    Emoji("🍓", "Jordbær", "Strawberry"),
    Emoji("🌽", "Majs", "Corn"),
    Emoji("🍕", "Pizza", "Pizza"),
    Emoji("🎂", "Kage", "Cake"),
    Emoji("❤️", "Hjerte", "Heart"),
    Emoji("😀", "Smiley", "Smiley"),
    Emoji("🤖", "Robot", "Robot"),
    Emoji("🎩", "Hat", "Hat"),
    Emoji("👓", "Briller", "Glasses"),
    Emoji("🔧", "Skruenøgle", "Spanner"),
    Emoji("🎅", "Julemand", "Santa"),
    Emoji("👍", "Tommelfinger op", "Thumbs Up"),
    Emoji("☂️", "Paraply", "Umbrella"),
    Emoji("⌛", "Timeglas", "Hourglass"),
    Emoji("⏰", "Vækkeur", "Clock"),
    Emoji("🎁", "Gave", "Gift"),
    Emoji("💡", "Elpære", "Light Bulb"),
    Emoji("📕", "Bog", "Book"),
    Emoji("✏️", "Blyant", "Pencil"),
    Emoji("📎", "Papirclips", "Paperclip"),
    Emoji("✂️", "Saks", "Scissors"),
    Emoji("🔒", "Hængelås", "Lock"),
    Emoji("🔑", "Nøgle", "Key"),
    Emoji("🔨", "Hammer", "Hammer"),
    Emoji("☎️", "Telefon", "Telephone"),
    Emoji("🏁", "Flag", "Flag"),
    Emoji("🚂", "Tog", "Train"),
    Emoji("🚲", "Cykel", "Bicycle"),
    Emoji("✈️", "Fly", "Aeroplane"),
    Emoji("🚀", "Raket", "Rocket"),
    Emoji("🏆", "Pokal", "Trophy"),
    Emoji("⚽", "Bold", "Ball"),
    Emoji("🎸", "Guitar", "Guitar"),
    Emoji("🎺", "Trompet", "Trumpet"),
    Emoji("🔔", "Klokke", "Bell"),
    Emoji("⚓", "Anker", "Anchor"),
    Emoji("🎧", "Hovedtelefoner", "Headphones"),
    Emoji("📁", "Mappe", "Folder"),
    Emoji("📌", "Tegnestift", "Pin"),
)
