"""Words that are in every talk and say nothing of what it is about."""

from typing import Final

_ENGLISH: Final = """
    a about actually after again ain all alright also always am an and any anybody anyone
    anything are aren as at away back be because been before being better bit both but by
    bye call can cannot could couldn d day did didn do does doesn doing don done down each
    else even ever every everybody everyone everything exactly few fine for from get gets
    getting give go goes going gonna good got great guys had has hasn have haven having he
    hello her here hers hey hi him his how i if in into is isn it its just kind know last
    let lets like little ll long look looks lot m made make many maybe me mean might mine
    more most much must my need never new next no nobody nope not nothing now of off oh ok
    okay on once one only or other our out over own people perfect perhaps please probably
    put quite re really right s said same saw say says see she should shouldn since so some
    somebody someone something sorry sort still such sure t take tell than thank thanks that
    the their them then there these they thing things think this those though three through
    to today together tomorrow too two uh um until up us use used ve very want was wasn way
    we week well went were weren what when where whether which while who why will with won
    wonderful would wouldn yeah yep yes yet you your yours"""
_SPANISH: Final = """
    al algo ahora así aunque bien bueno cada casi como con cosa cosas creo cuando cuándo de
    del desde donde el ella ellas ellos en entonces era es esa ese eso esta está están estar
    estas este esto estos fue gracias ha hace hacer han hasta hay he la las le les lo los
    luego mañana más me mi mis muy nada ni no nos nosotros o otra otro para pero poco por
    porque pues que qué quien se sea ser sí sin sobre solo son su sus también te tengo tiene
    todo todos tu un una uno vale vamos ver y ya yo"""
_PORTUGUESE: Final = """
    agora ainda ao aos as assim até bem boa bom cada coisa com como da das de depois do dos
    e ela elas ele eles em então era essa esse está estão estar este eu foi isso isto já lá
    mais mas me mesmo minha meu muito na não nas nem no nos nós o obrigada obrigado os ou
    para pela pelo por porque pra que quem se sem ser seu sim só sua são também te tem tenho
    ter todos tudo um uma vai vamos você"""
STOP_WORDS: Final = frozenset(f"{_ENGLISH} {_SPANISH} {_PORTUGUESE}".split())
