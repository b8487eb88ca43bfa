"""Publishers' files read into rows with origin; one file a publisher."""
