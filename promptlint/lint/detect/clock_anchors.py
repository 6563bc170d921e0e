"""Words that say "this is now", in the languages that prompts are written in; and words that say that it is not.

All are matched with lower-cased text: ignoring case in the pattern is several times slower.
"""

from __future__ import annotations

import re

from promptlint.lint.detect.late import late


def _alternatives(words: str) -> str:
    """The lines of a list as one pattern, spaces standing for any short separator."""
    lines = [line.strip().replace(" ", r"[\s_-]?") for line in words.strip().splitlines()]
    bounded = [line.removeprefix(r"\b") for line in lines if line.startswith(r"\b")]
    free = [line for line in lines if not line.startswith(r"\b")]
    return rf"\b(?:{'|'.join(bounded)})|{'|'.join(free)}"


# After these, any few words of the same sentence may stand before the value.
_STRONG = _alternatives(
    r"""
    \b(?:(?:current|present|local|system|server|host|wall|session|today'?s?|utc|user'?s?|now|actual)[\s_-]?){1,3}(?:date\s?time|time\s?stamp|date|time|clock|hour)s?\b
    \b(?:date|time) (?:and|&|/) (?:date|time)\b
    \btime (?:right )?now\b
    \bdate ?time\b
    \bright now\b
    \bunix (?:time|timestamp|epoch)(?:stamp)?\b
    \bepoch\b
    \baktuell(?:e[srnm]?)? (?:datum|uhrzeit|zeit|zeitpunkt|stunde|systemzeit|zeitstempel|lokalzeit)
    \bjetzige (?:uhrzeit|zeit)
    \b(?:datum|uhrzeit) (?:und|/) (?:uhrzeit|zeit|datum)
    \b(?:date|heure) (?:et heure )?(?:actuelle|courante|locale)s?\b
    \bnous sommes
    \b(?:fecha y )?(?:fecha|hora) (?:y hora )?(?:actual|local)(?:es)?\b
    \b(?:data e )?(?:data|hora) (?:e hora )?(?:atua(?:l|is)|loca(?:l|is)|correntes?)\b
    \b(?:data e )?(?:data|ora) (?:e ora )?(?:attual[ei]|corrent[ei]|local[ei])\b
    \b(?:huidige|actuele) (?:datum en tijd|datum|tijd|tijdstip)
    \b(?:aktualn[ay]|bieżąc[ay]) (?:data i godzina|data|godzina|czas)
    \bsaat (?:şu ?an|şimdi)
    \bşu ?an(?:ki)? (?:saat|tarih|zaman)?
    \b(?:güncel|geçerli|mevcut) (?:saat|tarih|zaman)
    \b(?:текущ(?:ее|ая|ие)|местное|системное) (?:дата и время|дата|время)
    \b(?:поточн(?:ий|а)) (?:час|дата)
    \b(?:nuvarande|nåværende|nuværende|aktuell) (?:tid|datum|dato|klockslag)
    \b(?:thời gian|giờ|ngày giờ) hiện tại
    \bbây giờ
    \baktuáln[íy] (?:datum a čas|dátum a čas|datum|dátum|čas)
    \bsoučasn[áéý] (?:datum a čas|datum|čas)
    \bnykyinen (?:aika|kellonaika|päivämäärä)
    \b(?:tämänhetkinen|paikallinen) (?:aika|kellonaika)
    \b(?:nåværende|nuværende|gjeldende) (?:tidspunkt|klokkeslett|klokkeslæt|dato)
    \bτρέχουσα (?:ημερομηνία και ώρα|ημερομηνία|ώρα)
    \b(?:data și )?ora (?:actuală|curentă)
    \bwaktu (?:saat ini|sekarang)
    (?:الوقت|التاريخ|الساعة) (?:والوقت )?(?:الحالي|الآن|الحالية)
    (?:वर्तमान|अभी का) (?:समय|तारीख|दिनांक)
    現在(?:の)?(?:時刻|日時|時間|日付)
    (?:当前|目前|现在|當前|現在)(?:的)?(?:系统|系統|本地|北京)?(?:日期(?:和|与|及|、)?)?(?:时间|時間|时刻|日期|时间戳)
    (?:현재|지금)\s?(?:의\s?)?(?:시각|시간|일시|날짜)
    """
)

# Between these and the value stand only small words: "it is", "now at".
_WEAK = _alternatives(
    r"""
    \bnow\b
    \btoday(?:'s| is)?\b
    \bas of\b
    \bas at\b
    \b(?:it is|it's)\b
    \b(?:conversation|session|chat|run|thread)s? (?:was )?(?:started|start|began|begun|opened|created)\b
    \b(?:server|gateway|daemon|container|machine|host|bot|app)s? (?:was |last )?(?:started|restarted|booted|launched)\b
    \b(?:task|process|agent)s? (?:was )?(?:started|start|began|begun|opened|created)\b
    \b(?:prompt|context|snapshot|file|report)s? (?:was |last )?(?:generated|rendered|built|refreshed|captured|taken)\b
    \b(?:page|message|summary|data)s? (?:was |last )?(?:generated|rendered|built|refreshed|captured|taken)\b
    (?<![^\n"'{(|,;<*_\#>\[-])[\t\x20]*(?:started|generated|rendered|retrieved|refreshed|captured)\b
    \b(?:the|current|local|server|system) (?:date|time) is\b
    \bheute\b
    \bjetzt\b
    \baktuell\b
    \bes ist\b
    \buhrzeit\b
    \bil est\b
    \bmaintenant\b
    \baujourd['’]hui\b
    \bahora\b
    \bhoy\b
    \bson las\b
    \bagora\b
    \bhoje\b
    \bsão\b
    \badesso\b
    \boggi\b
    \bsono le\b
    \bvandaag\b
    \bhet is\b
    \bdzisiaj\b
    \bdziś\b
    \bteraz\b
    \bjest godzina\b
    \bbugün\b
    \bşimdi\b
    \bсейчас\b
    \bсегодня\b
    \bзараз\b
    \bсьогодні\b
    \bidag\b
    \bi dag\b
    \bnu är\b
    \bklockan är\b
    \bklokk(?:en|a) er\b
    \bkello on\b
    \bnyt on\b
    \bτώρα\b
    \bη ώρα είναι\b
    \bnyní je\b
    \bteď je\b
    \bje právě\b
    \bhôm nay\b
    \bhari ini\b
    \bsekarang\b
    اليوم
    الآن
    आज
    अभी
    現在
    本日
    今日は
    (?<!昨)今は
    今日
    いま
    ただいま
    当前
    现在
    今天
    當前
    此刻
    지금
    현재
    오늘
    """
)

# A key or a label: at the start of a line, a cell, a JSON member or a tag.
_LABEL = (
    r"(?:(?<![^\n\"'`{(|,;<*#>?&\[])[ \t]*|(?<=[_-][ \t]))(?:now(?:_?utc|_?ms|_?iso)?|(?:current|local|server|"
    r"system)?[_-]?(?:date|time|datetime|"
    r"time[_-]?stamp|ts|clock)(?:[_-]?(?:utc|ms|iso|now|local))?|"
    r"date et heure|fecha y hora|data e or[ae]|data e hora|datum och tid|dato og tid|datum en tijd|datum a čas|"
    r"data i godzina|tarih ve saat|дата и время|ημερομηνία και ώρα|tanggal dan waktu|ngày giờ|日付と時刻|"
    r"saat|klo|kello|datum|uhrzeit|zeit(?:stempel)?|heure|hora|fecha|data|"
    r"godzina|время|дата|时间|時刻|日時|日期|时间戳|時間|시간|시각|날짜)[\"'`*_]*"
    r"[ \t\u00a0\u202f]*[:=：][\"'`*_ \t]*(?!\n)"
)

STRONG = late(_STRONG)
WEAK = late(_WEAK)
LABEL = late(_LABEL)
AFTER = late(
    r"""[\s)\]"'`,;（(]{0,4}(?:\(?(?:right )?now\b|\((?:current|local)(?: time)?|jetzt\b|"""
    r"ahora\b|agora\b|сейчас|maintenant\b|现在|現在|지금)",
    re.IGNORECASE,
)
TODAY = late(
    r"\b(?:today(?:'s|’s)?(?: date)?\b|(?:current|present|system)[\s_-]?(?:date|day)\b|the (?:current )?date "
    r"(?:today )?is\b|"
    r"(?:conversation|session|chat)[\s_-]?(?:started|start|date)\b|as of (?:today|now)\b|heute\b|heutige[sn]? "
    r"(?:datum|tag)|"
    r"aktuelles datum|aujourd['’]hui|nous sommes|date (?:actuelle|du jour)|hoy\b|fecha (?:actual|de hoy)|hoje\b|"
    r"data (?:atual|de hoje|di oggi|attuale|corrente)|oggi\b|vandaag\b|huidige datum|dzisiaj|dziś|dzisiejsza "
    r"data|aktualna data|bugün|"
    r"сегодня|текущая дата|сьогодні|i ?dag\b|dagens dato|dagens datum|hôm nay|ngày hiện tại|hari ini|tanggal "
    r"(?:hari ini|sekarang))|"
    r"اليوم|التاريخ الحالي|आज|今天|当前日期|今日|本日|現在の日付|현재 날짜|오늘|當前日期",
)
TAG = late(r"(?:^|[_:-])(?:now|today|time|date|datetime|timestamp|clock|currenttime|currentdate|env|environment)", re.I)

CONDITION = late(
    r"\b(?:if|when|whenever|unless|once|while|suppose|assume|assuming|imagine|wenn|falls|sobald|angenommen|si|"
    r"quand|lorsque|"
    r"cuando|quando|als|wanneer|jeśli|gdy|eğer|если|когда|nếu|khi|när|hvis|når|jos|"
    r"om(?= ?\Z)|kun(?= ?\Z)|pokud|když|αν|όταν|"
    r"jika|kalau|bila|dacă|якщо|коли)\b|如果|假设|当(?!前)|もし|場合|만약|إذا|अगर",
)
EXAMPLE_BESIDE = late(
    r"\b(?:like|sample|format(?:ted)?(?: as)?|expects?|pattern|wie|comme|como|come|zoals|jak|gibi|"
    r"как)\b[\s:：\"'`(\[=-]{0,6}\Z",
)
SCHEDULE = late(
    r"\b(?:every|each|daily|nightly|weekly|hourly|weekdays?|cron|schedul\w*|open(?:s|ing)?|clos(?:e[sd]?|ing)|"
    r"deadline|due|until|till|"
    r"before|after|by|between|from|since|meeting|appointment|reminders?|alarm|starts?|ends?|begins?|hours|shift|"
    r"departs?|"
    r"arriv\w+|expir\w+|later|earlier|past|"
    r"täglich|jeden|bis|ab|vor|nach|zwischen|öffnung\w*|geöffnet|tous les|chaque|avant|après|jusqu\w*|cada|"
    r"todos los|antes|"
    r"después|hasta|todo dia|até|depois|ogni|prima|dopo|fino|elke|tot|voor|na|codziennie|przed|po|her|önce|"
    r"sonra|кажд\w+|"
    r"ежедневно|до|после|setiap)\b|每天|每日|之前|之后|毎日|毎週|まで|から|以降|以前|매일|까지|부터|이후",
)
RANGE_AFTER = late(
    r"\s?(?:[-–—~〜～]|to|until|till|through|bis|à|a|al|às|fino alle|tot|до|do|から|至|到|부터|and|und|et|y)\s?\d{1,"
    r"2}(?:[:.h：]\d\d|\s?[ap]\.?m|\s?uhr|\s?h\b"
    r"|[时時点시]|/\d|\s\w+\s20\d\d)|\s?(?:-|–|—|to|until|through|bis|\.\.)\s?\d{4}-\d\d-\d\d",
    re.IGNORECASE,
)
RANGE_BEFORE = late(
    r"(?:\d|\d\s?[ap]m|uhr|[点點时時시分])\s?(?:[-–—~〜～]|to|until|till|bis|à|a|al|tot|до|do|から|至|到|부터|and|und|et|y|"
    r"\.\.)\s?\Z",
)
RATIO = late(r"\b(?:ratio|aspect|odds|score|scale|verse|psalm|verhältnis)\b|(?<!\d)\d{1,2}:\d(?!\d)|比例")
SQL = late(r"\b(?:SELECT|WHERE|INSERT INTO|VALUES|BETWEEN|INTERVAL|TIMESTAMP|DATE)\b(?!\s?[:=])")
RECORD = late(
    r"\b(?:waybill|track(?:ing)?|invoice|order|phone|tel|call|isbn|fax|account|customer|ticket|serial|sku|id|"
    r"number|nr|no)\b|运单|订单|单号|电话|伝票|注文|"
    r"송장|주문",
)
RELEASE = late(
    r"^\s*(?:#{1,6}\s|[-*]\s)?\[?v?\d+\.\d+(?:\.\d+)?|\b(?:changelog|release[ds]?|version|copyright|©|"
    r"licen[cs]e|cutoff|cut-off)\b",
    re.I,
)
# In the sentence of a time: it is one at which a place opens or closes, or something happens again and again.
_HOURS = (
    r"(?:\b(?:opens|opening|closes|closing|(?:is|are|we're) open|open (?:from|at|until|till|on|daily)|daily|"
    r"nightly|weekly|(?:every|each)(?! (?:second|minute|turn|request|message|call))|deadline|öffnet|"
    r"schließt|geöffnet|öffnungszeiten|"
    r"täglich|jeden|ouvre|ferme|ouvert|tous les jours|chaque|abren?|cierran?|horario|cada|todos los días|"
    r"fecha (?:às|as)|apre|chiude|aperto|ogni|opent|sluit|geopend|elke|dagelijks|czynne|otwarte|"
    r"codziennie|açılır|kapanır|açık|her gün|"
    r"stänger|öppnar|öppet|stenger|åpner|lukker|åbner|sulkeutuu|avautuu|otevírá|zavírá|открывается|"
    r"закрывается|работает|"
    r"ежедневно|каждый|відкривається|працює|mở cửa|đóng cửa|buka|tutup)\b|"
    r"营业|开门|关门|每天|每日|営業|開店|閉店|毎日|영업|매일|يفتح|يغلق|खुलत|बंद)"
)
OPEN_HOURS = late(_HOURS)
FROM_TO = late(r"\b(?:from|von|de|desde|da|van|od|с)\s\Z")
TO = late(r"\s?(?:to|until|till|bis|à|a|às|alle|tot|do|до)\s\d")
EXPLAINED = late(r"[`\"']?\s?(?:is|means|equals|stands for|corresponds to|=|→|->|=>)\s?[`\"']?(?=\d{4}-|\w{3,9}[ ,])")
PRESENT = late(r"\b(?:current|now|system|server|local|today)")
CODE = late(r"\b(?:const|let|var|val|final|static|define|assert\w*|return)\s|//\s|\w\s?=\s?[\"']|\w\([\"']")
FROZEN = late(r"\b(?:frozen|freeze\w*|fixed|mock(?:ed|s)?|stub(?:bed)?|faked?|tests?|fixtures?)\b|freeze_?time|_test")
