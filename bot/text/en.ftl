### Everything hotspotbot says in English. Short, warm, plain.
### Messages are Markdown. What people wrote comes in as variables and is always shown as plain text.
### Every key is also in da.ftl, with the same variables.

## Rendering (bot/matrix/markup.py)

text-erased = [deleted]
text-shortened = *The message was too long for one post and is shortened where you see “…”.*
