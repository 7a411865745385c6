"""Phrases in Spanish, Portuguese and German are found in their forms, relatives of them are not."""

import pytest

from bots.kinds.matching.rules import Phrase, Spoken

FOUND = [
    ("es", "hacer una transferencia", "Hicimos una transferencia ayer."),
    ("es", "decir la verdad", "Dijo la verdad."),
    ("es", "cerrar la cuenta", "Quiero que cierre la cuenta."),
    ("es", "cerrar la cuenta", "Cerraron las cuentas."),
    ("es", "perder dinero", "Perdió dinero."),
    ("es", "perder dinero", "Pierde dinero cada mes."),
    ("es", "pagar en efectivo", "Pagué en efectivo."),
    ("es", "pagar en efectivo", "Que pague en efectivo."),
    ("es", "veinte por ciento", "el 20% de todo"),
    ("es", "20 por ciento", "veinte por ciento"),
    ("es", "treinta días", "30 dias"),
    ("es", "mil euros", "1.000 euros"),
    ("es", "dos mil euros", "2000 euros"),
    ("es", "información confidencial", "información, eh, confidencial"),
    ("es", "información confidencial", "información, o sea, confidencial"),
    ("es", "quiero cancelar", "quiero, este, cancelar"),
    ("es", "número de cuenta", "numero de, de cuenta"),
    ("es", "volver a llamar", "Vuelvo a llamar mañana."),
    ("es", "pedir un reembolso", "Pidió un reembolso."),
    ("es", "devolución", "las devoluciones"),
    ("es", "hasta luego", "Hasta luego, chicos."),
    ("es", "buenos días a todos", "Buenos dias a todos."),
    ("es", "se acabó la reunión", "Se acabo la reunion."),
    ("pt", "fazer uma transferência", "Fiz uma transferencia ontem."),
    ("pt", "dizer a verdade", "Ele disse a verdade."),
    ("pt", "fechar a conta", "Fecharam as contas."),
    ("pt", "perder dinheiro", "Perdeu dinheiro."),
    ("pt", "perder dinheiro", "Eu perco dinheiro."),
    ("pt", "vinte por cento", "20% disso"),
    ("pt", "dez mil reais", "10 mil reais"),
    ("pt", "dez mil reais", "10.000 reais"),
    ("pt", "informação confidencial", "informações confidenciais"),
    ("pt", "informação confidencial", "informação, hum, confidencial"),
    ("pt", "informação confidencial", "informação, quer dizer, confidencial"),
    ("pt", "cartão de crédito", "cartões de credito"),
    ("pt", "para o cliente", "pro cliente"),
    ("pt", "você está demitido", "voce ta demitido"),
    ("pt", "reclamação", "reclamaçoes"),
    ("pt", "um desconto", "quero um desconto"),
    ("pt", "assinar o contrato", "Assinei o contrato."),
    ("pt", "encerrar a chamada", "Vou encerrar a, a chamada."),
    ("de", "Vertrag unterschreiben", "Er hat den Vertrag unterschrieben."),
    ("de", "den Vertrag kündigen", "Ich habe den Vertrag gekündigt."),
    ("de", "Passwort zurücksetzen", "Ich habe das Passwort zurückgesetzt."),
    ("de", "Passwort vergessen", "Passwort vergisst man schnell."),
    ("de", "das Gespräch beenden", "das Gespräch beendet"),
    ("de", "zwanzig Prozent", "20 % davon"),
    ("de", "zwanzig Prozent", "20 Prozent"),
    ("de", "zweitausend Euro", "2000 Euro"),
    ("de", "zweitausend Euro", "2.000 Euro"),
    ("de", "einundzwanzig Tage", "21 Tage"),
    ("de", "Kontonummer", "die Konto-Nummer"),
    ("de", "Kontonummer", "die Konto Nummer"),
    ("de", "Konto Nummer", "die Kontonummer"),
    ("de", "Geldwäsche", "Geldwaesche"),
    ("de", "Geschäftsgeheimnis", "Geschäftsgeheimnisse"),
    ("de", "mit dem Chef sprechen", "Ich habe mit dem Chef gesprochen."),
    ("de", "mit dem Chef sprechen", "mit, ähm, dem Chef sprechen"),
    ("de", "zum Arzt gehen", "zu dem Arzt gehen"),
    ("de", "das ist alles", "Das war alles."),
    ("de", "das war's", "das wars"),
    ("de", "das war's", "das war es"),
    ("de", "er kommt", "er kommt gleich"),
    ("de", "Straße", "die Strasse"),
    ("de", "Verträge", "der Vertrag"),
    ("de", "Kundendaten", "Kunden Daten"),
    ("de", "nicht weitersagen", "nicht, na ja, weitersagen"),
    ("pt", "assinar o contrato", "assinei o, eh, o contrato"),
    ("pt", "a minha senha", "é a, a minha senha"),
    ("es", "firmar el acuerdo y salir", "firmó el acuerdo y, eh, y salió"),
    ("de", "sind Sie krank", "Ich frage, sind Sie, ähm, krank?"),
    ("de", "Staub saugen", "beim Staubsaugen"),
    ("de", "Auto fahren", "das Autofahren"),
    ("de", "Kundennummer", "zwei Kunden Nummern"),
    ("de", "Kapitel II", "in Kapitel zwei"),
]
NOT_FOUND = [
    ("es", "información confidencial", "informar al confidente"),
    ("es", "cancelar", "la cancelación"),
    ("es", "cuenta", "el contador"),
    ("es", "riesgo", "arriesgado"),
    ("es", "no hay problema", "No, hay un problema."),
    ("es", "sin garantía", "garantía sin límite"),
    ("es", "veinte por ciento", "el 120 por ciento"),
    ("es", "contraseña", "contra la seña"),
    ("pt", "informação", "informar"),
    ("pt", "assinar o contrato", "a assinatura do contrato"),
    ("pt", "cancelar", "o cancelamento"),
    ("pt", "não há risco", "Não, há risco sim."),
    ("de", "er kommt", "es kommt gleich"),
    ("de", "kündigen", "die Kündigung"),
    ("de", "vertraulich", "das Vertrauen"),
    ("de", "Konto", "das Kontor"),
    ("de", "zwanzig Prozent", "hundertzwanzig Prozent"),
    ("de", "keine Gebühren", "Keine. Gebühren fallen an."),
    ("de", "Geldwäsche", "die Wäsche kostet Geld"),
    ("de", "sicher", "versichert"),
    ("de", "Staub saugen", "der Staubsauger ist kaputt"),
    ("de", "Auto fahren", "die Autofahrer"),
    ("de", "Rasen mähen", "der Rasenmäher"),
    ("de", "Auto fahren", "eine Autofahrerin"),
]
MISHEARD = [
    ("es", "información confidencial", "informasion confidensial"),
    ("es", "avería", "una aberia"),
    ("es", "tarjeta de crédito", "targeta de credito"),
    ("es", "cuenta bancaria", "cuenta vancaria"),
    ("es", "reembolso", "rembolso"),
    ("es", "hablar con el gerente", "ablar con el jerente"),
    ("es", "rentabilidad", "rentavilidad"),
    ("es", "seguro social", "seguro sosial"),
    ("es", "contraseña", "contra seña"),
    ("es", "información privilegiada", "información previlegiada"),
    ("es", "sin riesgo", "sin riezgo"),
    ("es", "demasiado caro", "demaciado caro"),
    ("es", "devolución", "debolucion"),
    ("es", "hasta la próxima semana", "asta la proxima semana"),
    ("es", "número de tarjeta", "numero de tar jeta"),
    ("es", "dar de baja", "dar de vaja"),
    ("pt", "licença", "a lisença"),
    ("pt", "cartão de crédito", "cartão de creditu"),
    ("pt", "cancelar a assinatura", "canselar a assinatura"),
    ("pt", "cancelar a assinatura", "cancelar a acinatura"),
    ("pt", "prejuízo", "prejuiso"),
    ("pt", "informação privilegiada", "informassão privilegiada"),
    ("pt", "efeitos colaterais", "efeitos co laterais"),
    ("pt", "lucro garantido", "lucro garantidu"),
    ("pt", "reunião encerrada", "reunião enserrada"),
    ("pt", "sessão encerrada", "seção encerrada"),
    ("de", "Rendite", "Rendiete"),
    ("de", "vertraulich", "fertraulich"),
    ("de", "Geldwäsche", "Geld Wäsche"),
    ("de", "Kreditkarte", "Kredit Karte"),
    ("de", "Passwort zurücksetzen", "Paswort zurücksetzen"),
    ("de", "Passwort", "Pass Wort"),
    ("de", "Vertrag kündigen", "Fertrag kündigen"),
    ("de", "Rechnung", "Rechnunk"),
    ("de", "Nebenwirkungen", "Neben Wirkungen"),
    ("de", "Nebenwirkungen", "Nebenwürkungen"),
    ("de", "Datenschutz", "Daten Schutz"),
    ("de", "Rabatt", "Rabat"),
    ("de", "Geburtsdatum", "Geburts Datum"),
    ("de", "ohne Risiko", "one Risiko"),
    ("de", "bis nächste Woche", "biss nächste Woche"),
    ("de", "Insiderwissen", "Inseiderwissen"),
    ("de", "seit gestern", "seid gestern"),
    ("de", "Datensicherung", "die Datensicherunk"),
    ("de", "Verbindungsfehler", "ein Verbintungsfehler"),
    ("es", "confidencialidad", "la confitencialidad"),
    ("pt", "confidencial", "é confitencial"),
]
OTHERS = [
    ("es", "caro", "el carro"),
    ("es", "caro", "carro"),
    ("es", "contraseña", "contrasta"),
    ("es", "prueba gratuita", "prueba gradual"),
    ("es", "sin riesgo", "sin riego"),
    ("es", "efectos secundarios", "defectos secundarios"),
    ("es", "pago", "vago"),
    ("es", "multa", "muda"),
    ("es", "cita", "cinta"),
    ("es", "receta", "recta"),
    ("pt", "minha senha", "minha cena"),
    ("pt", "pressão", "prisão"),
    ("pt", "lucro", "louco"),
    ("pt", "prazo", "prato"),
    ("pt", "cartão", "carvão"),
    ("de", "Vertrag", "Vortrag"),
    ("de", "Rechnung", "Rettung"),
    ("de", "Kündigung", "Ankündigung"),
    ("de", "Rendite", "Rentner"),
    ("de", "Konto", "Kante"),
    ("de", "Beschwerde", "Beschleunigung"),
    ("de", "teuer", "Feuer"),
    ("de", "Steuer", "teuer"),
    ("de", "Rezept", "Respekt"),
    ("de", "Gartenarbeit", "Kartenarbeit"),
    ("de", "Seide", "Seite"),
    ("de", "Rechenzentrum", "die Rechenbretter"),
    ("de", "Verbindung", "Verbannung"),
]


def finds(phrase: Phrase, text: str) -> bool:
    """Whether *phrase* is found in *text*."""
    return any(phrase.hits(Spoken(text.split())))


@pytest.mark.parametrize(("language", "phrase", "text"), FOUND)
def test_forms_fillers_and_numbers_of_the_language_are_found(
    language: str, phrase: str, text: str
) -> None:
    assert finds(Phrase(phrase, language=language), text)


@pytest.mark.parametrize(("language", "phrase", "text"), NOT_FOUND)
def test_relatives_and_other_orders_are_not_found(language: str, phrase: str, text: str) -> None:
    assert not finds(Phrase(phrase, language=language), text)


@pytest.mark.parametrize(("language", "phrase", "text"), MISHEARD)
def test_letters_that_sound_alike_in_the_language_are_taken_for_each_other(
    language: str, phrase: str, text: str
) -> None:
    assert finds(Phrase(phrase, fuzzy=True, language=language), text)


@pytest.mark.parametrize(("language", "phrase", "text"), OTHERS)
def test_another_word_of_the_language_is_not_found(language: str, phrase: str, text: str) -> None:
    assert not finds(Phrase(phrase, fuzzy=True, language=language), text)
