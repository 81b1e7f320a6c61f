import pytest

from refiner.tasks.typo.task import TASK
from tests.tasks.pages import applied, card, drafts, findings, passage, read

SOIL = "Loam is a soil of sand, silt and clay in about equal parts, and it keeps water well."


def fixes(page: str) -> list[tuple[str, str, str | None]]:
    _, book = read(page)
    item = book.items[0]
    return [
        (f.rule, item.sides()[f.part][1].text[f.start : f.end], f.fix)
        for f in TASK.detect(item, book)
    ]


@pytest.mark.parametrize(
    ("question", "old", "new"),
    [
        ("What is a compsot heap?", "compsot", "compost"),
        ("How do you recieve the harvest?", "recieve", "receive"),
        ("Which enviroment do worms need?", "enviroment", "environment"),
        ("What is the diference between loam and clay?", "diference", "difference"),
        ("¿Qué es una funcionalida del sistema?", "funcionalida", "funcionalidad"),
        ("¿Cuál es la diferencía entre arena y arcilla?", "diferencía", "diferencia"),
        ("Quins avantatges té el contenidro de terra?", "contenidro", "contenidor"),
    ],
)
def test_a_misspelled_word_of_a_question_is_corrected(question: str, old: str, new: str) -> None:
    assert ("misspelling", old, new) in fixes(card(question, SOIL))


@pytest.mark.parametrize(
    ("question", "old", "new"),
    [
        ("¿Para qué sirve la funcion hash?", "funcion", "función"),
        ("¿Que es el humus?", "Que", "Qué"),
        ("¿Como se riega un huerto?", "Como", "Cómo"),
        ("Explica también la configuracion del riego", "configuracion", "configuración"),
        ("Què fa l'aplicacio de reg?", "aplicacio", "aplicació"),
    ],
)
def test_a_missing_accent_is_put_in(question: str, old: str, new: str) -> None:
    assert ("accent", old, new) in fixes(card(question, "El humus es la parte viva del suelo."))


@pytest.mark.parametrize(
    ("answer", "rule", "old", "new"),
    [
        (
            "Worms live best in a closed contain- ner of wood.",
            "hyphenation",
            "contain- ner",
            "container",
        ),
        ("The heap is turned in the the second month.", "doubled-word", "the the", "the"),
        ("El montón se voltea en el el segundo mes.", "doubled-word", "el el", "el"),
        ("The heap is warm.The worms move down.", "glued", "warm.The", "warm. The"),
        ("A farmer turns thesoil every month.", "glued", "thesoil", "the soil"),
        ("Loam keeps water.12 Sand does not.", "footnote", "water.12", "water."),
        ("It is a old way to keep soil warm.", "grammar", "a old", "an old"),
        ("This is an garden of stone.", "grammar", "an garden", "a garden"),
    ],
)
def test_a_slip_of_the_export_is_mended(answer: str, rule: str, old: str, new: str) -> None:
    assert (rule, old, new) in fixes(card("What is said about the soil?", answer))


@pytest.mark.parametrize(
    "page",
    [
        card("What does kubectl do with a nodeSelector?", SOIL),
        card("Which field holds the `registy` name?", SOIL),
        card("What is the use of the memoized value in a linter?", SOIL),
        card("What is stored in /var/lib/compsot?", SOIL),
        card("What is Mulchify?", "Mulchify is a tool by Growers Inc. that plans beds."),
        card("What is an hour, a user and a unit?", "An MVP, a one-way door, an SQL file."),
        card("¿Qué hace el backend con el endpoint?", "El frontend llama al endpoint del backend."),
        card("¿Qué es un pod?", "Un Pod agrupa contenedores que comparten red y volúmenes."),
        card("Què és un node?", "Un node és una màquina del clúster, física o virtual."),
        card("What is the plan?", "First short- and long-term goals, then pre- and post-checks."),
        card("What is new in version 3?", "Since version.2 nothing. See chapter 4."),
        card("What did they have?", "They had had enough, and that that was so is clear."),
        card("Was ist ein Behälter?", "Ein Behaelter ist ein abgeschlosener Raum für Erde."),
        passage(
            "The module functools keeps what a function gave, and itertools what it goes over."
        ),
        passage("The cadvisor, kubelet and etcd daemons run on every worker of the cluster."),
        passage("```\nregisty = Registy()\n```"),
        passage("$ compsot --verbos heap\nheap turnd"),
    ],
)
def test_what_is_right_or_code_stays(page: str) -> None:
    assert fixes(page) == []


def test_a_word_that_the_page_has_twice_is_its_own() -> None:
    page = card("What is a compsot?", "A compsot is a kind of heap.")
    assert fixes(page) == []


def test_the_page_knows_the_word_that_was_meant() -> None:
    answer = "The kubelet runs on each node. Every kubelet talks to the API server, as kubelets do."
    assert fixes(card("What is a kubelt?", answer, "One kubelet a node.")) == [
        ("misspelling", "kubelt", "kubelet")
    ]


def test_an_answer_takes_more_evidence_than_a_question() -> None:
    assert fixes(passage("It takes a big orage to do this.")) == []
    assert fixes(card("Why does it take a big orage?", SOIL))
    assert fixes(passage("The wmaker package has a manager of windows.")) == []


def test_only_the_word_is_edited() -> None:
    page = card("What is a compsot heap? [Figure 2](https://x.org/fig2)", SOIL)
    assert applied(TASK, page) == page.replace("a compsot heap", "a compost heap")


def test_the_case_of_a_sentences_first_word_is_kept() -> None:
    assert fixes(card("Diference between sand and clay?", SOIL)) == [
        ("misspelling", "Diference", "Difference")
    ]


def test_each_slip_is_a_draft_of_its_own() -> None:
    page = card("What is the diference between compsot and soil?", SOIL)
    assert [draft.edits[0].new for draft in drafts(TASK, page)] == ["difference", "compost"]


def test_a_plain_join_is_left_to_whitespace() -> None:
    assert findings(TASK, card("What is it?", "The replica- tion of cells takes a day.")) == []


@pytest.mark.parametrize(
    ("question", "rule", "old", "new"),
    [
        ("What means loam?", "question-form", "What means loam?", "What does loam mean?"),
        ("Is good to dig in winter?", "question-form", "Is good to", "Is it good to"),
        ("Why is recommended to dig?", "question-form", "Why is recommended to", None),
        ("That is the best soil for carrots?", "question-form", "That", "What"),
        ("How does the arquitecture of a bed work?", "misspelling", "arquitecture", "architecture"),
        ("¿Porque se riega de noche?", "accent", "Porque", "Por qué"),
        ("¿Que es la fotosintesis?", "accent", "fotosintesis", "fotosíntesis"),
        ("¿Cuándo sale el agua de el pozo?", "contraction", "de el", "del"),
        ("¿Qué sale delas raíces?", "misspelling", "delas", "de las"),
        ("Per que es rega de nit?", "accent", "Per que", "Per què"),
        ("How much water of a ba1ance is lost?", "misspelling", "ba1ance", "balance"),
        ("Which govemment planted it?", "misspelling", "govemment", "government"),
    ],
)
def test_slips_of_a_hurried_hand_or_scanner(
    question: str, rule: str, old: str, new: str | None
) -> None:
    answer = {
        "¿": "El suelo guarda el agua de la lluvia.",
        "P": "El sòl guarda l'aigua de la pluja.",
    }
    found = fixes(card(question, answer.get(question[0], SOIL)))
    assert (rule, old) in [(one[0], one[1]) for one in found]
    assert new is None or (rule, old, new) in found


@pytest.mark.parametrize(
    "question",
    [
        "What means of transport do seeds use?",
        "Is the good soil dark?",
        "That is how a bed is dug",
        "How does k8s run on node1 and web2?",
        "Who is de El País?",
        "Algorisme voraç",
        "What does modem stand for?",
        "That is how a bed is dug, isn't it?",
    ],
)
def test_what_only_looks_like_such_a_slip_is_left_alone(question: str) -> None:
    assert fixes(card(question, SOIL)) == []


def test_a_capital_inside_a_typed_question_is_no_name_where_the_page_has_the_word() -> None:
    page = card("Purpose of Fowarding water", "Forwarding water to the roots saves a third of it.")
    assert ("misspelling", "Fowarding", "Forwarding") in fixes(page)
    assert fixes(card("Purpose of Fowardine water", "It saves a third of the water.")) == []


def test_a_letter_that_stands_on_both_sides_of_the_break_goes() -> None:
    page = card("What did he give?", "He gave a prom- missory note for all of his debts.")
    assert ("hyphenation", "prom- missory", "promissory") in fixes(page)


@pytest.mark.parametrize(
    "answer",
    [
        "El aviso se manda a el o los responsables del huerto.",
        "Los programas addgroup y delgroup agregan o eliminan un grupo del huerto.",
        "El huerto gusta a todos, y a el le gusta la lluvia; de el depende la cosecha.",
        "El demonio rsyslogd guarda lo que rsyslog recibe en el huerto.",
    ],
)
def test_names_of_programs_and_pairs_of_articles_are_no_slips(answer: str) -> None:
    assert fixes(card("¿Qué hace el huerto?", answer)) == []


def test_a_word_that_asks_is_told_from_the_one_that_answers() -> None:
    page = card("Perque es rega de nit?", "El sòl guarda l'aigua de la pluja i no se'n perd tanta.")
    assert fixes(page) == [("accent", "Perque", "Per què")]
