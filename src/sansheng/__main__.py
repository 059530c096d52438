"""``python -m sansheng``."""

import sys

from sansheng.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
