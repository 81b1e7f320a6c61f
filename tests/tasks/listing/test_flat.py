import re

import pytest

from refiner.tasks.listing.flat import find_flattened
from refiner.tasks.listing.task import TASK
from tests.tasks.pages import applied, drafts, passage

SURE = {
    "pod": (
        "yaml",
        ("apiVersion: v1\nkind: Pod\nmetadata:\n  name: bed\nspec:\n  containers:\n  - name: bed\n"
        "    image: soil:2\n    livenessProbe:\n      exec:\n        command:\n        - cat\n"
        "        - /tmp/wet\n      periodSeconds: 4"),
    ),
    "deployment": (
        "yaml",
        ("apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: bed\n  labels:\n    app: bed\n"
        "spec:\n  replicas: 3\n  selector:\n    matchLabels:\n      app: bed\n  template:\n"
        "    metadata:\n      labels:\n        app: bed\n    spec:\n      containers:\n"
        "      - name: bed\n        image: soil:2\n        ports:\n        - containerPort: 80"),
    ),
    "compose": (
        "yaml",
        ('services:\n  web:\n    build: .\n    ports:\n      - "8000:80"\n  db:\n'
        "    image: postgres:15\n    volumes:\n      - data:/var/lib/data\nvolumes:\n  data:"),
    ),
    "workflow": (
        "yaml",
        ("name: Water\non:\n  push:\n    branches: [ main ]\njobs:\n  test:\n    runs-on: ubuntu-latest\n"
        "    steps:\n      - uses: actions/checkout@v4\n      - name: Run all tests\n"
        "        run: pytest -q"),
    ),
    "play": (
        "yaml",
        ("- hosts: beds\n  become: yes\n  tasks:\n    - name: Install the pump\n      apt:\n"
        "        name: pump\n        state: present\n    - name: Start it\n      service:\n"
        "        name: pump\n        state: started"),
    ),
    "json": (
        "json",
        '{\n  "bed": "north",\n  "rows": [1, 2],\n  "soil": {\n    "kind": "loam"\n  }\n}',
    ),
    "session": ("bash", "$ mkdir beds\n$ cd beds\n$ git init --quiet"),
    "commands": ("bash", 'git init\ngit add .\ngit commit -m "first bed"\ngit push origin main'),
    "java": (
        "java",
        ('@Override\npublic String name() {\n    if (rows > 3) {\n        return "a; {b";\n'
        "    } else {\n        return null;\n    }\n}"),
    ),
    "script": (
        "javascript",
        (
            "const beds = require('beds')\nconst north = beds({ wet: true })\nnorth.on('rain', (depth) => {\n"
            "    if (depth > 3) {\n        north.close()\n    } else {\n        north.water({ rows: 2 })\n    }\n"
            "})\nmodule.exports = north"
        ),
    ),
    "records": (
        "javascript",
        (
            "const soil = {\n    kind: 'loam',\n    depth: 3,\n    rows: {\n        first: 'kale',\n"
            "        second: 'beet'\n    }\n}\nexport default soil"
        ),
    ),
    "chain": (
        "javascript",
        ("fetch('/beds')\n    .then((answer) => answer.json())\n    .then((beds) => {\n"
        "        show(beds)\n    })\nconst done = true"),
    ),
    "typescript": (
        "typescript",
        "interface Bed {\n    name: string\n    rows?: number\n}\nconst north: Bed = { name: 'north' }",
    ),
    "python session": (
        "pycon",
        ">>> beds = ['north', 'south']\n>>> len(beds)\n2\n>>> beds\n['north', 'south']",
    ),
    "database session": (
        "sql",
        "mysql> CREATE DATABASE beds;\nmysql> USE beds;\nmysql> SHOW TABLES;",
    ),
    "rust": (
        "rust",
        (
            "#[derive(Debug)]\nstruct Bed {\n    name: String,\n    rows: u32,\n}\nfn main() {\n"
            "    let mut bed = Bed { name: String::new(), rows: 3 };\n    bed.rows += 1;\n"
            '    println!("{:?}", bed);\n}'
        ),
    ),
    "calls": (
        "python",
        'from beds import Bed\nbeds = [\n    Bed("north", rows=3),\n    Bed("south", rows=4),\n]',
    ),
    "literal": (
        "python",
        '[\n    "beds.north.Water",\n    "beds.south.Water",\n    "beds.soil.Rake",\n]',
    ),
    "pipeline": (
        "groovy",
        (
            "pipeline {\n    agent any\n    environment {\n        BED = 'north'\n        ROWS = '3'\n    }\n"
            "    stages {\n        stage('Water') {\n            steps {\n                sh 'pump on'\n"
            "                echo 'wet'\n            }\n        }\n    }\n}"
        ),
    ),
    "collection": (
        "yaml",
        (
            "- hosts: beds\n  tasks:\n    - name: Open the pump\n      garden.water.pump:\n"
            "        state: open\n    - name: Wait\n      ansible.builtin.service:\n        name: pump"
        ),
    ),
    "static": (
        "c",
        "static Bed * first(Bed *all) {\n    all->rows = 3;\n    return all;\n}",
    ),
    "one key": ("ini", "[bed]\nsoil = loam"),
    "javascript": (
        "javascript",
        ("app.get('/beds', (req, res) => {\n    const beds = all();\n    res.json(beds);\n});\n"
        "app.listen(3000);"),
    ),
    "c": (
        "c",
        ("#include <stdio.h>\nint main(void) {\n    for (int i = 0; i < 3; i++) {\n"
        '        printf("%d", i);\n    }\n    return 0;\n}'),
    ),
    "nginx": (
        "nginx",
        "server {\n    listen 80;\n    location / {\n        proxy_pass http://bed:80;\n    }\n}",
    ),
    "python": (
        "python",
        ("def total(rows):\n    count = 0\n    for row in rows:\n        count += row\n"
        "    return count"),
    ),
    "xml": (
        "xml",
        '<bed id="1">\n  <!-- wet -->\n  <row/>\n  <row>\n    <soil kind="a > b">loam</soil>\n  </row>\n</bed>',
    ),
    "html": (
        "html",
        ("<!DOCTYPE html>\n<html>\n  <body>\n    <p>A <b>wet</b> bed<br>and a dry one</p>\n"
        '    <img src="bed.png">\n  </body>\n</html>'),
    ),
    "sql": (
        "sql",
        ("SELECT name, count(*)\nFROM beds\nLEFT JOIN rows ON beds.id = rows.bed\nWHERE soil = 'loam; wet'\n"
        "GROUP BY name\nORDER BY name;"),
    ),
    "table": (
        "sql",
        ("CREATE TABLE beds (\n    id INT PRIMARY KEY,\n    width NUMERIC(4, 1),\n    name VARCHAR(40) NOT NULL\n);\n"
        "INSERT INTO beds (id) VALUES (1);"),
    ),
    "dockerfile": (
        "dockerfile",
        ("FROM debian:12 AS soil\nWORKDIR /bed\nCOPY . .\nRUN apt-get update \\\n    && apt-get install -y git\n"
        'CMD ["water"]'),
    ),
    "properties": ("properties", "bed.rows.count=3\nbed.soil=loam\nbed.rows.depth = 40 cm"),
    "ini": ("ini", "[bed]\nrows = 3\nsoil = loam\n[path]\nwidth = 40"),
    "toml": ("toml", '[bed]\nrows = 3\nsoil = "loam"\nwet = true'),
    "go": (
        "go",
        ('package main\nimport (\n\t"fmt"\n\t"os"\n)\ntype Bed struct {\n\tRows []int\n\tSoil *Loam\n}\n'
        "func (b *Bed) Wet(n int) (bool, error) {\n\tvar depth int = 4\n\tif n > depth {\n\t\treturn true, nil\n"
        "\t} else {\n\t\tb.Rows = append(b.Rows, n)\n\t}\n\tfor _, row := range b.Rows {\n\t\tfmt.Println(row)\n\t}\n"
        "\tgo func() {\n\t\tdone <- true\n\t}()\n\treturn false, nil\n}"),
    ),
    "hcl": (
        "hcl",
        ('resource "bed" "north" {\n  soil = soils.loam.id\n  rows = var.wide ? 4 : 2\n  tags = {\n    Name = "n"\n'
        '    Wet = "yes"\n  }\n  water {\n    depth = 3\n  }\n}\noutput "rows" {\n  value = [1, 2]\n}'),
    ),
    "ruby": (
        "ruby",
        ("require 'beds'\nclass Bed < Plot\n  attr_reader :rows\n  def initialize(rows)\n    @rows = rows\n  end\n"
        "  def wet?\n    rows > 3\n  end\nend"),
    ),
    "rspec": (
        "ruby",
        ("describe bed('north') do\n  it 'is wet' do\n    expect(bed.water).to eq(3)\n  end\nend"),
    ),
    "loop": ("bash", 'for bed in beds/*\ndo\n  echo "$bed"\ndone'),
    "branch": ("bash", 'if [ -f "$bed" ]; then\n  echo wet\nelse\n  echo dry\nfi'),
    "case": ("bash", 'case "$1" in\n  wet) water_it ;;\n  *) echo "usage" ;;\nesac'),
    "root": ("bash", "# mkdir /beds\n# cd /beds\n# chown -R bed:bed ."),
    "flask": (
        "python",
        ('from flask import Flask\napp = Flask(__name__)\n@app.route("/")\ndef index():\n'
        '    return "wet"\nif __name__ == "__main__":\n    app.run()'),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SURE)
def test_code_on_one_line_between_sentences_gets_its_lines_back(name: str) -> None:
    lang, code = SURE[name]
    line = re.sub(r"\s+", " ", code)
    text = f"This is how it is written: {line} The rest of the chapter is about the soil."
    (found,) = find_flattened(text)
    assert (found.lang, found.code) == (lang, code)
    assert text[found.start : found.end] == line


@pytest.mark.parametrize(
    ("line", "lang"),
    [
        ("kind: Bed metadata: labels: app: bed name: north spec: replicas: 3", "yaml"),
        ("-- hosts: all roles: - soil.water", "yaml"),
        ('} resource "bed" "north" { soil = "${soil.loam.id}"', "hcl"),
        ("end end end describe bed('north') do it { should be_wet }", "ruby"),
        ("def wet(bed): bed.open() bed.close() wet(bed) print(bed)", "python"),
        ("$ id bed uid=1002(bed) gid=1002(bed) $ groups bed", "console"),
        ("$ cat beds.txt north south $ pwd /home/bed", "console"),
        ('<bed> <row name="1"> <soil>loam</soil> </row> <row>', "xml"),
        ("<bed> some words <row>1</row> <row>2</row> </bed>", "xml"),
        (
            "SELECT name FROM beds WHERE id IN (SELECT bed FROM rows WHERE soil = 'loam' AND wet = 1) ORDER BY id;",
            "sql",
        ),
        ("FROM debian:12 # the base RUN make # all of it", "dockerfile"),
        ("func wet(b Bed) int { // how wet it is return b.depth }", "go"),
        ('resource "bed" "north" { soil = "a" resource "bed" "south" { soil = "b" } }', "hcl"),
        ("def wet(bed) bed.water if bed.dry bed.rake end end", "ruby"),
        ('while read bed do echo "$bed" water "$bed" done', "bash"),
        ("$ kubectl get pods NAME READY STATUS AGE bed-1 1/1 Running 4d", "console"),
        ("bed: name: north soil: kind: loam depth: 3", "yaml"),
        ("scenario: - hosts: beds tasks: - name: Open it garden.pump: on other: off", "yaml"),
        (
            (
                '<Bed name="north" soil="loam" depth="three" owner="ana" pump="lower" key="4711" gate="open" lamp="red"'
                ' bell="off"/>'
            ),
            "xml",
        ),
        ("{% for bed in beds %} <li>{{ bed.name }}</li> {% endfor %}", "html"),
        ("#ifdef BED static Bed *wet(Bed *bed) { bed->rows++; return bed->next; } #endif", "c"),
        ("$ python ./manage.py shell >>> from beds import north >>> north.rows 3", "pycon"),
        (">>> for row in bed: ... print(row) ... loam", "pycon"),
        ("$ git version git version 2.30 $ git init --bare beds", "console"),
        ("const a = one() // the first const b = two() // the other bed", "javascript"),
        ("const bed = <Bed rows={3} /> const other = <Bed /> export { bed }", "javascript"),
        ("mysql> SELECT name FROM beds; +------+ | name | +------+ | north | +------+", "sql"),
    ],
)
def test_code_whose_lines_are_not_sure_is_only_found(line: str, lang: str) -> None:
    found = find_flattened(line)
    assert {one.lang for one in found if one.code is None} >= {lang} or not found
    assert all(one.code is None for one in found)


@pytest.mark.parametrize(
    "line",
    [
        "Put state: present on the task if you want it there, and state: latest to upgrade it.",
        "The set {open, closed, locked}, of which one holds at a time; the if (x) case is later.",
        "With git add and git commit you save a state; git push sends it to the server.",
        "Note: water the bed. Tip: do it early. Result: the plants are fine.",
        "$$v_{max} = \\sqrt{\\frac{g\\,L}{2\\pi}}$$",
        r"\Delta y_t = c + \phi_1 \Delta y_{t-1} + \theta_1 \epsilon_{t-1} + \epsilon_{t}",
        "Si A = {1, 2} y B = {2, 3}, la unión es {1, 2, 3}; la intersección, {2}; y el resto, {1}.",
        "\\[ \\frac{a}{b} = \\left\\{ x ; y \\right\\} \\]",
        "Use the <head> and <body> tags; a class name {bold} is not one of them.",
        "uid=1000(bed) gid=1000(bed) groups=1000(bed),27(sudo)",
        "select a bed from the list where the soil is wet, and order by depth",
        "SELECT, FROM and WHERE are evaluated in another order than they are written in.",
        "Each RUN, COPY and ADD of a Dockerfile makes a layer; FROM names the base.",
        "Set bed.rows=3 if you want three rows, and no more than those.",
        "If v := depth(3), then v is an int; v := 4 in an inner block hides it.",
        "An if ends with fi, a case with esac, and both for and while end with done.",
        'for bed in *; do water "$bed"; done',
        "<ul><li>one <b>bed</b></li><li>two</li></ul>",
        'hstore_to_json(\'"a"=>1\') → {"a": "1", "b": "two of them"}',
        "It may return a number, or a list of them; return None, to delete it; or raise an error.",
        "The import path. Then import statements that look for the bed find it there.",
        "A view with the type function() < function() cannot be sorted.",
        "An editor is used by git rebase -i for its list. The value is read by the shell. Git waits.",
        "It shows how to build a thing that: - Keeps the beds wet in summer - Handles two pumps at once - Needs no help",
        "The presence of HAVING groups it: the SELECT list and the HAVING clause can name only columns FROM it.",
        "USING (a, b) is short for ON left.a = right.a AND left.b = right.b in a query.",
        "bytes % args, text % args: both of them are formatted as in C.",
        "A type Row = &'static [Row] is not allowed, since it holds itself.",
        "The total is only known between the {% with %} and the {% endwith %} of a template.",
        "The pipeline { open } and its steps are one thing, the stages of a bed another.",
        "You'll see that git add isn't what they've asked for, and don't need it.",
        "Use const for what stays, let for the rest, and => for a short function.",
        "It costs $ 5 in May and $ 7 in June, or $ 12 for both of them.",
    ],
)
def test_prose_with_signs_of_code_is_none(line: str) -> None:
    assert find_flattened(line) == []


def test_comments_that_ran_into_the_next_line_are_parted() -> None:
    line = "int a = 7 / 2; // 3int b = 7 % 2;  // 1boolean c = a > b; // true"
    (found,) = find_flattened(line)
    assert found.code == "int a = 7 / 2; // 3\nint b = 7 % 2;  // 1\nboolean c = a > b; // true"


def test_a_books_own_quotes_and_hyphens_stay_as_they_are() -> None:
    (found,) = find_flattened(
        "docker run \u2010d \u2010\u2010name bed loam docker logs bed docker rm bed"
    )
    assert (
        found.code == "docker run \u2010d \u2010\u2010name bed loam\ndocker logs bed\ndocker rm bed"
    )
    (found,) = find_flattened("beds = [“north”, “south”] for bed in beds: print(bed)")
    assert found.code == "beds = [“north”, “south”]\nfor bed in beds:\n    print(bed)"


def test_prose_around_code_keeps_its_lines_outside_the_fence() -> None:
    page = passage("Three commands: $ cd beds $ git init $ git pull The bed is ready to be used.")
    assert applied(TASK, page) == passage(
        "Three commands:\n```bash\n$ cd beds\n$ git init\n$ git pull\n```\nThe bed is ready to be used."
    )


def test_a_flag_names_the_language() -> None:
    (draft,) = drafts(TASK, passage("So it is: -- hosts: all roles: - soil.water"))
    assert draft.flag is not None
    assert "yaml" in draft.flag.detail


def test_the_blanks_of_an_indentation_tell_where_a_line_ended() -> None:
    (found,) = find_flattened("for bed in open('beds.txt'):    print(bed, end='')")
    assert found.code == "for bed in open('beds.txt'):\n    print(bed, end='')"
    assert find_flattened("for bed in open('beds.txt'): print(bed, end='')") == []
