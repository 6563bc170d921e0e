"""What a chat template does with a conversation, found out by rendering small ones behind an engine's profile.

Never by the template's name, and never by reading its source: a card holds of templates that nobody has seen yet.
"""
