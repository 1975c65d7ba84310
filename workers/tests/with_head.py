"""Runs a command beside a Ray head on loopback: `with_head.py COMMAND…`, which finds it by REVERSAL_TEST_RAY_URL and
REVERSAL_TEST_RAY_TOKEN_FILE, and this Python by REVERSAL_TEST_PYTHON. Nothing is left running."""

import os
import subprocess
import sys

from conftest import RayHead


def main() -> int:
    head = RayHead()
    try:
        head.start()
        variables = {
            "REVERSAL_TEST_RAY_URL": f"http://127.0.0.1:{head.dashboard}",
            "REVERSAL_TEST_RAY_TOKEN_FILE": str(head.token_file),
            "REVERSAL_TEST_PYTHON": sys.executable,
        }
        return subprocess.run(sys.argv[1:], env=os.environ | variables, check=False).returncode
    finally:
        head.remove()


if __name__ == "__main__":
    sys.exit(main())
