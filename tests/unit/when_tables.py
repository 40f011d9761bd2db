"""What people write about time and what it means, worked out by hand with a calendar (no test of its own).

A meaning is an ISO date or time (`if meeting`: at the hour of one on that day), `meeting` (with a forum, a number if
not the next, the days it is in), `repeat RULE`, or `ask` with the reason.
Phrases are parted by " · ". All are said on Friday 2026-11-20 at 10:00 in Copenhagen (week 47).

     November 2026           December 2026           January 2027            March 2027
  44  .  .  .  .  .  .  1    49  .  1  2  3  4  5  6    53  .  .  .  .  1  2  3    09  1  2  3  4  5  6  7
  45  2  3  4  5  6  7  8    50  7  8  9 10 11 12 13    01  4  5  6  7  8  9 10    10  8  9 10 11 12 13 14
  46  9 10 11 12 13 14 15    51 14 15 16 17 18 19 20    02 11 12 13 14 15 16 17    11 15 16 17 18 19 20 21
  47 16 17 18 19 20 21 22    52 21 22 23 24 25 26 27    03 18 19 20 21 22 23 24    12 22 23 24 25 26 27 28
  48 23 24 25 26 27 28 29    53 28 29 30 31  .  .  .    04 25 26 27 28 29 30 31    13 29 30 31  .  .  .  .
  49 30
Easter Sunday 2027 is 28 March, Ascension Day 6 May, Whit Sunday 16 May. The clocks change on 2026-10-25 and 2027-03-28.
"""

# The programme's own list, and the same phrases said on a Monday, a Sunday, 30 December and the two days on
# which the clocks change, each at 10:00. One column says all where every day has the same answer.
SAID_ON = ("2026-11-20", "2026-11-23", "2026-11-22", "2026-12-30", "2026-10-25", "2027-03-28")
LIST = """
i dag                      | 2026-11-20 2026-11-23 2026-11-22 2026-12-30 2026-10-25 2027-03-28
i morgen                   | 2026-11-21 2026-11-24 2026-11-23 2026-12-31 2026-10-26 2027-03-29
imorgen                    | 2026-11-21 2026-11-24 2026-11-23 2026-12-31 2026-10-26 2027-03-29
i overmorgen               | 2026-11-22 2026-11-25 2026-11-24 2027-01-01 2026-10-27 2027-03-30
i morgen kl. 9             | 2026-11-21T09:00 2026-11-24T09:00 2026-11-23T09:00 2026-12-31T09:00 2026-10-26T09:00 2027-03-29T09:00
i morgen kl 9.30           | 2026-11-21T09:30 2026-11-24T09:30 2026-11-23T09:30 2026-12-31T09:30 2026-10-26T09:30 2027-03-29T09:30
i morgen kl. 14:15         | 2026-11-21T14:15 2026-11-24T14:15 2026-11-23T14:15 2026-12-31T14:15 2026-10-26T14:15 2027-03-29T14:15
i morgen tidlig            | 2026-11-21 2026-11-24 2026-11-23 2026-12-31 2026-10-26 2027-03-29
i aften                    | 2026-11-20 2026-11-23 2026-11-22 2026-12-30 2026-10-25 2027-03-28
fredag                     | 2026-11-27 2026-11-27 2026-11-27 2027-01-01 2026-10-30 2027-04-02
på fredag                  | 2026-11-27 2026-11-27 2026-11-27 2027-01-01 2026-10-30 2027-04-02
inden fredag               | 2026-11-27 2026-11-27 2026-11-27 2027-01-01 2026-10-30 2027-04-02
senest fredag              | 2026-11-27 2026-11-27 2026-11-27 2027-01-01 2026-10-30 2027-04-02
før fredag                 | 2026-11-26 2026-11-26 2026-11-26 2026-12-30 2026-10-29 2027-04-01
til fredag                 | 2026-11-27 2026-11-27 2026-11-27 2027-01-01 2026-10-30 2027-04-02
mandag                     | 2026-11-23 2026-11-30 2026-11-23 2027-01-04 2026-10-26 2027-03-29
på mandag kl. 14           | 2026-11-23T14:00 2026-11-30T14:00 2026-11-23T14:00 2027-01-04T14:00 2026-10-26T14:00 2027-03-29T14:00
tirsdag den 1. december    | 2026-12-01 2026-12-01 2026-12-01 ask        2026-12-01 ask
næste onsdag               | 2026-11-25 2026-12-02 2026-11-25 2027-01-06 2026-10-28 2027-03-31
onsdag i næste uge         | 2026-11-25 2026-12-02 2026-11-25 2027-01-06 2026-10-28 2027-03-31
førstkommende torsdag      | 2026-11-26 2026-11-26 2026-11-26 2026-12-31 2026-10-29 2027-04-01
torsdag om en uge          | 2026-12-03 2026-12-03 2026-12-03 2027-01-07 2026-11-05 2027-04-08
torsdag 8 dage             | 2026-12-03 2026-12-03 2026-12-03 2027-01-07 2026-11-05 2027-04-08
om 14 dage                 | 2026-12-04 2026-12-07 2026-12-06 2027-01-13 2026-11-08 2027-04-11
om fjorten dage            | 2026-12-04 2026-12-07 2026-12-06 2027-01-13 2026-11-08 2027-04-11
om en uge                  | 2026-11-27 2026-11-30 2026-11-29 2027-01-06 2026-11-01 2027-04-04
om to uger                 | 2026-12-04 2026-12-07 2026-12-06 2027-01-13 2026-11-08 2027-04-11
om 3 dage                  | 2026-11-23 2026-11-26 2026-11-25 2027-01-02 2026-10-28 2027-03-31
om et par dage             | ask
om en måned                | 2026-12-20 2026-12-23 2026-12-22 2027-01-30 2026-11-25 2027-04-28
om et halvt år             | 2027-05-20 2027-05-23 2027-05-22 2027-06-30 2027-04-25 2027-09-28
om 2 timer                 | 2026-11-20T12:00 2026-11-23T12:00 2026-11-22T12:00 2026-12-30T12:00 2026-10-25T12:00 2027-03-28T12:00
om en halv time            | 2026-11-20T10:30 2026-11-23T10:30 2026-11-22T10:30 2026-12-30T10:30 2026-10-25T10:30 2027-03-28T10:30
inden for 3 hverdage       | 2026-11-25 2026-11-26 2026-11-25 2027-01-06 2026-10-28 2027-04-01
om 5 arbejdsdage           | 2026-11-27 2026-11-30 2026-11-27 2027-01-08 2026-10-30 2027-04-05
næste uge                  | 2026-11-27 2026-12-04 2026-11-27 2027-01-08 2026-10-30 2027-04-02
inden ugens udgang         | 2026-11-20 2026-11-27 ask        2026-12-30 ask        ask
i slutningen af ugen       | 2026-11-20 2026-11-27 ask        2026-12-30 ask        ask
uge 48                     | 2026-11-27 2026-11-27 2026-11-27 ask        2026-11-27 2027-12-03
i uge 2                    | 2027-01-15 2027-01-15 2027-01-15 2027-01-15 2027-01-15 ask
mandag i uge 48            | 2026-11-23 2026-11-23 2026-11-23 ask        2026-11-23 2027-11-29
fredag uge 49              | 2026-12-04 2026-12-04 2026-12-04 ask        2026-12-04 2027-12-10
fredag i uge 1             | 2027-01-08 2027-01-08 2027-01-08 2027-01-08 2027-01-08 ask
d. 3/12                    | 2026-12-03 2026-12-03 2026-12-03 ask        2026-12-03 2027-12-03
3/12                       | 2026-12-03 2026-12-03 2026-12-03 ask        2026-12-03 2027-12-03
3/12-26                    | 2026-12-03 2026-12-03 2026-12-03 ask        2026-12-03 ask
3/12 2026                  | 2026-12-03 2026-12-03 2026-12-03 ask        2026-12-03 ask
den 3.                     | 2026-12-03 2026-12-03 2026-12-03 2027-01-03 2026-11-03 2027-04-03
den 3. i 12.               | 2026-12-03 2026-12-03 2026-12-03 ask        2026-12-03 2027-12-03
3. december                | 2026-12-03 2026-12-03 2026-12-03 ask        2026-12-03 2027-12-03
d. 3. dec.                 | 2026-12-03 2026-12-03 2026-12-03 ask        2026-12-03 2027-12-03
3 dec                      | 2026-12-03 2026-12-03 2026-12-03 ask        2026-12-03 2027-12-03
3.12.2026                  | 2026-12-03 2026-12-03 2026-12-03 ask        2026-12-03 ask
03-12-2026                 | 2026-12-03 2026-12-03 2026-12-03 ask        2026-12-03 ask
2026-12-03                 | 2026-12-03 2026-12-03 2026-12-03 ask        2026-12-03 ask
3.12.                      | 2026-12-03 2026-12-03 2026-12-03 ask        2026-12-03 2027-12-03
3. december kl. 13.00      | 2026-12-03T13:00 2026-12-03T13:00 2026-12-03T13:00 ask        2026-12-03T13:00 2027-12-03T13:00
fredag d. 4/12 kl. 10      | 2026-12-04T10:00 2026-12-04T10:00 2026-12-04T10:00 ask        2026-12-04T10:00 ask
1. marts                   | 2027-03-01 2027-03-01 2027-03-01 2027-03-01 2027-03-01 ask
31. maj                    | 2027-05-31
den tredje december        | 2026-12-03 2026-12-03 2026-12-03 ask        2026-12-03 2027-12-03
ultimo november            | 2026-11-30 2026-11-30 2026-11-30 ask        2026-11-30 2027-11-30
medio januar               | 2027-01-15 2027-01-15 2027-01-15 2027-01-15 2027-01-15 ask
primo maj                  | 2027-05-03
inden månedens udgang      | 2026-11-30 2026-11-30 2026-11-30 2026-12-31 2026-10-31 2027-03-31
sidst på måneden           | 2026-11-30 2026-11-30 2026-11-30 2026-12-31 2026-10-31 2027-03-31
i slutningen af november   | 2026-11-30 2026-11-30 2026-11-30 ask        2026-11-30 2027-11-30
midt i december            | 2026-12-15 2026-12-15 2026-12-15 ask        2026-12-15 2027-12-15
inden årets udgang         | 2026-12-31 2026-12-31 2026-12-31 2026-12-31 2026-12-31 2027-12-31
inden jul                  | 2026-12-23 2026-12-23 2026-12-23 ask        2026-12-23 2027-12-23
før jul                    | 2026-12-23 2026-12-23 2026-12-23 ask        2026-12-23 2027-12-23
efter nytår                | 2027-01-04 2027-01-04 2027-01-04 2027-01-04 2027-01-04 ask
efter påske                | 2027-03-30
næste måned                | 2026-12-31 2026-12-31 2026-12-31 2027-01-31 2026-11-30 2027-04-30
1. kvartal                 | 2027-03-31
3. kvartal 2027            | 2027-09-30
i maj                      | 2027-05-31
den første mandag i måneden| 2026-12-07 2026-12-07 2026-12-07 2027-01-04 2026-11-02 2027-04-05
sidste fredag i måneden    | 2026-11-27 2026-11-27 2026-11-27 2027-01-29 2026-10-30 2027-04-30
efter vinterferien         | ask
efter sommerferien         | ask
hurtigst muligt            | ask
snarest                    | ask
løbende                    | ask
inden næste møde           | meeting
til næste møde             | meeting
til næste ledermøde        | meeting ledelsesgruppe
hver anden tirsdag kl 10   | repeat FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;BYHOUR=10;BYMINUTE=0
hver 14. dag               | repeat FREQ=WEEKLY;INTERVAL=2
hver mandag                | repeat FREQ=WEEKLY;BYDAY=MO
31/2                       | ask
tirsdag d. 3/12            | ask
12 år                      | ask
kl. 10                     | ask
fredag den 27.             | 2026-11-27 2026-11-27 2026-11-27 ask        ask        ask
19/11                      | ask        ask        ask        ask        2026-11-19 2027-11-19
20/11                      | 2026-11-20 ask        ask        ask        2026-11-20 2027-11-20
kl. 14                     | 2026-11-20T14:00 2026-11-23T14:00 2026-11-22T14:00 2026-12-30T14:00 2026-10-25T14:00 2027-03-28T14:00
før mandag                 | 2026-11-20 2026-11-27 ask        2026-12-30 ask        ask
inden weekenden            | 2026-11-20 2026-11-27 ask        2026-12-30 ask        ask
efter weekenden            | 2026-11-23 2026-11-30 2026-11-23 2027-01-04 2026-10-26 2027-03-30
om otte dage               | ask
uge 46                     | ask        ask        ask        ask        2026-11-13 2027-11-19
senest om 14 dage          | 2026-12-04 2026-12-07 2026-12-06 2027-01-13 2026-11-08 2027-04-11
i løbet af næste uge       | 2026-11-27 2026-12-04 2026-11-27 2027-01-08 2026-10-30 2027-04-02
"""  # noqa: E501 (a table)

DANISH: dict[str, str] = {
    # Near days and times of day.
    "2026-11-20": "I DAG · idag · i dag. · i eftermiddag · i formiddag · inden frokost · inden fyraften · "
    "inden dagens udgang · i løbet af dagen · i løbet af i dag · senest dags dato · sidst på dagen · "
    "fredag i denne uge · "
    "fredag den 20. · 20. november · før uge 48 · i denne uge · i løbet af ugen · inden ugen er omme · "
    "i dag i uge 47 · "
    "i dag fredag d. 20/11",
    "2026-11-20T12:00": "inden kl. 12 · før kl. 12 · kl. tolv · senest kl 12.00 i dag",
    "2026-11-20T14:30": "kl 14.30 · 14:30 · kl. 1430 · i dag kl. halv tre om eftermiddagen",
    "2026-11-20T15:00": "klokken 15 · i eftermiddag kl. 3 · i dag kl. 15",
    "2026-11-20T16:00": "i dag kl. 16 · idag inden kl 16 · inden kl. 16 i dag",
    "2026-11-20T20:00": "i aften kl. 8 · i aften kl. 20 · i aften klokken otte",
    "2026-11-20T10:15": "om et kvarter",
    "2026-11-20T10:20": "om 20 minutter · om 20 min",
    "2026-11-20T10:45": "om tre kvarter",
    "2026-11-20T11:00": "om en time · inden for en time",
    "2026-11-20T11:30": "om 1½ time · om halvanden time · om 1,5 time",
    "2026-11-20T13:30": "om 3,5 time",
    "2026-11-21": "Imorgen. · i morgen formiddag · inden i morgen · lør · på lørdag · LØRDAG · loerdag · "
    "i morgen lørdag",
    "2026-11-21T07:00": "i morgen tidlig kl. 7",
    "2026-11-21T09:00": "i morgen kl. ni · imorgen kl 9",
    "2026-11-21T09:10": "i morgen ti minutter over ni",
    "2026-11-21T09:15": "i morgen kvart over ni",
    "2026-11-21T09:25": "i morgen fem i halv ti",
    "2026-11-21T09:30": "i morgen kl. halv ti · halv ti i morgen",
    "2026-11-21T09:45": "i morgen kl. kvart i ti",
    "2026-11-21T10:00": "inden for 24 timer",
    "2026-11-21T12:00": "senest i morgen kl. 12",
    "2026-11-22": "søn. · på søndag aften · sondag · senest i overmorgen · dagen efter i morgen · "
    "i overmorgen formiddag",
    "2026-11-22T10:00": "om 48 timer",
    "2026-11-22T12:00": "i overmorgen kl. 12",
    # Weekdays.
    "2026-11-23": "man. d. 23/11 · mandag om eftermiddagen · førstkommende hverdag · næste hverdag · "
    "i begyndelsen af næste uge · starten af næste uge",
    "2026-11-23T09:00": "førstkommende hverdag kl. 9",
    "2026-11-23T10:00": "mandag den 23. nov kl 1000 · om 3 dage kl. 10 · mandag formiddag kl. 10",
    "2026-11-23T19:00": "mandag aften kl. 7",
    "2026-11-24": "Tirsdag · tirs 24/11 · den kommende tirsdag · nu på tirsdag · allersenest tirsdag · "
    "den 24.",
    "2026-11-25": "ons. den 25. · næste onsdag den 25. · indenfor 3 arbejdsdage · inden for de næste 3 arbejdsdage",
    "2026-11-26": "til på torsdag · senest på torsdag · helst på torsdag · den sidste torsdag i november · før fredag",
    "2026-11-26T10:00": "tors kl. 10",
    "2026-11-26T12:00": "d. 26. november inden kl. 12",
    "2026-11-26T15:00": "inden torsdag kl. 15 · torsdag inden kl. 15 · kl. 15 på torsdag",
    "2026-11-26T15:30": "torsdag d. 26. kl. 15.30",
    "2026-11-27": "FREDAG!!! · fredag 👍 · fredag? · fredag , tak · fre. · naeste fredag · paa fredag · "
    "fredag morgen · "
    "på fredag inden frokost · fredag ved middagstid · i løbet af fredag · næste uges fredag · på fredag i næste uge · "
    "fredag d. 27 · 27/11-2026 · 27-11 · 27.11 · 2026-W48 · uge 48 2026 · uge 48, 2026 · sidst i næste uge · "
    "ultimo uge 48 · "
    "om én uge · om 1 uge · i dag om en uge · i dag otte dage · den 27nde · frem til fredag · gerne inden fredag · "
    "fredag senest · fredag, helst · fredag (uge 48) · frist: fredag · deadline fredag · "
    "hurtigst muligt og senest fredag · "
    "engang i næste uge · i næste uge · i slutningen af næste uge · senest uge 48 · "
    "næstkommende fredag · "
    "inden en uge · senest om en uge · fre. 27. nov., uge 48",
    "2026-11-27T09:00": "2026-11-27T09:00 · 2026-11-27 09:00",
    "2026-11-27T09:10": "fredag 9.10",
    "2026-11-27T10:00": "fredag den 27. november 2026 kl. 10 · d. 27/11 2026 kl 10 · fredag den 27., kl. 10 · "
    "på fredag klokken ti · "
    "fredag præcis kl. 10",
    "2026-11-27T12:00": "fredag før kl. 12",
    "2026-11-27T12:15": "fredag kl. kvart over tolv",
    "2026-11-27T12:30": "fredag kl. halv et",
    "2026-11-27T14:30": "fredag 14.30",
    "2026-11-27T15:00": "fredag eftermiddag kl. 3",
    "2026-11-28": "lørdag otte dage · i morgen om 8 dage",
    "2026-11-29": "søndag den niogtyvende november · 1. søndag i advent",
    "2026-11-30": "på mandag om 8 dage · om ti dage · om 10 dage · den sidste hverdag i måneden · "
    "sidste dag i måneden · "
    "efter uge 48 · efter fredag · før december · ved udgangen af november · inden udgangen af november · "
    "inden november er omme · inden måneden er omme",
    # Dates.
    "2026-12-01": "d. 1.ste · d. 1ste december · til 1. december · senest 1/12 · den 1/12 · d.1/12 · "
    "pr. 1. december · per 1/12 · "
    "senest den 1. · først i december · i starten af december · primo december · primo næste måned · "
    "først på måneden · "
    "første tirsdag i december",
    "2026-12-01T08:00": "1. dec kl. 8 · 1. dec. 2026 kl. 08:00 · 01.12.2026 08:00 · 1.12.26 kl. 8",
    "2026-12-01T08:30": "1/12 kl. 8.30",
    "2026-12-02": "om 8 arbejdsdage",
    "2026-12-03": "3/12/26 · 3/12/2026 · 3.12.26 · 3. 12. 2026 · den tredje i tolvte · tredje december · den 3 · "
    "den 3. i næste måned · "
    "på torsdag om otte dage",
    "2026-12-04": "inden 14 dage · inden for 14 dage · i løbet af de næste 14 dage · 14 dage fra i dag · "
    "to uger fra nu · "
    "i dag om 14 dage · inden to uger · til om 14 dage · ugen efter næste · frist 4. december · deadline: 4/12 · "
    "fredag i uge 49 d. 4/12 · med frist d. 4. december",
    "2026-12-05": "2 dage efter den 3. december",
    "2026-12-07": "mandag om 14 dage · om to uger på mandag · første mandag i næste måned",
    "2026-12-09": "den anden onsdag i næste måned · onsdag i uge 50 · uge 50, onsdag · uge 50 (onsdag) · "
    "senest onsdag i uge 50",
    "2026-12-09T13:00": "onsdag uge 50 kl. 13",
    "2026-12-10": "torsdag om 14 dage",
    "2026-12-11": "om tre uger · om enogtyve dage · i uge 50 · udgangen af uge 50 · inden udgangen af uge 50 · "
    "slutningen af uge 50",
    "2026-12-15": "medio december · midt på måneden · medio næste måned · den femtende december · 15. i 12. · "
    "2026/12/15 · 15-12-26 · "
    "tirsdag om tre uger",
    "2026-12-15T10:15": "15/12-2026 kl. 10.15",
    "2026-12-17": "tors. d. 17/12 · Tors d. 17. dec. · den tredje torsdag i december",
    "2026-12-18": "fredagen før jul · om 4 uger · om fire uger",
    "2026-12-20": "om en maaned · inden for en måned",
    # Periods and feasts.
    "2026-12-23": "lille juleaften · dagen før juleaften · inden juleaften · før juleaften · sidste arbejdsdag før jul",
    "2026-12-24": "juleaften · senest juleaften",
    "2026-12-28": "efter jul · første hverdag efter jul",
    "2026-12-30": "inden nytår · inden nytårsaften · uge 53 · sidste arbejdsdag i december",
    "2026-12-31": "i næste måned · sidst i næste måned · den enogtredivte · den enogtredivte december · "
    "ultimo december · "
    "ultimo næste måned · ultimo kvartalet · andet halvår · årsskiftet · inden årsskiftet · i år · december · "
    "i december måned · "
    "i løbet af december · 4. kvartal · inden kvartalets udgang · inden halvårets udgang · "
    "inden udgangen af året · ultimo året",
    "2027-01-04": "primo 1. kvartal · primo 2027 · efter årsskiftet · efter december · første hverdag i januar · "
    "første arbejdsdag efter nytår · første arbejdsdag i det nye år · i begyndelsen af januar",
    "2027-01-15": "15 jan · midt i januar",
    "2027-01-25": "sidste mandag i januar",
    "2027-01-31": "i januar 2027 · sidst i januar 2027",
    "2027-02-01": "i starten af februar · 1. mandag i februar",
    "2027-02-05": "inden fastelavn",
    "2027-02-20": "om tre måneder · om 3 mdr",
    "2027-02-28": "sidst i februar",
    "2027-03-01": "1. marts næste år",
    "2027-03-19": "inden palmesøndag",
    "2027-03-24": "inden påske · inden skærtorsdag · før langfredag",
    "2027-03-26": "langfredag · langfredag d. 26. marts",
    "2027-03-30": "efter 2. påskedag",
    "2027-03-31": "Q1 · marts · næste kvartal · i løbet af 1. kvartal · ultimo marts 2027",
    "2027-04-01": "inden 1. april",
    "2027-04-05": "mandag efter påske",
    "2027-04-30": "før 1. maj",
    "2027-05-03": "efter 1. maj",
    "2027-05-05": "før Kristi himmelfartsdag",
    "2027-05-07": "efter Kristi himmelfart",
    "2027-05-17": "2. pinsedag",
    "2027-05-18": "efter pinse",
    "2027-05-20": "om seks måneder",
    "2027-05-31": "til maj næste år",
    "2027-06-04": "inden grundlovsdag · før d. 5. juni",
    "2027-06-05": "til grundlovsdag",
    "2027-06-07": "efter grundlovsdag · efter 5. juni",
    "2027-06-22": "inden sankthans",
    "2027-06-23": "Sankt Hans · skt. hans aften",
    "2027-06-24": "sankt hans dag",
    "2027-06-30": "1. halvår · næste halvår · 2. kvartal 2027 · andet kvartal 2027 · Q2 2027",
    "2027-07-31": "juli måned",
    "2027-11-20": "om et år",
    "2027-12-31": "næste år · ultimo 2027 · 2. halvår 2027",
    "2028-02-29": "29. februar 2028",
    "2028-05-20": "om halvandet år",
    "2028-11-20": "om 2 år",
    # Meetings and recurrences.
    "meeting": "inden mødet · ved næste møde · på mødet · næste gang vi mødes · til næste gang · "
    "senest ved næste møde · "
    "mødet · til mødet · før mødet · senest mødet · frist næste møde · næste gang vi ses · når vi mødes igen · "
    "inden vi mødes · før vi ses igen · vores møde · inden vores næste møde · inden mødet begynder · "
    "førstkommende møde",
    "meeting fremdriftsgruppe": "til næste fremdriftsmøde · inden næste møde i fremdriftsgruppen · "
    "til næste fremdriftsgruppe · næste fremdriftsgruppemøde · næste fremdriftsgruppe møde",
    "meeting ledelsesgruppe": "næste ledelsesgruppemøde · ledelsesgruppens næste møde · "
    "til næste møde i ledelsesgruppen · mødet i ledelsesgruppen · inden ledelsesgruppens møde · på ledelsesmødet · "
    "næste gang ledelsesgruppen mødes · inden ledelsesgruppen · til møde i ledelsesgruppen",
    "meeting politi": "næste politimøde · inden politimødet",
    "meeting hotspotraad": "til næste hotspotrådsmøde · til rådsmødet · på Hotspot-rådet · til næste hotspotråd",
    "meeting styregruppe": "inden styregruppemødet",
    # The one after the next; the only one of a week or month; a day on which there may be one.
    "meeting 2": "mødet efter næste · til mødet efter næste · det næste møde igen · næste møde igen · overnæste møde",
    "meeting ledelsesgruppe 2": "mødet efter næste i ledelsesgruppen · mødet i ledelsesgruppen efter næste",
    "meeting 2026-11-30 2026-12-06": "mødet i uge 49 · til mødet i uge 49 · inden mødet uge 49",
    "meeting 2026-11-23 2026-11-29": "mødet i næste uge · næste uges møde",
    "meeting 2026-12-01 2026-12-31": "mødet i december · på mødet i næste måned",
    "meeting politi 2026-11-30 2026-12-06": "politimødet i uge 49",
    "2026-11-27 if meeting": "til mødet på fredag",
    "2026-11-24 if meeting": "inden mødet på tirsdag · mødet på tirsdag · til mødet tirsdag · tirsdagsmødet · "
    "inden tirsdagens møde · "
    "før mødet på tirsdag",
    "2026-12-01 if meeting": "mødet d. 1/12 · senest på mødet den 1. december",
    "2026-11-26 if meeting ledelsesgruppe": "mødet i ledelsesgruppen på torsdag",
    "2026-11-24T13:00": "mødet på tirsdag kl. 13",
    "repeat ": "hvert møde · på hvert møde · til alle møder · hver gang vi mødes",
    "repeat FREQ=DAILY": "hver dag · dagligt",
    "repeat FREQ=DAILY;BYHOUR=8;BYMINUTE=0": "hver morgen kl. 8",
    "repeat FREQ=WEEKLY": "hver uge · ugentligt",
    "repeat FREQ=WEEKLY;INTERVAL=2": "hver anden uge · hver 2. uge",
    "repeat FREQ=WEEKLY;INTERVAL=2;BYDAY=TU": "hver anden uge på tirsdag · hver anden tirsdag",
    "repeat FREQ=WEEKLY;INTERVAL=3": "hver 3. uge · hver tredje uge",
    "repeat FREQ=WEEKLY;BYDAY=MO": "om mandagen · mandage · hver mandag",
    "repeat FREQ=WEEKLY;BYDAY=MO,TH": "hver mandag og torsdag",
    "repeat FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR": "hver hverdag · alle hverdage",
    "repeat FREQ=WEEKLY;BYDAY=FR;BYHOUR=9;BYMINUTE=0": "hver fredag kl. 9",
    "repeat FREQ=MONTHLY": "hver måned · månedligt",
    "repeat FREQ=MONTHLY;BYDAY=1TU": "den første tirsdag i hver måned",
    "repeat FREQ=MONTHLY;BYDAY=1MO": "hver første mandag i måneden",
    "repeat FREQ=MONTHLY;BYMONTHDAY=1": "den 1. i hver måned",
    "repeat FREQ=MONTHLY;INTERVAL=3": "hvert kvartal",
    "repeat FREQ=MONTHLY;INTERVAL=6": "hvert halve år",
    "repeat FREQ=YEARLY": "årligt",
    # What has to be asked about.
    "ask vague": "om halvanden uge · uge 48 kl. 10 · inden jul kl. 12 · til foråret i uge 50 · om en uges tid · "
    "midt i næste uge · ugen efter · til jul · i julen · jul · "
    "i weekenden · "
    "til weekenden · efter mødet · en uge før jul · omkring 1. december · ca. 1. december · når du har tid · "
    "en af dagene · "
    "snarest muligt · fredag kl. 24 · i morgen kl. 24 · før fredag kl. 12 · efter kl. 12 · om lidt · om kort tid · "
    "inden længe · "
    "i den nærmeste fremtid · ved lejlighed · med det samme · straks · i løbet af få dage · om nogle uger · "
    "om cirka en måned · "
    "om en god uge · i nat · i sommer · til foråret · efter ferien · mellem jul og nytår · asap · "
    "hver fredag i december · i det nye år",
    "ask two": "om 8 dage · 8 dage på fredag · fredag om 14 dage · inden næste weekend · inden uge 48 · "
    "inden december · inden næste uge · "
    "torsdag eller fredag · mandag til onsdag · mandag-onsdag · 9.10 · d. 3. eller 4. december",
    "ask past": "den 15. i denne måned · d. 15. ds. · sidste uge · i tirsdags · i går · i forgårs · "
    "sidste fredag · 3/11 2026 · "
    "1. december 2025 · denne uges torsdag · uge 40 2026 · for to uger siden",
    "ask clock_past": "i dag kl. 9 · halv ti · kl. 9.30",
    "ask clock_half": "fredag kl. 3 · kl. 3 · fredag kl. halv fem · i morgen kl. 2.30",
    "ask impossible": "12/27 · 29/2 · 30/2 2027 · den 32. · uge 54 · uge 53 2027 · kl. 25 · fredag kl. 9.75 · "
    "den femte mandag i december · "
    "3/13 · 0/12 · 32/1 · den 0. · 31. april · d. 31/9 · 29. februar 2027 · uge 0 · 5. kvartal · 3. halvår",
    "ask contradiction": "fredag d. 27/11 i uge 47 · mandag d. 1. december · mandag d. syvogtyvende · "
    "torsdag i uge 49 d. 4/12 · "
    "lørdag den 27. november · "
    "torsdag den 1. januar · fredag d. 27/11 i uge 49 · i morgen den 22. · i morgen søndag · "
    "i dag 1. kvartal 2027 · langfredag d. 27. marts",
    "ask far": "d. 15. sept · Mortensaften · om 100 år · uge 46 · i oktober",
    "ask needs_calendar": "inden juleferien · efter juleferien · inden efterårsferien",
    "ask none": "måske fredag · i mandag · senest 13 · fredag 10 · indenfor 3 arbejdsdage i eftermiddag · "
    "i dag inden to uger · fredag kl. 9-10 · næste fredag kl. 10-12 · tirsag · 5 · 2027 · 3 hverdage · "
    "om 14 dage i december · "
    "om 3 dage i næste uge · uge 48 eller 49 · uge 48-49 · 1.-5. december · et år · 14 dage · ja · ok · 42 · "
    "fredagsbar · fredag fredag · "
    "næste næste fredag · hver · den · i · kl. · d. · ikke fredag · fra fredag · black friday",
}

ENGLISH: dict[str, str] = {
    "2026-11-20": "today · tonight · this Friday · by the end of the week · eow · eod · end of day · "
    "before the weekend · this week",
    "2026-11-20T10:30": "in half an hour",
    "2026-11-20T11:00": "in an hour",
    "2026-11-20T11:30": "in an hour and a half · in 90 minutes",
    "2026-11-20T12:00": "at noon",
    "2026-11-20T15:00": "at 15:00",
    "2026-11-20T17:00": "by 5pm",
    "2026-11-21": "tomorrow · tomorrow morning · Saturday",
    "2026-11-21T08:00": "tomorrow morning at 8",
    "2026-11-21T09:00": "tomorrow at 9",
    "2026-11-21T09:30": "tomorrow at 9:30 · tomorrow at half past nine",
    "2026-11-21T09:45": "tomorrow at quarter to ten",
    "2026-11-21T12:00": "tomorrow by noon",
    "2026-11-21T14:00": "tomorrow at 2pm",
    "2026-11-22": "the day after tomorrow",
    "2026-11-23": "after the weekend · Monday in week 48 · Monday of week 48",
    "2026-11-25": "next Wednesday · Wednesday next week · within 3 working days",
    "2026-11-26": "before Friday",
    "2026-11-27": "by Friday · on Friday · until Friday · no later than Friday · Friday at the latest · "
    "next Friday · week 48 · "
    "end of next week · next week · Friday 27 November · Friday the 27th · the 27th · Friday 27 Nov 2026 · "
    "due Friday · deadline: Friday · "
    "last Friday of the month · in 5 business days · close of business Friday · Fri 27 Nov, week 48",
    "2026-11-27T09:00": "Fri 27 Nov at 9:00, week 48",
    "2026-11-27T10:00": "Friday, November 27, 2026 at 10am",
    "2026-11-27T17:00": "by 5pm on Friday · Friday 5pm · Friday by 5pm",
    "2026-11-28": "Sat 28 Nov",
    "2026-11-30": "after Friday · Monday week · a week on Monday · end of the month · by the end of the month · "
    "eom · end of November · "
    "last working day of the month",
    "2026-12-01": "start of December · first Tuesday in December",
    "2026-12-03": "Dec 3 · 3 Dec · 3 December · 3rd of December · the third of December · December 3, 2026 · "
    "Dec 3rd · 3/12 · 03/12/2026 · "
    "2026-12-03 · by the 3rd · on the 3rd of next month",
    "2026-12-03T14:00": "on December 3rd at 2 p.m.",
    "2026-12-04": "in two weeks · in 14 days · in a fortnight · in two weeks' time · two weeks from now · "
    "Friday week 49 · a week from Friday",
    "2026-12-07": "first Monday of the month",
    "2026-12-08": "the second Tuesday in December",
    "2026-12-11": "in three weeks",
    "2026-12-15": "mid-December · mid December",
    "2026-12-22": "two days before Christmas Eve",
    "2026-12-23": "before Christmas · by Christmas",
    "2026-12-24": "Christmas Eve",
    "2026-12-30": "before New Year",
    "2026-12-31": "next month · by the end of next month · end of the year · eoy",
    "2027-01-04": "after New Year · the first working day of January",
    "2027-01-15": "in week 2",
    "2027-03-01": "March 1 · 1 March",
    "2027-03-26": "Good Friday",
    "2027-03-29": "Easter Monday",
    "2027-03-30": "after Easter",
    "2027-03-31": "next quarter · Q1",
    "2027-04-05": "the Monday after Easter",
    "2027-04-30": "before May",
    "2027-05-20": "in half a year · in six months",
    "2027-05-31": "in May · end of May",
    "2027-09-30": "Q3 2027",
    "meeting": "next meeting · before the next meeting · before the meeting · at the meeting · by our next meeting · "
    "next time we meet · before we meet",
    "meeting ledelsesgruppe": "by the next management meeting · the management group's meeting · "
    "before the management group's next meeting · the meeting of the management group",
    "meeting hotspotraad": "the council meeting · by the next council meeting",
    "meeting fremdriftsgruppe": "next progress group",
    "meeting 2": "the meeting after next · meeting after next",
    "meeting 2026-11-30 2026-12-06": "the meeting in week 49",
    "meeting 2026-11-23 2026-11-29": "next week's meeting · the meeting next week",
    "2026-11-24 if meeting": "the meeting on Tuesday · Tuesday's meeting",
    "repeat ": "every meeting · at each meeting",
    "repeat FREQ=WEEKLY;BYDAY=MO": "every Monday",
    "repeat FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;BYHOUR=10;BYMINUTE=0": "every other Tuesday at 10",
    "repeat FREQ=WEEKLY;INTERVAL=2": "every two weeks",
    "repeat FREQ=DAILY": "daily",
    "repeat FREQ=WEEKLY": "weekly",
    "repeat FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR": "every weekday",
    "repeat FREQ=MONTHLY;BYDAY=1TU": "first Tuesday of every month",
    "ask vague": "in a couple of days · in a week or so · this weekend · asap · as soon as possible · soon · "
    "ongoing · later · early December · "
    "midnight · next May · Christmas",
    "ask two": "by May · by week 48 · Friday or Monday",
    "ask past": "yesterday · last week · three days ago",
    "ask far": "week 46 · 19/11",
    "ask impossible": "12/27 · 31 February",
    "ask contradiction": "Tuesday 3 December",
    "ask clock_half": "at 3 · at 3:30",
    "ask clock_past": "at 10 · half past nine",
    "ask needs_calendar": "before the summer holidays",
    "ask none": "12 years · second · may · march · 27th · within the hour · may I · on and on",
}

# The other language is understood where it is a phrase from end to end.
DANISH_IN_ENGLISH = {
    "næste fredag": "2026-11-27",
    "inden fredag": "2026-11-27",
    "om 14 dage": "2026-12-04",
    "hurtigst muligt": "ask vague",
}
ENGLISH_IN_DANISH = {
    "next Friday": "2026-11-27", "by Friday": "2026-11-27", "tomorrow at 9": "2026-11-21T09:00", "sat": "ask none",
    "may": "ask none",
    "march": "ask none", "second": "ask none",
}  # fmt: skip


def rows(table: dict[str, str]) -> list[tuple[str, str]]:
    """(phrase, meaning) for every phrase of a table."""
    return [(phrase, meaning) for meaning, phrases in table.items() for phrase in phrases.split(" · ")]


def said_list() -> list[tuple[str, str, str]]:
    """(phrase, day it is said, meaning) for the programme's list on all six days."""
    found = []
    for line in LIST.strip().splitlines():
        phrase, _, rest = line.partition("|")
        meanings = rest.split() if not rest.strip().startswith("meeting") else [rest.strip()]
        if meanings[0] == "repeat":
            meanings = [rest.strip()]
        found += [
            (phrase.strip(), day, meanings[n if len(meanings) > 1 else 0]) for n, day in enumerate(SAID_ON)
        ]
    return found
