"""The market law; filled in by the game room."""
