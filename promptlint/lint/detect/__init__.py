"""Detectors of volatile text: pure functions, text to matches; each knows no request and no rule."""
