"""What each part of the pipeline is worth: rules, model, guards, the line of terms, the re-ask."""
