"""The version, where it is cheap to read."""

VERSION = "0.1.0"
