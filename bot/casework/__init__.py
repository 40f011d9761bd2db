"""What a case's turn makes the bot owe: questions before meetings, summaries, word of a case lifted and sent back.

Commands, reactions and time all come here, so that it happens once and the same way, whoever caused it. Each message
has a reason that names its occasion.
"""
