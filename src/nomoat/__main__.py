"""`python -m nomoat` is `nomoat`."""

from __future__ import annotations

from nomoat.cli import main

if __name__ == "__main__":
    main()
