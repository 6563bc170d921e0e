"""What the regions of a prompt are called in a sentence."""

from __future__ import annotations

REGIONS = {
    "system": "in the system prompt",
    "tools": "in the tools",
    "messages": "in the messages",
    "params": "in what the template makes of a parameter",
    "generation-prompt": "in the generation prompt",
}
