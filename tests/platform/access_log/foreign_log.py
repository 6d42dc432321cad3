"""A region's log system, as a process of its own: `python foreign_log.py FOLDER`. Keeps one line an entry, flushed.

It writes its port into FOLDER/port. While FOLDER/mute is there it keeps what it is sent and dies before it answers.
"""

from __future__ import annotations

import json
import os
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

FOLDER = Path(sys.argv[1])


class Keeping(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        entries = json.loads(self.rfile.read(int(self.headers["content-length"])))
        with (FOLDER / "kept").open("a") as kept:
            kept.writelines(json.dumps(entry) + "\n" for entry in entries)
            kept.flush()
            os.fsync(kept.fileno())
        if (FOLDER / "mute").exists():
            os._exit(1)
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


port = FOLDER / "port"
server = HTTPServer(("127.0.0.1", int(port.read_text()) if port.exists() else 0), Keeping)
fresh = FOLDER / "port.new"
fresh.write_text(str(server.server_port))
fresh.rename(port)
print("listening", flush=True)
server.serve_forever()
