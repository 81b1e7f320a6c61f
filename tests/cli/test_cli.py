from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.command import run
from tests.conftest import ROOT


def lines(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def snapshot(graph: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(graph)): path.read_bytes()
        for path in sorted(graph.rglob("*"))
        if path.is_file() and "refiner___review" not in path.name
    }


def test_cards_lists_every_item(graph: Path) -> None:
    found = lines(run("cards", "--json", graph))
    assert {item["kind"] for item in found} == {"card", "passage"}
    assert len(found) == 79
    assert list(found[0]) == [
        "page", "line", "kind", "tags", "question", "answer", "lang", "id", "chapter", "hash",
    ]  # fmt: skip


def test_refine_touches_no_source_page(graph: Path) -> None:
    before = snapshot(graph)
    run("refine", "--model", "none", graph)
    assert snapshot(graph) == before


def test_rules_alone_find_what_rules_can(refined: Path) -> None:
    found = lines(run("diff", "--json", refined))
    after = "\n".join(p["after"] for p in found)
    assert "What is a partition in a log-based broker?" in after
    assert "one big consumer with many threads" in after
    assert "¿Qué es el acolchado?" in after
    assert "atardecer" in after
    causes = {(p["flag"]["name"], p["flag"]["cause"]) for p in found if p["flag"]}
    assert ("truncated", "listing") in causes
    clean = [p for p in found if "clean cards" in p["page"]]
    assert clean == []


def test_a_second_run_makes_the_same_proposals(refined: Path) -> None:
    before = run("diff", "--json", refined).stdout
    run("refine", "--model", "none", "--fresh", refined)
    assert run("diff", "--json", refined).stdout == before


def test_the_patch_and_apply_give_the_same_bytes(refined: Path, tmp_path: Path) -> None:
    patch = run("diff", refined).stdout.encode()
    before = snapshot(refined)
    other = tmp_path / "other"
    for name, data in before.items():
        (other / name).parent.mkdir(parents=True, exist_ok=True)
        (other / name).write_bytes(data)
    subprocess.run(["git", "apply", "-"], input=patch, cwd=other, check=True)
    assert run("apply", "--all", refined).returncode == 0
    assert snapshot(refined) == snapshot(other)
    assert snapshot(refined) != before
    assert run("undo", refined).returncode == 0
    assert snapshot(refined) == before


def test_what_the_review_page_rejects_is_never_made_again(refined: Path) -> None:
    review = next(refined.rglob("refiner___review___Queues*.md"))
    text = review.read_text(encoding="utf-8")
    first = text.split("refiner:: ")[1][:12]
    review.write_text(text.replace("- TODO", "- CANCELED", 1), encoding="utf-8")
    run("apply", refined)
    assert first not in review.read_text(encoding="utf-8")
    run("refine", "--model", "none", "--fresh", refined)
    assert first not in run("diff", "--json", refined).stdout


def test_what_the_review_page_accepts_is_written_in_the_person_s_words(refined: Path) -> None:
    review = next(refined.rglob("refiner___review___Queues*.md"))
    text = review.read_text(encoding="utf-8")
    at = text.index("+ What is a partition")
    start = text.rindex("- TODO", 0, at)
    text = (
        text[:start]
        + "- DONE"
        + text[start + 6 : at]
        + text[at:].replace(
            "+ What is a partition in a log-based broker?", "+ What is a topic's partition?", 1
        )
    )
    review.write_text(text, encoding="utf-8")
    run("apply", refined)
    page = next(refined.glob("pages/Queues*.md")).read_text(encoding="utf-8")
    assert "- What is a topic's partition? #car" in page


def test_a_mangled_review_page_is_told_and_kept(refined: Path) -> None:
    review = next(refined.rglob("refiner___review___Queues*.md"))
    text = review.read_text(encoding="utf-8").replace("refiner:: ", "refinr:: ", 1)
    review.write_text(text, encoding="utf-8")
    done = run("apply", refined)
    assert done.returncode == 1
    assert ":1`" in done.stderr
    assert review.read_text(encoding="utf-8") == text


def test_accept_and_reject_by_filter_and_id(refined: Path) -> None:
    found = lines(run("diff", "--json", "--task", "typo", refined))
    assert run("accept", found[0]["id"], "--graph", refined).returncode == 0
    assert (
        run("reject", "--task", "typo", "--page", "El huerto*", "--graph", refined).returncode == 0
    )
    states = [p["state"] for p in lines(run("diff", "--json", "--accepted", refined))]
    assert states == ["accepted"]
    none = run("reject", "--task", "typo", "--page", "No such page", "--graph", refined)
    assert (none.returncode, none.stderr.partition("\n")[0]) == (
        1,
        "error: no pending proposal matches; nothing was decided",
    )


def test_check_tells_that_something_waits(refined: Path) -> None:
    assert run("status", "--check", refined).returncode == 3
    assert run("diff", "--check", "--stat", refined).returncode == 3
    run("reject", "--all", "--graph", refined)
    assert run("status", "--check", refined).returncode == 0


def test_dry_run_sends_and_keeps_nothing(graph: Path) -> None:
    done = run("refine", "--dry-run", "--model", "m", "--base-url", "http://127.0.0.1:9/v1", graph)
    assert done.returncode == 0
    assert "nothing was sent" in done.stdout
    assert lines(run("diff", "--json", graph)) == []


def test_a_page_alone_of_any_name(tmp_path: Path) -> None:
    page = tmp_path / "book.txt"
    page.write_text(
        "- Types of soil #car\n\t- There are three types of soil: sand, clay and loam.\n"
    )
    done = run("refine", "--model", "none", page)
    assert done.returncode == 0
    assert "What are the types of soil?" in run("diff", page).stdout


def test_auto_accepts_what_it_names(graph: Path) -> None:
    run("refine", "--model", "none", "--auto", "typo", graph)
    states = {(p["task"], p["state"]) for p in lines(run("diff", "--json", graph))}
    assert ("typo", "accepted") in states
    assert not {s for s in states if s[1] == "accepted"} - {("typo", "accepted")}


def test_commit_makes_one_commit_of_the_touched_pages(refined: Path) -> None:
    git = ["git", "-C", str(refined), "-c", "user.name=x", "-c", "user.email=x@example.org"]
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run([*git, "config", "user.name", "x"], check=True)
    subprocess.run([*git, "config", "user.email", "x@example.org"], check=True)
    subprocess.run([*git, "add", "-A"], check=True)
    subprocess.run([*git, "commit", "-qm", "first"], check=True)
    (refined / "pages" / "other.md").write_text("- mine")
    done = run("apply", "--all", "--commit", refined)
    assert "committed" in done.stderr
    shown = subprocess.run(
        [*git, "show", "--stat", "HEAD"], capture_output=True, text=True, check=True
    )
    assert "other.md" not in shown.stdout
    assert "review" not in shown.stdout


BAD = {
    "no such path": (["refine", "nowhere.md"], 1, "does not exist"),
    "unknown task": (["refine", "--task", "tpyo", "."], 2, "did you mean `typo`"),
    "unknown model": (["refine", "--model", "gpt-9", "."], 2, "`gpt-9` is unknown"),
    "missing weights": (["refine", "--model", "no.gguf", "."], 1, "no.gguf"),
    "unsafe endpoint": (["refine", "--model", "m", "--base-url", "http://example.org/v1", "."], 2, "unencrypted"),
    "no day": (["refine", "--since", "yesterday", "."], 2, "YYYY-MM-DD"),
    "no filter": (["accept"], 2, "say which"),
    "unknown id": (["accept", "0123456789ab"], 1, "0123456789ab"),
    "no terminal": (["review", "."], 1, "needs a terminal"),
}  # fmt: skip


@pytest.mark.parametrize(("words", "code", "said"), BAD.values(), ids=BAD.keys())
def test_bad_input_is_an_error_that_explains(
    refined: Path, words: list[str], code: int, said: str
) -> None:
    before = snapshot(refined)
    done = run(*words, cwd=refined)
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert done.stderr.startswith("error: ")
    assert snapshot(refined) == before


def test_a_folder_without_pages_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "g" / "logseq").mkdir(parents=True)
    (tmp_path / "g" / "pages").mkdir()
    done = run("refine", "--model", "none", tmp_path / "g")
    assert (done.returncode, "holds no page" in done.stderr) == (1, True)


def test_a_page_that_is_not_utf_8_is_skipped_with_its_place(graph: Path) -> None:
    (graph / "pages" / "bad.md").write_bytes(b"- ok\n- \xff\n")
    done = run("refine", "--model", "none", graph)
    assert done.returncode == 0
    assert "offset 7 (line 2)" in done.stderr


def test_an_unknown_setting_names_the_near_one(graph: Path) -> None:
    (graph / "refiner.toml").write_text('card_tag = ["car"]\n')
    done = run("refine", "--model", "none", graph)
    assert (done.returncode, "did you mean `card_tags`" in done.stderr) == (2, True)


def test_a_read_only_page_is_left_as_it_is(refined: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    page = next(refined.glob("pages/Queues*.md"))
    page.chmod(0o444)
    before = page.read_bytes()
    done = run("apply", "--all", refined)
    assert (done.returncode, page.read_bytes()) == (1, before)


def test_two_at_once_say_who_holds_the_lock(refined: Path) -> None:
    from filelock import FileLock

    state = next(Path(os.environ["XDG_STATE_HOME"]).rglob("*.db"))
    with FileLock(state.with_suffix(".lock")):
        done = run("refine", "--model", "none", refined)
    assert done.returncode == 1
    assert "another refiner" in done.stderr


def test_a_killed_run_leaves_no_lock_and_a_whole_ledger(graph: Path) -> None:
    for _ in range(4):
        process = subprocess.Popen(
            [sys.executable, "-m", "refiner", "refine", "--model", "none", str(graph)],
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
        )
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=0.4)
        process.kill()
        process.wait()
    done = run("refine", "--model", "none", graph)
    assert done.returncode == 0
    assert "is whole" in run("doctor", "--model", "none", graph).stdout
    assert len(lines(run("diff", "--json", graph))) > 20


def test_init_proposes_the_graph_s_own_tags(graph: Path) -> None:
    done = run("init", "--yes", graph)
    assert done.returncode == 0
    text = (graph / "refiner.toml").read_text(encoding="utf-8")
    assert 'card_tags = ["car", "card", "flashcard"]' in text
    assert run("cards", graph).returncode == 0


def test_doctor_finds_nothing_wrong(refined: Path) -> None:
    done = run("doctor", "--model", "none", refined)
    assert done.returncode == 0, done.stdout
    assert "is whole" in done.stdout


def test_without_the_embedded_model_s_parts_rules_work_alone(graph: Path) -> None:
    blocked = (
        "import sys; sys.modules['xllamacpp'] = None\nfrom refiner.cli.app import main\nmain()"
    )
    done = subprocess.run(
        [sys.executable, "-c", blocked, "refine", str(graph)],
        capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "pip install 'refiner[local]'" in done.stderr
    assert "rules worked alone" in done.stderr


def test_a_run_with_nothing_to_do_imports_no_language_task_or_client(refined: Path) -> None:
    probe = (
        f"import sys\nsys.argv = ['refiner', 'refine', '--model', 'none', {str(refined)!r}]\n"
        "from refiner.cli.app import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "heavy = ('refiner.lang.language', 'refiner.tasks.editor', 'refiner.tasks.typo',"
        " 'refiner.llm.dispatch', 'wordfreq', 'simplemma')\n"
        "print('heavy:', [name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", probe], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert "heavy: []" in done.stdout


def test_help_names_every_command_and_imports_nothing_heavy() -> None:
    probe = (
        "import sys\nsys.argv = ['refiner', '--help']\nfrom refiner.cli.app import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "heavy = {'openai', 'instructor', 'pydantic', 'wordfreq', 'rich.console', 'sqlite3'}\n"
        "print('heavy:', sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", probe], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert "heavy: []" in done.stdout
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for name in ("refine", "review", "accept", "reject", "diff", "apply", "undo", "status", "cards",
                 "batch", "watch", "doctor", "init"):  # fmt: skip
        assert f"  {name} " in done.stdout
        assert f"refiner {name}" in readme


def test_pages_saved_a_moment_ago_are_told_once_and_named_on_request(refined: Path) -> None:
    note = "saved a moment ago"
    for page in (refined / "pages").glob("*.md"):
        page.touch()
    told = run("apply", "--all", "--verbose", str(refined)).stderr
    assert told.count(note) == 1
    assert "pages/Queues in Practice (highlights).md" in told
    run("undo", "--path", str(refined))
    quiet = run("apply", "--all", str(refined)).stderr
    assert quiet.count(note) == 1
    assert "pages/Queues" not in quiet
