"""Text typed with the wrong keyboard layout, Arabic for QWERTY or the other way."""

_QWERTY = "qwertyuiop[]asdfghjkl;'zxcvnm,./`"
_ARABIC = "ضصثقفغعهخحجدشسيبلاتنمكطئءؤرىةوزظذ"
_TO_ARABIC = {
    **{ord(key): letter for key, letter in zip(_QWERTY, _ARABIC, strict=True)},
    ord("b"): "لا",
    ord("H"): "أ",
    ord("Y"): "إ",
    ord("N"): "آ",
    ord("?"): "؟",
}
_TO_QWERTY = {
    **{ord(letter): key for key, letter in zip(_QWERTY, _ARABIC, strict=True)},
    ord("أ"): "h",
    ord("إ"): "y",
    ord("آ"): "n",
    ord("؟"): "?",
    ord("،"): ",",
}


def other_layout(text: str) -> str:
    """What the same keys give in the other layout: "ncfh" and «ىؤبا» are each other's twin.

    One key gives two letters, لا; it is read back as "b", which words have more often than "gh".
    """
    if any("ء" <= letter <= "ي" for letter in text):
        return text.replace("لا", "b").translate(_TO_QWERTY)
    if text.isupper() and len(text) > 1:
        text = text.lower()  # caps lock
    typed = "".join(letter if ord(letter) in _TO_ARABIC else letter.lower() for letter in text)
    return typed.translate(_TO_ARABIC)
