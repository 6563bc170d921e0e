"""From a model reference to a tokenizer, and from text to exactly its token ids."""
