"""The commands, a module for each group of them: parse, call the pipeline, exit code. No logic.

Nothing heavy is imported before a command runs.
"""
