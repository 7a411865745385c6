"""Irregular verbs, plurals and ordinals are found in Spanish, Portuguese and German."""

import pytest

from bots.kinds.matching.rules import Phrase, Spoken

FOUND = [
    ("es", "entregar la tarea", "Todos entregaron las tareas."),
    ("es", "damos por terminada la sesión", "Con eso dimos por terminada la sesión."),
    ("es", "mantener la oferta", "Mantuvieron la oferta."),
    ("es", "despedir al equipo", "Despidieron al equipo entero."),
    ("es", "producir pruebas", "Produjeron pruebas falsas."),
    ("es", "proponer un acuerdo", "Propusieron un acuerdo."),
    ("es", "deshacer el trato", "Deshicieron el trato."),
    ("es", "construir la casa", "Construyeron la casa."),
    ("es", "conocer al juez", "Yo conozco al juez."),
    ("es", "corregir el error", "Corrijo el error hoy."),
    ("es", "tercera vez", "Es la 3ª vez que llamo."),
    ("es", "segundo aviso", "Es el 2º aviso."),
    ("pt", "perder o voo", "Perdemos os voos todos."),
    ("pt", "manter a oferta", "Mantiveram a oferta."),
    ("pt", "desfazer o negócio", "Desfizeram o negócio."),
    ("pt", "repor o dinheiro", "Repuseram o dinheiro."),
    ("pt", "encerrar a chamada", "Vou encerrando a, tá, a chamada."),
    ("pt", "terceira vez", "É a 3ª vez que ligo."),
    ("de", "Gehaltsvorstellung", "Was sind Ihre Gehaltsvorstellungen?"),
    ("de", "den Termin verschieben", "Wir haben den Termin verschoben."),
    ("de", "den Kunden betrügen", "Er hat den Kunden betrogen."),
    ("de", "den Kunden zwingen", "Sie haben den Kunden gezwungen."),
    ("de", "Unterlagen mitbringen", "Ich habe alle Unterlagen mitgebracht."),
    ("de", "zum dritten Mal", "Ich rufe jetzt zum 3. Mal an."),
]
OTHERS = [
    ("es", "tercera vez", "Es la 2ª vez."),
    ("es", "pedir la cuenta", "Perdió la cuenta."),
    ("es", "sentir la falta", "Se sentó, la falta fue clara."),
    ("pt", "repor o dinheiro", "Reportou o dinheiro."),
    ("pt", "terceira vez", "É a 4ª vez."),
    ("de", "zum dritten Mal", "Zum 4. Mal schon."),
    ("de", "den Termin verschieben", "Die Verschiebung des Termins."),
]


def is_found(language: str, phrase: str, text: str) -> bool:
    """Whether *phrase* is found in *text*."""
    return any(Phrase(phrase, language=language).hits(Spoken(text.split())))


@pytest.mark.parametrize(("language", "phrase", "text"), FOUND)
def test_forms_of_irregular_words_are_found(language: str, phrase: str, text: str) -> None:
    assert is_found(language, phrase, text)


@pytest.mark.parametrize(("language", "phrase", "text"), OTHERS)
def test_other_words_and_ordinals_are_not(language: str, phrase: str, text: str) -> None:
    assert not is_found(language, phrase, text)


def test_one_consonant_inside_a_word_may_be_misheard_in_spanish() -> None:
    phrase = Phrase("copia de seguridad", fuzzy=True, language="es")

    assert any(phrase.hits(Spoken(["Falló", "la", "copia", "de", "securidad."])))
