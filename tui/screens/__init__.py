"""Screens and dialogs; they wire widgets to the session and hold no logic of their own."""
