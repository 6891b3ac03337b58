"""The engine: a plan goes in, a schedule comes out."""
