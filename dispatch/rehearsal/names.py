# SPDX-License-Identifier: AGPL-3.0-or-later
"""Plausible first names by language, with an initial: nobody of the rehearsal is a real person."""

from __future__ import annotations

from random import Random

INITIALS = "ABCDFGHIKLMNORSTVZ"
NAMES: dict[str, tuple[str, str]] = {
    "Arab": ("Amina Fatima Khadija Samira Latifa Naima Hanane Zineb Salma Rachida", "Youssef Karim Rachid Omar Hicham"),
    "ur": ("Saima Nadia Shazia Rubina Ayesha Farah", "Imran Tariq Asif Kamran"),
    "bn": ("Sharmin Nasrin Rehana Tania Farhana", "Rafiq Mizan Shahin Jamal"),
    "pa": ("Harpreet Manjit Simran Gurpreet Jaswinder", "Balwinder Sukhdev Harjit"),
    "hi": ("Anita Sunita Kavita Pooja", "Rajesh Vikram"),
    "es": ("Rosa Carmen Gladys Marisol Yolanda", "Luis Jorge Edgar"),
    "sq": ("Elira Mirela Arta Blerina Drita", "Arben Ilir Gent"),
    "af": ("Aissatou Mariama Fatou Awa Bineta Coumba", "Mamadou Ousmane Ibrahima Lamine"),
    "en": ("Grace Joy Blessing Abena Comfort", "Kwame Emeka Samuel"),
    "ru": ("Oksana Iryna Olena Natalia Tetiana Svetlana", "Andriy Mykola"),
    "zh": ("Li Mei Xiu Yan Hui", "Wei Jun Bo"),
    "ro": ("Ioana Elena Mihaela Daniela", "Andrei Mihai"),
    "fa": ("Zahra Maryam Parisa Laleh", "Reza Farid Hamid"),
    "ku": ("Berivan Elif Zeynep Ayse", "Baran Emre"),
    "am": ("Selam Hiwot Tsehay Hodan", "Dawit Yonas Abdi"),
    "": ("Marta Giulia Elisa Sofia Teresa", "Paolo Luca Davide"),
}
FAMILIES = {
    "af": ("fr", "wo", "mnk", "bm", "dyu", "ff", "snk", "ln", "mos", "ee", "fon"),
    "en": ("en", "pcm", "tw", "yo", "ig", "ha", "bin"),
    "ru": ("uk", "ru", "ka", "be", "mk", "sr", "pl", "bg"),
    "am": ("am", "ti", "so", "om"),
    "es": ("es", "pt", "tl", "qu"),
    "hi": ("hi", "ta", "gu", "mr", "ne", "si", "te", "ml"),
    "fa": ("fa", "prs", "ps", "haz"),
    "ku": ("ku", "kmr", "ckb", "tr", "az"),
    "ur": ("ur", "pnb"),
    "Arab": ("ar", "ary", "arz", "aeb", "arq", "apc", "tzm", "kab", "rif", "shi"),
}
FAMILY_OF = {code: family for family, codes in FAMILIES.items() for code in codes}


def person(random: Random, language: str, gender: str) -> str:
    """ "Amina B.": a first name that fits the language and gender, and an initial."""
    family = FAMILY_OF.get(language, language)
    women, men = NAMES.get(family, NAMES[""])
    pool = men if gender == "m" else women
    return f"{random.choice(pool.split())} {random.choice(INITIALS)}."
