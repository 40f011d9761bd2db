"""`hotspotbot check`: does everything the bot needs stand ready? One line for each finding, with the mend."""
