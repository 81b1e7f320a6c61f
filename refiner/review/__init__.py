"""Where a person decides: a page in Logseq, and the terminal. Decisions meet in the ledger."""
