"""Review in the browser: server-rendered pages on loopback, for one person."""
