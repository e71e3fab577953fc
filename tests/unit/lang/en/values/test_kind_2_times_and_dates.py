"""Kind 2: everyday wordings of times, dates and repetitions are understood, or refused for the right reason.

Said on Saturday, 28 November 2026 at 16:00 in Berlin, if nothing else is written.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from jarvisd.lang.en.values.dates import read_day
from jarvisd.lang.en.values.moments import read_instant
from jarvisd.lang.en.values.repeats import read_repeat
from jarvisd.lang.values import Unreadable

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 28, 16, 0, tzinfo=BERLIN)


def cases(table: str) -> list[tuple[str, str]]:
    """Lines of "what is said | what it means"."""
    pairs = [line.rpartition(" | ") for line in table.strip("\n").splitlines()]
    return [(said.strip(), meant.strip()) for said, _, meant in pairs]


INSTANTS = cases("""
7 pm | 28 19:00
7pm | 28 19:00
7 p.m. | 28 19:00
7 P.M. | 28 19:00
7:30pm | 28 19:30
at 7 | 28 19:00
around 7 | 28 19:00
about 7 | 28 19:00
at around 7 | 28 19:00
roughly 7 | 28 19:00
7ish | 28 19:00
seven | 28 19:00
at seven o'clock | 28 19:00
7 o'clock sharp | 28 19:00
exactly 7 o’clock | 28 19:00
4 | 29 04:00
4 o'clock | 29 04:00
4:01 | 28 16:01
3 o'clock | 29 03:00
10 am | 29 10:00
10 in the morning | 29 10:00
in the morning at 10 | 29 10:00
at night at 11 | 28 23:00
in a week's time at 9 am | 12-05 09:00
28 November at 6 pm | 28 18:00
8 in the evening | 28 20:00
at 3 in the afternoon | 29 15:00
3 in the morning | 29 03:00
11 at night | 28 23:00
2 at night | 29 02:00
twelve at night | 29 00:00
12 at night | 29 00:00
12 am | 29 00:00
12 pm | 29 12:00
12:15 am | 29 00:15
12:15 pm | 29 12:15
noon | 29 12:00
at 12 noon | 29 12:00
midday | 29 12:00
midnight | 29 00:00
12 midnight | 29 00:00
midnight tonight | 29 00:00
half past six | 28 18:30
half past 6 pm | 28 18:30
half six | 28 18:30
quarter to nine | 28 20:45
a quarter to nine | 28 20:45
quarter of nine | 28 20:45
quarter till nine | 28 20:45
a quarter past six in the evening | 28 18:15
quarter after six | 28 18:15
twenty five to seven | 28 18:35
twenty-five to seven | 28 18:35
five to seven | 28 18:55
5 to 7 | 28 18:55
ten past seven | 28 19:10
7 minutes to 8 | 28 19:53
seven minutes past eight | 28 20:07
ten to noon | 29 11:50
quarter to midnight | 28 23:45
quarter past midnight | 29 00:15
half past noon | 29 12:30
seven thirty | 28 19:30
six thirty | 28 18:30
seven forty five pm | 28 19:45
seven oh five | 28 19:05
seven fifteen | 28 19:15
7 30 | 28 19:30
7 30 pm | 28 19:30
nineteen thirty | 28 19:30
19:30 | 28 19:30
19.30 | 28 19:30
7.30 pm | 28 19:30
7.30pm | 28 19:30
19h30 | 28 19:30
19h | 28 19:00
13:00 | 29 13:00
19:30 hours | 28 19:30
14:00h | 29 14:00
14h | 29 14:00
14:00 hours | 29 14:00
1900 hours | 28 19:00
0700 hours | 29 07:00
at 0700 | 29 07:00
oh seven hundred hours | 29 07:00
nineteen hundred hours | 28 19:00
nineteen hundred | 28 19:00
zero seven thirty | 29 07:30
1930 | 28 19:30
00:30 | 29 00:30
0:30 | 29 00:30
24:00 | 29 00:00
19:30:15 | 28 19:30:15
16:00 | 29 16:00
16:01 | 28 16:01
tonight at 9 pm | 28 21:00
tonight at 9 | 28 21:00
9 tonight | 28 21:00
at 9 pm tonight | 28 21:00
tonight at half past ten | 28 22:30
tonight at 12 | 29 00:00
tonight at midnight | 29 00:00
tonight at 1 | 29 01:00
tonight at 11:45 | 28 23:45
this evening at 8 | 28 20:00
8 this evening | 28 20:00
this evening at 12 | 29 00:00
7 am tomorrow morning | 29 07:00
tomorrow morning at 7 | 29 07:00
tomorrow at 7 | 29 07:00
tomorrow at 7 in the morning | 29 07:00
tomorrow at 7 pm | 29 19:00
tomorrow at three | 29 15:00
tomorrow 15:30 | 29 15:30
at 3 pm tomorrow | 29 15:00
tomorrow at noon | 29 12:00
noon tomorrow | 29 12:00
tomorrow night at 8 | 29 20:00
tomorrow night at 12 | 30 00:00
tomorrow afternoon at half past three | 29 15:30
tomorrow evening at quarter to eight | 29 19:45
tomorrow, 8 am | 29 08:00
today at 5 | 28 17:00
today at 17:30 | 28 17:30
later today at 6 | 28 18:00
the day after tomorrow at 9 | 30 09:00
day after tomorrow at noon | 30 12:00
overmorrow at nine | 30 09:00
monday at 9 | 30 09:00
on Monday at 9 am | 30 09:00
Monday morning at 9 | 30 09:00
Monday at 9 in the morning | 30 09:00
9 on Monday morning | 30 09:00
9 am on Monday | 30 09:00
mon at 9 | 30 09:00
friday at noon | 12-04 12:00
Fri 7 pm | 12-04 19:00
this Friday at 7 pm | 12-04 19:00
next Friday at 7 pm | 12-04 19:00
next Tuesday at 3 | 12-01 15:00
Friday night at 11 | 12-04 23:00
Friday night at 12 | 12-05 00:00
Friday, 4 December at 7 pm | 12-04 19:00
Fri, Dec 4 at 7 pm | 12-04 19:00
Saturday at 9 in the morning | 12-05 09:00
Monday week at 9 | 12-07 09:00
a week on Monday at 9 | 12-07 09:00
a week from Monday at 9 | 12-07 09:00
two weeks from Monday at 9 | 12-14 09:00
a week from tomorrow at 9 | 12-06 09:00
a week today at 9 am | 12-05 09:00
in a week at 9 am | 12-05 09:00
Monday next week at 9 | 30 09:00
next week on Tuesday at 9 | 12-01 09:00
the day before Christmas at noon | 12-24 12:00
seven p m | 28 19:00
30th at seven | 30 07:00
tomorrow at 7 pm please | 29 19:00
March 20th at 3 | 2027-03-20 15:00
on March 20th at 3 | 2027-03-20 15:00
March 20 at 3 pm | 2027-03-20 15:00
20 March at 15:00 | 2027-03-20 15:00
the 20th of March at 3 | 2027-03-20 15:00
march twentieth at three | 2027-03-20 15:00
the twenty-first of March at 9 | 2027-03-21 09:00
Mar 20, 3 pm | 2027-03-20 15:00
March 20th, 2027 at 3 pm | 2027-03-20 15:00
20th March 2027 3pm | 2027-03-20 15:00
3 pm on March 20th | 2027-03-20 15:00
at three on the twentieth of march | 2027-03-20 15:00
December 24th at 6 pm | 12-24 18:00
Thursday December 24th at 6 pm | 12-24 18:00
Dec. 24 at 6 p.m. | 12-24 18:00
24 December 2026, 18:00 | 12-24 18:00
on the 24th of December at half past six in the evening | 12-24 18:30
the 2nd at 9 | 12-02 09:00
on the 2nd at 9 am | 12-02 09:00
the second at 9 | 12-02 09:00
on the 28th at 6 pm | 28 18:00
on the 31st at noon | 12-31 12:00
9 am on the 2nd | 12-02 09:00
Wednesday the 2nd at 9 | 12-02 09:00
Wed the 2nd, 9 am | 12-02 09:00
the 15th of next month at 9 | 12-15 09:00
2026-12-24T18:30 | 12-24 18:30
2026-12-24 18:30 | 12-24 18:30
2026-12-24 at 6 pm | 12-24 18:00
2026-12-24T17:30:00Z | 12-24 18:30
2026-12-24T18:30:00+01:00 | 12-24 18:30
2026-12-24T12:30-05:00 | 12-24 18:30
12/24 at 6 pm | 12-24 18:00
24/12 at 6 pm | 12-24 18:00
24/12/2026 18:00 | 12-24 18:00
12/24/2026 at 6 pm | 12-24 18:00
24.12.2026 at 18:00 | 12-24 18:00
5/5 at noon | 2027-05-05 12:00
Christmas at 9 am | 12-25 09:00
Christmas Eve at 6 pm | 12-24 18:00
on new year's eve at 11 pm | 12-31 23:00
in 3 days at 9 | 12-01 09:00
3 days from now at noon | 12-01 12:00
in three days at noon | 12-01 12:00
noon in 3 days | 12-01 12:00
in two weeks at 9 am | 12-12 09:00
in a month at 9 | 12-28 09:00
in 3 days | 12-01 16:00
in 2 weeks | 12-12 16:00
in an hour | 28 17:00
in half an hour | 28 16:30
in a quarter of an hour | 28 16:15
in 90 minutes | 28 17:30
in 2 hours and 30 minutes | 28 18:30
in an hour and a half | 28 17:30
two hours from now | 28 18:00
10 minutes from now | 28 16:10
45 seconds from now | 28 16:00:45
""")

REFUSED_INSTANTS = cases("""
banana | not_understood
 | missing
7 banana | not_understood
soon | not_understood
later | not_understood
in 15 | not_understood
tomorrow | no_time
tomorrow morning | no_time
tonight | no_time
this evening | no_time
next week | not_understood
Friday | no_time
March 20th | no_time
half past | not_understood
quarter to | not_understood
: | not_understood
1.5 | not_understood
7: | not_understood
at | not_understood
on at 7 | not_understood
7 at | not_understood
seven five | not_understood
seven fifteen o'clock | not_understood
at 7 tomorrow banana | not_understood
7 pm at my place | not_understood
7 pm 2 | not_understood
minus 7 | not_understood
-7 | not_understood
before 7 | not_understood
after 7 pm | not_understood
7:30:15:20 | not_understood
25:00 | implausible
7:61 | implausible
7:60 | implausible
15:00 am | implausible
13 pm | implausible
19:30 pm | implausible
quarter past 13 pm | implausible
tomorrow at 14 p.m. | implausible
13 in the morning | implausible
9 in the afternoon | implausible
2 in the evening | implausible
9 am tonight | implausible
7 am pm | implausible
7 am in the evening | implausible
noon tonight | implausible
this evening at noon | implausible
half past 25 | not_understood
30 February at 9 | implausible
February 30th at 9 | implausible
April 31st at 9 | implausible
the 32nd at 9 | implausible
13/13 at 9 | implausible
2026-13-01 at 9 | implausible
Friday, Dec 5 at 7 pm | implausible
Monday the 2nd at 9 | implausible
tomorrow at 7 and 8 | ambiguous
7 or 8 | ambiguous
between 7 and 8 | ambiguous
7-8 pm | ambiguous
7 to 8 | ambiguous
from 7 to 9 pm | ambiguous
Monday or Tuesday at 9 | ambiguous
3/4 at 9 | ambiguous
04/03/2027 at 9 | ambiguous
next Sunday at 9 | ambiguous
Sunday next week at 9 | ambiguous
tomorrow at midnight | ambiguous
tomorrow morning at 12 | ambiguous
Friday at midnight | ambiguous
Saturday at 9 pm | ambiguous
this weekend at 9 | ambiguous
tomorrow and Monday at 9 | ambiguous
tomorrow Monday at 9 | implausible
yesterday at 5 | past
yesterday | past
today at 3 pm | past
today at 9 am | past
this morning at 9 | past
28 November at 9 am | past
3 hours ago | past
ten minutes ago | past
last Friday at 9 | past
November 3rd 2026 at 9 | past
2026-11-28T15:59 | past
2025-12-24 at 18:00 | past
January 1st 1999 at noon | past
on the 28th of November 2026 at 9 am | past
every day at 7 | repeats
weekdays at 7 | repeats
every Monday at 9 | repeats
Mondays at 9 | repeats
daily at noon | repeats
7 am every morning | repeats
every other Tuesday at 8 pm | repeats
every 2 hours | repeats
in 2 years | too_far
in 500 days at 9 | too_far
March 20th 2031 at 3 | too_far
2030-01-01T00:00 | too_far
""")

DAYS = cases("""
today | 2026-11-28
tomorrow | 2026-11-29
the day after tomorrow | 2026-11-30
yesterday | 2026-11-27
the day before yesterday | 2026-11-26
in 3 days | 2026-12-01
3 days from now | 2026-12-01
in a week | 2026-12-05
in two weeks | 2026-12-12
a fortnight from now | 2026-12-12
in a month | 2026-12-28
in three months | 2027-02-28
in a year | 2027-11-28
in 10 years | 2036-11-28
3 days ago | 2026-11-25
two weeks ago | 2026-11-14
a year ago | 2025-11-28
a week from tomorrow | 2026-12-06
3 days after Christmas | 2026-12-28
two days before Christmas | 2026-12-23
Monday | 2026-11-30
on Wednesday | 2026-12-02
next Friday | 2026-12-04
last Friday | 2026-11-27
this Tuesday | 2026-12-01
Christmas | 2026-12-25
Christmas Day | 2026-12-25
Christmas Eve | 2026-12-24
Boxing Day | 2026-12-26
New Year's Eve | 2026-12-31
New Year's Day | 2027-01-01
Halloween | 2027-10-31
Valentine's Day | 2027-02-14
Christmas 2030 | 2030-12-25
March 3 | 2027-03-03
July 4th, 1976 | 1976-07-04
4 July 1976 | 1976-07-04
the 2nd | 2026-12-02
the 1st of January 2000 | 2000-01-01
2026-12-24 | 2026-12-24
24/12 | 2026-12-24
12/24/2026 | 2026-12-24
February 29 | 2028-02-29
""")

REFUSED_DAYS = cases("""
 | missing
banana | not_understood
in 3 | not_understood
in 3 days banana | not_understood
Easter | not_understood
the date | not_understood
3/4 | ambiguous
next Sunday | ambiguous
this weekend | ambiguous
Saturday | ambiguous
February 29 2027 | implausible
February 30 | implausible
Friday December 5 | implausible
in 100000 years | too_far
every Monday | repeats
""")

REPEATS = cases("""
every day at 7 | FREQ=DAILY;BYHOUR=7;BYMINUTE=0 @ 29 07:00
each day at 7 am | FREQ=DAILY;BYHOUR=7;BYMINUTE=0 @ 29 07:00
everyday at 7 | FREQ=DAILY;BYHOUR=7;BYMINUTE=0 @ 29 07:00
daily at noon | FREQ=DAILY;BYHOUR=12;BYMINUTE=0 @ 29 12:00
every day at midnight | FREQ=DAILY;BYHOUR=0;BYMINUTE=0 @ 29 00:00
once a day at 5 pm | FREQ=DAILY;BYHOUR=17;BYMINUTE=0 @ 28 17:00
at 7 every day | FREQ=DAILY;BYHOUR=7;BYMINUTE=0 @ 29 07:00
7 am every day | FREQ=DAILY;BYHOUR=7;BYMINUTE=0 @ 29 07:00
every morning at half past six | FREQ=DAILY;BYHOUR=6;BYMINUTE=30 @ 29 06:30
7 every morning | FREQ=DAILY;BYHOUR=7;BYMINUTE=0 @ 29 07:00
every evening at 9 | FREQ=DAILY;BYHOUR=21;BYMINUTE=0 @ 28 21:00
every night at 11 | FREQ=DAILY;BYHOUR=23;BYMINUTE=0 @ 28 23:00
nightly at 11 | FREQ=DAILY;BYHOUR=23;BYMINUTE=0 @ 28 23:00
every day at 3 in the afternoon | FREQ=DAILY;BYHOUR=15;BYMINUTE=0 @ 29 15:00
every day | FREQ=DAILY @ 28 00:00
every other day at 8 | FREQ=DAILY;INTERVAL=2;BYHOUR=8;BYMINUTE=0 @ 29 08:00
every second day at 8 am | FREQ=DAILY;INTERVAL=2;BYHOUR=8;BYMINUTE=0 @ 29 08:00
every 3 days at 8 | FREQ=DAILY;INTERVAL=3;BYHOUR=8;BYMINUTE=0 @ 29 08:00
every weekday at 7 | FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=7;BYMINUTE=0 @ 30 07:00
weekdays at 7 | FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=7;BYMINUTE=0 @ 30 07:00
on weekdays at 7 | FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=7;BYMINUTE=0 @ 30 07:00
at 7 on weekdays | FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=7;BYMINUTE=0 @ 30 07:00
every workday at 7:15 | FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=7;BYMINUTE=15 @ 30 07:15
Monday to Friday at 6:30 | FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=6;BYMINUTE=30 @ 30 06:30
Monday through Thursday at 7 | FREQ=WEEKLY;BYDAY=MO,TU,WE,TH;BYHOUR=7;BYMINUTE=0 @ 30 07:00
every weekend at 10 | FREQ=WEEKLY;BYDAY=SA,SU;BYHOUR=10;BYMINUTE=0 @ 29 10:00
weekends at 10 | FREQ=WEEKLY;BYDAY=SA,SU;BYHOUR=10;BYMINUTE=0 @ 29 10:00
on the weekends at 10 am | FREQ=WEEKLY;BYDAY=SA,SU;BYHOUR=10;BYMINUTE=0 @ 29 10:00
every Monday at 9 | FREQ=WEEKLY;BYDAY=MO;BYHOUR=9;BYMINUTE=0 @ 30 09:00
Mondays at 9 | FREQ=WEEKLY;BYDAY=MO;BYHOUR=9;BYMINUTE=0 @ 30 09:00
on Mondays at 9 | FREQ=WEEKLY;BYDAY=MO;BYHOUR=9;BYMINUTE=0 @ 30 09:00
every week on Monday at 9 | FREQ=WEEKLY;BYDAY=MO;BYHOUR=9;BYMINUTE=0 @ 30 09:00
weekly on Monday at 9 | FREQ=WEEKLY;BYDAY=MO;BYHOUR=9;BYMINUTE=0 @ 30 09:00
once a week on Monday at 9 | FREQ=WEEKLY;BYDAY=MO;BYHOUR=9;BYMINUTE=0 @ 30 09:00
every Monday morning at 9 | FREQ=WEEKLY;BYDAY=MO;BYHOUR=9;BYMINUTE=0 @ 30 09:00
9 every Monday morning | FREQ=WEEKLY;BYDAY=MO;BYHOUR=9;BYMINUTE=0 @ 30 09:00
every Monday and Wednesday at 6 pm | FREQ=WEEKLY;BYDAY=MO,WE;BYHOUR=18;BYMINUTE=0 @ 30 18:00
Mondays, Wednesdays and Fridays at 7 | FREQ=WEEKLY;BYDAY=MO,WE,FR;BYHOUR=7;BYMINUTE=0 @ 30 07:00
every Saturday at 5 pm | FREQ=WEEKLY;BYDAY=SA;BYHOUR=17;BYMINUTE=0 @ 28 17:00
every Saturday at 3 pm | FREQ=WEEKLY;BYDAY=SA;BYHOUR=15;BYMINUTE=0 @ 12-05 15:00
every Sunday | FREQ=WEEKLY;BYDAY=SU @ 29 00:00
every other Tuesday at 8 pm | FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;BYHOUR=20;BYMINUTE=0 @ 12-01 20:00
every two weeks on Tuesday at 8 pm | FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;BYHOUR=20;BYMINUTE=0 @ 12-01 20:00
every fortnight on Tuesday at 8 pm | FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;BYHOUR=20;BYMINUTE=0 @ 12-01 20:00
every other week on Tuesday at 8 pm | FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;BYHOUR=20;BYMINUTE=0 @ 12-01 20:00
every third Tuesday of the month at 10 | FREQ=MONTHLY;BYDAY=3TU;BYHOUR=10;BYMINUTE=0 @ 12-15 10:00
the first Monday of every month at 9 | FREQ=MONTHLY;BYDAY=1MO;BYHOUR=9;BYMINUTE=0 @ 12-07 09:00
on the last Friday of every month at 5 pm | FREQ=MONTHLY;BYDAY=-1FR;BYHOUR=17;BYMINUTE=0 @ 12-25 17:00
on the last day of every month at 6 pm | FREQ=MONTHLY;BYMONTHDAY=-1;BYHOUR=18;BYMINUTE=0 @ 30 18:00
every 15th at 9 | FREQ=MONTHLY;BYMONTHDAY=15;BYHOUR=9;BYMINUTE=0 @ 12-15 09:00
on the 15th of every month at 9 | FREQ=MONTHLY;BYMONTHDAY=15;BYHOUR=9;BYMINUTE=0 @ 12-15 09:00
every month on the 1st at 9 am | FREQ=MONTHLY;BYMONTHDAY=1;BYHOUR=9;BYMINUTE=0 @ 12-01 09:00
monthly on the 3rd at 9 am | FREQ=MONTHLY;BYMONTHDAY=3;BYHOUR=9;BYMINUTE=0 @ 12-03 09:00
every 31st at noon | FREQ=MONTHLY;BYMONTHDAY=31;BYHOUR=12;BYMINUTE=0 @ 12-31 12:00
every three months on the 1st at 9 am | FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=1;BYHOUR=9;BYMINUTE=0 @ 12-01 09:00
every year on March 3 | FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=3 @ 2027-03-03 00:00
every March 3rd at 9 | FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=3;BYHOUR=9;BYMINUTE=0 @ 2027-03-03 09:00
yearly on the 3rd of March at 9 am | FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=3;BYHOUR=9;BYMINUTE=0 @ 2027-03-03 09:00
annually on December 24th at 6 pm | FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24;BYHOUR=18;BYMINUTE=0 @ 12-24 18:00
every Christmas at 9 | FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=25;BYHOUR=9;BYMINUTE=0 @ 12-25 09:00
every hour | FREQ=HOURLY @ 28 17:00
hourly | FREQ=HOURLY @ 28 17:00
every 2 hours | FREQ=HOURLY;INTERVAL=2 @ 28 18:00
every other hour | FREQ=HOURLY;INTERVAL=2 @ 28 18:00
every half hour | FREQ=MINUTELY;INTERVAL=30 @ 28 16:30
every 30 minutes | FREQ=MINUTELY;INTERVAL=30 @ 28 16:30
every 90 minutes | FREQ=MINUTELY;INTERVAL=90 @ 28 17:30
every minute | FREQ=MINUTELY @ 28 16:01
every hour and a half | FREQ=MINUTELY;INTERVAL=90 @ 28 17:30
every 1.5 hours | FREQ=MINUTELY;INTERVAL=90 @ 28 17:30
every week | FREQ=WEEKLY @ 28 00:00
every fortnight | FREQ=WEEKLY;INTERVAL=2 @ 28 00:00
every other day | FREQ=DAILY;INTERVAL=2 @ 28 00:00
every week at 9 | FREQ=WEEKLY;BYHOUR=9;BYMINUTE=0 @ 12-05 09:00
every month at 9 | FREQ=MONTHLY;BYHOUR=9;BYMINUTE=0 @ 12-28 09:00
every 2nd day at 8 | FREQ=DAILY;INTERVAL=2;BYHOUR=8;BYMINUTE=0 @ 29 08:00
every third day at 8 | FREQ=DAILY;INTERVAL=3;BYHOUR=8;BYMINUTE=0 @ 29 08:00
every single day at 7 | FREQ=DAILY;BYHOUR=7;BYMINUTE=0 @ 29 07:00
every day of the week at 7 | FREQ=DAILY;BYHOUR=7;BYMINUTE=0 @ 29 07:00
mornings at 7 | FREQ=DAILY;BYHOUR=7;BYMINUTE=0 @ 29 07:00
weekday mornings at 7 | FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=7;BYMINUTE=0 @ 30 07:00
Saturday mornings at 10 | FREQ=WEEKLY;BYDAY=SA;BYHOUR=10;BYMINUTE=0 @ 12-05 10:00
mon-fri at 7 | FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=7;BYMINUTE=0 @ 30 07:00
every day except Sunday at 7 | FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA;BYHOUR=7;BYMINUTE=0 @ 30 07:00
every day but weekends at 7 | FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=7;BYMINUTE=0 @ 30 07:00
every first Monday at 9 | FREQ=MONTHLY;BYDAY=1MO;BYHOUR=9;BYMINUTE=0 @ 12-07 09:00
every 1st and 15th at 9 | FREQ=MONTHLY;BYMONTHDAY=1,15;BYHOUR=9;BYMINUTE=0 @ 12-01 09:00
""")

REFUSED_REPEATS = cases("""
 | missing
every | not_understood
every banana | not_understood
every day banana | not_understood
every day at | not_understood
every day at 7 banana | not_understood
7 pm | not_understood
tomorrow at 7 | not_understood
twice a day | no_time
every day until Friday | bounded
every weekday at 7 starting tomorrow | bounded
daily at 9 till Christmas | bounded
on Mondays at 9 for the next two weeks | bounded
every day from tomorrow at 7 | bounded
every day for two weeks | bounded
bananas until Friday | not_understood
three times a week | no_time
every now and then | not_understood
every few hours | not_understood
every day until Christmas | bounded
every day for a week at 7 | bounded
every day at 7 and 8 | ambiguous
every morning | no_time
every second Tuesday at 8 | ambiguous
every third Tuesday at 8 | ambiguous
any Monday at 7 | not_understood
every 10 seconds | implausible
every 3/4 at 9 | not_understood
every day at 25:00 | implausible
every 32nd at 9 | implausible
every 30th of February at 9 | implausible
every morning at 9 pm | implausible
every 0 hours | implausible
every fifth Monday of the month at 26:00 | implausible
""")


def instant(meant: str) -> datetime:
    """Month and year are those of NOW if they are not written."""
    day, _, time = meant.partition(" ")
    year_month = "2026-11-" if len(day) == 2 else "2026-" if len(day) == 5 else ""
    return datetime.fromisoformat(f"{year_month}{day} {time}").replace(tzinfo=BERLIN)


@pytest.mark.parametrize(("said", "meant"), INSTANTS)
def test_an_instant(said: str, meant: str) -> None:
    found = read_instant(said, NOW)
    assert found == instant(meant)
    assert found.utcoffset() == instant(meant).utcoffset()


@pytest.mark.parametrize(("said", "reason"), REFUSED_INSTANTS)
def test_no_instant(said: str, reason: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_instant(said, NOW)
    assert refused.value.reason.name.lower() == reason


@pytest.mark.parametrize(("said", "meant"), DAYS)
def test_a_day(said: str, meant: str) -> None:
    assert read_day(said, NOW.date()) == date.fromisoformat(meant)


@pytest.mark.parametrize(("said", "reason"), REFUSED_DAYS)
def test_no_day(said: str, reason: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_day(said, NOW.date())
    assert refused.value.reason.name.lower() == reason


@pytest.mark.parametrize(("said", "meant"), REPEATS)
def test_a_repeat(said: str, meant: str) -> None:
    rule, _, first = meant.partition(" @ ")
    found = read_repeat(said, NOW)
    assert (found.rrule, found.first) == (rule, instant(first))


@pytest.mark.parametrize(("said", "reason"), REFUSED_REPEATS)
def test_no_repeat(said: str, reason: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_repeat(said, NOW)
    assert refused.value.reason.name.lower() == reason


@pytest.mark.parametrize(
    ("now", "said", "meant"),
    [
        # The hour from 2 to 3 is left out on this day: half past two is half an hour after 2 by the old offset.
        ("2027-03-27T16:00+01:00", "tomorrow at 2:30 am", "2027-03-28T03:30+02:00"),
        # It comes twice on this one: the first is meant.
        ("2026-10-24T16:00+02:00", "tomorrow at 2:30 am", "2026-10-25T02:30+02:00"),
        # A day is a day on the wall, an hour is an hour.
        ("2026-10-24T16:00+02:00", "in 1 day", "2026-10-25T16:00+01:00"),
        ("2026-10-25T01:30+02:00", "in 2 hours", "2026-10-25T02:30+01:00"),
        ("2026-10-25T02:30+01:00", "at 2:45 am", "2026-10-25T02:45+01:00"),
        ("2026-11-28T00:30+01:00", "tonight at 9", "2026-11-28T21:00+01:00"),
        ("2026-11-28T00:30+01:00", "tonight at 2", "2026-11-28T02:00+01:00"),
        ("2026-11-28T10:00+01:00", "today at 3", "2026-11-28T15:00+01:00"),
        ("2026-11-28T10:00+01:00", "this afternoon at 3", "2026-11-28T15:00+01:00"),
        ("2026-12-31T23:59+01:00", "in a minute", "2027-01-01T00:00+01:00"),
        ("2026-12-31T12:00+01:00", "on the 2nd at 9", "2027-01-02T09:00+01:00"),
        ("2026-01-30T12:00+01:00", "on the 31st at 9 am", "2026-01-31T09:00+01:00"),
        ("2026-01-31T12:00+01:00", "in a month at 9 am", "2026-02-28T09:00+01:00"),
        ("2026-01-31T12:00+01:00", "on the 31st at 9 am", "2026-03-31T09:00+02:00"),
        ("2026-11-30T12:00+01:00", "next Monday at 9", "2026-12-07T09:00+01:00"),
    ],
)
def test_an_instant_at_the_edge_of_a_day_a_month_or_summer_time(now: str, said: str, meant: str) -> None:
    found = read_instant(said, datetime.fromisoformat(now).astimezone(BERLIN))
    assert found.isoformat("T", "minutes") == meant


def test_a_fixed_offset_is_kept() -> None:
    now = NOW.astimezone(timezone(timedelta(hours=5, minutes=30)))
    assert read_instant("tomorrow at 7 am", now).isoformat() == "2026-11-29T07:00:00+05:30"
