### Everything hotspotbot says in English. Short, warm, plain.
### Messages are Markdown. What people wrote comes in as variables and is always shown as plain text.
### Every key is also in da.ftl, with the same variables.

## Rendering (bot/matrix/markup.py)

text-erased = [deleted]
text-shortened = *The message was too long for one post and is shortened where you see “…”.*

## The config (bot/settings.py). Shown on a command line, so as plain text.

config-nearest = Did you mean { $nearest }?
config-known = Known: { $known }.
config-example = Example: { $example }
config-toml = The file is not valid TOML: { $why }. Text, and keys with letters beyond a to z, need quotation marks.
config-no-such-file = The file { $path } does not exist.
config-no-config = The file { $path } does not exist. "hotspotbot init DIR" makes a folder with all that is needed.
config-unreadable = The file { $path } cannot be read ({ $why }).
config-empty-file = The file { $path } is empty.
config-no-master-key = The master key is missing. Set master_key_file under [keys], or HOTSPOTBOT_MASTER_KEY.
config-secret-in-file = Secrets must not stand in the config. Use the environment variable { $variable } or the key { $file }.
config-unknown-key = The key "{ $key }" is not known here.
config-missing = Is missing and must be filled in.
config-invalid = The value cannot be used.
config-type = Must be { $kind ->
    [string] text in quotation marks
    [bool] true or false without quotation marks
    [number] a number without quotation marks
    [list] a list in square brackets
   *[table] a table with keys of its own
 }.
config-not-one-of = "{ $value }" is not one of the choices.
config-length = The text is empty or too long.
config-range = The number is out of bounds. The limit is { $bound }.
config-user-id = "{ $value }" is not a Matrix user id. It begins with @, is in lower case and ends with : and the server.
config-room = "{ $value }" is neither a room alias (#name:server) nor a room id (!id).
config-code = "{ $value }" cannot be a code. Use at most 20 letters, digits or hyphens without spaces.
config-homeserver = Must be the server's address with http:// or https:// in front, and without user and password.
config-database = Must be a SQLite file (sqlite:///path) or PostgreSQL (postgresql+psycopg://host/database).
config-path = Must be the path of a file or folder, in quotation marks.
config-timezone = The time zone "{ $value }" is not known.
config-prefix = "{ $value }" cannot stand before a command. Use one of the marks { $marks }
config-case-prefix = "{ $value }" cannot stand before case numbers. Use one to six capital letters from A to Z.
config-time = "{ $value }" is not a time of day between 00:00 and 23:59.
config-span = "{ $value }" is not a number of days. Write a number and workdays, days or weeks.
config-span-zero = Must be at least one day; 0 days would never end.
config-slot = "{ $value }" is not a weekday and a time of day. Separate several weekdays by commas.
config-weekday = "{ $value }" is not a weekday. Use mon, tue, wed, thu, fri, sat and sun.
config-weekdays = Must be a list with at least one weekday.
config-date-range = "{ $value }" is neither a date (2026-12-28) nor a period (2026-12-28..2026-12-30).
config-date-range-backwards = The period "{ $value }" ends before it begins.
config-date-range-long = The period "{ $value }" is longer than a year.
config-meeting = "{ $value }" is not a valid recurrence of a meeting (RRULE).
config-meeting-frequency = The recurrence lacks a FREQ that can be used: { $known }.
config-meeting-never = With this recurrence a meeting never comes.
config-meeting-hour-needed = The meeting's time of day is missing. Write BYHOUR and BYMINUTE in meeting, or a time in meeting_start.
config-meeting-start = "{ $value }" is not a date (2026-11-24) or date and local time (2026-11-24T10:00).
config-meeting-start-needed = Is missing. When the recurrence has INTERVAL or COUNT, the date of the first meeting must stand here.
config-start-without-meeting = A first meeting stands here, but the room has no recurrence in meeting.
config-roles-empty = At least one role must stand here.
config-citizen-alone = A citizen cannot have other roles, for citizens see only what is their own.
config-unknown-agency = The agency "{ $name }" does not stand under [agencies].
config-unknown-person = "{ $name }" does not stand as a user_id under [[people]].
config-unknown-room = "{ $name }" is neither a room under [[rooms]] nor a kind of forum.
config-twice-name = "{ $name }" stands here for the second time. Delete one of them.
config-twice-code = The code "{ $name }" is already used. Upper and lower case make no difference.
config-bot-itself = "{ $name }" is the bot itself and cannot be a person as well.
config-cleartext-abroad = Without encryption the bot may only talk to a server on the same machine (127.0.0.1). Delete the line.
