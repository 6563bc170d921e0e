"""What lines of live state look like; all of lower-cased lines, but for git's own."""

from __future__ import annotations

import re

from promptlint.lint.detect.late import late

PLACEHOLDER = late(
    r"[{}<>$]|path/to|\.\.\.|…|example|your[-_ /]|\bmy[-_]|\bstring\b|\bname\b|\bNone\b|\bnull\b|\bfoo\b", re.IGNORECASE
)
PORCELAIN = late(r"(?: [MADRT]|[MADRCT][ MD]|UU|\?\?|!!|[MADRCU]) (?=[\w.~@/\"-])[^\s:(,;]*[\w/\"](?: -> \S+)?[ \t]*\Z")
PATH = late(r"[./]")
_GIT = late(
    r"\s{0,8}(?:on branch \S+\s*\Z|## [\w./-]+\.\.\.\S+|your branch is (?:up to date|ahead|behind)|nothing to "
    r"commit(?:\s*\Z|, working| \()|working tree clean\b|"
    r"changes not staged for commit:|changes to be committed:|untracked files:\s*\Z|(?:modified|new file|"
    r"deleted|renamed): {2,}\S|"
    r"(?:no commits yet|head detached at \S+)\s*\Z|\(clean\)\s*\Z|git ?status\s?[:：]\s?\S)"
)
_BRANCH = late(
    r"[\s>*•-]{0,8}[\"'`*]{0,3}(?:current |git |active |aktueller )?(?:git )?(?:branch|zweig|branche(?: "
    r"actuelle)?|rama(?: actual)?|分支|当前分支|ブランチ|브랜치|ветка)"
    r"[\"'`*]{0,3}(?:\s?[:：]\s?|=)[\"'`*]{0,3}(?P<value>[\w][\w./@#+-]{0,100})[\"'`*]{0,3}(?:\s\([^)\n]{0,60}\))?\s*\Z"
)
_CWD = late(
    r"[\s>*•<|-]{0,8}[\"'`*]{0,3}(?:the )?(?:your )?(?:cwd|pwd|(?:current |primary |present )?working[ "
    r"_-]?dir(?:ectory)?|current[ _-]?dir(?:ectory)?|"
    r"workspace(?:[ _]?(?:root|path|folder|dir(?:ectory)?))?|project (?:root|path|directory)|arbeitsverzeichnis|"
    r"aktuelles verzeichnis|"
    r"répertoire (?:de travail|courant|actuel)|directorio (?:de trabajo|actual)|diretório (?:de trabalho|atual)|"
    r"工作目录|当前目录|当前工作目录|作業ディレクトリ|"
    r"カレントディレクトリ|작업 디렉(?:터|토)리|현재 디렉(?:터|토)리|рабоч(?:ий каталог|ая директория)|текущий каталог)"
    r"[\"'`*>|]{0,3}\s{0,2}(?:[:：=]|is(?: now)?\b|ist\b|est\b|es\b|は|是|(?<=>))\s{0,2}[\"'`*]{0,3}(?P<value>(?:/|"
    r"~|[a-z]:[\\/]|\\\\)[^\s\"'`<>|,;]*)"
)
_IN_FOLDER = late(
    r"\s{0,8}you are (?:currently )?(?:working |running )?in (?:the )?(?:directory |folder "
    r")?[\"'`]?(?P<value>(?:/|~/|[a-z]:\\)[\w./~\\ -]*\w)"
)
STATE = late(
    r"[\s*•-]{0,10}(?:[^\n:：]{1,60}[:：,]\s)?[\"']?(?:state|status|zustand|état|estado|stato|状态|狀態|状態|상태|"
    r"состояние)[\"']?(?:\s?[:：]\s?|"
    r"=)[\"']?(?P<value>on|off|open|closed|opening|closing|"
    r"locked|unlocked|idle|playing|paused|standby|home|not_home|away|unavailable|unknown|heat(?:ing)?|"
    r"cool(?:ing)?|auto|docked|cleaning|armed\w{0,10}|"
    r"disarmed|an|aus|offen|geschlossen|allumée?|éteinte?|encendid[oa]|apagad[oa]|开|关|打开|关闭|オン|オフ|켜짐|꺼짐|"
    r"включ\w+|выключ\w+|"
    r"-?\d{1,6}(?:[.,]\d{1,4})?)[\"']?,?\s*\Z"
)
_ENTITY = late(
    r"[\s*•\"'-]{0,10}(?:light|switch|sensor|binary_sensor|climate|cover|fan|lock|media_player|vacuum|person|"
    r"device_tracker|weather|input_boolean|sun|"
    r"camera|alarm_control_panel|water_heater|humidifier|valve)\.[a-z0-9_]{1,80}\b[^\n]{0,120}?(?:[:=,(\s]|"
    r"\bis\b)\s?[\"']?(?P<value>on|off|open|closed|locked|"
    r"unlocked|idle|playing|paused|unavailable|unknown|home|not_home|heat|cool|auto|docked|\d{1,6}(?:\.\d{1,"
    r"4})?)[\"')]?(?:[,;]|\s*\Z|\s?(?:°|%|w\b|kwh\b|lx\b))"
)
BESIDE_STATE = late(r"entity_id|names?\b|domain\b|device|areas?\b|attributes|friendly_name|entity")
SENSOR = late(
    r"[\s*•|-]{0,8}[\"'*]{0,3}[^\W\d_][^:：=\n]{0,50}?[\"'*]{0,3}\s?[:：=|]\s?[\"']?-?\d{1,6}(?:[.,]\d{1,"
    r"4})?\s?(?:°\s?[cf]?\b|°[cf]|℃|℉|% ?(?:rh)?|lux\b|lx\b|hpa\b|"
    r"kwh\b|kw\b|w\b|ppm\b|µg/m|bar\b|mbar\b|db\b|rpm\b|km/h\b|m/s\b|v\b)"
)
STATE_HEADING = late(
    r"\b(?:states?|status|sensors?|devices?|readings?|environment|telemetry|home|room|live|weather|conditions|"
    r"zustand|sensoren|geräte|messwerte|capteurs|"
    r"appareils|sensores|dispositivos|sensori|dispositivi|датчики|устройства|состояние)\b|状态|状態|狀態|传感器|设备|センサー|"
    r"デバイス|센서|기기|상태"
)
_BATTERY = late(
    r"[\s*•|-]{0,8}(?:battery|akku|batterie|batería|bateria|batteria|电池|电量|バッテリー|배터리|батарея)(?: level| "
    r"charge)?(?:\s?[:：]\s?|=)\d{1,3}\s?[%％]"
)
_LOAD = late(
    r"[\s*•|-]{0,8}(?:load averages?|uptime|free (?:memory|ram|disk(?: space)?)|cpu(?: usage| load)?|ram "
    r"usage)(?:\s?[:：]\s?|=)\d"
)
TODO = late(
    r"\s{0,12}(?:(?:[-*+]|\d{1,3}[.)])\s{1,3}(?:\[([ xX~>/-])\]|([☐☑☒✅⬜🔲✔]))|\[([ xX~>]|in_progress|completed|"
    r"pending)\]|([☐☑☒✅⬜🔲✔]))\s\S"
)
FILES = late(
    r"(?:(?:currently |recently )?(?:open(?:ed)?|visible|active|viewed|edited) (?:files?|tabs?|editors?|"
    r"buffers?|documents?)|(?:vs ?code|ide|editor)[\w ]{0,12} (?:open tabs|visible files|tabs)|"
    r"files? (?:currently )?open(?:ed)?(?: in [\w ]{1,20})?|(?:current|active|focused) (?:file|tab|editor|"
    r"buffer|document)|geöffnete (?:dateien|tabs)|aktive datei|fichiers ouverts|archivos abiertos|"
    r"arquivos abertos|file aperti|"
    r"打开的文件|当前文件|已打开的文件|開いているファイル|現在のファイル|열린 파일|현재 파일|"
    r"открытые файлы|текущий файл|"
    r"selected (?:text|lines?))"
)
PROJECT_FILES = late(
    r"(?:(?:project|workspace|repository|repo) (?:files?|tree|listing)|file (?:list|tree)|files in (?:the|this) "
    r"(?:project|workspace|repository|repo|folder|directory)|dateien im projekt|projektdateien|fichiers du projet|"
    r"archivos del proyecto|arquivos do projeto|file del progetto|projectbestanden|项目文件|"
    r"プロジェクトのファイル|프로젝트 파일|файлы проекта)"
)
BARE_FILE = late(
    r"[\s*•`\"'|-]{0,8}(?:[├└│─]{1,3}\s?)*+(?:[\w~@+.-]{1,80}[/\\])*+(?:[\w@+~.-]{1,80}\.\w{1,8}|"
    r"[\w.-]{1,80}/)?[`\"']?\s*\Z"
)
CHECKLIST = late(
    r"check ?-?list|\bbefore (?:you|each|every|merg|commit|submit|releas)|definition of done|template|"
    r"acceptance criteria|checkliste|prüfliste|liste de contrôle|lista de (?:verificación|verificação|controllo)|"
    r"检查清单|"
    r"チェックリスト|체크리스트|чек-?лист"
)
FILE_VALUE = late(r"[\s*•\d.)\"'`|-]{0,8}(?:[\w~@+-]{0,60}[/\\])*[\w@+~.-]{1,80}\.\w{1,8}\b|[\s*•-]{0,8}/[\w./-]+")
_CURSOR = late(
    r"[\s*•|-]{0,8}[\"'*]{0,3}(?:the )?(?:user's )?(?:cursor|caret|selection|cursorposition|cursor-position|光标|"
    r"カーソル|커서|курсор)(?:[ _]?(?:position|line|location|位置))?[\"'*]{0,3}"
    r"(?:(?:\s?[:：]\s?|=)|\s(?:is )?(?:at|on|in)\s)[^\d\n]{0,60}?(?:lines?|ln|l|row|zeile|ligne|línea|行|:|,|\(|"
    r"=|at|\s)\s?\d{1,7}"
)
COMMITS = late(
    r"(?:recent|latest|last)(?: \d{1,3})? (?:git )?commits?|(?:git )?commit (?:log|history)|git log|letzte "
    r"commits|derniers commits|últimos commits|最近(?:的)?提交|最近のコミット|최근 커밋|последние коммиты"
)
COMMIT = late(r"[\s*•-]{0,6}`?(?=[a-f]*\d)[0-9a-f]{7,40}`?\s(?:\(|[^\W\d_]|[\[\"'-])")
UNIT = late(r"[0-9]\s?(?:°|℃|℉|%|lux|lx|hpa|kwh|kw|w\b|ppm|µg/m|m?bar\b|db\b|rpm|km/h|m/s|v\b)")
_ENTITIES = (
    "light.",
    "switch.",
    "sensor.",
    "climate.",
    "cover.",
    "fan.",
    "lock.",
    "media_player.",
    "vacuum.",
    "person.",
    "tracker.",
    "input_",
    "sun.",
)
# Each pattern is tried on lines that hold one of its words only.
LINES: tuple[tuple[str, re.Pattern[str], tuple[str, ...]], ...] = (
    (
        "git status",
        _GIT,
        (
            "branch",
            "...",
            "commit",
            "tree",
            "untracked",
            "modified: ",
            "new file: ",
            "deleted: ",
            "renamed: ",
            "detached",
            "git",
        ),
    ),
    ("git branch", _BRANCH, ("branch", "zweig", "rama", "分支", "ブランチ", "브랜치", "ветка")),
    (
        "working directory",
        _CWD,
        (
            "cwd",
            "pwd",
            "dir",
            "workspace",
            "project",
            "verzeichnis",
            "répertoire",
            "目录",
            "ディレクトリ",
            "디렉",
            "катал",
        ),
    ),
    ("working directory", _IN_FOLDER, ("you are ",)),
    ("machine state", _BATTERY, ("batter", "akku", "bater", "电", "バッテリー", "배터리", "батарея")),
    ("machine state", _LOAD, ("load", "uptime", "free ", "cpu", "ram ")),
    ("cursor position", _CURSOR, ("cursor", "caret", "selection", "光标", "カーソル", "커서", "курсор")),
    (
        "device state",
        _ENTITY,
        (*_ENTITIES, "camera.", "panel.", "heater.", "humidifier.", "valve.", "device_", "weather."),
    ),
    ("device state", STATE, ("stat", "zustand", "état", "状态", "狀態", "状態", "상태", "состояние")),
)
JUNK = " \t>*•-|<\"'`#="
LONGER_FRONTS = ("the cu", "the work", "the pres", "the sel", "the user's cu", "your branch", "your work", "you are ")
_FRONT_WORDS = (
    "on branch nothing working changes untracked modified new deleted renamed no head (clean) git current "
    "active aktueller zweig rama "
    "cwd pwd primary present workspace project arbeitsverzeichnis aktuelles répertoire directorio diretório "
    "battery akku batterie "
    "batería bateria batteria load uptime free cpu ram user's cursor caret selection light switch sensor "
    "binary_sensor climate cover fan lock "
    "media_player vacuum person device_tracker weather input_boolean sun camera alarm_control_panel "
    "water_heater humidifier valve state status "
    "zustand état estado stato currently recently open opened visible viewed edited vscode vs ide editor "
    "file files focused geöffnete aktive "
    "fichiers archivos arquivos selected dateien projektdateien repository recent "
    "latest last commit letzte derniers últimos"
)
FRONTS = frozenset(word[:3] for word in _FRONT_WORDS.split())
