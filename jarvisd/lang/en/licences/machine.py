"""What asks for the clock and the state of the machine."""

from __future__ import annotations

from jarvisd.lang.en.licences.shared import TIMES
from jarvisd.lang.licence import ToolWords

GET_TIME = ToolWords(
    asks=(
        "what|which time",
        "what|which day",
        "what|which date",
        "what|which month",
        "what|which year",
        "what|which weekday",
        "what|which week",
        "what be [the] [current|exact|local|right] time|date|day|weekday|year|month",
        "tell|give|read|say|announce|show|get|check me [the] [current|exact|local] time|date|day|weekday",
        "tell|give|read|say|announce|show|get|check [the] [current|exact|local] time|date|weekday",
        "time|day|date be it",
        "have|got|know the time",
        "know .. time be it",
        "how late be it|we",
        "check the clock",
        "clock say",
        "look at the clock",
        "how late be",
        "[the] current|exact|local time|date",
        "today s date",
        "time|date please",
        "time now",
        "time in",
        "time right now",
        "be it .. monday|tuesday|wednesday|thursday|friday|saturday|sunday|weekend|weekday|today|tomorrow|"
        "noon|midnight|morning|afternoon|evening|o_clock",
        "be it past|after|before|already|nearly|almost|getting_late|late|still|yet",
        "be today|tomorrow",
        "when be|s",
        "what be today|tomorrow|yesterday",
        "day of the week",
        "day be",
        "date be",
        "date of",
        "time be",
        "weekday be",
        "how many|long day|week|month until|till|to|before|since",
        "how long|many|much .. until|till|to|before .. noon|midnight|o_clock|half|quarter|am|pm|hour|minute",
        "how long|much until|till|before",
        "how many hour|minute|second until|till|to|before",
        "on what|which day|date",
        "the time|date",
        "what time of day",
        "date in",
        "calendar week",
        "week number",
        "leap year",
        "time of day",
        "the day today",
        "time check",
    ),
    others=(
        "timer|alarm|reminder|appointment|meeting|flight|train|bus|match|game|sunset|sunrise|concert|movie|"
        "delivery",
        "open|close|closing|opening|shut|locked|arrive|depart|leave|take_off|land|kick_off",
        "when .. built|born|found|founded|invented|discovered|painted|written|published|released|signed|died|die|"
        "happen|happened|won|made|opened|win",
        "how long .. left",
        "time be left",
        "warm|cold|hot",
        "last time",
        "first time",
        "time did|have",
        "what time do|will i|we|he|she|they",
        "time i|we",
        "set|change|adjust|correct .. clock|time|date",
        "when be .. birthday|anniversary|appointment|due|wedding|party|exam|my",
        "date of birth",
        "birthday",
        "what day do",
        "what be on",
        "on .. calendar",
        "schedule",
    ),
    choices={
        "what": {
            "time": (
                "time|late|clock|hour|noon|midnight|morning|evening|afternoon|early|o'clock|am|pm|when|night",
            ),
            "date": (
                "date|day|month|year|today|tomorrow|yesterday|week|weekday|weekend|monday|tuesday|wednesday|"
                "thursday|friday|saturday|sunday|when|january|february|march|april|may|june|july|august|"
                "september|october|november|december|calendar|christmas|easter",
            ),
        }
    },
    is_open=True,
    does="tell the time and the date",
)

SYSTEM_INFO = ToolWords(
    acts=(
        "how [much|many|full|busy|big|long|be|do]",
        "what|whats|which",
        "be|do|have the|there|it|this|that|we|i|you|our|my|your",
        "show|tell|check|give|report|display|get|list|see|measure|read|view|monitor|print",
        "when",
        "look at",
        "any",
        "status|state|overview|health|statistics|stats",
        "enough|left|free|available|remaining",
        "run out of",
        "run low on",
        "space for",
    ),
    things=(
        "disk|hard_disk|harddisk|hard_drive|drive|ssd|hdd|storage|disk_space|free_space|filesystem|"
        "file_system|partition",
        "memory|ram|swap",
        "cpu|processor|load|core|utilization|utilisation",
        "uptime|up_time|boot|reboot|booted|restarted",
        "system|machine|computer|server|box|hardware|pc|resource",
        "space|room left|free|available|remain|on|do|have|for|there",
        "space be|do",
        "free|enough|much|disk space|room",
        "be you|it|this up",
        "you been up|running|on",
        "have you run|be|been",
        "up|running since",
        "you up",
        "space",
    ),
    others=(
        "light|lamp|heater|heating|thermostat|volume|brightness|screen|speaker|microphone|window|door|"
        "garage|lock|alarm|timer|reminder|oven|fan|tv|television|washing_machine|machine_gun|coffee|"
        "dishwasher|dryer|fridge|car|phone|tablet|wifi|internet|network|printer|battery|room temperature|"
        "living_room|bedroom|kitchen|parking|washing|vending|weather",
        "turn|switch|set|increase|decrease|raise|lower|dim|open|close|lock|unlock|play|pause|stop|kill|"
        "shut|start|restart|reboot|update|upgrade|install|uninstall|remove|delete|clear|clean|format|"
        "free_up|empty|mount|unmount|eject|encrypt|defragment|optimize|optimise",
        "operating system|version",
        "system version",
        "ip address",
        "security system",
        "sound system",
        "solar system",
        "alarm system",
        "memory foam",
        "from memory",
        "in my memory",
        "your memory",
        "screen",
        "how warm|hot|cold|humid|loud|noisy|heavy",
        "fan speed|noise",
        "service|daemon",
        "seat|table|hotel|parking",
        "meeting room",
        "file in|on",
        "how many file|photo|picture|song|video|folder|document",
        "temperature",
    ),
    choices={
        "topic": {
            "disk": (
                "disk|drive|ssd|hdd|storage|space|room|full|filesystem|partition|gigabyte|terabyte|capacity|"
                "harddisk",
            ),
            "memory": ("memory|ram|swap",),
            "cpu": (
                "cpu|processor|load|busy|core|utilization|utilisation|usage|working_hard|hard|slow|performance|"
                "percent|computer|machine|stressed|strained",
            ),
            "uptime": (
                "uptime|up|boot|reboot|booted|restarted|restart|start|started|running|long|on|since|"
                "switched_on|awake",
            ),
            "all": (
                "system|machine|computer|server|box|overview|everything|status|state|health|hardware|stats|"
                "statistics|resource|pc|summary|report|how",
            ),
        }
    },
    also=(
        "disk|drive|free|full|used|use|usage|left|available|busy|running|long|big|status|state|overview|"
        "health|load|percent|percentage|total|gigabyte|terabyte|megabyte|capacity|up|boot|start|last|since|"
        "time|enough|room|space|current|report|level|average|working|hard|holding|performance|summary|"
        "consumption|low|remain|for|stored|occupied|healthy|slow|installed|uptime|system|memory|cpu",
        *TIMES,
    ),
    does="tell how full the disk is and how busy this machine is",
)

SERVICE_STATUS = ToolWords(
    acts=(
        "up|running|down|active|alive|failed|fail|crashed|crash|dead|enabled|status|state|working|begin|started|start",
    ),
    things=("service|daemon|systemd|systemctl|unit|process_manager|background_process|server_process|cron_job",),
    asks=(),
    light=("check|show|tell|list|give|see|report|what|which|how|any|be|do|have|did",),
    named_by=("service",),
    others=(
        "start|stop|restart|reload|enable|disable|kill|install|remove|mask|unmask|launch|activate|deactivate",
        "washing|coffee|answering|fax|slot|vending|sewing|rowing machine",
        "dryer|washer|dishwasher|vacuum|roomba|sprinkler|kettle|printer|car|bus|train",
        "customer|room|cell|phone|bus|train|streaming|delivery|car|church|mail service",
        "light|door|window|lock|alarm|timer|oven|tv|music|garage|heating|heater|fan|blind|open|closed|shut|"
        "locked|on|off|warm|cold",
    ),
    choices={},
    also=(
        "running|up|down|active|alive|fail|failed|failure|status|state|work|working|healthy|ok|crash|"
        "crashed|broken|started|start|stopped|dead|enabled|system|systemd|service|daemon|still|responding|"
        "properly|fine|server|unit|error|trouble|problem|any|background|online|available|process",
        "begin",
    ),
    does="tell whether a service is running",
)
