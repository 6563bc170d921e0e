"""Words that a history leaves where something of it was taken out: a summary, a note on what is gone, a reminder."""

from __future__ import annotations

import re

from promptlint.lint.detect.late import late

LOOK = 2000  # characters of a text in which a summary says what it is
BRACKETS = ("[", "<", "(", "*", "【")
LONGEST_NOTE = 400  # characters of what stands in for something

# What only a summary of a conversation says, wherever it says so.
_SURELY = late(
    r"context compaction|compacted (?:conversation|history|context)|compact(?:ed)? summary|continued from a previous"
    r"|<(?:conversation[-_]|context[-_]|history[-_])?summary\b|(?:conversation|context|history|session|chat) summary"
    r"|summary of (?:the |our |this |my )?"
    r"(?:earlier|previous|prior|past|preceding|conversation|discussion|chat|session|history|work)"
    r"|conversation so far|handoff summary|summari[sz]ed (?:conversation|history|context)|previous conversation"
    r"|(?:earlier|previous|prior) (?:messages|turns|conversation|history) (?:were|was|have been|has been)"
    r" (?:summari|compact)"
    r"|(?:zusammenfassung|résumé|resumen|resumo|riassunto|samenvatting) (?:de[rslnm]?|d[ae]lla|do|da|van|du)"
    r" .{0,24}(?:gespräch|verlauf|conversa|gesprek|échange|diálogo|chat)"
    r"|(?:сводка|резюме|содержание|итог)\w{0,3} .{0,24}(?:разговор|диалог|бесед|истори)"
    r"|会話の(?:要約|まとめ)|これまでの.{0,12}(?:要約|まとめ)|(?:对话|對話|会话|历史|上下文)(?:的)?(?:摘要|总结|總結|概要|压缩)"
    r"|(?:以上|之前|此前).{0,8}(?:摘要|总结|總結)|대화 ?(?:내용 ?)?요약|이전 .{0,12}요약",
    re.IGNORECASE,
)
# What begins one, and many another text.
_MAYBE = late(
    r"\bsummary\b|summari[sz]ed|recap\b|compacted|zusammenfassung|zusammengefasst|résumé|resumen|resumo|riassunto"
    r"|samenvatting|podsumowanie|streszczenie|sammanfattning|sammendrag|yhteenveto|shrnutí|összefoglal|rezumat|özet"
    r"|сводка|резюме|краткое содержание|підсумок|ملخص|תקציר|सारांश|tóm tắt|ringkasan"
    r"|要約|まとめ|摘要|总结|總結|概要|요약",
    re.IGNORECASE,
)
BEGINNING = 120  # characters in which a text that may be a summary must say so
SHORTEST = 60  # characters: a shorter one asks for a summary
_GONE = late(
    r"prun(?:ed|ing)|cleared|removed|truncated|omitted|elided|compacted|collapsed|redacted|trimmed|shortened"
    r"|dropped|stripped|no longer available|too old|too long|content hidden|not shown|expired|placeholder|snipped"
    r"|entfernt|gelöscht|gekürzt|ausgelassen|weggelassen|nicht mehr|supprim|tronqu|effac|omis|élagu|raccourci"
    r"|eliminad|borrad|truncad|omitid|recortad|removid|apagad|cortad|rimoss|omess|troncat|verwijderd|ingekort"
    r"|удал[её]н|обрезан|сокращ[её]н|очищен|пропущен|видалено|usunięt|obcięt|pominięt|kaldırıldı|silindi"
    r"|حذف|已(?:清除|删除|移除|省略|截断|裁剪|清空|刪除|截斷)|省略|截断|截斷|削除|切り詰め|クリア|消去|삭제|생략|잘림|제거",
    re.IGNORECASE,
)
_CUT = late(
    r"(?:…|\.\.\.|\[\s?\d|more (?:lines|characters|chars|bytes|tokens))[\s\]\)>]{0,8}\Z|\.\.\. ?\d", re.IGNORECASE
)


def is_summary(text: str) -> bool:
    """Does a text say of itself that it is a summary of what was said before."""
    if _SURELY.search(text, 0, LOOK) is not None:
        return True
    return len(text) >= SHORTEST and _MAYBE.search(text, 0, BEGINNING) is not None


def is_note(old: str, new: str) -> bool:
    """Does the new text say that something is gone, which the old one did not say."""
    head = new[:LOOK] + new[-LONGEST_NOTE:]
    return len(new) < len(old) + LONGEST_NOTE and _GONE.search(head) is not None and _GONE.search(old[:LOOK]) is None


def is_placeholder(old: str, new: str) -> bool:
    """Is the new text nothing but a short note in place of a longer one, or of any if it is in brackets."""
    is_short = len(new) < len(old) or new.lstrip()[:1] in BRACKETS
    return is_short and len(new) <= LONGEST_NOTE and is_note(old, new)


def is_cut(old: str, new: str) -> bool:
    """Is the new text a beginning of the old one, maybe with a mark where it was cut."""
    if len(new) >= len(old):
        return False
    return old.startswith(new) or _CUT.search(new[-LONGEST_NOTE:]) is not None
