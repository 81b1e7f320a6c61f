"""Better flashcards and passages for a Logseq graph, proposed and never forced."""
