"""What is kept on disk between two runs: how many tokens a text has, so that an unchanged one is not encoded again.

The folder is the user's own (`folder`), never one of the repository: a checkout is somebody else's data, and a count
that it brought along would be believed. It holds hashes and numbers, no text and no token ids, which decode to text.
"""
