"""Rules: how they are written, loaded, run and silenced."""
