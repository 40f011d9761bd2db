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
config-cpr = There is a CPR number here. Take it out: numbers do not belong into the config.
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
config-keyring-url = Must be a PostgreSQL database of its own (postgresql+psycopg://host/database). Delete the line, and the keyring is a file.
config-path = Must be the path of a file or folder, in quotation marks.
config-timezone = The time zone "{ $value }" is not known.
config-prefix = "{ $value }" cannot stand before a command. Use one of the marks { $marks }
config-case-prefix = "{ $value }" cannot stand before case numbers. Use one to six capital letters from A to Z.
config-time = "{ $value }" is not a time of day between 00:00 and 23:59.
config-span = "{ $value }" is not a number of days. Write a number and workdays, days or weeks.
config-span-or-never = "{ $value }" is not a number of days. Write a number and workdays, days or weeks, or write never.
config-span-zero = Must be at least one day; 0 days would never end.
config-period = "{ $value }" is not a period. Write a number and days, weeks, months or years, or write never.
config-server = "{ $value }" is not the name of a Matrix server. Write what stands after the colon of a user id.
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
config-meeting-day-needed = The meeting's day is missing. Write it in meeting (BYDAY, with YEARLY also BYMONTH), or the date of the first meeting here.
config-meeting-start-year = "{ $value }" is too far away to be the first meeting.
config-meeting-start = "{ $value }" is not a date (2026-11-24) or date and local time (2026-11-24T10:00).
config-meeting-start-needed = Is missing. When the recurrence has INTERVAL or COUNT, or the room has joins, the date of the first meeting must stand here: the bot counts from it.
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
config-keyring-same = The keyring must not lie in the bot’s own database: each backup of what is locked would hold the keys. Give it a database of its own.
config-form-empty = The form is empty: there are no fields in it.
config-form-not-a-section = Must be a section of its own in brackets, with fields below it.
config-form-no-fields = The section has no fields.
config-form-shows-and-fields = A section that the bot fills in itself (shows) cannot have fields as well.
config-form-key = "{ $key }" cannot be the name of a section or field. Use small letters from a to z, digits and _, at most 40, and not da, en, count or shows.
config-form-name = "{ $name }" cannot be shown. Use at most { $most } characters, begin with a letter or digit, and avoid signs like : = * _ [ ] < > | # and line breaks.
config-form-twice = The same stands here for the second time ({ $why }). Delete or rename one of them.
config-form-twice-name = Another field of the section is called "{ $name }" too ({ $other }). Then nobody can write which one is meant.
config-form-no-choices = A choice must have options.
config-form-choices-idle = Options are for fields whose answer is a choice, and this one is { $kind }.
config-form-choices-many = There must be as many options in both languages ({ $count }).

## Actions: confirmations (bot/commands/actions.py, action_changes.py)

action-recorded = Action { $number }:
action-next-meeting = You gave no deadline, so I took the next meeting. Reply with a date if it should be another.
action-done = Done, action { $number }:
action-done-already = Action { $number } has already been reported done:
action-part-done = Your part of action { $number } is done. Still waiting for { $names }.
action-due-set = Action { $number } is now due **by { $due }**.
action-due-moved = Action { $number } has moved to **by { $due }** (before: { $before }).
action-given = Handed over, action { $number }:
action-noted = Noted on action { $numbers }.
action-declined = **Action { $number } was declined** by { $who }: “{ $reason }”
action-stepped-back = **{ $who } has stepped back from action { $number }**: “{ $reason }”. The other owners still have it.
action-declined-you = **You have declined action { $number }**: “{ $reason }”
action-left = **{ $who } has stepped back from action { $number }**: “{ $reason }”. Somebody has to take it now.
action-left-you = **You have stepped back from action { $number }**: “{ $reason }”. Somebody has to take it now.
action-stepped-back-you = **You have stepped back from action { $number }**: “{ $reason }”. The other owners still have it.
action-cancelled = Cancelled, action { $number }:
action-planb = Plan B is written on action { $numbers }.
action-planb-gone = Plan B is removed from action { $numbers }.
planb-example = { $prefix }planb { $number } ask the youth school instead
action-kept = Good, action { $number } still stands.
action-head = Action { $number }:

line-due = by **{ $due }**
line-no-due = **no deadline yet**
line-no-owner = **no owner yet**
line-agency-no-name = { $agency } (**name missing**)
line-no-name = one more (**name missing**)
line-no-text = **no wording yet**
nobody = nobody

state-open = open
state-done = done
state-declined = declined
state-cancelled = cancelled
state-overdue = overdue

## Questions when something is missing

ask-owner = Who takes it? Reply with a name, such as “Lene” or “me”.
ask-owner-stranger = I do not know { $name }. Who here takes it? Reply with a name, such as “Lene” or “me”.
ask-owner-outside = { $name } is not in this room. Who here takes it? Reply with a name, such as “Lene” or “me”.
ask-owner-several = Several people here have that name: { $names }. Who takes it? Reply with the full name.
ask-owner-agency = Who takes it from { $agency }? { $names } are here. Reply with a name.
ask-owner-agency-empty = There is nobody from { $agency } in this room. Who takes it? Reply with a name.
ask-owner-near = I know no “{ $word }” here. Did you mean { $name }? Reply with the name.
ask-owner-unknown = I know no “{ $word }” here. Who takes it? Reply with a name, such as “Lene” or “me”.
ask-owner-more = Who is the other owner? Reply with a name, such as “Lene” or “me”.
ask-due = When should it be done? Reply with a day, such as “Friday” or “3 December”.
ask-due-repeat = I can keep only one date at a time. When is the first time? Reply with a day, such as “Friday”.
ask-due-no-meeting = I cannot tell from the calendar which meeting that is. When should it be done? Reply with a day, such as “Friday”.
ask-text = What was agreed? Reply with what is to be done, such as “apply for a place at the club”.

## When something cannot be done

problem-no-number = Which action? Add its number, such as `{ $example }`.
problem-number-list = Did you mean { $numbers }? Put commas between the numbers, such as `{ $example }`.
problem-which = That message is about several actions ({ $numbers }). Add the number.
problem-not-for-you = You cannot use that command here. Write `{ $prefix }help` and I will show what you can.
problem-unknown-command = I do not know “{ $word }”. Write `{ $prefix }help`, or for example `{ $prefix }action @lene apply for a place by Friday`.
problem-near-command = I do not know “{ $word }”. Did you mean `{ $meant }`? Edit your message, or write: { $example }
problem-action-in-room = Write the action in the room where it belongs, so that the right people see it. For example `{ $prefix }action me call the school by Friday`.
problem-action-elsewhere = Action { $number } was agreed in { $forum } and belongs to { $code }. It is changed there, or by who has it.
problem-no-such-action = I find no action { $number } here. Write `{ $prefix }actions mine` and I will show yours.
problem-no-such-action-near = I find no action { $number } here. Did you mean { $near }? Write `{ $prefix }actions mine` and I will show yours.
problem-not-yours = You cannot change action { $number }. { $owners }, its writer and the coordinator can. You can always write a note: `{ $prefix }note { $number } …`
problem-not-yours-ownerless = You cannot change action { $number }. Its writer and the coordinator can. If you want to take it, reply “me” to it. You can always write a note: `{ $prefix }note { $number } …`
problem-empty-action = What was agreed? Write who, what and when, such as `{ $prefix }action @lene apply for a place at the club by Friday`.
problem-no-name = Who should have action { $number }? Add a name, such as `{ $prefix }give { $number } Lene` or `{ $prefix }give { $number } BUF`.
problem-no-deadline = When? Add a day, such as `{ $prefix }due { $number } Friday`.
problem-no-owner = I do not understand who “{ $word }” is here. Write a name, such as `{ $prefix }give { $number } Lene` or `{ $prefix }give { $number } BUF`.
problem-near-owner = I know no “{ $word }” here. Did you mean { $name }? Then write `{ $prefix }give { $number } { $name }`.
problem-no-words = What should I write? For example `{ $example }`.
problem-no-reason = What is the reason? Give it briefly, such as `{ $prefix }decline { $number } we may not share that`.
problem-filter-unknown = I do not know the filter “{ $word }”. Write for example `{ $prefix }actions mine`, `{ $prefix }actions overdue` or `{ $prefix }actions done`.
problem-filter = I do not know the filter “{ $word }”. Did you mean `{ $prefix }actions { $near }`? You can also write `{ $prefix }actions mine` or `{ $prefix }actions overdue`.
problem-me = I do not understand “{ $word }”. Write for example `{ $prefix }me away until 12 December`, `{ $prefix }me back`, `{ $prefix }me at 7:30` or `{ $prefix }me Danish`.
problem-leave = I do not understand “{ $word }” as a day to come. Write for example `{ $prefix }me away until 12 December` or `{ $prefix }me away from Monday to Friday`.
problem-leave-until = Until when? Write for example `{ $prefix }me away until 12 December` or `{ $prefix }me away Friday`.
problem-nothing-to-undo = There is nothing to undo: you have changed nothing here in the last ten minutes.
problem-undo-superseded = I cannot undo that, because it has been changed again since. Write a new command instead.
problem-digest = I do not know “{ $word }”. Write for example `{ $prefix }digest`, `{ $prefix }digest 14 days`, or an agency: { $agencies }.
problem-digest-room = Write `{ $prefix }digest` in the room you want to see. Your own actions are under `{ $prefix }actions mine`.
# CPR numbers. Never the number, never the words ($where is a forum's name, $who a user, $message a link).
cpr-told = { $what ->
    [edit] Your edit
    [two] Two of your messages
    [file] Your file
    [reaction] Your reaction
    [state] What you wrote in the room's settings
    [member] Your name
   *[message] Your message
} { $place ->
    [room] in { $where }
   *[direct] here
} { $what ->
    [two] together held a CPR number. I never keep those, so I am deleting both.
   *[other] held a CPR number. I never keep those, so I am deleting it and have used nothing of it.
} { $what ->
    [edit] What you wrote before the edit still stands.
   *[other] Write it again without the number, with a case code instead if you like.
}
cpr-told-other = { $who } wrote a CPR number { $place ->
    [room] in { $where }
   *[direct] here
}. I am deleting it. { $who } is not in my config and hears nothing from me, so please tell them.
cpr-ask = { $who ->
    [writer] { $message } { $place ->
        [room] in { $where }
       *[direct] here
    } holds a CPR number, and I may not delete it. Delete it yourself, and write it again without the number.
   *[other] { $message } { $place ->
        [room] in { $where }
       *[direct] here
    } holds a CPR number, and I may not delete it. Delete it, or make me a moderator of the room and I will.
}
# The purpose, which is pinned ($purpose are the config's words).
purpose-line = { $purpose }
    Write case codes instead of names, and never CPR numbers.
limit-told = I have had { $count } messages from you in { $minutes } minutes, and I cannot keep up with that. Everything up to { $last } is in. What you write in the next { $minutes } minutes I leave alone, so write it again afterwards.
cpr-ask-link = A message
problem-not-encrypted = I may not record anything here, because the room is not encrypted. Turn on encryption in the room settings, and I will gladly help.
problem-cleartext = That message came without encryption, and here I act only on encrypted messages. Please write it again from an app that encrypts, such as Element.
problem-stranger = I have not done that: you did not belong in this forum when you wrote it. Write it again if you have been let in since.
# Messages that cannot be read yet ($events are links, a few at most; $more is how many others).
event-unread = { $count ->
    [one] I could not read your message here, because I have not been given its key. Please write it again. If the key comes later, I act on the first one. It is the one from { $events }.
   *[other] I could not read { $count } of your messages here, because I have not been given their key. Please write them again. If the key comes later, I act on the first ones. They are those from { $events }.
}
# After the database was restored from a copy: some of it the bot has answered before.
event-lost = { $count ->
    [one] I have been restored from a backup, and the key of one of your messages here is lost. What I answered to it is no longer with me. Please write it again if it still holds. It is the one from { $events }.
   *[other] I have been restored from a backup, and the keys of { $count } of your messages here are lost. What I answered to them is no longer with me. Please write them again if they still hold. They are those from { $events }.
}
event-unsigned = I cannot act on what you write from that device, because you have not verified it. Verify the device in Element (Settings → Sessions), and I act on it by myself. It is what you wrote at { $events }.
device-unsigned = Your device { $device } is not verified, so I may not send it anything, and I do not act on what you write from it. Open Element on it, choose Settings → Sessions (or Encryption) → Verify, and use another of your devices or your recovery key. Then everything works again.
fault = Sorry, something went wrong on my side. Try again, and tell the operators the reference { $reference }.
unreadable = I can read only text, not pictures, sound and files. Please put it into words.

## Lists and history (bot/commands/listing.py)

actions-none = No actions to show.
actions-head = { $count ->
    [one] **{ $count } action:**
   *[other] **{ $count } actions:**
}
actions-more = { $count } more: write `{ $next }`.
list-overdue = Overdue
list-this-week = This week
list-next-week = Next week
list-later = Later
list-no-due = Without a deadline
list-closed = Closed
show-planb = Plan B: { $words }
step-created = { $at } { $who } recorded the action
step-note = { $at } { $who }: “{ $words }”
step-owners = { $at } { $who } gave it to { $owners }
step-due = { $at } { $who } moved the deadline to { $due }
step-due-set = { $at } { $who } set the deadline to { $due }
step-text = { $at } { $who } reworded it (before: “{ $words }”)
step-worded = { $at } { $who } wrote the wording
step-planb = { $at } { $who } wrote a plan B
step-planb-gone = { $at } { $who } removed plan B
show-switched = Switched to plan B: action { $number }.
planb-used = This is plan B for action { $number }.
planb-who = { $name }: who takes it now? Reply with a name.
planb-offer = Action { $number } has a plan B: “{ $words }”. Shall you switch to it? Reply “yes”, with who and when if you like (“yes, Ali, Friday”), or react with ✅. Later works as well: `{ $prefix }planb { $number } use`
planb-no = Then it stays as it is. Plan B for action { $number } can still be used: `{ $prefix }planb { $number } use`
planb-unclear = Shall you switch to plan B for action { $number }? Just reply “yes”, or “yes, Ali, Friday”.
problem-planb-one = Switch to plan B for one action at a time, for example: { $prefix }planb { $number } use
problem-planb-done = Action { $number } is done, so plan B is not needed.
problem-planb-none = Action { $number } has no plan B. Write one, for example: { $prefix }planb { $number } ask the youth school instead
problem-planb-used = You have switched to plan B for action { $number } already: it is action { $new }.
step-done = { $at } { $who } reported it done
step-undone = { $at } { $who } took “done” back
step-state = { $at } { $who }: now { $state }
step-seen = { $at } { $who } has seen it

## Digest (bot/documents/digest.py)

digest-head = Digest for { $forum }, { $day }
digest-head-across = Digest across forums, { $day }
digest-head-coarse = Figures of the programme, { $day }
digest-quiet = Nothing new: nothing is overdue, and nothing is due before the next digest.
digest-quiet-part = Nothing new.
digest-overdue = Overdue ({ $count })
digest-due = Due before the next digest ({ $count })
digest-done = Done since the last one ({ $count })
digest-declined = Declined since the last one ({ $count })
digest-moved = Deadlines moved since the last one ({ $count })
digest-decisions = Decided since the last one ({ $count })
digest-no-owner = Without an owner ({ $count })
digest-no-due = Without a deadline ({ $count })
digest-more = and { $count } more
digest-was = (before: { $before })
digest-away-head = On leave
digest-away = { $name } until { $until } inclusive: { $count ->
    [one] { $count } action waits
   *[other] { $count } actions wait
}
digest-meetings = { $count ->
    [one] **Next meeting:** { $days }
   *[other] **Meetings to come:** { $days }
}
digest-meeting-cancelled = called off
digest-meeting-moved = moved from { $day }
digest-held = **Meetings:** { $planned ->
    [0] { $cancelled } called off
   *[other] { $held } held of { $planned } planned{ $cancelled ->
        [0] {""}
       *[other] , { $cancelled } called off
    }
}
digest-attendance = **Attendance:** { $agencies }
digest-attended = { $agency } { $came } of { $meetings }{ $excused ->
    [0] {""}
    [one] {" "}(apology)
   *[other] {" "}({ $excused } apologies)
}
digest-coarse-line = { $agency }: { $open } open actions, { $overdue } of them overdue
digest-no-agency = Without an agency
digest-coarse-meetings = In the period: meetings held { $held }, decisions { $decisions }.
digest-coarse-done = Done in the period: { $done }. The figures are rounded, so that nobody can be recognised by them.
coarse-few = fewer than 5
coarse-about = about { $number }

## Help and yourself (bot/commands/help.py, me.py, undo.py)

help-head = **This is what you can write:**
help-tail = More about one command: `{ $prefix }help action`. You can also just answer my messages: “done”, “next week” or “I cannot”, and ✅ means done.
help-names = Also called: { $names }
me-actions = { $count ->
    [0] You have no open actions here.
    [one] **You have { $count } open action:**
   *[other] **You have { $count } open actions:**
}
me-hours = I write to you at { $time } on your working days.
me-away = You are away until { $until } inclusive; reminders wait until then.
me-tail = Change it with `{ $prefix }me at 7:30`, `{ $prefix }me away until 12 December` or `{ $prefix }me Danish`.
me-language-set = I will write English to you in direct messages. Rooms have their own language.
me-morning-set = I will write to you at { $time } on your working days.
me-back = Welcome back. Reminders come again.
me-away-set = You are away until **{ $until }** inclusive. Your reminders wait, and the coordinator can see it.
me-away-day-set = You are away on **{ $until }**. Your reminders wait, and the coordinator can see it.
me-away-from-set = You are away from { $start } until **{ $until }** inclusive. Your reminders wait, and the coordinator can see it.
leave-deputy = Shall somebody else take over meanwhile? Write for example `{ $prefix }me deputy @ali { $now ->
    [yes] until { $until }
   *[no] from { $start } to { $until }
}`.
leave-told = { $name } is away from { $start } until { $until } inclusive. { $count ->
    [one] { $count } action waits
   *[other] { $count } actions wait
}:
undone = `{ $command }` has been taken back.
undone-answer = What you answered has been taken back.
undone-reaction = Your reaction no longer counts.

## Answers without commands (bot/replies.py)

hint-direct = I am not sure what you mean. Write `{ $prefix }actions mine` to see your actions, or `{ $prefix }help`.
answer-noted = I wrote that as a note on action { $number }. If it is done, reply “done”.
answer-not-that = I do not understand “{ $words }” as an answer to that.
answer-which = Which of them? Add the number, such as “{ $first } done” – or “all done”.
answer-which-many = Which of them? Add the number, such as “{ $first } done”.
answer-which-one = Do you mean action { $number }? Then add its number, such as “{ $number } done”.
answer-more = … and { $count } more: `{ $prefix }actions`
answer-more-mine = … and { $count } more: `{ $prefix }actions mine`
answer-not-yours = { $count ->
    [one] Action { $numbers } is not one of your open actions.
   *[other] Actions { $numbers } are not among your open actions.
}
answer-yours = Yours are:
answer-yours-none = You have no open actions here.
answer-away = If you are away, write for example `{ $prefix }me away until Friday`. My reminders then wait, and the coordinator can see it.
answer-why = Why can action { $number } not be done? Reply briefly, and the group will hear it.

## Edits and deletions (bot/inbox.py, bot/deletion.py)

edit-case-stays = The message was edited, but { $code } is still open, for something was done about it since. Close it with `{ $prefix }close { $code }`.
edit-left = You cannot correct that any longer, for you are not part of it any more. To have something removed, delete your message or write to the coordinator.
edit-taken-back = Taken back, because the message was edited.
withdrawn = Action { $number } has been withdrawn.
erased-shell = The wording of action { $number } has been deleted. The action still stands until the coordinator says otherwise.
erased-told = { $name } has deleted the wording of action { $number }. The action still stands. Reply with a new wording, “yes” if it should stand without one, or cancel it.

## Reminders (bot/duties/reminders.py)

reminder-head = { $count ->
    [one] Hello { $name }. Please remember this action:
   *[other] Hello { $name }. Please remember these { $count } actions:
}
reminder-now-head = Hello { $name }. This one is urgent:
reminder-hour-head = Hello { $name }. There is a deadline in an hour:
reminder-new = new
reminder-today = today
reminder-overdue = overdue
reminder-from = from { $forum }
reminder-tail-one = Reply “done”, a new date or a few words – or react: ✅ done, ⏰ two more working days, ❌ cannot.
reminder-tail-many = Reply with the number, such as “{ $first } done, { $second } next week” – or “all done”.
reminder-partner = For { $name }:
reminder-deputy = Standing in for { $name }:
reminder-left = { $name } is no longer in the forum, and the action is open:
reminder-in-room = { $name }, I cannot send you direct messages, so I write here:
refused-told = I cannot write to { $where }: { $why ->
    [forbidden] I am not allowed to write in the room. Let me again, and I will send what is missing.
    [outside] I am not in the room. Invite me again, and I will send what is missing.
    [large] the message was too long. The actions are still there: write !actions.
   *[other] the server says no ({ $code }). Tell whoever runs the bot.
}
unreachable-told = I cannot send direct messages to { $name }. The reminder stands in { $forum } instead. { $why ->
    [others] There are more than two of us in the conversation; please ask { $name } to put that right.
   *[invitation] Please ask { $name } to accept my invitation.
}
raised-head = { $count ->
    [one] One action needs your help:
   *[other] { $count } actions need your help:
}
raised-overdue = overdue, the owner has been reminded
raised-no-owner = has no owner
raised-no-name = an owner has no name yet
raised-no-name-late = overdue, and an owner has no name yet
raised-no-due = has no deadline
raised-tail-name = Where a name is missing, reply with number and name, such as “{ $number } Lene”.
raised-tail = Talk to the owner, or write `{ $prefix }give { $number } …`, `{ $prefix }due { $number } …` – or take it to the management group.

## The digest's picture (bot/documents/chart.py)

chart-agencies = Open actions by agency
chart-weeks = The last weeks
chart-nothing = No open actions.
chart-rest = { $count } others
chart-bar = { $open }, of these { $overdue } overdue
chart-open = { $count ->
   *[other] open
 }
chart-overdue = overdue
chart-done = { $count ->
   *[other] done
 }
chart-alt-agency = { $code }: { $open } { $count ->
   *[other] open
 }, of these { $overdue } overdue.
chart-alt-week = { $week }: { $open } { $count ->
   *[other] open
 }, of these { $overdue } overdue; { $done } { $finished ->
   *[other] done
 }.

## Checks: hotspotbot check (bot/checks/). Shown on a command line, so as plain text.

check-grade = { $grade ->
    [ok] ok
    [warning] warning
   *[error] error
}
check-more = and { $count } more
check-config = The config is valid: { $people ->
    [one] { $people } person
   *[other] { $people } people
 } and { $rooms ->
    [one] { $rooms } room
   *[other] { $rooms } rooms
 }.
check-config-no-rooms = The config names no room, so the bot has nothing to do. Add them under [[rooms]].
check-config-no-lead = Nobody under [[people]] is a coordinator or the lead, so nobody hears of what is stuck. Give somebody the role coordinator or lead.
check-open-file = Others may read { $path }. Run: chmod 600 { $path }
check-http = { $url } is not encrypted on the way, so the password can be overheard. Use https.
check-timezone = The time zone { $zone } is known.
check-timezone-old = This machine's time zone data for { $zone } is wrong, so times come out wrong. Update the package tzdata.
check-meetings = By the calendar { $room } meets: { $days }.
check-meetings-none = { $room } has a rhythm of meetings, but none within a year. Look at meeting, breaks, on_closed and meeting_start.
check-key = The master key can be read ({ $path }).
check-key-none = There is no master key. Set master_key_file under [keys], or HOTSPOTBOT_MASTER_KEY.
check-key-missing = There is no master key at { $path }. Put the safe copy back. Only a new installation gets a new key; “hotspotbot init” makes it.
check-key-open = Others may read { $path }. Run: chmod 600 { $path }
check-key-unusable = The master key cannot be used: { $why }. Put the safe copy back.
check-ring = The keyring fits the master key.
check-ring-new = The keyring is made when the bot first starts ({ $path }).
check-ring-lost = The keyring { $path } is missing, but the database is in use: without it nobody can read what was written. Put its newest copy back before the bot starts.
check-ring-unread = The keyring { $path } cannot be tried without the master key.
check-ring-other = The master key does not fit the keyring { $path }. Find the master key that belongs to it; do not make a new one.
check-ring-unusable = The keyring { $path } cannot be used: { $why }.
check-ring-moves = The keyring moves from { $path } to { $to } when the bot starts. The file is gone then; delete copies of it as well.
check-ring-two = The bot uses the keyring { $used }, but there is another one at { $path }. If it is old, delete it: a key that was destroyed may still be in it.
check-database = The database ({ $path }) cannot be used: { $why }.
check-form = The ressourceskema ({ $path }) has { $count } fields, { $names ->
    [on] with name and address
   *[off] without name and address
 }. So many are answered by: { $asked }.
check-form-nobody = No agency is asked about anything in the ressourceskema: its codes do not stand under [agencies]. Make a form of your own, and set form_file under [cases].
check-database-good = The database answers and has the right schema ({ $path }).
check-database-none = There is no database yet ({ $path }). “hotspotbot migrate” or the first start makes it. Did you expect one? Then correct url under [database].
check-database-lost = There is no database ({ $path }), but the keyring has been in use. Correct url under [database], or put the backup back before the bot starts.
check-database-older = The database has an older schema. “hotspotbot migrate” or the next start brings it up to date; make a backup first.
check-database-newer = A newer version of the bot has used the database. Install that version again, or use an older backup.
check-running = The bot is running on the database now ({ $who }).
check-stands-by = Another bot stands by and takes over if the first one falls ({ $who }).
check-not-running = The bot is not running at the moment.
check-server-away = The homeserver { $url } does not answer ({ $why }). Is it running, is the address right, and does this machine know its certificate (ca_file)? Login and rooms were not fully checked.
check-server-refuses = The homeserver { $url } refuses: { $why }. Login and rooms were not fully checked.
check-login-token = Logged in as { $user } with the bot's access token.
check-login-password = The password of { $user } is right.
check-login-again = The bot's stored access token is no longer valid. The password of { $user } is right, so the bot logs in again by itself at its next start.
check-login-refused = The server refuses the login as { $user } ({ $why }). Correct user_id or the password (HOTSPOTBOT_PASSWORD or password_file).
check-login-none = There is neither a password nor an access token. Set HOTSPOTBOT_PASSWORD, or password_file under [matrix].
check-token-ended = The bot's access token is no longer valid. Give the bot its password or a new token.
check-token-other = The access token belongs to { $who }, not to { $user }. Correct user_id, or give the bot its own token.
check-token-unread = The bot's stored access token cannot be read without the keys, so the login was not checked.
check-room = { $room }: the bot is in it.
check-room-unknown = { $room }: there is no room with the address { $alias }. Make it with that alias, or correct room under [[rooms]].
check-room-refused = { $room }: the server will not show the room ({ $why }). Invite the bot, or correct room under [[rooms]].
check-room-invited = { $room }: the bot is invited and joins when it starts.
check-room-invited-long = { $room }: the bot is invited but does not join. The invitation has to come from somebody under [[people]]: take it back, and let one of them invite { $bot }.
check-room-out = { $room }: the bot is not in it. Let somebody who stands under [[people]] invite { $bot }.
check-power = { $room }: the bot may delete others' messages and pin.
check-power-low = { $room }: the bot has power level { $has } but needs { $needs } to delete others' messages and to pin. Make it a moderator in the room's settings under roles and permissions.
check-encrypted = { $room }: the room is encrypted.
check-cleartext = { $room }: the room may hold personal data but is not encrypted. Turn encryption on in the room's settings under security.
check-cleartext-rehearsal = { $room }: the room is not encrypted. That is for rehearsals only; do not write about real people.
check-history = { $room }: whoever is invited can read everything written before. Set the history to “members only, since they were invited” in the room's settings.
check-history-world = { $room }: anyone at all can read along. Set the history to “members only” in the room's settings now.
check-history-good = { $room }: whoever comes later cannot read what was written before.
check-join-rule = { $room }: one can knock, or enter from another room (join rule: { $rule }). Set the access to “invite only” in the room's settings, so that you know who is there.
check-join-open = { $room }: one can enter without an invitation (join rule: { $rule }). Set the access to “invite only” in the room's settings now.
check-reach-good = { $room }: cannot be reached from Matrix servers other than yours.
check-reach-allowed = { $room }: can be reached from other Matrix servers, and the config allows it (federated = true).
check-reach = { $room }: can be reached from other Matrix servers. Type “/devtools” in Element and send the room state m.room.server_acl with allow: [{ $servers }], or make the room anew with m.federate = false. If it has to be so, write federated = true under the room.
check-foreign = { $room }: somebody is here from a server that is neither yours nor under [privacy] servers: { $names }. Ask them to leave, or add their server there.
check-guests = { $room }: guests without an account can be let in. Turn guest access off in the room's settings.
check-strangers = { $room }: somebody is here whom the config does not know: { $names }. Ask them to leave, or add them under [[people]].
check-strangers-unheard = { $room }: the bot does not listen to { $names }, who are not under [[people]].
check-citizens = { $room }: citizens must not be in a room with personal data: { $names }. Ask them to leave.
check-agency-outside = { $room }: { $names } do not belong to the agencies that the room is for ({ $agencies }). Ask them to leave, or correct agencies under [[rooms]].
check-absent = { $room }: by the config { $names } should be here. Invite them.
check-pending = { $room }: { $names } have not accepted the invitation yet. Until they do, they cannot use the bot there.
check-nobody-hears = { $room }: no coordinator is in the room and no lead oversees it, so nobody hears about what is stuck. Invite a coordinator, or add the room to a lead's oversees.
check-no-coordinator = { $room }: no coordinator is in the room. The bot tells the lead about what is stuck.
check-members = { $room }: { $count } from the config are in it.
check-nowhere = These people are in no room: { $names }. Invite them, or see whether user_id is spelled right.
check-owed = { $count ->
    [0] No message waits to be sent.
    [one] { $count } message is on its way out.
   *[other] { $count } messages are on their way out.
}
check-owed-waiting = { $count ->
    [one] { $count } message waits for the bot to run. Start it.
   *[other] { $count } messages wait for the bot to run. Start it.
}
check-refused = { $count ->
    [one] { $count } message could not be delivered ({ $why }), written { $day } at the latest. Is the bot in the room, and does the recipient accept it? The log says which (send.refused).
   *[other] { $count } messages could not be delivered ({ $why }), written { $day } at the latest. Is the bot in the room, and do the recipients accept it? The log says which (send.refused).
}
check-files-left = { $count ->
    [one] { $count } file whose message is deleted still lies on the Matrix server. See its address, and delete it, with `hotspotbot media`.
   *[other] { $count } files whose messages are deleted still lie on the Matrix server. See their addresses, and delete them, with `hotspotbot media`.
}
check-unreachable = The bot cannot send direct messages to { $names }. Ask them to write to the bot or to accept its invitation.

## hotspotbot media (bot/cli_media.py)

media-none = No file waits to be deleted from the Matrix server.
media-deleted = { $count ->
    [one] One file is deleted from the Matrix server.
   *[other] { $count } files are deleted from the Matrix server.
}
media-left = { $count ->
    [one] This file has
   *[other] These { $count } files have
} to go from the Matrix server, and the bot may not delete there. Delete by the address in your admin tool (Synapse: DELETE { $path } with SERVER/ID from the address), or run this again with --admin-token-file FILE.
media-still = { $count ->
    [one] This file could
   *[other] These { $count } files could
} not be deleted with that token either: is it a server admin's, and does { $path } answer at that address (--homeserver URL)?

## hotspotbot trust (bot/cli_trust.py)

trust-identity = The bot has its identity, and it is published ({ $key }).
trust-identity-none = The bot has no identity yet. It makes one at its first start.
trust-identity-unpublished = The bot's identity is not published yet. The next start does that.
trust-identity-foreign = { $user } has an identity whose keys this database does not have. With the recovery file: “hotspotbot trust recover FILE”. Without it: “hotspotbot trust reset”; then everybody has to verify the bot again.
trust-device = The bot's device { $device } is signed by the identity.
trust-device-none = The bot is not logged in on a device with keys. The next start does that.
trust-device-unsigned = The bot's device { $device } is not signed, so Element neither reads it nor writes to it. Start the bot again.
trust-device-others = The account has more devices: { $devices }. If they are not yours, end them on the homeserver and change the password.
trust-file-lies = The recovery file still lies on this machine ({ $path }). Put it in a safe place and delete it here.
trust-people-unsigned = Without a device that they have verified themselves: { $who }. Ask them to verify it in the settings of Element; otherwise they are given no keys, and the bot does not hear them.
trust-person-verified = The bot has verified { $who }.
trust-recovered = The identity from { $path } is in the database. Start the bot (again): it then signs its device. Put the file back in its safe place.
trust-recovered-unpublished = The identity from { $path } is in the database. The homeserver did not know it; the bot publishes it when it starts (again). Put the file back in its safe place.
trust-reset-password = A new identity takes the bot's password. Set HOTSPOTBOT_PASSWORD or password_file under [matrix].
trust-reset-ask = The bot gets a new identity. Everybody who has verified it sees a warning and has to do so again, and the backup of room keys begins anew. The old recovery file is of no use any more. Go on?
trust-reset-done = The bot has a new identity. Its new recovery file is { $path }: put it in a safe place, delete it here, and shred the old one. Start the bot (again) now, and ask everybody to verify it again.
trust-verify-unknown = { $who } is not under [[people]] in the config. Write the whole id, for example @mette:example.dk.
trust-verify-lead = The bot verifies only those with the role lead, and { $who } does not have it. { $who } can verify the bot in Element all the same; that does not take this command.
trust-verify-not-running = The bot is not running, and it is the one who verifies. Start it and try again.
trust-verify-waits = Waiting for { $who }: open the bot's profile in Element and choose “Verify” with emoji.
trust-verify-ask = Read them out to { $who }, best on the telephone. Are they the same, in the same order?
trust-verify-theirs = Now { $who } has to press “They match” as well.
trust-verify-outcome = { $outcome ->
    [signed] The bot has verified { $who }.
    [no] Nobody was verified. If the emoji differed, somebody may sit in between: begin again, and call your IT department if it happens once more.
    [cancelled] The verification was cancelled. Nobody was verified; begin again.
    [changed] { $who } has another identity now than the one that was verified. Nobody was verified; begin again.
    [none] { $who } has no identity that could be verified. Ask them to set up secure backup in Element, and begin again.
    [refused] The homeserver would not take the signature. The log says why (keys.refused).
   *[late] Nothing happened in time. Nobody was verified; try again.
}

## Free answers (bot/answer)

answer-ask-question = I read that as a question, so I have changed nothing. You can answer “done”, “next Friday” or “in progress”.
answer-ask-doubt = You sound unsure, so I have changed nothing. Write “done” when it is, or a day, such as “on Friday”.
answer-ask-vague_date = When should I ask again, then? Write a day, such as “next Friday” or “3 December”.
answer-ask-impossible_date = I cannot use that date. Write one that lies ahead, such as “next Friday” or “3 December”.
answer-ask-two = I can read that in two ways, so I have changed nothing. Write one thing at a time, such as “done” or “on Friday”.
answer-ask-short = Thanks for writing. How is the action going? You can answer “done”, “next Friday” or “in progress”.
answer-ask-cancel = I delete nothing on a free answer. Write “!cancel” and the action's number if it should go, or “cannot” if you have to decline.
answer-ask-who = Who should have it? Write for example “give it to Lene”. Until then it stays with you.
answer-ask-unclear = I did not understand that. You can answer “done”, “next Friday”, “cannot” or “in progress”.

## Times that have to be asked about (bot/when/)

when-ask-vague = “{ $phrase }” is not one particular day. Write a day, such as “Friday”, “3 December” or “in two weeks”.
when-ask-two = I can read two deadlines, { $date } or { $other }, and need to know which. Write the one you mean, such as “Friday” or “3 December”.
when-ask-past = “{ $phrase }” is in the past. Write a day that lies ahead, such as “Monday” or “in a week”.
when-ask-clock_past = It is later than that: “{ $phrase }” is in the past. Write for example “today at 16” or “tomorrow at 9”.
when-ask-clock_half = Is “{ $phrase }” { $hour } or { $other }? Write it with four digits, such as “at { $other }”.
when-ask-impossible = “{ $phrase }” is not in the calendar. Write a day that is, such as “28 February” or “week 48”.
when-ask-contradiction = “{ $phrase }” does not fit the calendar, which says { $date } for that date. Write the day you mean, such as “Friday” or “3 December”.
when-ask-far = “{ $phrase }” is a long way ahead ({ $date }). If you mean that, write the date with its year, such as “1 October 2027”.
when-ask-needs_calendar = I do not know the dates of “{ $phrase }”. Write a day, such as “22 February” or “week 8”.
when-ask-none = I do not understand “{ $phrase }” as a deadline. Write for example “Friday”, “3 December at 10” or “before Christmas”.
when-ask-meeting = That is a meeting, and I have no calendar of meetings here. Write a day, such as “Friday” or “3 December”.
when-ask-repeat = That recurs, and a deadline is one day. Write the first one, such as “Monday” or “3 December”.

## Dagsorden og referat (bot/documents/…)

doc-page = Page { $page } of { $pages }
agenda-head = Agenda for { $forum }
agenda-span = week { $week } · { $day } { $year } at { $start }–{ $end }
agenda-with = with { $agencies }
agenda-without = without { $agencies }
agenda-and = and
agenda-overdue = Actions past their deadline
agenda-due = Actions due before the next meeting
agenda-no-text = an item without wording
agenda-carried = (carried over)
agenda-carried-from = (carried over from week { $week })
agenda-minutes = { $count } min
agenda-no-time = no time for it in this meeting
agenda-now = under way now
agenda-done = done
agenda-more = and { $count } more
agenda-empty = There are no items yet.
agenda-too-long = The items ask for { $asked } minutes and the meeting lasts { $length }. Their times are cut so that all fit.
agenda-too-many = There are { $count } items in a meeting of { $length } minutes: there is no time for { $left ->
    [one] the last one
   *[other] the last { $left }
}.
agenda-add = Is something missing? Write for example `{ $prefix }agenda free place for siblings 10 min`.
minutes-title = Minutes
minutes-title-decisions = Record of decisions
minutes-place = Place:
minutes-chair = Chair:
minutes-unended = The meeting was not closed; these minutes are made from what was written.
minutes-present = Present
minutes-apologies = Apologies
minutes-absent = Absent
minutes-nobody = Nobody noted who was present.
minutes-unnamed = no name given
minutes-others = Others
minutes-decisions = Decisions
minutes-no-decisions = There are no decisions from this meeting.
minutes-decision = Decision { $label }:
minutes-since = Decided since the last meeting
minutes-decided-by = { $words } – { $who }, { $day }
minutes-nothing = No decisions or new actions.
minutes-otherwise = Also
minutes-carried = Carried over to the next meeting
minutes-not-reached = Not reached
minutes-actions = Actions: who does what by when
minutes-head-number = No.
minutes-head-who = Who
minutes-head-what = What
minutes-head-when = When
minutes-about = About { $about }: { $words }
minutes-case = Case { $case }
minutes-see-case = See the case’s own page: { $cases }.
minutes-from-item = From item { $number }
minutes-extract = Only what belongs to case { $case }.
minutes-agencies = Present: { $agencies }.
minutes-no-case = The minutes say nothing of case { $case }.
minutes-addenda = Added after the approval
minutes-addendum = { $at }, { $who }: { $words }
minutes-addendum-about = { $at }, { $who }, about { $about }: { $words }

## Meetings: commands, and what time does (bot/commands/meetings.py, bot/duties/meetings.py)

meeting-list = **The next meetings:**
meeting-cancelled-mark = **called off**
meeting-with = with { $agencies }
meeting-without = without { $agencies }
meeting-moved = The meeting { $before } has been moved to **{ $day }**.
meeting-moved-actions = { $count ->
    [one] Action { $numbers } was due at the meeting. Move it along if you like: `{ $example }`
   *[other] Actions { $numbers } were due at the meeting. Move them along if you like: `{ $example }`
}
meeting-cancelled = The meeting **{ $day }** is called off. What stood on its agenda goes to the next.
meeting-next = The next meeting is { $day }.
meeting-extra = Extra meeting: **{ $day }**. Put items on it with `{ $prefix }agenda`.
meeting-changed-by = { $state ->
    [cancelled] { $who } has called off the meeting **{ $day }**.
   *[planned] { $who } has put the meeting on **{ $day }**.
}
meeting-calendar = { $count ->
    [one] Here is the meeting as a calendar file. Open it to have it in your calendar.
   *[other] Here are { $count } meetings as a calendar file. Open it to have them in your calendar.
}
meeting-started = The meeting began at { $at }. { $who } chairs it. React to this message or write something, and you are noted as present.
meeting-no-agenda = There is nothing on the agenda. Add an item, for example `{ $prefix }agenda places for siblings 10 min`.
meeting-taken-over = { $who } chairs the meeting now.
meeting-ended = The meeting ended at { $at }. { $actions ->
    [0] No actions
    [one] 1 action
   *[other] { $actions } actions
 }, { $decisions ->
    [0] no decisions
    [one] 1 decision
   *[other] { $decisions } decisions
 }. The draft of the minutes is on its way to who chaired it.
meeting-ended-left = { $count ->
    [one] One item was not reached; it goes to the next agenda.
   *[other] { $count } items were not reached; they go to the next agenda.
}
meeting-closed = Nobody ended the meeting, so I have closed it. The draft of the minutes is on its way to who chaired it.
meeting-item-time = ({ $minutes } min, until { $at })
meeting-last-item = That was the last item. End the meeting with `{ $prefix }meeting end`.
meeting-present = Present: { $who }.
meeting-apology = Apologies: { $who }.
meeting-apology-day = Apologies for the meeting { $day }: { $who }.
meeting-ask-start = It is { $at }. Shall we begin the meeting? React with ✅, or write `{ $prefix }meeting start`.
meeting-ask-end = Time is up. Is the meeting over, { $who }? React with ✅, or write `{ $prefix }meeting end`. Otherwise I close it in an hour.
meeting-headsup = { $count ->
    [one] The meeting of { $forum } **{ $day }** takes up one of your actions, which is overdue. If it is done or needs a new date, answer here.
   *[other] The meeting of { $forum } **{ $day }** takes up { $count } of your actions, which are overdue. If they are done or need new dates, answer here.
}
time-item = Item { $number } has { $minutes } min left (until { $at }).
time-item-over = Item { $number } is { $minutes } min over time ({ $at }).
time-meeting = The meeting has { $minutes } min left (until { $at }).
time-meeting-over = The meeting is { $minutes } min over time ({ $at }).
time-items = { $count ->
    [0] There are no more items.
    [one] There is 1 item left.
   *[other] There are { $count } items left.
}
action-next-meeting-short = (next meeting)
decision-recorded = **Decision { $label }:** { $words }
decision-between = There is no meeting now; the decision will stand in the next minutes.

problem-meeting-in-room = That has to be written in the room of the meeting. Write `{ $prefix }meeting` here to see the next ones.
problem-meeting-which-forum = You are in several groups ({ $forums }). Write it in the room of the one you mean.
problem-meeting-unknown = I do not know “{ $word }”. Write for example `{ $prefix }meeting start`, `{ $prefix }meeting end` or `{ $prefix }meeting move Tuesday at 13`.
problem-meeting-near = I do not know “{ $word }”. Did you mean `{ $meant }`?
problem-no-meeting-known = I know of no next meeting here. Plan one, for example `{ $prefix }meeting extra Thursday at 14`.
problem-no-meeting-week = There is no meeting in week { $week }. Write `{ $prefix }meeting` and I show the next ones.
problem-no-such-week = There is no week { $week }. Write a week from 1 to 52 or 53.
problem-no-meeting-running = No meeting is under way here. Begin it with `{ $prefix }meeting start`.
problem-meeting-ended = The meeting is over already ({ $at }).
problem-meeting-runs = The meeting has been under way since { $at }, and { $who } chairs it. If you chair it now, write `{ $prefix }meeting take over`.
problem-chair-already = You chair the meeting already. End it with `{ $prefix }meeting end`.
problem-not-chair = { $who } chairs the meeting. Only the chair, the coordinator and the lead can end it. If you chair it now, write `{ $prefix }meeting take over` first.
problem-meeting-when-missing = When? Write for example `{ $prefix }meeting move Tuesday at 13` or `{ $prefix }meeting extra Thursday at 14`.
problem-meeting-when = I do not understand “{ $word }” as a day. Write for example `{ $prefix }meeting move Tuesday at 13`.
problem-meeting-hour = At what time? Write for example `{ $prefix }meeting extra Thursday at 14`.
problem-meeting-past = { $when } is over. Write a day that lies ahead.
problem-no-meeting-day = There is no meeting that day ({ $day }). Write `{ $prefix }meeting` to see the next ones.
problem-meeting-same = The meeting is { $day } already. Write another day or hour, such as `{ $prefix }meeting move Tuesday at 13`.
meeting-example-hour = at 10
problem-meeting-a-day = { $known ->
    [yes] There is a meeting that day ({ $day }).
   *[no] There is no meeting that day ({ $day }).
 } To move the next meeting there, write `{ $prefix }meeting move { $words }`; for an extra one write `{ $prefix }meeting extra { $words }`.
problem-meeting-start-later = The meeting begins the moment you write `{ $prefix }meeting start`. To put it later, write `{ $prefix }meeting move { $words }`.
problem-attendee-everybody = Write that in the room where the meeting is; then I note everybody in the room.
problem-next = Write `{ $prefix }next`, or the item's number: `{ $prefix }next 4`.
problem-no-item = { $count ->
    [0] There is nothing on the agenda. Add an item with `{ $prefix }agenda topic 10 min`.
    [one] There is no item { $number }; there is 1 item. Write `{ $prefix }agenda` and I show it.
   *[other] There is no item { $number }; there are { $count } items. Write `{ $prefix }agenda` and I show them.
}
problem-no-more-items = There are no more items. End the meeting with `{ $prefix }meeting end`.
problem-attendee = I know nobody called “{ $word }” here. For a guest write `{ $prefix }here guest Hanne from the school`.
problem-attendee-near = I know nobody called “{ $word }” here. Did you mean { $name }? For a guest write “guest” before the name.
problem-attendee-citizen = You can speak for yourself, but not for others: `{ $prefix }apologies`.

## The agenda in conversation (bot/commands/agenda.py)

agenda-none = There is neither a meeting nor an item waiting. Add an item, for example `{ $prefix }agenda places for siblings 10 min`.
agenda-waiting = **Waiting for the next meeting:**
agenda-waits = Put on for the next meeting: “{ $words }”
agenda-added = Put on as item { $number }{ $minutes ->
    [0] {""}
   *[other] {" "}({ $minutes } min)
 } for the meeting { $day }: “{ $words }”
agenda-struck = Taken off the agenda: “{ $words }” (was item { $number }).
agenda-timed = Item { $number } has { $minutes } min: “{ $words }”
agenda-moved = “{ $words }” is item { $number } now.
agenda-kind-overdue = overdue actions
agenda-kind-due = actions that are due
agenda-kind-carried = an item carried over
agenda-kind-added = an item
agenda-kind-standing = a standing item
problem-agenda-number = What about item { $number }? Write for example `{ $prefix }agenda strike { $number }`, `{ $prefix }agenda { $number } 15 min` or `{ $prefix }agenda move { $number } to 1`.
problem-agenda-empty = What should go on the agenda? Write for example `{ $prefix }agenda places for siblings 10 min`.
problem-agenda-long = An item is one line: say it in at most { $count } characters. The rest is for the meeting.
problem-agenda-citizen = You can put items on the agenda, but not move or strike them. Write for example `{ $prefix }agenda more light on the path`.
problem-agenda-full = There are { $count } items on the agenda, and it cannot hold more. Strike some first.

## Calendar and minutes (bot/proceedings, bot/commands/minutes.py)

calendar-summary = { $forum }: meeting
calendar-cancelled = Called off: { $forum }
calendar-alt = { $count ->
    [one] Calendar file: the meeting of { $forum }
   *[other] Calendar file: { $count } meetings of { $forum }
}
calendar-with = With { $agencies }.
calendar-without = Without { $agencies }.
minutes-draft-head = **Draft of the minutes { $label }.** Correct it by editing the original messages, or write for example `{ $prefix }minutes correct { $week }-1 other words` or `{ $prefix }minutes add item 2: …`. Approve it with ✅ or `{ $prefix }minutes approve`. { $until }
minutes-draft-until = If I hear nothing else, I send it { $at }.
minutes-draft-open = It is sent only once you have approved it.
minutes-file-name = minutes
minutes-file-alt = { $title } { $label } as a file
minutes-file-comes = The minutes { $label } come as a file.
minutes-own = { $count ->
    [one] Your action from the meeting of { $forum } ({ $label }):
   *[other] Your { $count } actions from the meeting of { $forum } ({ $label }):
}
minutes-is-draft = Draft, not approved yet
minutes-approved = The minutes { $label } are approved and sent.
minutes-remarked = Written into the draft of the minutes { $label }.
minutes-about-action = action { $number }
minutes-withdrawn = withdrawn
agenda-cancelled = **The meeting { $day } is cancelled.** What stood on its agenda goes to the next one.
problem-minutes-in-room = You can read the minutes in the room of the meeting: write `{ $prefix }minutes` there.
minutes-addendum-head = Addendum to the minutes { $label }:
problem-minutes = I do not understand “{ $word }”. Write for example `{ $prefix }minutes`, `{ $prefix }minutes week 47`, `{ $prefix }minutes approve` or `{ $prefix }minutes word`.
problem-no-minutes = No meeting has been held here yet. Begin one with `{ $prefix }meeting start`.
problem-no-minutes-week = There are no minutes of week { $week }. Write `{ $prefix }minutes` and I show the last.
problem-minutes-not-yours = { $who }, who chaired the meeting, the coordinator and the lead can do that. Write to one of them if something has to be corrected.
problem-minutes-approved = The minutes { $label } are approved already. Add to them with `{ $prefix }minutes add …`.
problem-no-decision = I find no decision “{ $word }” here. Write its number as it stands in the minutes, for example `{ $prefix }minutes correct 2026-W48-3 other words`.
problem-minutes-which = You have drafts from several forums ({ $forums }). Reply to the draft you mean, for example with `{ $prefix }minutes approve`.
problem-meeting-cancel-running = The meeting is under way. End it with `{ $prefix }meeting end`. If a later one is to be called off, name its day, for example `{ $prefix }meeting cancel week 49`.
problem-meeting-end-later = I cannot end the meeting in advance. Write `{ $prefix }meeting end` when it is over.
problem-meeting-edited-late = That message is too old to be edited. Write the command in a new message.
problem-minutes-several = There were several meetings that week: { $days }. Name the day, for example `{ $prefix }minutes { $example }`.
problem-no-minutes-day = There are no minutes of { $day }. Write `{ $prefix }minutes` and I show the last.
agenda-reworded = The item is now called: “{ $words }”
meeting-present-day = Present at the meeting { $day }: { $who }.
meeting-ask-start-late = The meeting was to begin at { $at }. Shall we begin now? React with ✅, or write `{ $prefix }meeting start`.
meeting-ask-end-all = Time is up. Is the meeting over? React with ✅, or write `{ $prefix }meeting end`. Otherwise I close it in an hour.
minutes-about-item = item { $number }

# --- cases
case-urgent = urgent
problem-me-near = I do not understand “{ $word }”. Do you mean: { $example }
problem-cancel-case = That command is for actions. If all of the case is to be erased, write { $example }
problem-case-which = Which case do you mean? Write its code as well, for example: { $example }
problem-no-such-case = I know no case { $code } here. See the cases with { $prefix }case.
problem-near-case = I know no case { $code } here. Do you mean { $nearest }? See the cases with { $prefix }case.

## Cases: a name in what is written (bot/commands/case_hints.py)
case-hint-name = { $count ->
    [one] I see a name ({ $names }). The case's code is enough: edit your message, and I will mend the case.
   *[other] I see names ({ $names }). The case's code is enough: edit your message, and I will mend the case.
 }

## Cases on the agenda (bot/documents/agenda_cases.py)

agenda-case = the case
agenda-case-lifted = lifted
agenda-case-new = new
agenda-case-reopened = opened again
agenda-case-late = not followed up since { $day }
agenda-case-unanswered = Answers to come: { $agencies }
agenda-cases-waiting = Waiting until next time: { $codes } ({ $count })

## Cases: the list, one case and the plan (bot/documents/case.py)
case-state-open = open
case-state-resting = resting
case-state-escalated = escalated
case-state-closed = closed
case-closed-on = closed { $day }
case-rests = resting until { $day }
case-follow-up = follow up by { $day }
case-follow-up-missed = was to be followed up by { $day }
case-followed-last = Last taken up { $day }.
case-reopened-never = Opened again { $day }, not taken up at a meeting since.
case-followed-never = Opened { $day }, not taken up at a meeting yet.
case-reason = Reason: { $words }
case-lifted-to = Escalated to { $forum }.
case-parameter-work = employment
case-parameter-social = social
case-parameter-education = education
case-trend-better = better
case-trend-same = unchanged
case-trend-worse = worse
case-trend-by = { $trend } ({ $who }, { $day })
case-the-group = the group
case-no-goal = no goal yet
case-no-actions = No open actions.
case-actions = { $count ->
    [one] **{ $count } open action**
   *[other] **{ $count } open actions**
}{ $overdue ->
    [0] {""}
   *[other] , { $overdue } overdue
}. First:
case-news = **News from the agencies:**
case-update-nothing = nothing new
case-update-withheld = may not be shared
case-followers = Following: { $names }
case-a-caseworker = { $name }, caseworker
case-related = Related to: { $codes }
case-plan-head = Plan for { $code }
case-plan-empty = There are no actions in the plan yet.
case-plan-no-agency = Without agency
case-plan-more = and { $count } more
case-plan-number = No.
case-plan-what = What
case-plan-who = Who
case-plan-by = by { $due }
case-plan-due = By
case-plan-state = State
case-planb = Plan B

## The ressourceskema (bot/commands/sheet.py, bot/documents/sheet.py)

sheet-head = **Case sheet { $case }**: { $filled } of { $count } fields are filled in.
sheet-by = { $who }, { $day }
sheet-old = old answer
sheet-answered = is answered by another agency
sheet-missing = Missing
sheet-emptied = emptied
sheet-nothing-lacks = Nothing is missing, and nothing is old.
sheet-section-empty = In { $section } there is nothing that you can see.
sheet-count-missing = **Missing:** { $counts }.
sheet-count-old = **Old:** { $counts }.
sheet-see-missing = See what: `{ $prefix }sheet { $code } missing`
sheet-lacking-head = What the sheet of { $case } lacks
sheet-lacks = has not answered: { $fields }
sheet-is-old = has old answers: { $fields }
sheet-how = Fill it in like this: `{ $prefix }sheet { $code } field: answer`. Or reply to this message with field, colon and answer, in several lines if you like.
sheet-step = { $who }, { $day }
sheet-options = Answer with: { $options }.
sheet-whose = The field belongs to { $agencies }. I have written the answer down, and they can correct it.
sheet-filled = **{ $code } · { $field }**: { $words }
sheet-replaced = It said before: { $words } ({ $who }, { $day }). That stays in the field's history.
sheet-replaced-other = It held an answer of another agency. That stays in the field's history.
sheet-cleared = **{ $code } · { $field }** is empty now.
sheet-file-name = case-sheet
sheet-file-alt = Case sheet of { $code }, for Word
sheet-file-comes = Here comes the sheet of { $code } as a file. Pass it on only to those who may see it.
sheet-file-direct = The sheet of { $code } comes to you in a direct message, not here.
sheet-doc-title = Case sheet { $code }
sheet-doc-updated = Updated on { $day }
sheet-doc-empty = Not filled in yet
sheet-doc-answers = { $section }: answers
sheet-doc-newest = The latest from each, and observations
sheet-doc-steps = All answers, the newest first
sheet-doc-field = Field
sheet-doc-value = Answer
sheet-doc-source = Agency and date
sheet-doc-who = Who
sheet-doc-day = Date
sheet-doc-update = Update
sheet-doc-none = None.
sheet-doc-lacking = What is missing
sheet-doc-lacks = has not answered: { $fields }
sheet-doc-is-old = has old answers: { $fields }
sheet-doc-history = History
problem-sheet-follower = You follow { $code }, but the sheet is for the forum's members. Say what you know with `{ $prefix }update { $code } …`.
problem-sheet-file = The sheet as a file is for the forum's members. You see your own fields with `{ $prefix }sheet { $code }`.
problem-sheet-no-field = I find no field in "{ $word }". See the fields with `{ $prefix }sheet { $code } missing`, and write the field, a colon and the answer.
problem-sheet-near-field = I find no field in "{ $word }". Did you mean { $nearest }? Write: `{ $prefix }sheet { $code } { $field }: …`
problem-sheet-which = "{ $word }" can be several fields: { $fields }. Write all of it, e.g. `{ $prefix }sheet { $code } { $field }: …`
problem-sheet-number = There is no { $section } { $number }. The sheet has room for { $count }.
problem-sheet-options = "{ $word }" does not fit { $field }. Answer with: { $options }. E.g. `{ $prefix }sheet { $code } { $name }: …`
problem-sheet-date = I cannot read "{ $word }" as a date. Write it like this: `{ $prefix }sheet { $code } { $name }: 12 August 2026`
problem-sheet-long = The answer to { $field } has { $count } characters, and there is room for { $limit }. Write what matters most; the rest belongs in the records system.
problem-sheet-not-yours = { $field } is not a field that your agency answers. You can fill in: { $yours }.
problem-sheet-personal-off = { $field } is turned off in the sheet. The case's code is enough.
problem-sheet-personal-whose = Only the coordinator and the Hotspotchef see and write { $field }, in a direct message.
problem-sheet-personal-room = { $field } does not belong in a room. Write it to me in a direct message, and delete the message here.

## Cases: commands (bot/commands/cases.py, case_changes.py, case_state.py, case_people.py, case_shown.py)
case-opened = **Case { $code } is open:** { $words }
case-opened-next = The next meeting takes it up, { $day }. Use the code instead of names.
case-opened-next-unknown = The next meeting takes it up. Use the code instead of names.
case-opened-in = It belongs to { $forum }, and the room has been told.
case-opened-by = { $who } opened it in a direct message to me.
cases-head = { $count ->
    [one] **{ $count } case:**
   *[other] **{ $count } cases,** the one longest not taken up first:
}
cases-head-closed = { $count ->
    [one] **{ $count } closed case:**
   *[other] **{ $count } closed cases:**
}
cases-head-all = { $count ->
    [one] **{ $count } case, closed ones included:**
   *[other] **{ $count } cases, closed ones included:**
}
cases-none = There are no open cases here. Open one with `{ $prefix }case new` and what it is about.
cases-none-here = There are no open cases here. If you saw something, write `{ $prefix }update`, the case's code and what you saw.
cases-none-closed = There are no closed cases here. See the open ones with `{ $prefix }case`.
cases-more = … and { $count } more: `{ $again }`
case-goal-set = { $code }, goal for { $parameter }: { $words }
case-goal-gone = { $code } has no goal for { $parameter } any more.
case-trend-set = { $code }, { $parameter }: { $trend } ({ $who }).
case-described = { $code } is now about: { $words }
case-urgent-set = { $code } is urgent now.
case-urgent-gone = { $code } is not urgent any more.
case-related-set = { $code } and { $other } are related now.
case-related-already = { $code } and { $other } were related already.
case-related-gone = { $code } and { $other } are not related.
case-on-agenda = { $code } is on the agenda of the meeting { $day }.
case-on-agenda-already = { $code } is on the agenda already ({ $day }).
case-agenda-waits = { $code } goes onto the agenda once there is a next meeting.
case-next-meeting = next meeting
case-a-coordinator = the coordinator
case-follower-set = { $name } follows { $code } now and has been told. Followers see goals, plan and deadlines, not what the agencies write.
case-follower-already = { $name } follows { $code } already.
case-caseworker-set = { $name } is now a caseworker on { $code } and has been told. I ask them before meetings, in a direct message.
case-caseworker-already = { $name } is a caseworker on { $code } already.
case-knows-already = { $name } is in the group and sees { $code } anyway.
case-unfollowed = { $name } does not follow { $code } any more and has been told.
case-follows-not = { $name } does not follow { $code }.
case-told-follower = { $who } made you a follower of case { $code }. You can see its goals, plan and deadlines: write `{ $prefix }case { $code }` to me here. Nowhere else will I mention it to you.
case-told-caseworker = { $who } made you a caseworker on case { $code }. I ask you here before the group meets, and you can write to me about it at any time. See goals, plan and deadlines with `{ $prefix }case { $code }`. “I may not share that” is always a valid answer.
case-told-stop = { $who } took you off case { $code }. I write to you about it no more. `{ $prefix }actions mine` shows your own actions.
case-rests-now = { $code } rests until { $day }. Then it comes back to the agenda by itself.
case-rests-assumed = You named no date, so I set twelve weeks.
case-closed = { $code } is closed. `{ $prefix }reopen { $code }` opens it again.
case-closed-already = { $code } is closed already.
case-closed-actions = { $count ->
    [one] It has { $count } open action, which goes on:
   *[other] It has { $count } open actions, which go on:
}
case-closed-more = and { $count } more
case-reopened = { $code } is open again, and the next meeting takes it up.
case-open-already = { $code } is open already.
case-follow-up-set = { $code } is to be followed up by { $day }.
case-followed-now = { $code } has been followed up. Next time by { $day }.
case-history = { $code }: the way it went
case-history-earlier = … after { $count } earlier steps:
case-step = { $day } { $who }: { $what }
case-step-bot = the bot
case-step-action = { $day } action { $number }: { $words }
case-step-decision = { $day } decision: { $words }
case-step-opened = opened the case
case-step-reopened = opened it again
case-step-resting = let it rest
case-step-closed = closed it
case-step-described = described it anew
case-step-urgent = marked it as urgent
case-step-not-urgent = not urgent any more
case-step-followed = took it up
case-step-follow-up = set the follow-up by { $day }
case-step-follower = { $name } follows it
case-step-caseworker = { $name } is a caseworker
case-step-unfollow = { $name } follows it no more
case-step-goal = goal for { $parameter }: { $words }
case-step-goal-gone = no goal for { $parameter }
case-step-trend = { $parameter }: { $trend }
case-step-related = related another case
case-step-unrelated = took another case's relation away
case-step-because = { $what }: “{ $words }”
case-step-update = “{ $words }”
case-step-value = wrote in the case sheet
case-step-lifted = escalated it to { $forum }
case-step-returned = sent back from { $forum }
problem-case-unclear = Do you want to open a case? Then write { $prefix }case new { $words }. To see one, write { $prefix }case and its code.
problem-case-empty = What is the case about? Say it without names, for example: { $prefix }case new absence from school, the family lacks a contact
problem-case-long = That is { $count } characters. There is room for { $most }: write what matters most, and the rest in the sheet or as an update.
problem-case-new-nowhere = Cases are opened in a progress group, and you are in none. Ask the coordinator, or send an observation about a case with { $prefix }update and its code.
problem-case-new-where = Cases are opened in a progress group. Write the same there: { $forums }.
problem-case-member = The group's own people can change that on { $code }. If you want it changed, write to { $who }.
problem-case-read = The whole history of { $code } is for the group's own people. To know more, write to { $who }.
problem-case-lead = The coordinator or whoever leads the meeting can do that with { $code }: { $who }.
problem-case-verb = I do not understand “{ $word }”. After { $own } you can write: { $verbs }.
problem-case-verb-near = I do not understand “{ $word }”. Do you mean: { $example }
problem-case-goal-parameter = I do not know “{ $word }”. Goals are set for work, social or education, for example: { $prefix }case { $code } goal school at school four days a week
problem-case-goal-which = Which goal? Set it for work, social or education, for example: { $prefix }case { $code } goal school at school four days a week
problem-case-goal-empty = What is the goal for { $parameter }? For example: { $prefix }case { $code } goal school at school four days a week. “none” takes the goal away.
problem-case-trend-parameter = I do not know “{ $word }”. Write work, social or education, for example: { $prefix }case { $code } trend social better
problem-case-trend-which = How does what go? For example: { $prefix }case { $code } trend social better
problem-case-trend-empty = How does it go? Better, unchanged or worse, for example: { $prefix }case { $code } trend social better
problem-case-trend = Is “{ $word }” better, unchanged or worse? For example: { $prefix }case { $code } trend social better
problem-case-subject-empty = What is { $code } about? For example: { $prefix }case { $code } subject absence from school
problem-case-related = Which case is { $code } related to? Write its code, for example: { $prefix }case { $code } related HS-26-009
problem-case-related-self = { $code } is the same case.
problem-case-follower-citizen = { $name } takes part as a citizen and cannot follow a case.
problem-case-caseworker-agency = Which agency is { $name } a caseworker for? Write it behind, for example: { $prefix }case { $code } caseworker @ali SOF
problem-case-agency = “{ $word }” is no agency here. They are called: { $agencies }. For example: { $prefix }case { $code } caseworker @ali SOF
problem-case-stranger = { $name } is not in the bot's configuration and cannot follow cases.
problem-case-who = Who? Write a name, for example: { $example }
problem-case-nobody = I know nobody called “{ $word }”. For example: { $example }
problem-case-several = Several people have that name: { $names }. Write the full name, for example: { $example }
problem-case-near-name = I know nobody called “{ $word }”. Do you mean { $name }? For example: { $example }
problem-case-is-closed = { $code } is closed. Open it first: { $prefix }reopen { $code }
problem-case-not-open = { $code } is not open. Open it first: { $prefix }reopen { $code }
problem-case-rest-past = That day does not lie ahead. For example: { $prefix }rest { $code } until 15 January
problem-case-rest-long = More than a year is too long to rest. Name an earlier day, or close it: { $prefix }close { $code }
problem-case-follow-up-empty = When is { $code } to be followed up? For example: { $prefix }case { $code } follow-up 1 December
problem-case-follow-up-late = { $code } has to be followed up by { $day }. Name an earlier day, or let it rest: { $prefix }rest { $code }

## A case is lifted and comes back (bot/casework/lifting.py, bot/commands/escalation.py)

lift-head = Lifted to you: { $case }
lift-from = From { $forum } by { $who }.
lift-me = the bot
lift-reason = Reason: { $words }
lift-no-reason = still to come
lift-overdue = Actions past their deadline ({ $count })
lift-tried = Tried so far ({ $count })
lift-agreed = Actions ({ $count })
lift-next = { $known ->
    [yes] The case stands on the agenda { $day }.
   *[no] The case comes to the agenda of your next meeting.
 }
lift-how = What you decide goes back with the case: `{ $prefix }decision { $code } …`. Back without: `{ $prefix }return { $code }`.
lift-told = { $who } has lifted { $case } to { $forum }. Reason: { $words }
lift-back = Back from { $forum }: { $case }
lift-back-undecided = No decision came back with it.
lift-gone = { $code } was sent back to { $forum }{ $decisions ->
    [0] .
    [one] { " " }with 1 decision.
   *[other] { " " }with { $decisions } decisions.
 } { $actions ->
    [0] {""}
    [one] 1 action went with it.
   *[other] { $actions } actions went with it.
 } To take it up again: `{ $prefix }escalate { $code } reason`.
lift-closed = { $code } was closed in { $forum } and is no longer lifted to you.
lifted-over = { $code } was lifted to { $forum } and has come back. The reason is put right. To lift it again, write `{ $typed } { $code } …` in a new message.
problem-lift-over = That message lifted another case, which has come back. To lift { $code }, write `{ $typed } { $code } …` in a new message.
lift-rests = { $code } rests in { $forum } and is no longer lifted to you.
lift-ended = { $who } has { $what ->
    [closed] closed { $case }
   *[resting] put { $case } to rest
 }. It is no longer lifted to { $forum }.
lift-ended-here = { $code } { $what ->
    [closed] is closed
   *[resting] rests until { $day }
 } and is no longer lifted to here. I say so in { $forum }.
lifted-to = { $code } was lifted to { $forum }. { $known ->
    [yes] It stands on the agenda there { $day }.
   *[no] It comes to the agenda of the next meeting there.
 }
lifted-again = { $code } is lifted to { $forum }. The reason was put right.
lifted-why = Why is { $code } lifted? Reply with the reason, and it stands in the message to { $forum }.
lifted-reason-set = The reason for lifting { $code } now stands in the message to { $forum }.
lifted-no-longer = { $code } is no longer lifted to { $forum }.
problem-lift-closed = { $code } is closed. Write `{ $prefix }reopen { $code }` first if it is to be lifted.
problem-lift-nowhere = No forum is set up to which cases from here are lifted. Set escalates_to under the room in the config.
problem-lift-already = { $code } is lifted to { $forum } already. Write a reason behind it to put that right.
problem-not-lifted = { $code } is not lifted anywhere.
problem-return-words = Write the code alone: `{ $prefix }return { $code }`. What you have decided you write with `{ $prefix }decision { $code } …`.

## The bot proposes to lift a case (bot/casework/proposing.py)

propose-head = Should { $case } be lifted to { $forum }?
propose-why = I propose it because { $why }.
propose-how = React with ✅, or reply “yes”, and I lift it for that reason. With ❌ or “no” I leave it and do not ask about the same again.
propose-overdue = action { $number } is { $days ->
    [one] 1 day
   *[other] { $days } days
 } past its deadline and was reminded of { $times } times
propose-still = nothing has happened in the case since { $day }
propose-still-alone = Nothing has happened in the case since { $day }
propose-failed = action { $number } was declined, and there is no plan B
propose-left = Then I leave { $code } where it is.
propose-done = { $code } is lifted already.
propose-over = It is too late for { $code }: it is closed, rests or is no longer yours.
propose-unclear = Should { $code } be lifted? Answer yes or no.
case-returns = { $case } rests no longer. It comes to the agenda of the next meeting.

## Before the meeting: the most important of each case (bot/casework/summary.py)

case-summary-new = New since { $day }:
case-summary-no-news = Nothing new since { $day }
case-summary-nothing = nothing new since { $day }, no open actions
case-summary-aims = Goals:
case-summary-observed = Observation ({ $who })
case-summary-done = { $count ->
    [one] Done: action { $numbers }
   *[other] Done: actions { $numbers }
 }
case-summary-sheet = The sheet: { $missing ->
    [0] nothing is missing
    [one] 1 field is missing
   *[other] { $missing } fields are missing
 }{ $old ->
    [0] {""}
    [one] , 1 is old
   *[other] , { $old } are old
 }

## Cases: questions before meetings, and what is answered (bot/casework/questions.py, bot/commands/answering.py)
question-head = **{ $case }** · { $forum }, { $day }
question-hello = Hello { $name }. The case is on that meeting's agenda.
question-hello-handed = Hello { $name }. { $by } has handed you the question about that case.
question-hello-deputy = Hello { $name }. The case is on that meeting's agenda, and you are asked as deputy for { $by }.
question-hello-back = Hello { $name }. The question about that case is yours again: { $deputy } is not your deputy any more.
question-progress = { $at } of { $of }.
question-step-news = What is new since last time, as { $agency } sees it?
question-step-trend = How do employment, social life and education go? For example “school better, the rest unchanged”.
question-actions = { $count ->
    [one] How does your action in the case go? Answer for example “done”, “on Friday” or “under way”.
   *[other] How do your actions in the case go? Write the number as well, for example “{ $number } done”.
 }
question-field = **{ $title }**:
question-field-gone = That field is no more. Write “next”.
question-field-old = It says: “{ $words }” ({ $day }). If that is still so, answer “still true”.
question-kind-text = what do you know? “Don't know” is a fine answer.
question-kind-yesno = yes or no?
question-kind-date = which day? For example “3 December”.
question-kind-choice = one of { $options }?
question-tail = Answer in your own words. Short is fine: “nothing new”, “I can't share that”, or “ask” and a colleague's name. “All” shows every question at once.
question-all-tail = Answer in one message with the letter before each line. Leave out what you know nothing of.
question-again = I have no answer from you yet about { $code } for { $forum }, { $day }.
question-again-many = { $count ->
    [one] I have no answer from you yet in one case for { $forum }, { $day }.
   *[other] I have no answer from you yet in { $count } cases for { $forum }, { $day }.
 }
question-again-tail = Answer in the case's thread, or begin with the case's code, for example “{ $code } nothing new”.
question-noted = Written down as news from { $agency } in { $code }.
question-noted-long = That is a long text ({ $count } characters). I keep all of it, and show its beginning at the meeting.
question-nothing = Written down: nothing new from { $agency } in { $code }. Thank you.
question-withheld = That is quite all right. I write that { $agency } can share nothing in { $code }.
question-skipped = Left out.
question-trend-noted = Written down: { $trends }.
question-field-noted = Written down. { $title }: { $words }
question-done = That was all in { $code }. Thank you.
question-ask-question = I read that as a question, so I wrote nothing down. Ask the coordinator, or answer for example “nothing new”.
question-ask-doubt = I did not write that down. Answer once you know – or write “nothing new”, or “ask” and a colleague's name.
question-ask-later = That is fine. The question waits here until the meeting begins.
question-ask-away = I did not write that down. The question waits here. If a colleague should answer, write “ask” and the name. If you are away, write `{ $prefix }me off until Friday`.
question-ask-aside = I did not write that down as news of the case. Answer here in words, for example “nothing new”, or write “ask” and a colleague's name.
question-ask-short = You are welcome. Is there anything new in the case? “Nothing new” is an answer as well.
question-ask-trend = Is that better, unchanged or worse? Write for example “school better, job the same” – or “skip”.
question-ask-actions = I could not read that as an answer about the action. Write for example “done”, “on Friday” – or “skip”.
question-ask-field = I could not use that as an answer for that field. Try again, or write “skip”.
question-ask-field-still = “{ $title }” is still open: answer with what fits, or write “skip”.
question-which = Which case do you mean? Several questions of yours are open:
question-which-tail = Begin with the code, for example “{ $code } nothing new”, or answer in the case's thread.
question-which-late = Is that news of { $case }? Then write its code in front, for example “{ $code } seen at the station”.
question-one-each = You name several cases, so I have written nothing down. Send one message for each, for example “{ $code } nothing new”.
question-none-open = I have not asked you about { $code }. If you have news, write for example `{ $prefix }update { $code } started at the club`.
question-other-case = You wrote { $code }, so it stands there.
question-not-yours = That question is no longer yours, so I wrote nothing down.
question-case-closed = { $code } is closed, so I wrote nothing down. If it matters, tell the coordinator.
question-closed = The question about { $code } is closed, so it cannot be handed on.
question-off-agenda = { $code } is not on the meeting's agenda any more. What you wrote stands in the case.
question-late = The meeting ({ $day }) has begun, but it stands in the case.
question-with-colleague = { $name } has the question about { $code } now.
question-reacted = A sign tells me too little about { $code }. Answer in words – “nothing new” is enough.
question-handed = { $name } gets the question about { $code }. Thank you.
question-hand-self = That is you. Write a colleague's name, or answer for example “nothing new”.
question-hand-back = It was { $name } who gave you the question. Answer what you know – “nothing new” is enough – or write another colleague's name.
question-hand-which = “{ $name }” fits several in { $agency }.
question-hand-unknown = I know no “{ $name }” in { $agency }.
question-hand-whom = Whom in { $agency } shall I ask? Write “ask” and the name.
question-hand-able = You can hand it to: { $names }.
question-hand-may-not = { $name } may not hear of { $code } yet. { $who } can open it with `{ $command }`.
question-hand-command = case { $code } caseworker
update-example = update HS-26-014 seen happy at the club tonight
update-open = { $case } ({ $agency }), { $day }
update-open-head = { $count ->
    [one] One question waits for your answer:
   *[other] { $count } questions wait for your answer:
 }
update-open-none = You have no open questions.
update-open-tail = Answer in the case's thread, or begin with the case's code.
update-waiting = { $count ->
    [one] One observation of yours waits for the coordinator ({ $codes }).
   *[other] { $count } observations of yours wait for the coordinator ({ $codes }).
 }
update-tail = The whole week's status: `{ $prefix }digest`.
problem-update-empty = What is new in { $code }? Write it behind the code, for example `{ $prefix }update { $code } started at the club`.
problem-update-direct = Write that to me in a direct message, so that only the coordinator sees it: `{ $prefix }update`, the code and what you saw.
problem-update-closed = { $code } is closed, so I wrote nothing down. If it matters, tell the coordinator.
observation-thanks = Thank you. The coordinator sees it and decides whether it becomes part of the case.
observation-told = **{ $case }**: an observation from { $who }: “{ $words }”. Shall it be part of the case? Answer “yes” or “no”, or react with ✅ or ❌.
observation-ask = Shall the observation be part of the case? Answer “yes” or “no”.
observation-ask-again = Should the observation “{ $words }” be let into the case? Answer “yes” or “no”.
observation-in = The observation now stands in { $code }.
observation-out = The observation stays out of { $code }.
observation-in-already = { $name } has already taken it into { $code }.
observation-out-already = { $name } has already left it out of { $code }.
observation-not-yours = The coordinator of the case decides that.
observation-withdrawn = That observation was taken back.
me-asked-all = Then I ask everything about a case in one message.
me-asked-each = Then I ask one question at a time.

## Cases in the digest (bot/documents/digest_cases.py)

digest-cases-follow-up = Cases that lack their follow-up ({ $count })
digest-case-followed = last followed up { $day }
digest-case-never = not taken up since { $day }
digest-cases-new = **New cases ({ $count }):** { $codes }
digest-cases-closed = **Closed cases ({ $count }):** { $codes }
digest-cases-lifted-away = **Lifted from here ({ $count }):** { $codes }
digest-cases-lifted-here = **Lifted to here ({ $count }):** { $codes }
digest-cases-came-back = **Come back ({ $count }):** { $codes }
digest-cases-sent-back = **Sent back ({ $count }):** { $codes }
digest-cases-unanswered = Answers about cases to come
digest-cases-still = Cases without movement ({ $count })
digest-case-still = nothing since { $day }
digest-coarse-cases = Cases: { $open } worked on, of which { $late } without follow-up in time. Closed in the period: { $closed }.

## Flows: where information goes (bot/access.py, hotspotbot check --flows)

flow-own-room = What belongs to a forum goes to the forum's own room.
flow-owner = An action goes to its owner who is in the forum, and to the contact of an outside partner.
flow-writer = An action goes to whoever wrote it, while they are in the forum.
flow-lead = What belongs to a forum goes to direct messages of the forum's coordinators and the lead.
flow-member = What belongs to a forum goes to direct messages of whoever is in the forum's room now.
flow-disclosed = An action goes to its owner outside the forum once its writer has said yes.
flow-deputy = What goes to an owner goes to their deputy as well, for as long as that lasts.
flow-lifted = A case and its actions go to the forum that the case is lifted to, as long as it is lifted.
flow-returned = What was agreed there goes back to the forum that the case came from.
flow-follower = What a case is about, its goals and its plan go to its followers and caseworkers in direct messages.
flow-observation = What somebody saw goes to the coordinators who decide whether it belongs in the case.
flow-figures = Coarse counts go to citizens, the steering group and whoever else asks. A count under 5 is “fewer than 5”.
flow-own = One's own settings, one's own words and their receipts go to one's own direct messages.
flow-records = A whole case goes to the export folder when its time is up, when it is erased, or on subject access.
flow-export = The actions and minutes of every forum go to whoever runs the bot, when they are taken out on its machine with hotspotbot export.
flow-erased = That something is gone is told to whoever knew of it. Not what it said.
flow-logged = Logged
flow-yes = yes
flow-head = Flow
flow-says = What goes where

## Strangers in a room (bot/strangers.py)

stranger-here = I am silent here for now: not everybody in the room belongs to the forum. Just write on. I note what you write to me and answer when it is settled. The coordinator has been told.
stranger-here-direct = There are more than two of us in this conversation, so I write nothing here until we are alone again.
stranger-gone = I answer again now.
stranger-told = **{ $forum }:** { $how ->
    [invited] { $who } is invited into the room
   *[joined] { $who } has come into the room
 } and { $why ->
    [citizen] takes part as a citizen. That forum has personal data
    [agency] is of an agency that the forum is not for
   *[unknown] is not on the programme's list
 }. I am silent there until that is settled; what is written to me meanwhile I answer afterwards. If they do not belong there, remove them from the room or take the invitation back. If they do, ask whoever runs me to add them.
stranger-over = **{ $forum }:** There are no strangers in the room any more. I answer there again.

## The case on paper (bot/documents/casefile.py)
casefile-title = Case { $code }: all that is on record about it
casefile-cover-title = Case { $code }: for review
casefile-cover-review = A human has to read all of this before anybody gets it. The bot has left nothing out.
casefile-cover-law = Access is given under Article 15 of the GDPR. Section 22 of the Danish Data Protection Act says what may or has to be held back, among other things for the sake of others and of the work of the police.
casefile-cover-check = Look for
casefile-cover-check-1 = Does it say anything about others than who asks? Below is everybody that the bot knows by name. The words themselves may name more.
casefile-cover-check-2 = Does anything come from the police, or from somebody else who has to be asked before it is handed on?
casefile-cover-check-3 = Is there anything that would harm the child or others if it were handed out?
casefile-cover-check-4 = Are there cases that belong together with this one? They are not in here.
casefile-cover-people = Who is named
casefile-cover-agencies = Agencies that are named
casefile-cover-related = Cases that belong together with this one
casefile-none = None.
casefile-bot = the bot
casefile-yes = yes
casefile-undone = taken back
casefile-no-text = without words
casefile-empty = There is nothing about: { $sections }.
casefile-caption = { $name } ({ $count })
casefile-action = Action { $number }
casefile-goals = Goals and progress
casefile-actions = Action plan
casefile-sheet = Case sheet
casefile-decisions = Decisions
casefile-updates = Updates
casefile-observations = Observations
casefile-questions = Questions before the meetings
casefile-escalations = Lifted to another forum
casefile-agenda = On the agenda
casefile-remarks = Remarks in minutes
casefile-followers = Followers and caseworkers
casefile-related = Related cases
casefile-holds = Has to be kept
casefile-meetings = Meetings
casefile-history = History
casefile-texts = All words, earlier wordings too
casefile-messages = Messages and files in the rooms
casefile-log = Log of who saw and did what
casefile-column-number = No.
casefile-column-field = Field
casefile-column-what = What
casefile-column-who = Who
casefile-column-when = When
casefile-column-forum = Forum
casefile-column-state = State
casefile-column-due = Due
casefile-column-asked = Asked
casefile-column-answered = Answered
casefile-column-meeting = Meeting
casefile-column-returned = Returned
casefile-column-case = Case
casefile-column-file = File
casefile-column-link = Link
casefile-column-receiver = Receiver
casefile-column-purpose = Purpose
casefile-column-parameter = Area
casefile-column-goal = Goal
casefile-column-trend = Progress
casefile-fact-subject = Subject
casefile-fact-state = State
casefile-fact-urgent = Urgent
casefile-fact-opened = Opened
casefile-fact-closed = Closed
casefile-fact-closing = Reason
casefile-fact-followed = Last followed up
casefile-fact-follow-up = To be followed up by
casefile-fact-agreed = Agreed
casefile-fact-forum = Forum
casefile-fact-planb = Plan B
casefile-fact-note = Note
casefile-fact-step = Step
casefile-state-open = open
casefile-state-resting = resting
casefile-state-escalated = lifted
casefile-state-closed = closed
casefile-state-withdrawn = taken back
casefile-state-done = done
casefile-state-declined = declined
casefile-state-cancelled = cancelled
casefile-state-standing = stands
casefile-state-waiting = waits for the coordinator
casefile-state-returned = returned
casefile-state-lifted = ended
casefile-state-answered = answered
casefile-state-nothing = nothing new
casefile-state-withheld = may not be shared
casefile-state-missed = not answered
casefile-state-dropped = dropped
casefile-state-struck = struck
casefile-state-carried = moved to the next meeting
casefile-state-gone = gone
casefile-state-draft = draft
casefile-state-approved = approved
casefile-state-none = none
casefile-state-better = better
casefile-state-same = the same
casefile-state-worse = worse
casefile-state-news = news
casefile-state-observation = observation
casefile-state-follower = follower
casefile-state-caseworker = caseworker
casefile-state-work = work
casefile-state-social = social
casefile-state-education = education
casefile-field-case = The case
casefile-field-follower = Follower
casefile-field-relation = Related case
casefile-field-goal = Goal
casefile-field-trend = Progress
casefile-field-value = Sheet
casefile-field-update = Update
casefile-field-escalation = Lift
casefile-field-question = Question
casefile-field-look = Seen
casefile-field-item = Agenda
casefile-field-decision = Decision
casefile-field-remark = Remark
casefile-field-created = Recorded
casefile-field-text = Words
casefile-field-owners = Owners
casefile-field-due = Deadline
casefile-field-state = State
casefile-field-note = Note
casefile-field-planb = Plan B
casefile-field-parameter = Area
casefile-field-case_code = Case
casefile-field-done = Done
casefile-operator = operations ({ $name })
casefile-folder = the folder
casefile-unnamed = { $agency ->
    [none] no name yet
   *[other] { $agency } (no name yet)
 }
casefile-asked-for = { $name } (may it be shared?)
casefile-log-case = the case
casefile-log-action = action { $number }
casefile-act-saw = saw { $about }
casefile-act-told = told of { $about }
casefile-act-changed = changed { $about }
casefile-act-disclosed = disclosed { $about }
casefile-act-exported = took { $about } out as a file
casefile-act-asked = asked for something about { $about }
casefile-act-held = decided that { $about } has to be kept
casefile-act-released = decided that { $about } need not be kept any more
casefile-act-erased = erased { $about }
casefile-act-verified = verified { $about }
casefile-act-set = set { $about }
casefile-act-refused = held back a message about { $about }
casefile-act-pruned = shortened the log
casefile-asked-erasure = asked that { $about } be erased
casefile-asked-erase = erased { $about } at the command line
casefile-asked-consent = agreed that { $about } be erased
casefile-asked-archived = confirmed that { $about } is in the records system
casefile-asked-stopped = stopped the erasure of { $about }
casefile-purpose-prevention = prevention of crime
casefile-purpose-coordination = coordination
casefile-purpose-rights = rights of the person concerned
casefile-purpose-retention = retention periods
casefile-purpose-operation = operation
casefile-purpose-security = security
casefile-opened = opened { $at }

## The receipt in the folder (bot/erasing/folder.py)
receipt-title = RECEIPT FOR CASE { $code }
receipt-number = Number of this receipt: { $number }
receipt-made = Made ready: { $at }
receipt-what = This folder holds all that the bot knows of the case: put it into your records system.
receipt-then = Then write to the bot: { $example }
receipt-then-asked = The case was asked to be erased at once: two people have agreed.
receipt-then-review = This folder is for review, where somebody asked what is known of them. Nothing was erased.
receipt-records = Records
receipt-files = Files (SHA-256)
receipt-whole = Over all
receipt-mentions = The code of the case also stands in words about other cases. Those are not erased: { $numbers }
receipt-after-title = AFTER CASE { $code } WAS ERASED
receipt-after-erased = Erased: { $at }
receipt-after-deleted = Messages deleted in the rooms: { $count }
receipt-after-left = These messages the bot may not delete. Their writer or a moderator can:
receipt-after-none = Nothing is left in the rooms that the bot knows of.
receipt-record-actions = actions
receipt-record-decisions = decisions
receipt-record-updates = updates
receipt-record-observations = observations
receipt-record-questions = questions
receipt-record-escalations = lifts
receipt-record-goals = goals
receipt-record-trends = words on progress
receipt-record-sheet = fields of the sheet
receipt-record-followers = followers
receipt-record-related = related cases
receipt-record-agenda = agenda items
receipt-record-remarks = remarks
receipt-record-meetings = meetings
receipt-record-history = steps of the history
receipt-record-texts = texts

## Erasing, keeping and archiving (bot/erasing, bot/commands/erasing.py, bot/duties/retention.py)
erasure-asked = I have asked { $who }. When the answer is yes, I put the case into the folder and then erase it altogether, in the rooms too. Take it back with { $stop }.
erasure-asked-already = That was asked for already. I wait for a yes from { $who }. Take it back with { $stop }.
erasure-consent = { $who } asks that **{ $code }** be erased now, altogether and for good. I put it into the folder for your records system first. Is that all right? Answer yes or no.
erasure-consent-again = Write yes or no to { $code } being erased altogether.
erasure-which = Several cases wait for your answer: { $codes }. Write which: `yes to { $code }`.
erasure-agreed = Thank you. The case goes into the folder and is then erased altogether. You hear when it is done.
erasure-refused = It is not erased. I pass it on.
erasure-withdrawn = It is not erased.
erasure-over = That has been settled already.
erasure-not-asked = Nobody is waiting for an answer about erasing { $code }, so there is nothing to stop.
erasure-told-refused = { $who } said no: { $code } is not erased.
erasure-told-stopped = { $code } is not erased after all.
erasure-told-silent = Nobody said yes for { $days } days, so { $code } is not erased. Ask again if it has to go.
erasure-announced = **{ $code }** was closed { $closed } and its time is nearly up. I put all of it into the folder for your records system { $day }. It is erased only when you have written me the number of the folder's receipt.
    Should it stay? Then the lead writes { $hold }, or you write { $reopen }. Otherwise there is nothing to do now.
erasure-exported = **{ $code }** now lies in the folder { $folder }. Put it into your records system, find the number in receipt.txt, and write it, such as: { $example }
    Then I erase the case altogether, here and in the rooms. Should it stay? Then the lead writes { $hold }
erasure-remind = **{ $code }** still lies in the folder { $folder } and waits for you to write the number of its receipt, such as: { $example }
erasure-stuck = I cannot put { $code } into the folder: { $why }. Nothing was erased, and I try again. Tell who runs the bot.
erasure-anew = Something was said of { $code } since the folder was written. I write it anew, so that it is in it, and tell you when it is ready. Nothing was erased.
erasure-confirmed = Thank you. The case is erased altogether now. You hear when it is done.
erasure-done = **{ $code }** is erased altogether: { $actions ->
        [one] one action
       *[other] { $actions } actions
    }, { $messages ->
        [one] one message
       *[other] { $messages } messages
    } in the rooms. The folder is called { $folder }.
erasure-done-no-folder = **{ $code }** was erased once more after a backup was put in place.
erasure-done-left = These I may not delete. Their writer or a moderator can: { $links }
erasure-done-files = { $files ->
        [one] One file still lies
       *[other] { $files } files still lie
    } on the Matrix server, where I may not delete files. Whoever runs the bot has the list and can.
erasure-state-asked = Asked to be erased by { $who }, waits for a yes
erasure-state-announced = Its time is up { $day }
erasure-state-exported = Lies in the folder { $folder } and is erased when the number of its receipt is written
erasure-state-confirmed = Is being erased
hold-shown = Has to be kept since { $day }: { $reason }
hold-set = { $code } has to be kept: it is not erased until that is ended with { $end }.
hold-set-stopped = The erasure that was under way is stopped.
hold-ended = { $code } need not be kept any longer.
hold-none = { $code } has not been set to be kept, so there is nothing to end.
hold-already = { $code } has to be kept already. The reason is now the new one.
problem-hold-lead = Only who leads the programme can say that a case has to be kept{ $who ->
    [none] {""}
   *[other] : { $who }
}.
problem-hold-unclear = I am not sure what “{ $words }” means here. If the case need not be kept any more, write { $end }. If it has to be kept, write why, such as { $example }.
problem-hold-reason = Write why, for example { $example }
problem-erase-words = I do not know what “{ $words }” means here, so I have done nothing. If all of { $code } is to be erased, write { $example }
problem-erase-held = { $code } has to be kept: { $reason }. It cannot be erased until that is ended.
problem-erase-lead = Only the coordinator and who leads the programme can have { $code } erased: { $who }.
problem-erase-nobody = That takes two, and I cannot find another one who leads { $code }. Talk to who runs the bot.
problem-archive-none = { $code } does not lie in the folder and wait. There is nothing to confirm.
problem-archive-number = That is not the number in receipt.txt in the folder { $folder }. Look again, and write for example { $example }
cli-cpr = What you have written holds a CPR number. I neither use nor repeat it. Write the case's code, e.g. HS-26-014, and delete the line from the terminal's history.
erase-cli-who = It takes two different people who both lead { $code }: { $people }
erase-cli-unknown = There is no case { $code }. Write the code as it stands in the room, e.g. HS-26-014.
erase-cli-gone = { $code } is erased. If a backup brought its shell back, the bot erases that again when it starts.
erase-cli-same = It takes two different people.
erase-cli-not-lead = { $person } does not lead { $code }. Write the whole Matrix id of one of those above.

## Sharing an action with somebody outside the room (bot/commands/disclosing.py)

line-asked-for = { $name } (**may it be shared?**)
ask-disclose = { $names } cannot see the action yet, not being in { $forum }. May I pass it on? That is { $case ->
    [yes] its words, the case’s number,
   *[no] its words,
} its deadline and who is in it – nothing else. Reply “yes” or “no”, or write who else takes it.
disclose-yes = I will pass the action on to { $names }. It is written down that you said yes.
disclose-no = Then I will say nothing to { $names }.
raised-disclose = waits for an answer: may it be shared?
raised-tail-disclose = Where I ask whether an action may be shared, reply with number and “yes” or “no”, such as “{ $number } yes”.

## Deputies (bot/commands/deputies.py, bot/standing_in.py)

deputy-set = { $name } stands in for you until **{ $until }**. Reminders and questions go there meanwhile; you still see your actions with `{ $prefix }me`.
deputy-set-ahead = { $name } stands in for you from { $start } until **{ $until }**. Reminders and questions go there meanwhile; you still see your actions with `{ $prefix }me`.
deputy-ask = { $name } is not in { $forums }. May { $name } have your actions from there for that time? Reply “yes” or “no”.
deputy-yes = Then { $name } has your actions from { $forums } as well. It is written down that you said yes.
deputy-no = Then { $name } only has what is of the forums that you are both in.
deputy-none = Nobody stands in for you. Write for instance `{ $prefix }me deputy @ali until 12 December`.
deputy-ended = { $names } no longer stands in for you. Reminders and questions come to you again.
deputy-of-you = { $state ->
    [coming] { $name } will stand in for you from { $start } until { $until }.
   *[standing] { $name } stands in for you until { $until }.
}
deputy-for = { $state ->
    [coming] You will stand in for { $name } from { $start } until { $until }.
   *[standing] You stand in for { $name } until { $until }.
}
deputy-told = You stand in for { $name } until **{ $until }**. You get reminders and questions meanwhile, and can answer them. { $count ->
    [0] There are no open actions now.
    [one] There is one open action:
   *[other] There are { $count } open actions:
}
deputy-told-ahead = You will stand in for { $name } from { $start } until **{ $until }**. I will write when it begins.
deputy-over = You no longer stand in for { $name }.
deputy-over-own = { $deputy } no longer stands in for you. Reminders and questions come to you again.
deputy-gone = { $deputy } can no longer stand in for { $name }. Reminders go to { $name } again – or find somebody else.
deputy-left = { $deputy } is no longer in { $forum } and cannot stand in for { $name } there. Reminders from there go to { $name } again.
problem-deputy-who = I know nobody called “{ $word }” who can stand in. Write for instance `{ $prefix }me deputy @ali until 12 December`.
problem-deputy-several = Several people have that name: { $names }. Write the full name, such as `{ $prefix }me deputy @ali until 12 December`.
problem-deputy-self = You cannot stand in for yourself. Write who takes over, such as `{ $prefix }me deputy @ali until 12 December`.
problem-deputy-until = How long does { $name } stand in for you? Write for instance `{ $prefix }me deputy @ali until 12 December`.
problem-deputy-past = I need a day that is not over. Write for instance `{ $prefix }me deputy @ali until 12 December`.

## Somebody is no longer in it (bot/duties/leaving.py)

leaver-told = **{ $name } is no longer in { $forum }** and cannot see anything of it any more. { $to ->
    [nobody] Reminders go to you.
   *[other] Reminders go to { $takes }.
} { $count ->
    [0] There are no open actions.
    [one] There is one open action; hand it on with `{ $prefix }give { $number } …`:
   *[other] There are { $count } open actions; hand them on, for instance with `{ $prefix }give { $number } …`:
}
leaver-questions = Unanswered questions about { $codes } are { $to ->
    [nobody] closed; ask somebody else, or take them up at the meeting.
   *[other] put to { $takes } instead.
}
leaver-chair = { $name } led the meeting that is under way. You can take over with `{ $prefix }meeting end` when you are done.

## My own data (bot/commands/own_data.py)

own-direct = I will write that to you directly, not here.
own-head = **This is what I know of you.** You also get two files with all of it: one to read, and one for machines (JSON).
own-tail = What others wrote is not in here. Change your settings with `{ $prefix }me …`, or erase them with `{ $prefix }me erase`. Name, agency and roles are changed by whoever runs the bot.
own-title = What the bot knows of you
own-file = my-data
own-file-alt = Everything that the bot knows of you, as a file ({ $format })
own-about-you = Who you are
own-settings = Your settings
own-records = Where you stand in the programme's records
own-technical = Devices and log
own-who = { $user }: { $name }, agency { $agency }
own-roles = Roles: { $roles }
own-rooms = Rooms that you share with me: { $rooms }
own-dm = direct messages
own-language = Language: { $language ->
    [da] Danish
   *[en] English
}
own-morning = Morning message at { $time }
own-asked = Questions about cases: { $asked ->
    [all] all in one message
   *[each] one at a time
}
own-away = Away from { $start } until { $until } inclusive
own-unreachable = Direct messages to you were refused
own-deputy = Your deputy: { $name }, { $start } to { $until }{ $state ->
    [standing] {""}
   *[other] {" "}(no longer)
}
own-deputy-for = You stand in for { $name }, { $start } to { $until }{ $state ->
    [standing] {""}
   *[other] {" "}(no longer)
}
own-owned = Actions you own: { $count }, open: { $open } (no. { $numbers })
own-wrote = Actions you wrote: { $count } (no. { $numbers })
own-cases = Cases you follow: { $count } ({ $codes })
own-answers = Answers to questions about cases: { $questions }, updates: { $updates }, fields of case sheets: { $fields }
own-meetings = Meetings you were at: { $present }, apologies: { $apologies }, decisions you wrote: { $decisions }
own-messages = Messages of yours that I noted as seen: { $messages }, texts of yours that I keep: { $words }, direct messages to you: { $told }
own-devices = Devices: { $count } ({ $ids })
own-verified = Verified by whoever runs the bot: { $vouched ->
    [yes] yes
   *[no] no
}, verifications in all: { $count }
own-log-count = Lines about you in the log of who saw and did what: { $count }
own-log = The log
own-log-newest = The newest { $count }. The rest is in the JSON file.
own-log-caption = The log of who saw and did what, where it is about you
own-log-at = When
own-log-by = Who
own-log-act = What
own-log-subject = About
own-erase-ask = **Shall I erase what is yours alone?** I erase your settings, your leave, your deputies{ $count ->
    [0] {" and"} old verifications of you. My messages to you here stay as long as they are about something open
    [one] , old verifications of you and one of my messages to you here
   *[other] , old verifications of you and { $count } of my messages to you here
}. **This cannot be undone.** Answer yes or no.
own-stays = This stays, as it is the programme's record:
own-stays-actions = Actions that you own or wrote ({ $count }): { $period } after they were closed
own-stays-cases = What you answered about cases ({ $count }): { $period } after the case was closed
own-stays-meetings = Minutes, attendance and decisions ({ $count }): { $period }
own-stays-log = The log of who saw and did what: { $period }. It has to show that the rules were kept
own-stays-config = That you take part, with name, agency and roles: until you no longer do. Write to the coordinator
own-period-never = without an end
own-period-days = { $count } days
own-period-months = { $count } months
own-period-years = { $count } years
own-role-lead = lead
own-role-coordinator = coordinator
own-role-manager = manager
own-role-member = member
own-role-citizen = citizen
own-erase-no = Fine, I erase nothing.
own-erase-late = I asked more than a day ago, so I have erased nothing. Write `{ $prefix }me erase` again.
own-erase-unclear = Answer yes or no, and I know whether to erase. I have erased nothing. `{ $prefix }me data` shows what I know of you.
own-erased = **Erased:** your settings, your leave, your deputies{ $count ->
    [0] {" and"} old verifications of you
    [one] , old verifications of you and one of my messages to you here
   *[other] , old verifications of you and { $count } of my messages to you here
}. The programme's own settings hold for you now.
