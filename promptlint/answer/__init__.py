"""What a recorded response says: the tokens that came from a cache, and the message that the model wrote.

An answer is what a capture has of it, decoded: text (JSON, an event stream), bytes (a binary event stream), or JSON
that the recorder parsed. Nothing here raises: an answer that cannot be read is one that says nothing.
"""
