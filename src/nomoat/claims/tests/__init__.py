"""The measures that statements are tested on, one question a file; `claims.metric` lists them."""
