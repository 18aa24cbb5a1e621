"""What the README tells a newcomer to type works as printed."""

import re
import subprocess
import textwrap

from devtools import paths


def test_the_curl_calls_work(connection):
    readme = (paths.REPOSITORY / "README.rst").read_text()
    blocks = re.findall(r"\.\. code-block:: shell\n\n((?: {3}.*\n|\n)+)", readme)
    [script] = [textwrap.dedent(block) for block in blocks if "curl" in block]
    script = script.replace("var/connection.json", "var/e2e/connection.json")
    done = subprocess.run(
        ["bash", "-euc", script], cwd=paths.REPOSITORY, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert '"sku": "DRONE-X1-PRO-KIT"' in done.stdout
    assert done.stdout.count('"transaction_id": "ORD-WEB-2024-999"') == 2
