"""From a request to the text that the engine's chat template makes of it."""
