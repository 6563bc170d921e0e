"""A loopback reverse proxy that passes everything on unchanged, and writes the LLM requests as captures."""
