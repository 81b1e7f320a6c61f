"""All that knows the OpenAI dialect: bodies, faults, conversations, batches."""
