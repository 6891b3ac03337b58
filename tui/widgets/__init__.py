"""Widgets that draw line by line: only what is visible, from immutable models."""
