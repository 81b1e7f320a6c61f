import pytest
from pydantic import ValidationError

from refiner.analysis.talk import speaks_of_itself
from refiner.tasks.cloze.guards import PassageFacts, Terms
from refiner.tasks.cloze.hints import hint_for
from refiner.tasks.cloze.task import TASK
from refiner.tasks.cloze.terms import marked_terms
from refiner.tasks.model import FACTS, Abstention, Draft, TaskOptions
from tests.tasks.pages import findings, passage, read

CHILD = TaskOptions()
INLINE = TaskOptions(cloze_place="inline")
NEWT = "The crested newt hibernates under stones and returns to its pond in March."


def hidden(page: str, terms: list[str], options: TaskOptions = CHILD) -> str:
    """The page with the model's terms hidden."""
    data, book = read(page)
    item = book.items[0]
    found = TASK.detect(item, book)
    ask = TASK.ask(item, book, found)
    assert ask is not None
    answer = Terms.model_validate({"terms": terms}, context={FACTS: ask.facts})
    (draft,) = TASK.propose(item, book, found, answer, options)
    if isinstance(draft, Abstention):
        return ""
    for edit in sorted(draft.edits, reverse=True):
        data = data[: edit.start] + edit.new.encode() + data[edit.end :]
    return data.decode()


def test_a_cloze_is_a_child_and_the_highlight_stays_as_it_was() -> None:
    page = passage(NEWT)
    assert (
        hidden(page, ["crested newt"])
        == page + "\n\t- " + NEWT.replace("crested newt", "{{cloze crested newt}}") + " #card"
    )


def test_a_cloze_may_go_into_the_passage_itself() -> None:
    assert hidden(passage(NEWT), ["pond"], INLINE) == passage(
        NEWT.replace("pond", "{{cloze pond}}")
    )


def test_every_occurrence_is_hidden() -> None:
    text = "A newt is no lizard, for the newt lays its eggs in still water."
    assert hidden(passage(text), ["newt"]).count("{{cloze newt}}") == 2


def test_quotes_and_case_are_not_minded_but_the_page_s_own_letters_are_kept() -> None:
    text = "Darwin’s finches differ in their beaks, as he saw on the islands in 1835."
    assert "{{cloze Darwin’s finches}}" in hidden(passage(text), ["darwin's finches"])


def test_the_sentence_of_the_first_term_is_taken() -> None:
    text = "The underlay carries all tunnels of the cloud. It moves packets between hypervisors."
    page = hidden(passage(text), ["underlay", "packets", "hypervisors"])
    assert "- The {{cloze underlay}} carries all tunnels of the cloud. #card" in page


def test_of_several_terms_the_one_that_stands_last_is_hidden() -> None:
    text = "The crested newt hibernates under mossy stones and lays its eggs in shallow ponds."
    page = hidden(passage(text), ["shallow ponds", "mossy stones"])
    assert "under mossy stones and lays its eggs in {{cloze shallow ponds}}" in page
    assert page.count("{{cloze") == 1


def test_a_common_word_gives_way_to_a_telling_one() -> None:
    text = "The system keeps its inode table in a region of the disk that never moves."
    assert "{{cloze system}}" not in hidden(passage(text), ["system", "inode table"])


def test_what_the_passage_names_comes_first() -> None:
    text = "The place in the tree where a disk appears to its users is called the mount point."
    assert "{{cloze mount point}}" in hidden(passage(text), ["tree"])


@pytest.mark.parametrize(
    "text",
    [
        "Figure 1.4. The newt's year in a pond of the northern hills",
        "See chapter 3 for the other reasons why newts return to their ponds.",
        "In the next chapter we'll see how newts find their way back home.",
        "En el próximo tema veremos cómo vuelven los tritones a su charca de siempre.",
        "Al proper capítol veurem com tornen els tritons a la seva bassa de sempre.",
        "I think that newts are the nicest animals of all that live in ponds.",
        "Ejercicio 4.7. Resuelva el problema de los filósofos con un monitor propio.",
        "Click on Download, choose the folder and wait until the bar is full of colour.",
        "https://example.org/a/very/long/path/with/many/words/in/it/newt.html",
        "$ newtctl get ponds --all --output wide",
        "The newt returns.",
        "y, por lo tanto, no siempre es así en todos los casos",
        "It is as good as it has always been and that is all there is.",
    ],
)
def test_a_passage_with_nothing_to_learn_is_left_alone(text: str) -> None:
    assert findings(TASK, passage(text)) == []


def test_a_sentence_that_is_cut_makes_no_cloze() -> None:
    assert (
        findings(TASK, passage("The crested newt hibernates under stones and returns to the")) == []
    )


def test_only_terms_that_stand_in_the_passage_are_taken() -> None:
    with pytest.raises(ValidationError, match="exact:"):
        Terms.model_validate({"terms": ["salamander"]}, context={FACTS: PassageFacts(NEWT, "en")})
    kept = Terms.model_validate(
        {"terms": ["salamander", "pond"]}, context={FACTS: PassageFacts(NEWT, "en")}
    )
    assert kept.terms == ["pond"]


@pytest.mark.parametrize("term", ["the", "a}b", NEWT])
def test_a_term_that_says_nothing_or_all_is_refused(term: str) -> None:
    context = {FACTS: PassageFacts(f"{NEWT} the a}}b", "en")}
    with pytest.raises(ValidationError):
        Terms.model_validate({"terms": [term]}, context=context)


def test_no_term_is_an_answer_too() -> None:
    assert hidden(passage(NEWT), []) == ""


def test_without_a_model_a_definition_is_hidden() -> None:
    text = "Hibernation is a state of rest in which an animal spends the winter without food."
    _, book = read(passage(text))
    item = book.items[0]
    (draft,) = TASK.propose(item, book, TASK.detect(item, book), None, CHILD)
    assert isinstance(draft, Draft)
    assert draft.source == "rule"
    assert "{{cloze Hibernation}}" in draft.edits[0].new


@pytest.mark.parametrize(
    ("term", "lang", "hint"),
    [
        ("1835", "en", "year"),
        ("1835", "es", "año"),
        ("40 %", "ca", "percentatge"),
        ("60 seconds", "en", "quantity"),
        ("DHCP", "es", "sigla"),
        ("10.0.4.12", "en", "address"),
        ("newt", "en", ""),
        ("1835", "de", ""),
    ],
)
def test_a_hint_is_given_where_the_term_tells_its_kind(term: str, lang: str, hint: str) -> None:
    assert hint_for(term, lang) == hint


def test_the_hint_stands_behind_two_backslashes() -> None:
    text = "Darwin saw the finches of the Galápagos islands in 1835 on board a small ship."
    assert "{{cloze 1835 \\\\ year}}" in hidden(passage(text), ["1835"])


@pytest.mark.parametrize(
    ("sentence", "lang", "term"),
    [
        ("A lease is a lock that ends by itself.", "en", "lease"),
        ("The network below is called the underlay, and it is slow.", "en", "underlay"),
        (
            "El directorio que recibe el disco es llamado punto de montaje.",
            "es",
            "punto de montaje",
        ),
        ("The **memtable** takes all writes.", "en", "memtable"),
    ],
)
def test_terms_that_a_sentence_marks(sentence: str, lang: str, term: str) -> None:
    assert term in list(marked_terms(sentence, lang))


@pytest.mark.parametrize(
    "sentence",
    [
        "A critical section is a part of a program that one thread at a time may enter.",
        "El tema del cuadro es la caída de Constantinopla en 1453 ante los turcos.",
        "Type I errors reject a null hypothesis that is true.",
        "We call a set of blocks with one owner an extent.",
        "La sección eficaz mide la probabilidad de una colisión.",
    ],
)
def test_facts_are_no_talk(sentence: str) -> None:
    assert not speaks_of_itself(sentence)


def test_what_is_said_of_the_subject_is_hidden_before_the_subject() -> None:
    text = "The heddle frame of a counterbalance loom hangs from a wooden roller above the warp."
    page = hidden(passage(text), ["heddle frame", "wooden roller"])
    assert "{{cloze wooden roller}}" in page
    assert "{{cloze heddle frame}}" not in page


def test_a_sentence_with_code_in_it_makes_no_cloze() -> None:
    text = "The draft is read with this task, which waits for the loom: - stat: path=/etc/draft"
    assert findings(TASK, passage(text)) == []


def test_a_call_that_lost_its_lines_makes_no_cloze() -> None:
    text = "require 'newt_helper' if pond[:depth] == 'low' describe newt('crested') do it {} end"
    assert findings(TASK, passage(text)) == []


def test_examples_alone_hide_nothing_and_small_words_at_an_end_stay_visible() -> None:
    page = passage("Amphibians lay eggs without a shell, such as the newt and the salamander do.")
    assert hidden(page, ["newt", "salamander"]) == ""
    assert "{{cloze hibernates}} under" in hidden(passage(NEWT), ["hibernates under"])


def test_a_clause_behind_examples_is_no_example() -> None:
    page = passage("Amphibians, such as newts, hibernate under stones until the end of March.")
    assert "{{cloze under stones}}" in hidden(page, ["newts", "under stones"])


def test_mere_examples_are_not_hidden_where_the_sentence_tells_more() -> None:
    page = passage("Amphibians lay eggs without a shell, such as the newt and the salamander do.")
    new = hidden(page, ["newt", "salamander", "without a shell"])
    assert "{{cloze without a shell}}, such as the newt and" in new
