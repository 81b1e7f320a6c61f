"""The data's way, stage by stage."""
