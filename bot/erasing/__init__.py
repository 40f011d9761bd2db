"""The way of a case out of the programme: collected, written down for the records system, destroyed.

`belongings` says what belongs to a case, `collecting` makes the files of it and `folder` writes them, `destroying`
takes all of it away, `steps` is what people and time decide between these. `bot.filing` does one step after the other,
off the event loop; docs/decisions/erasure.md says why it goes this way.
"""
