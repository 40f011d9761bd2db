### Alt, hvad hotspotbot siger på dansk. Kort, varmt, ligefremt, "du".
### Beskeder er Markdown. Det, mennesker har skrevet, kommer ind som variabler og vises altid som ren tekst.
### Hver nøgle står også i en.ftl med de samme variabler.

## Rendering (bot/matrix/markup.py)

text-erased = [slettet]
text-shortened = *Beskeden var for lang til ét opslag og er forkortet dér, hvor der står „…“.*
