"""Words by which the words of a slot are told from words that only stand where a slot stands. Pure."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


CONJUNCTIONS = _words(
    """
    afterwards also and besides but next nor or plus then
    """
)
"""What joins one thing to another."""
VERBS = _words(
    """
    add append calculate call cancel change compress compute copy count create delete display download draft
    duplicate email erase extract fetch find forget get give go leave let list locate look mail make move mute
    open organise organize pack pause play print put read remember remind remove rename repeat reply restart run
    save say search send set show shut sort start stop store summarise summarize take tell tidy turn undo unmute
    unpack unzip upload use wake write zip
    """
)
"""What begins another errand behind a conjunction."""
ACTS = VERBS - _words(
    """
    add call change copy count display download draft email leave list mail pack play print read run save search
    set show sort start stop store take turn use
    """
)
"""Those of :data:`VERBS` that are no part of what something is called."""
CONTROLS = _words(
    """
    abort cancel mute quiet silence stop undo unmute
    """
)
"""What the suite does with itself."""
SMALL = _words(
    """
    a about after again all although am an another any anybody anyone anything are aren't as at be because been
    before both by called can can't could did didn't do does doesn't don't each every everybody everyone
    everything except few for from had has have he her here hers him his how i if in inside instead into is
    isn't it it's its later less like many may maybe me might more most much must my named never no nobody not
    nothing now of off on one ones onto other others our out over per please rather saying several she should
    since some somebody someone something soon than that the their theirs them them's there these they this
    those though till titled to today tomorrow tonight under unless until us via was we were what when whenever
    where which while who whom whose why will with within without won't would yesterday you your yours
    """
)
"""Words that none of the names have on which a sentence may decide."""
ORDERING = _words(
    """
    biggest heaviest largest latest lightest longest newest oldest shortest smallest tiniest youngest
    """
)
"""What says which of several files is meant, and is no part of what one is called."""
MEASURING = _words(
    """
    big biggest corrupt damaged duplicate duplicated empty fresh hidden huge important large last latest long lost
    new newest old older oldest other recent second short small tiny top unused useless various
    """
)
"""What says how files are, and is in the names of few."""
DOCUMENTS = _words(
    """
    agenda agreement application article assignment bill biography brochure budget bylaws catalog catalogue
    certificate changelog chapter checklist contract cookbook cv dataset deed diary dissertation draft drawing
    essay estimate expenses flyer guide guidelines handbook handout homework ideas index instructions inventory
    invoice itinerary journal lease ledger letter log logbook logo lyrics makefile manual manuscript memo
    minutes note notes outline paper paperwork passport-scan patent payslip plan plans poem presentation
    proposal questionnaire quotation readme receipt recipe references report resume return roadmap roster rota
    scan schedule screenshot script sketch slides specification spreadsheet statement summary
    survey syllabus table template testament thesis timesheet timetable to-do todo transcript translation
    tutorial voucher warranty workbook worksheet
    """
)
"""What a file is called by what it is; names of files end with it."""
VAGUE = _words(
    """
    draft index list log note notes paper papers plan return scan script sheet table
    """
)
"""What alone says of which kind a file is, and not which: "the list"."""
KINDS = _words(
    """
    archive archives directory document documents file files folder folders image images movie movies music pdf
    pdfs photo photos picture pictures script scripts song songs spreadsheet spreadsheets video videos
    """
)
"""Kinds of files: what is called so has no other name yet."""
FOLDERS = _words(
    """
    archive archives backup backups books camera contracts desktop documents downloads drafts ebooks home images
    incoming invoices letters library manuals media movies music notes papers photos pictures
    podcasts projects public receipts recipes recordings reports scans school screenshots scripts shared taxes
    temp templates tmp uploads videos work
    """
)
"""What folders are called everywhere."""
EXTENSIONS = _words(
    """
    7z aac avi avif bak bash bmp bz2 c cfg conf cpp cs css csv db doc docx eml epub flac gif go gz h heic htm
    html ico ics ini ipynb iso java jpeg jpg js json jsx key log lua m4a markdown md mkv mobi mov mp3 mp4 mpeg
    mpg odp ods odt ogg old opus pages pdf php pl png ppt pptx ps py r rar rb rs rst rtf sh sql sqlite svg tar
    tex tgz tif tiff tmp toml ts tsv tsx txt vcf wav webm webp wma wmv xls xlsx xml xz yaml yml zip zst
    """
)
"""What the names of files end with."""
ARCHIVES = _words(
    """
    7z bz2 gz rar tar tgz xz zip zst
    """
)
"""Extensions of archives."""
DOMAINS = _words(
    """
    ai app at au be biz blog br ca ch co com cz de dev dk edu es eu example fi fr gov ie in info int io it jp me
    mil net news nl no nz online org pl pt se shop site test tv uk us
    """
)
"""What the names of hosts end with."""
SERVICES = _words(
    """
    apache apache2 avahi bluetooth caddy chrony chronyd cron crond cups dbus dnsmasq docker dovecot fail2ban
    firewalld gitea gitlab grafana haproxy httpd jarvisd-audio jarvisd-brain jarvisd-tts jellyfin jenkins
    mariadb memcached mosquitto mysql named networkmanager nextcloud nfs nginx ntp ntpd ollama openvpn pipewire
    plex podman postfix postgres postgresql prometheus rabbitmq redis rsyslog samba smbd ssh sshd syncthing
    syslog systemd-resolved tailscale traefik udev ufw vsftpd wireguard
    """
) | frozenset(
    {
        *("cron daemon", "docker daemon", "home assistant", "mail server", "my sql", "network manager"),
        *("print server", "ssh daemon", "ssh server", "web server"),
    }
)
"""Services that are usual."""
KEPT = _words(
    """
    address allergies allergy anniversary birthday blood-type code combination login number passcode passphrase
    passport-number password pin plate size username
    """
)
"""What people tell to be kept and ask for later; the last word of it."""
BELONGINGS = _words(
    """
    adapter backpack bag ball batteries battery belt bicycle bike binoculars book boots bottle box bracelet brush
    bulb cable camera cap card cards case charger coat comb cup dress drill earbuds earphones earrings flashlight
    glasses gloves guitar hammer hat headphones helmet hoodie inhaler iron jacket jumper key keyring keys kit knife
    ladder lamp laptop lawnmower lighter lunchbox medicine mug necklace notebook passport pen pencil phone pills
    plasters player purse racket raincoat remote ring rucksack saw scale scarf scissors screwdriver shirt shoes
    shovel ski skis sleeping-bag slippers snowboard socks spanner spectacles suit suitcase sunglasses sunscreen
    surfboard sweater tablet tape tent thermometer ticket tie tool toolbox tools torch towel toy trainers trolley
    trousers umbrella vase violin wallet watch wrench
    """
)
"""Things that people put somewhere; the last word of their names."""
PEOPLE = _words(
    """
    accountant babysitter barber boss cleaner coach dentist doctor electrician gardener hairdresser landlady
    landlord lawyer mechanic neighbor neighbour optician physiotherapist piano-teacher plumber teacher therapist
    tutor vet
    """
)
"""Who people have of their own."""
FAMILY = _words(
    """
    aunt baby bird boyfriend brother cat child cousin dad daughter dog father fiance fiancee friend girlfriend
    grandad grandfather grandma grandmother grandson granddaughter hamster horse husband kitten mother mum mom
    nephew niece parrot partner pet puppy rabbit sister son uncle wife
    """
)
"""Who they live with or are near to, animals among them."""
NOBODY = _words(
    """
    all everybody everyone her him it me myself people somebody someone that the them this us you yourself
    """
)
"""Who is no person with a name."""
LIKING = _words(
    """
    adore adores allergic detest detests dislike dislikes enjoy enjoys favorite favourite hate hates like liked
    likes love loves prefer prefers vegan vegetarian
    """
)
"""Words of likes and dislikes."""
STATING = _words(
    """
    am are come comes cost costs go goes had has hate hates have i'm is it's keep keeps like likes live lives
    love loves moved need needs open opens prefer prefers start starts take takes want wants was were work works
    """
)
"""Verbs of plain statements."""
