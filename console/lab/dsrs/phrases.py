"""What the lab's recogniser understands: sentences in tokens, each as (written, spoken). The first is the manual's test sentence."""

from __future__ import annotations

from typing import Final

Token = tuple[str, str]
Phrase = tuple[Token, ...]


def _phrase(text: str) -> Phrase:
    """`written:spoken` separated by blanks; punctuation is not spoken."""
    pairs = (word.partition(":") for word in text.split())
    return tuple((written, spoken or "_") for written, _, spoken in pairs)


PHRASES: Final[tuple[Phrase, ...]] = (
    _phrase(
        "アドバンスト・メディア:あどばんすとめでぃあ は:は 、 人:ひと と:と 機械:きかい と:と の:の 自然:しぜん な:な "
        "コミュニケーション:こみゅにけーしょん を:を 実現:じつげん し:し 、 豊か:ゆたか な:な 未来:みらい を:を 創造:そうぞう "
        "し:し て:て いく:いく こと:こと を:を 目指し:めざし ます:ます 。"
    ),
    _phrase("お電話:おでんわ ありがとう:ありがとう ござい:ござい ます:ます 。"),
    _phrase("予約:よやく の:の 変更:へんこう を:を お願い:おねがい し:し ます:ます 。"),
    _phrase(
        "少々:しょうしょう お待ち:おまち ください:ください 。 担当者:たんとうしゃ に:に おつなぎ:おつなぎ し:し ます:ます 。"
    ),
)
