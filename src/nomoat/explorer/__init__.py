"""The same answers in a browser: a local web application on the store."""
