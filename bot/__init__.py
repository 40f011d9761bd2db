"""hotspotbot: a Matrix bot that remembers what agencies promised each other."""
