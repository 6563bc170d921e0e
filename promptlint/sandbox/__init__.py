"""The stoppable process in which everything that strangers wrote about a model is read, rendered and encoded."""
