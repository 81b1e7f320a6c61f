import subprocess
import sys

import pytest

from refiner.lang.detect import detect_language


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("What is a lease in a cluster?", "en"),
        ("Types of brakes", "en"),
        ("About compost heaps and worms.", "en"),
        ("The soil keeps water longer when it holds clay.", "en"),
        ("¿Qué es un arrendamiento?", "es"),
        ("Ventajas de Docker", "es"),
        ("Ejemplo de Service en YAML", "es"),
        ("Los planetas giran alrededor del sol en órbitas casi circulares.", "es"),
        ("Què és un arrendament?", "ca"),
        ("Diferència entre Set i List", "ca"),
        ("Els planetes giren al voltant del sol en òrbites gairebé circulars.", "ca"),
    ],
)
def test_short_texts_of_the_three_languages_are_recognised(text: str, lang: str) -> None:
    assert detect_language(text) == lang


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("Was ist ein Behälter?", "de"),
        ("Qu'est-ce qu'un conteneur ?", "fr"),
        ("O que é um contêiner e para que serve?", "pt"),
        ("I contenitori condividono il nucleo del sistema operativo", "it"),
        ("De containers delen de kern van het systeem", "nl"),
        ("Jest to system plików, który nie ma katalogów", "pl"),
        ("Контейнеры делят ядро операционной системы", "ru"),
        ("コンテナはカーネルを共有します", "ja"),
    ],
)
def test_other_languages_are_recognised(text: str, lang: str) -> None:
    assert detect_language(text) == lang


@pytest.mark.parametrize(
    "text",
    [
        "I konteineren kjører det en prosess for hver tjeneste",
        "Systemet har en kerne, og den kan ikke deles af programmerne",
        "O contedor ten unha imaxe e mais un volume",
        "Sistemul de operare este împărțit în două",
        "Systemprogramme werden beim Start geladen",
    ],
)
def test_another_language_is_not_mistaken_for_one_of_the_three(text: str) -> None:
    assert detect_language(text) not in {"en", "es", "ca"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "NodePort",
        "kubectl get pods -o wide",
        "https://example.org/a/the/of/what.html",
        "`SELECT name FROM the_table WHERE id IS NOT NULL`",
        "apiVersion: v1\nkind: Service\nmetadata:\n  name: web",
        "3.14159 + 2.71828 = 5.85987",
    ],
)
def test_code_and_names_have_no_language(text: str) -> None:
    assert detect_language(text) == ""


def test_prose_around_code_decides() -> None:
    text = "El comando `git push --force to the remote` sobrescribe la rama con lo que hay aquí"
    assert detect_language(text) == "es"


def test_a_fenced_listing_does_not_decide() -> None:
    listing = "if the value is not in the list then add it to the list"
    text = f"Exemple d'ús amb una llista:\n```\n{listing}\n```"
    assert detect_language(text) == "ca"


def test_prose_is_settled_without_loading_the_detector() -> None:
    code = (
        "import sys; from refiner.lang.detect import detect_language as d;"
        "d('What is the use of a lease?'); print('py3langid' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
