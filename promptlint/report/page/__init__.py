"""The page of `--format html`: its data, what it says without a script, and its own style and script beside them."""
