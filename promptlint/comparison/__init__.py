"""Two prompts → their common prefix, the place where it ends, and what else differs."""
