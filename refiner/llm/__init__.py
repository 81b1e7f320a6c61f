"""The model stage: requests, answers, and the endpoints that turn one into the other."""
