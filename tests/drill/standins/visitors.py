"""Visitors who ask for pages all the time, until a file tells them to go: prints how many asked, and what went wrong."""

import http.client
import json
import ssl
import sys
import threading
import time
from pathlib import Path

gone, certificate, found = Path(sys.argv[1]), sys.argv[2], {"asked": 0, "errors": []}


def visit():
    """Ask for one page after the other, each on a connection of its own, as browsers that come and go do."""
    context = ssl.create_default_context(cafile=certificate)
    while not gone.exists():
        found["asked"] += 1
        try:
            visitor = http.client.HTTPSConnection("vard.example.se", timeout=20, context=context)
            visitor.request("GET", "/programmes/", headers={"X-Forwarded-Proto": "http", "X-Forwarded-For": "1.2.3.4"})
            answer = visitor.getresponse()
            body = answer.read()
            if answer.status != 200 or b"</html>" not in body or not answer.getheader("strict-transport-security"):
                found["errors"].append(f"{answer.status} {body[:100]}")
            visitor.close()
            time.sleep(0.02)
        except (OSError, http.client.HTTPException) as fault:
            found["errors"].append(repr(fault))


crowd = [threading.Thread(target=visit) for _ in range(4)]
for one in crowd:
    one.start()
for one in crowd:
    one.join()
print(json.dumps(found))
