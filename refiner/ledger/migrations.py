"""The ledger's schema, as steps that are only ever added to."""

from __future__ import annotations

MIGRATIONS = (
    """
    CREATE TABLE runs (
        id INTEGER PRIMARY KEY,
        command TEXT NOT NULL,
        model TEXT NOT NULL,
        started_at TEXT NOT NULL,
        ended_at TEXT,
        report TEXT
    );
    CREATE TABLE requests (
        key TEXT PRIMARY KEY,
        task TEXT NOT NULL,
        prompt TEXT NOT NULL,
        model TEXT NOT NULL,
        answer TEXT NOT NULL,
        violations TEXT NOT NULL,
        prompt_tokens INTEGER NOT NULL,
        cached_tokens INTEGER NOT NULL,
        completion_tokens INTEGER NOT NULL,
        latency_s REAL NOT NULL,
        answered_at TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE failures (
        key TEXT PRIMARY KEY,
        task TEXT NOT NULL,
        kind TEXT NOT NULL,
        reason TEXT NOT NULL,
        failed_at TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE pages (
        path TEXT PRIMARY KEY,
        title TEXT NOT NULL,
        book TEXT NOT NULL,
        size_bytes INTEGER NOT NULL,
        mtime_ns INTEGER NOT NULL,
        inode INTEGER NOT NULL,
        sha256 TEXT NOT NULL,
        items INTEGER NOT NULL,
        plan TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE proposals (
        id TEXT PRIMARY KEY,
        page TEXT NOT NULL,
        task TEXT NOT NULL,
        item_hash TEXT NOT NULL,
        edit_hash TEXT NOT NULL,
        state TEXT NOT NULL,
        position INTEGER NOT NULL,
        data TEXT NOT NULL,
        wording TEXT,
        surface TEXT,
        decided_at TEXT
    ) WITHOUT ROWID;
    CREATE INDEX proposals_by_page ON proposals (page, state);
    CREATE INDEX proposals_by_state ON proposals (state);
    CREATE TABLE decisions (
        item_hash TEXT NOT NULL,
        edit_hash TEXT NOT NULL,
        decision TEXT NOT NULL,
        wording TEXT,
        surface TEXT NOT NULL,
        decided_at TEXT NOT NULL,
        PRIMARY KEY (item_hash, edit_hash)
    ) WITHOUT ROWID;
    CREATE TABLE applies (
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        state TEXT NOT NULL,
        at TEXT NOT NULL
    );
    CREATE TABLE apply_pages (
        apply INTEGER NOT NULL REFERENCES applies (id),
        page TEXT NOT NULL,
        old BLOB NOT NULL,
        new BLOB NOT NULL,
        PRIMARY KEY (apply, page)
    ) WITHOUT ROWID;
    CREATE TABLE apply_proposals (
        apply INTEGER NOT NULL REFERENCES applies (id),
        proposal TEXT NOT NULL,
        page TEXT NOT NULL,
        is_undone INTEGER NOT NULL DEFAULT 0,
        back TEXT NOT NULL,
        PRIMARY KEY (apply, proposal)
    ) WITHOUT ROWID;
    """,
    """
    CREATE TABLE review_changes (page TEXT PRIMARY KEY) WITHOUT ROWID;
    CREATE TRIGGER proposal_made AFTER INSERT ON proposals BEGIN
        INSERT OR IGNORE INTO review_changes VALUES (new.page);
    END;
    CREATE TRIGGER proposal_changed AFTER UPDATE ON proposals BEGIN
        INSERT OR IGNORE INTO review_changes VALUES (new.page);
    END;
    CREATE TABLE review_files (
        title TEXT PRIMARY KEY,
        size_bytes INTEGER NOT NULL,
        mtime_ns INTEGER NOT NULL,
        inode INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX pages_by_title ON pages (title);
    INSERT INTO review_changes SELECT DISTINCT page FROM proposals;
    """,
    """
    ALTER TABLE pages ADD COLUMN failed TEXT NOT NULL DEFAULT '{}';
    """,
    """
    CREATE INDEX proposals_counted ON proposals (page, task, state);
    """,
    """
    CREATE TABLE refused (
        key TEXT PRIMARY KEY,
        answer TEXT NOT NULL,
        violations TEXT NOT NULL,
        prompt_tokens INTEGER NOT NULL,
        cached_tokens INTEGER NOT NULL,
        completion_tokens INTEGER NOT NULL,
        latency_s REAL NOT NULL
    ) WITHOUT ROWID;
    """,
    """
    ALTER TABLE apply_pages ADD COLUMN edits TEXT NOT NULL DEFAULT '[]';
    ALTER TABLE apply_pages ADD COLUMN gone TEXT NOT NULL DEFAULT '[]';
    UPDATE apply_pages SET (edits, gone) = (
        SELECT json_extract(back, '$.edits'), json_extract(back, '$.gone')
        FROM apply_proposals AS about
        WHERE about.apply = apply_pages.apply AND about.proposal = 'page:' || apply_pages.page
    ) WHERE EXISTS (
        SELECT 1 FROM apply_proposals AS about
        WHERE about.apply = apply_pages.apply AND about.proposal = 'page:' || apply_pages.page
    );
    DELETE FROM apply_proposals WHERE proposal LIKE 'page:%';
    """,
    # What decisions teach. Of those made before, how many were made at once is not known: but for
    # the ones marked in Logseq, which are single, they count as made with others.
    """
    CREATE INDEX proposals_by_content ON proposals (item_hash, edit_hash);
    ALTER TABLE decisions ADD COLUMN page TEXT NOT NULL DEFAULT '';
    ALTER TABLE decisions ADD COLUMN task TEXT NOT NULL DEFAULT '';
    ALTER TABLE decisions ADD COLUMN rule TEXT NOT NULL DEFAULT '';
    ALTER TABLE decisions ADD COLUMN model TEXT;
    ALTER TABLE decisions ADD COLUMN prompt TEXT;
    ALTER TABLE decisions ADD COLUMN is_bulk INTEGER NOT NULL DEFAULT 1;
    UPDATE decisions SET (page, task, rule, model, prompt) = (
        SELECT p.page, p.task, json_extract(p.data, '$.rule'), json_extract(p.data, '$.model'),
            json_extract(p.data, '$.prompt')
        FROM proposals p
        WHERE p.item_hash = decisions.item_hash AND p.edit_hash = decisions.edit_hash LIMIT 1
    ) WHERE EXISTS (
        SELECT 1 FROM proposals p
        WHERE p.item_hash = decisions.item_hash AND p.edit_hash = decisions.edit_hash
    );
    UPDATE decisions SET is_bulk = 0 WHERE surface = 'logseq';
    """,
    # A decision holds for its edit in its sentence, whatever else of the item changes.
    """
    ALTER TABLE decisions ADD COLUMN sentence_hash TEXT NOT NULL DEFAULT '';
    CREATE INDEX decisions_by_sentence ON decisions (sentence_hash) WHERE sentence_hash <> '';
    """,
)
