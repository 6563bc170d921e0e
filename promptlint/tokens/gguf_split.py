"""How llama.cpp cuts text into words before BPE, by the name in `tokenizer.ggml.pre`. Data: no logic.

Source: llama.cpp `src/llama-vocab.cpp` and `src/unicode.cpp` at the version vendored by llama_cpp_python 0.3.36. The
patterns are applied one after the other, each inside the pieces that the one before left, matched and unmatched
alike. Written for Oniguruma, which the tokenizers library uses; where llama.cpp approximates the model's own pattern
(letters of any case, ASCII contractions), this follows llama.cpp.
"""

from __future__ import annotations

LATER_CJK = r"\x{4E00}-\x{9FA5}\x{3040}-\x{309F}\x{30A0}-\x{30FF}"
HAN = (
    r"\x{4E00}-\x{9FFF}\x{3400}-\x{4DBF}\x{20000}-\x{2A6DF}\x{2A700}-\x{2B73F}\x{2B740}-\x{2B81F}\x{2B820}-\x{2CEAF}"
    r"\x{2CEB0}-\x{2EBEF}\x{F900}-\x{FAFF}\x{2F800}-\x{2FA1F}"
)
ASIAN_SCRIPTS = (
    r"\x{4E00}-\x{9FFF}\x{3400}-\x{4DBF}\x{8C48}-\x{FAFF}\x{3040}-\x{309F}\x{30A0}-\x{30FF}\x{FF65}-\x{FF9F}"
    r"\x{2F00}-\x{2FDF}\x{0E40}-\x{0E7F}\x{0E80}-\x{0EFF}\x{1780}-\x{17FF}\x{1000}-\x{109F}\x{AA60}-\x{AA7F}"
    r"\x{A9E0}-\x{A9FF}\x{AC00}-\x{D7AF}\x{1100}-\x{11FF}"
)
# The cased letters of an older Unicode, spelled out in DeepSeek's own tokenizer.
CASED = (
    r"A-Za-z\x{B5}\x{C0}-\x{D6}\x{D8}-\x{F6}\x{F8}-\x{1BA}\x{1BC}-\x{1BF}\x{1C4}-\x{293}\x{295}-\x{2AF}"
    r"\x{370}-\x{373}\x{376}\x{377}\x{37B}-\x{37D}\x{37F}\x{386}\x{388}-\x{38A}\x{38C}\x{38E}-\x{3A1}"
    r"\x{3A3}-\x{3F5}\x{3F7}-\x{481}\x{48A}-\x{52F}\x{531}-\x{556}\x{10A0}-\x{10C5}\x{13A0}-\x{13F5}"
    r"\x{13F8}-\x{13FD}\x{1C90}-\x{1CBA}\x{1CBD}-\x{1CBF}\x{1D00}-\x{1D2B}\x{1D6B}-\x{1D77}\x{1D79}-\x{1D9A}"
    r"\x{1E00}-\x{1F15}\x{1F18}-\x{1F1D}\x{1F20}-\x{1F45}\x{1F48}-\x{1F4D}\x{1F50}-\x{1F57}\x{1F59}\x{1F5B}"
    r"\x{1F5D}\x{1F5F}-\x{1F7D}\x{1F80}-\x{1FB4}\x{1FB6}-\x{1FBC}\x{1FBE}\x{1FC2}-\x{1FC4}\x{1FC6}-\x{1FCC}"
    r"\x{1FD0}-\x{1FD3}\x{1FD6}-\x{1FDB}\x{1FE0}-\x{1FEC}\x{1FF2}-\x{1FF4}\x{1FF6}-\x{1FFC}\x{2102}\x{2107}"
    r"\x{210A}-\x{2113}\x{2115}\x{2119}-\x{211D}\x{2124}\x{2126}\x{2128}\x{212A}-\x{212D}\x{212F}-\x{2134}"
    r"\x{2139}\x{213C}-\x{213F}\x{2145}-\x{2149}\x{214E}\x{2183}\x{2184}\x{2C00}-\x{2C7B}\x{2C7E}-\x{2CE4}"
    r"\x{2CEB}-\x{2CEE}\x{2CF2}\x{2CF3}\x{A640}-\x{A66D}\x{A680}-\x{A69B}\x{A722}-\x{A76F}\x{A771}-\x{A787}"
    r"\x{A78B}-\x{A78E}\x{AB70}-\x{ABBF}\x{FB00}-\x{FB06}\x{FB13}-\x{FB17}\x{FF21}-\x{FF3A}\x{FF41}-\x{FF5A}"
    r"\x{10400}-\x{1044F}\x{104B0}-\x{104D3}\x{104D8}-\x{104FB}\x{10C80}-\x{10CB2}\x{10CC0}-\x{10CF2}"
    r"\x{118A0}-\x{118DF}\x{1E900}-\x{1E943}"
)

SHORT = r"'(?:[sStTmMdD]|[rR][eE]|[vV][eE]|[lL][lL])"
LEAD = r"[^\r\n\p{L}\p{N}]?"
WORD = LEAD + r"\p{L}+"
SIGNS = r" ?[^\s\p{L}\p{N}]+[\r\n]*"
SIGNS_SLASH = r" ?[^\s\p{L}\p{N}]+[\r\n/]*"
TAIL = r"\s+(?!\S)|\s+"
BLANKS = r"\s*[\r\n]+|" + TAIL
ONE, THREE = r"\p{N}", r"\p{N}{1,3}"
# Behind each group of a run of digits counted in threes from its right end; the first keeps what is in front of it.
FROM_RIGHT = r"(?<=\p{N})(?=(?>(?:\p{N}{3})*)(?!\p{N}))"
UPPER, LOWER = r"[\p{L}&&[^a-z]]", r"[\p{L}&&[^A-Z]]"
CASES = f"{LEAD}{UPPER}*{LOWER}+(?:{SHORT})?|{LEAD}{UPPER}+{LOWER}*(?:{SHORT})?"
MARKED_CASES = CASES.replace(r"\p{L}&&", r"\p{L}\p{M}&&")
ASCII_SIGN_WORD = r"""[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+"""
SPACED_LETTERS = LEAD + r"(?:\p{L}\p{M}*(?: \p{L}\p{M}*)*)+"
MARKED_WORD = r"[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+"

GPT2 = r"'(?:[stmd]|re|ve|ll)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)"
LLAMA3 = f"{SHORT}|{WORD}|{THREE}|{SIGNS}|{BLANKS}"
QWEN2 = f"{SHORT}|{WORD}|{ONE}|{SIGNS}|{BLANKS}"
DEEPSEEK3 = rf"{ASCII_SIGN_WORD}|{MARKED_WORD}| ?[\p{{P}}\p{{S}}]+[\r\n]*|{BLANKS}"
HALVING_BLANKS = (
    r"\s*[\r\n]+|" + "".join(rf"\s{{{n}}}(?!\S)|" for n in (512, 256, 128, 64, 32, 16, 8, 4, "1,2")) + r"\s"
)
EAST_ASIAN = (
    r"[\x{AC00}-\x{D7A3}\x{3131}-\x{318E}]+|"
    r"[\x{FF01}\x{2026}\x{201C}\x{201D}\x{2018}\x{2019}\x{2014}\x{FF1A}\x{FF1B}\x{FF0C}\x{3001}-\x{303F}"
    r"\x{FE30}-\x{FE4F}]+|"
    rf"[\x{{3105}}-\x{{312F}}]+|[{LATER_CJK}]+"
)
COARSE = r" ?[^(\s|.,!?…。，、।۔،)]+"
LINES = r"[^\n]+|[\n]+"

# One entry for each way of cutting that llama.cpp has.
PATTERNS: dict[str, tuple[str, ...]] = {
    "default": (r"[\p{P}\$\+<=>\^~\|]+", GPT2, r"\p{N}+", "[0-9][0-9][0-9]"),
    "gpt2": (GPT2,),
    "digits+gpt2": (ONE, GPT2),
    "falcon": (r"[\p{P}\$\+<=>\^~\|`]+", GPT2, "[0-9][0-9][0-9]"),
    "llama3": (LLAMA3,),
    "jais2": (f"{SHORT}|{WORD}|{THREE}|{SIGNS}|{HALVING_BLANKS}",),
    "qwen2": (QWEN2,),
    "qwen35": (rf"{SHORT}|{LEAD}[\p{{L}}\p{{M}}]+|{ONE}| ?[^\s\p{{L}}\p{{M}}\p{{N}}]+[\r\n]*|{BLANKS}",),
    "no-contractions": (f"{WORD}|{ONE}|{SIGNS}|{BLANKS}",),
    "deepseek-llm": (
        r"[\r\n]",
        rf"\s?[{CASED}]+",
        # The model's own pattern begins at U+3000, which llama.cpp has already turned into a vertical tab here.
        r"\s?[!-/:-~\x{FF01}-\x{FF0F}\x{FF1A}-\x{FF5E}\x{2018}-\x{201F}\x{3001}-\x{3002}]+",
        r"\s+\z",
        r"[\x{4E00}-\x{9FA5}\x{0800}-\x{4E00}\x{AC00}-\x{D7FF}]+",
        r"\p{N}+",
    ),
    "deepseek-coder": (
        r"[\r\n]",
        r"\s?\p{L}+",
        r"\s?\p{P}+",
        r"[\x{4E00}-\x{9FA5}\x{0800}-\x{4E00}\x{AC00}-\x{D7FF}]+",
        ONE,
    ),
    "deepseek-v3": (THREE, f"[{LATER_CJK}]+", DEEPSEEK3),
    "spark": (
        THREE,
        f"[{LATER_CJK}]+",
        rf"{ASCII_SIGN_WORD}|{MARKED_WORD}| ?[\p{{P}}\p{{S}}]+|[\r\n]|{TAIL}",
        ONE,
    ),
    "youtu": (
        EAST_ASIAN,
        rf"{LEAD}[\p{{L}}\p{{M}}]+(?:{SHORT})?|{ONE}|{SIGNS_SLASH}|{BLANKS}",
    ),
    "coarse": (COARSE,),
    "coarse+digits": (COARSE, ONE),
    "tekken": (f"{LEAD}{UPPER}*{LOWER}+|{LEAD}{UPPER}+{LOWER}*|{ONE}|{SIGNS_SLASH}|{BLANKS}",),
    "gpt-4o": (f"{CASES}|{THREE}|{SIGNS_SLASH}|{BLANKS}",),
    "gpt-4o-marks": (f"{MARKED_CASES}|{THREE}|{SIGNS_SLASH}|{BLANKS}",),
    "tiny-aya": (
        FROM_RIGHT,
        rf"{LEAD}[\p{{L}}\p{{M}}]+(?:{SHORT})?|{THREE}|{SIGNS_SLASH}|{BLANKS}",
    ),
    "chameleon": (
        "<sentinel:[0-9]+>",
        "(IMGIMG)((A|B|C|D|E|F|G|H|I){1,4})Z",
        r"([\t\n]|    |  )",
        ONE,
        r"[\p{P}!-/:-@\[-`{-~]",
        GPT2,
    ),
    "kimi-k2": (rf"[{HAN}]+|{LEAD}[\p{{L}}&&[^{HAN}]]+(?:{SHORT})?|{THREE}|{SIGNS}|{BLANKS}",),
    "superbpe": (r"\p{N}+", r"(?=([0-9]{3})+(?![0-9]))"),
    "bailing": (rf"{SHORT}|{WORD}|{ONE}|{SIGNS}|\s*[\r\n]|{TAIL}",),
    "seed-coder": (rf"{SHORT}|{WORD}|{ONE}| ?[^\s\p{{L}}\p{{N}}\r\n]+|{BLANKS}",),
    "afmoe": (FROM_RIGHT, f"[{ASIAN_SCRIPTS}]+", DEEPSEEK3),
    "lines+qwen2": (LINES, QWEN2),
    "exaone-moe": (rf"{SHORT}|{SPACED_LETTERS}|{ONE}| ?[^\s\p{{L}}\p{{N}}]+[\r\n/]?|\s*[\r\n]|{TAIL}",),
    "lines": (LINES,),
    "minicpm5": (THREE, rf"{SHORT}|{WORD}|\p{{N}}+|{SIGNS}|{BLANKS}"),
}

LLAMA3_FAMILY = (
    "llama3",
    "llama-v3",
    "llama-bpe",
    "falcon3",
    "falcon-h1",
    "pixtral",
    "midm-2.0",
    "lfm2",
    "jina-v5-nano",
)

# The names that a file may carry in `tokenizer.ggml.pre`.
NAMES: dict[str, str] = {
    "default": "default",
    **dict.fromkeys(LLAMA3_FAMILY, "llama3"),
    **dict.fromkeys(("dbrx", "smaug-bpe", "chatglm-bpe", "glm4", "glm5"), "llama3"),
    "jais-2": "jais2",
    "deepseek-llm": "deepseek-llm",
    "deepseek-coder": "deepseek-coder",
    **dict.fromkeys(("deepseek-v3", "hunyuan-dense", "joyai-llm", "hy_v4"), "deepseek-v3"),
    "spark2_5": "spark",
    "youtu": "youtu",
    "falcon": "falcon",
    **dict.fromkeys(
        ("gpt-2", "phi-2", "jina-es", "jina-de", "gigachat", "jina-v2-es", "jina-v2-de", "a.x-4.0", "mellum"), "gpt2"
    ),
    **dict.fromkeys(("modern-bert", "jina-v1-en", "jina-v2-code", "roberta-bpe", "exaone4"), "gpt2"),
    **dict.fromkeys(("mpt", "olmo", "jais", "trillion", "granite-docling"), "gpt2"),
    **dict.fromkeys(
        ("starcoder", "refact", "command-r", "smollm", "codeshell", "exaone", "minerva-7b", "mellum2"), "digits+gpt2"
    ),
    **dict.fromkeys(
        ("qwen2", "deepseek-r1-qwen", "kormo", "f2llmv2", "megrez", "stablelm2", "hunyuan", "solar-open", "grok-2"),
        "qwen2",
    ),
    "qwen35": "qwen35",
    "ufakzeka": "no-contractions",
    **dict.fromkeys(("poro-chat", "bloom", "gpt3-finnish"), "coarse"),
    "viking": "coarse+digits",
    "tekken": "tekken",
    **dict.fromkeys(("gpt-4o", "llama4", "kanana2", "talkie", "minimax-m2"), "gpt-4o"),
    "granite-embed-multi-97m": "gpt-4o-marks",
    **dict.fromkeys(("tiny_aya", "cohere2moe"), "tiny-aya"),
    "chameleon": "chameleon",
    "kimi-k2": "kimi-k2",
    "superbpe": "superbpe",
    **dict.fromkeys(("bailingmoe", "bailingmoe2", "llada-moe"), "bailing"),
    "seed-coder": "seed-coder",
    "afmoe": "afmoe",
    "laguna": "lines+qwen2",
    "exaone-moe": "exaone-moe",
    **dict.fromkeys(("gemma4", "granite-embed-multi-311m", "sarvam-moe"), "lines"),
    "minicpm5": "minicpm5",
}


IGNORE_MERGES = {*LLAMA3_FAMILY, "minicpm5", "youtu", "glm4", "glm5", "tekken", "granite-embed-multi-97m"}
ADD_BOS = {*LLAMA3_FAMILY, "tekken", "chameleon"}  # unless the file says otherwise
FORCE_BOS = {"gemma4", "granite-embed-multi-311m"}  # whatever the file says
NO_DEFAULT_BOS = {"chatglm-bpe", "glm4", "glm5", "gemma4"}
# Spaces become ▁ and BPE runs on the characters themselves instead of GPT-2's spelling of bytes.
RAW_CHARACTERS = {"gemma4", "granite-embed-multi-311m", "sarvam-moe"}
# The tokenizer.json of these models begins with NFC, which llama.cpp leaves out.
NFC_LEFT_OUT = {"qwen2", "qwen35", "deepseek-r1-qwen", "command-r"}
# Patterns that stand in for the model's own, which tells upper from lower case by Unicode and counts marks as letters.
ASCII_CASE = {"gpt-4o", "gpt-4o-marks", "tekken"}
