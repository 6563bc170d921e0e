"""The pytest plugin, with the clients that people use, against a server of our own."""
