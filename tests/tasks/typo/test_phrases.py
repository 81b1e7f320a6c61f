from __future__ import annotations

import pytest

from refiner.tasks.typo.phrases import base_form, gerund, spanish_plural, third_person
from refiner.tasks.typo.task import TASK
from tests.tasks.pages import applied, card, passage
from tests.tasks.typo.slips import fixes

SOIL = "Loam is a soil of sand, silt and clay in about equal parts, and it keeps water well."


@pytest.mark.parametrize(
    ("question", "right"),
    [
        ("What means loam, for a gardener?", "What does loam mean, for a gardener?"),
        ("What means the second number on a bag of seeds?", "What does the second number on a bag of seeds mean?"),
        ("What does mean loam?", "What does loam mean?"),
        ("What the word loam means?", "What does the word loam mean?"),
        ("How is called a bed of stones?", "What is a bed of stones called?"),
        ("How do you call the upper layer?", "What do you call the upper layer?"),
        ("How works a drain?", "How does a drain work?"),
        ("How a drain works?", "How does a drain work?"),
        ("How does a drain works?", "How does a drain work?"),
        ("How build a bed of stones?", "How do you build a bed of stones?"),
        ("How many beds there are in a garden?", "How many beds are there in a garden?"),
        ("Why the heap is warm?", "Why is the heap warm?"),
        ("Which is the purpose of mulch?", "What is the purpose of mulch?"),
        ("Explain what is a drain and which are its parts.", "Explain what a drain is and what its parts are."),
        ("Describe what is a drain in a garden.", "Describe what a drain in a garden is."),
        ("What's a USDA zone stand for?", "What does a USDA zone stand for?"),
        ("¿Do you dig in winter?", "Do you dig in winter?"),
        ("It's possible to dig in winter?", "Is it possible to dig in winter?"),
        ("What i the humus?", "What is the humus?"),
        ("How does a healthy root look like?", "What does a healthy root look like?"),
        ("How is the soil like?", "What is the soil like?"),
        ("How you can keep the slugs away?", "How can you keep the slugs away?"),
        ("Why it is better to dig in autumn?", "Why is it better to dig in autumn?"),
        ("What the humus is?", "What is the humus?"),
        ("How the worm makes the soil?", "How does the worm make the soil?"),
        ("For what is used a dibber?", "What is a dibber used for?"),
        ("What happen if you water at noon?", "What happens if you water at noon?"),
        ("Does a worm has any eyes?", "Does a worm have any eyes?"),
        ("What is the differences between loam and clay?", "What are the differences between loam and clay?"),
        ("How many information does a seed packet give?", "How much information does a seed packet give?"),
        ("How can you access to the lower bed?", "How can you access the lower bed?"),
    ],
)  # fmt: skip
def test_a_question_thought_in_another_language_is_put_right(question: str, right: str) -> None:
    page = card(question, SOIL)
    assert applied(TASK, page) == page.replace(question, right)


def test_what_is_protected_inside_such_a_question_stays() -> None:
    page = card("What means the `-x` in `dig -x`?", SOIL)
    assert applied(TASK, page) == page.replace(
        "What means the `-x` in `dig -x`?", "What does the `-x` in `dig -x` mean?"
    )


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        ("The rain does not gives water to the beds.", "gives", "give"),
        ("The frost does not exists in the garden of the south.", "exists", "exist"),
        ("You can water the bed without stop it for the night.", "stop", "stopping"),
        ("It is a matter of create the bed in the garden.", "create", "creating"),
        ("The shed is for create a place in the garden.", "create", None),
        ("It lets us to keep the water in the garden.", "lets us to keep", "lets us keep"),
        ("The mulch allows to keep the water in the soil.", "allows to keep", "allows you to keep"),
        ("The bed is composed by two layers of soil.", "is composed by", "is composed of"),
        ("The harvest depends of the weather in the summer.", "depends of", "depends on"),
        ("This containers are for the rain of the winter.", "This", "These"),
        ("There are two container in the garden of the house.", "container", "containers"),
        ("A tool that give the water to the plants is here.", "give", "gives"),
        ("They has the seeds in the house of the gardener.", "has", "have"),
        ("In the other hand, the soil is warm in the summer.", "In the other hand", "On the other hand"),
        ("I'Il water the beds of the garden in the evening.", "'Il", "'ll"),
        ("Es un canción de verano para el huerto de la casa.", "un", "una"),
        ("El huerto es de la servidor que riega las plantas.", "de la servidor", "del servidor"),
        ("Las plantas son visible desde la casa de la abuela.", "visible", "visibles"),
        ("La casa esta formada por dos huertos y una fuente.", "esta", "está"),
        ("Es una oportunidad parar mejorar el huerto de la casa.", "parar", "para"),
        ("El huerto guarda los plugin de la casa y las máquina que riegan.", "los plugin", "los plugins"),
        ("It can provides a place for the plants in the garden.", "provides", "provide"),
        ("You must to open the gate of the garden at noon.", "must to open", "must open"),
        ("The twine is use to tie the beans of the garden.", "use", "used"),
        ("It allows create a place for the seeds in the garden.", "allows create", "allows you to create"),
        ("The beans help each others in the garden of the house.", "each others", "each other"),
        ("Its a cutting of the tree in the garden of the house.", "Its", "It's"),
        ("The water of the garden is used by most of people there.", "most of ", "most "),
        ("This tool help the gardeners of the house.", "help", "helps"),
        ("A pump is a device which give the plants water.", "give", "gives"),
        ("This is a library for create garden plans.", "create", "creating"),
        ("It is a tools for watering the garden of the house.", "tools", "tool"),
        ("There is a collection of tool for the garden.", "tool", "tools"),
        ("The shed was build with stones of the river.", "build", "built"),
        ("The pump can be configure by the gardener.", "configure", "configured"),
        ("The garden and it's tools belong to the house.", "it's ", "its "),
        ("The pump let's you water the garden at night.", "let's", "lets"),
        ("The pump allows you set the hour of the watering.", "allows you ", "allows you to "),
        ("Both pumps start at same time in the garden.", "at same ", "at the same "),
        ("This is a more easier way to water the garden.", "more easier", "easier"),
        ("The sensor sends informations about the soil.", "informations", "information"),
        ("One the bed is dug, the worms come back.", "One ", "Once "),
        ("Any way, the beds need water in the summer.", "Any way,", "Anyway,"),
        ("The gardener waters the beds beds of the house.", "beds beds", "beds"),
        ("The soil has to be to be dug before the winter.", "to be to be", "to be"),
        ("You take a spade away from QA team.", "from QA team", "from the QA team"),
        ("El riego llega a su termino en el mes de octubre.", "termino", "término"),
        ("La abuela riega una vez al dia y los limites del huerto dos.", "dia", "día"),
        ("En la practica, el agua basta para el huerto de la casa.", "practica", "práctica"),
        ("Una perdida de agua seca el huerto de la casa.", "perdida", "pérdida"),
        ("Los dias largos son buenos para las plantas de la casa.", "dias", "días"),
        ("Se revisan las formulas del abono de la casa.", "formulas", "fórmulas"),
        ("El riego por goteo es muy practico para la abuela.", "practico", "práctico"),
        ("Las flores crecen donde tu quieres, en la casa.", "tu", "tú"),
        ("La abuela guarda las semillas cerca de mi.", "mi", "mí"),
        ("La lluvia aun no ha llegado al huerto de la casa.", "aun", "aún"),
        ("Se espera a que este en la tierra toda la noche.", "este", "esté"),
        ("Busca una planta que le de buenos frutos en la casa.", "de", "dé"),
        ("Regar de noche no seria necesario en la casa.", "seria", "sería"),
        ("La abuela quiere saber como se riega el huerto.", "como", "cómo"),
        ("The shovel let you dig the garden of the house.", "let", "lets"),
        ("Loam allow you to sow the garden of the house.", "allow", "allows"),
        ("The gardener takes a spade form the shed of the house.", "form", "from"),
        ("Plant the roses in you own garden, near the house.", "you", "your"),
        ("The beds of the garden and there names are on a map.", "there", "their"),
        ("It is a spade that can used in the winter.", "can used", "can be used"),
        ("You can used the spade of the house in the winter.", "used", "use"),
        ("The pump is a small tool design for roses.", "design", "designed"),
        ("The gardener has to chose the seeds of the year.", "chose", "choose"),
        ("The rain reaches every thing that grows here.", "every thing", "everything"),
        ("Ahora bien, la mientras este riego dura, la tierra bebe.", "la mientras", "mientras"),
        ("El arroyo cruza el la mayoría de los huertos.", "el la", "en la"),
        ("La semilla puede se plantada en el otoño.", "puede se ", "puede ser "),
        ("Se eligió un de los huertos de la abuela.", "un ", "uno "),
        ("El agua pasa a través la valla del huerto.", "a través ", "a través de "),
        ("Luego se va regar el huerto de la casa.", "se va ", "se va a "),
        ("El granizo obliga al abuelo entrar en la casa.", "obliga al abuelo ", "obliga al abuelo a "),
        ("El método observación ayuda a conocer la tierra.", "método ", "método de "),
        ("Los huertos puede regarse por la noche.", "puede", "pueden"),
        ("Riega por la tarde, sin es necesario, toda la huerta.", "sin ", "si "),
        ("Mira esta Información de riego antes de la noche.", "esta Información", "esta información"),
        ("La planta esta creciendo en el huerto de la casa.", "esta", "está"),
        ("Las plantas se comunican entre si con las raíces del huerto.", "entre si ", "entre sí "),
        ("De echo, el huerto de la casa es de la abuela.", "De echo", "De hecho"),
        ("Es un proceso llamada acolchado que cuida el suelo del huerto.", "llamada", "llamado"),
        ("La cajonera permite de sembrar en el huerto de la casa.", "permite de ", "permite "),
        ("Las plantas pueden crecen en el huerto de la casa.", "crecen", "crecer"),
        ("La Núria vol agafarme unes flors del jardí, però no les té.", "agafarme", "agafar-me"),
    ],
)  # fmt: skip
def test_a_form_that_is_always_wrong_is_put_right(text: str, old: str, new: str | None) -> None:
    found = {one[1]: one[2] for one in fixes(passage(text))}
    assert new is None or found.get(old) == new, found


@pytest.mark.parametrize(
    "text",
    [
        "What means of transport do the seeds use?",
        "How a drain works is told in the next chapter.",
        "How do you call a function of the library?",
        "Which is the best soil for carrots?",
        "How does the work of worms help the soil?",
        "What it takes to grow melons: which three things?",
        "What does the garden have, and how much of it is yours?",
        "What is the difference between loam and clay?",
        "Does the shade of the trees that has grown matter?",
        "How is the soil tested?",
    ],
)
def test_a_right_question_stays(text: str) -> None:
    assert fixes(card(text, SOIL)) == []


@pytest.mark.parametrize(
    "text",
    [
        "This gives you access to the beds, and by use of the tap there is water.",
        "This works, and this means that each of the systems is one of a kind.",
        "A systems programmer wrote it for the start of the season.",
        "The water depends on the season, and a song composed by Bach depends on the day.",
        "El camión y el avión llegan a la estación; el interés del corazón es el mismo.",
        "La usa para regar, las planta en mayo y los cambia de sitio en otoño.",
        "The others knew its worth, and each of the others has its place; it's just rain.",
        "It is what you can, and must, do then; other than this, the rest depends on the rain.",
        "Esta entrada la conocía él, y esta medida de agua bastaba; quiso regar, mas no pudo.",
        "El niño y el anciano, uno u otro, hablan de sí; a este lado se ve el huerto y el río.",
        "Esta casa y esta en particular son más que una casa de campo.",
        "El programa del día y la crema de la tarde están en la mesa.",
        "Let's use more than one tool which keeps the roots whole, in part one of the guide that you have.",
        "The rain had had its day, and again and again, very very late, we dug.",
        "Nothing is done by the same hand twice; we saw that that bed was dry.",
        "This will allow you to dig. These allow you to rest. Could you help users of the garden?",
        "Fill in the form the gardener gave you, and thank you all.",
        "Un ejemplo son los bancales; no se sabe si llueve, ni se trata de eso.",
        "El resultado son dos huertos, y los unos riegan lo que los otros siembran.",
        "La abuela practica el injerto, publica un libro y formula preguntas.",
        "Tu huerto y mi casa, aun con sequía, dan frutos; este en mayo, aquel en agosto, y más de una vez.",
        "Los habitantes de la casa tienen lugar para todo, y el que va a ayer no vuelve.",
    ],
)
def test_a_right_sentence_stays(text: str) -> None:
    assert fixes(passage(text)) == []


@pytest.mark.parametrize(
    ("form", "verb", "right"),
    [
        (base_form, "stores", "store"),
        (base_form, "goes", "go"),
        (base_form, "applies", "apply"),
        (gerund, "stop", "stopping"),
        (gerund, "make", "making"),
        (gerund, "build", "building"),
        (third_person, "have", "has"),
        (third_person, "apply", "applies"),
        (third_person, "fetch", "fetches"),
        (third_person, "play", "plays"),
        (base_form, "has", "have"),
        (spanish_plural, "función", "funciones"),
        (spanish_plural, "interfaz", "interfaces"),
        (spanish_plural, "plugin", "plugins"),
        (spanish_plural, "rol", "roles"),
    ],
)
def test_forms_of_verbs(form: object, verb: str, right: str) -> None:
    assert callable(form)
    assert form(verb) == right


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        ("La reponse du jardinier est dans le livre de la maison.", "reponse", "réponse"),
        ("Le jardin est grand , et les fleurs sont dans la cour.", "grand ,", "grand,"),
        ("C'est le fruit de les arbres du jardin de la maison.", "de les", "des"),
        ("A informaçao do jardim está no livro da casa.", "informaçao", "informação"),
        ("As flores estão no no jardim da casa da avó.", "no no", "no"),
    ],
)
def test_a_language_has_the_rules_that_its_file_has_words_for(
    text: str, old: str, new: str
) -> None:
    assert (old, new) in [(one[1], one[2]) for one in fixes(passage(text))]


@pytest.mark.parametrize(
    "text",
    [
        "Le jardin est-il grand ? Les fleurs sont dans la cour : elles sont rouges.",
        "Il est temps de les planter et de le faire dans la cour de la maison.",
        "As flores dela estão no jardim, e o jardineiro regou-as ontem com a água da casa.",
    ],
)
def test_right_french_and_portuguese_stay(text: str) -> None:
    assert fixes(passage(text)) == []
