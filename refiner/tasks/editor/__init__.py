"""One request for a whole card or passage: what a careful editor would mend, part by part.

A large model is asked once about an item. Its answer has parts, one for each kind of fault; each
part has guards of its own, and is kept, asked for again or dropped alone.
"""

from refiner.tasks.editor.task import EditorTask, editor

__all__ = ["EditorTask", "editor"]
