"""deploy/README.md is walked as it stands: every command in it is run, by root, in folders and a network of its own.

What only a machine that boots has is stood in for: systemd, by a script that does what the unit files say, and the
installation of Debian's packages, which is only tried. nginx, HAProxy, PostgreSQL, users, rights and our wheel are real.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.drill
ROOT = Path(__file__).parents[2]
STANDINS = Path(__file__).parent / "standins"
README = (ROOT / "deploy" / "README.md").read_text(encoding="utf-8")

BEFORE = """
set -euo pipefail
cp -a /etc {place}/etc
mkdir -p {place}/opt {place}/srv {place}/backups {place}/postgresql {place}/run/postgresql {place}/state
for folder in etc opt srv run; do mount --bind {place}/$folder /$folder; done
mount --bind {place}/backups /var/backups
mount --bind {place}/postgresql /var/lib/postgresql
ip link set lo up
userdel ledstang 2>/dev/null || true
echo "127.0.0.1 vard.example.se localhost" > /etc/hosts
mkdir -m 700 /etc/ssl/ledstang
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=vard.example.se -addext subjectAltName=DNS:vard.example.se \\
    -keyout /etc/ssl/ledstang/key.pem -out /etc/ssl/ledstang/fullchain.pem 2>/dev/null
export CURL_CA_BUNDLE=/etc/ssl/ledstang/fullchain.pem STANDIN_STATE={place}/state
export PIP_NO_INDEX=1 PIP_FIND_LINKS={wheels} PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_CONFIG_FILE=/dev/null
export PATH={standins}:/usr/sbin:/usr/bin:/sbin:/bin
chown postgres: /run/postgresql /var/lib/postgresql
server() {{ (cd / && runuser -u postgres -- $(ls -d /usr/lib/postgresql/*/bin | tail -n 1)/"$@" -D /var/lib/postgresql/data); }}
server initdb --auth-local=peer --auth-host=reject --no-sync > /dev/null
server pg_ctl start -w -s -l /var/lib/postgresql/log -o "-c unix_socket_directories=/run/postgresql -c fsync=off"
end() {{
    for pid in {place}/state/*.pid /run/nginx.pid /run/haproxy.pid; do [ ! -e $pid ] || kill $(cat $pid) || true; done
    server pg_ctl stop -s -m immediate
}}
trap 'end 2> /dev/null' EXIT
cd {stage}
visitors() {{ rm -f {place}/gone; python3 {standins}/visitors.py {place}/gone $CURL_CA_BUNDLE > {place}/$1.json & }}
visited() {{ touch {place}/gone; wait; }}
"""
UNITS = """
for unit in /etc/systemd/system/ledstang*; do
    systemd-analyze verify --man=no $unit
    case $unit in *.service) systemd-analyze security --offline=true --threshold=25 $unit > /dev/null;; esac
done
"""
REFUSED = """
moved=$(curl -s -o /dev/null -w '%{http_code} %{redirect_url}' http://vard.example.se/urgent)
[ "$moved" = "301 https://vard.example.se/urgent" ]
for hidden in metrics health; do
    [ "$(curl -s -o /dev/null -w '%{http_code}' https://vard.example.se/$hidden)" = 404 ]
    curl -fsS http://127.0.0.1:8001/$hidden > /dev/null
done
[ "$(stat -c '%U %a' /etc/ledstang/keys /etc/ledstang/keys/seal-1.key | tr '\\n' ' ')" = "ledstang 700 ledstang 400 " ]
! runuser -u nobody -- cat /srv/ledstang/ledstang.toml 2> /dev/null
! runuser -u ledstang -- touch /srv/ledstang/ledstang.toml 2> /dev/null
"""
UNTIL_SEALED_AGAIN = """
until [ "$(as_ledstang keys show --json /srv/ledstang | grep -c '"state": "seals"')" = 1 ] &&
      as_ledstang keys show --json /srv/ledstang | grep -A1 '"number": 2' | grep -q seals; do
    curl -fsS http://127.0.0.1:8001/ready http://127.0.0.1:8002/ready > /dev/null; sleep 0.5
done
"""
WELL = """
curl -fsS http://127.0.0.1:8001/health > {place}/health.json
find /var/backups/ledstang -name '*.backup' -printf '%U %m %s\\n' > {place}/copies
id -u ledstang > {place}/user
"""


def blocks(heading: str) -> str:
    """Return the commands below one heading of the README, as they stand there."""
    part = re.search(rf"^##+ {re.escape(heading)}\n(.*?)(?=^##)", README, re.M | re.S)
    assert part, heading
    return "\n".join(re.findall(r"^```sh\n(.*?)^```", part[1], re.M | re.S))


def test_every_command_belongs_to_a_part_that_is_run() -> None:
    """A new heading with commands needs its place in the walk."""
    run = "".join(blocks(heading) for heading in WALKED)
    assert sorted(run.split()) == sorted(" ".join(re.findall(r"^```sh\n(.*?)^```", README, re.M | re.S)).split())


WALKED = ("Install", "Start", "nginx", "HAProxy", "Back up, and rehearse", "Replace a key", "Upgrade")


@pytest.fixture
def stage(tmp_path: Path) -> Path:
    """What one has who installs: the folder deploy, the wheel and the constraints; and what pip would fetch."""
    stage = tmp_path / "stage"
    shutil.copytree(ROOT / "deploy", stage / "deploy")
    shutil.copy(ROOT / "constraints.txt", stage)
    subprocess.run(["/usr/bin/python3", "-m", "venv", tmp_path / "builder"], check=True)
    line = [
        tmp_path / "builder/bin/pip",
        "wheel",
        "-q",
        "-c",
        ROOT / "constraints.txt",
        "-w",
        tmp_path / "wheels",
        ROOT,
    ]
    subprocess.run(line, check=True, stderr=subprocess.DEVNULL)
    (wheel,) = (tmp_path / "wheels").glob("ledstang-*.whl")
    shutil.move(wheel, stage)
    return stage


RETIRING = """
retire() {
  for attempt in $(seq 60); do
    if as_ledstang keys retire "$@"; then return; fi
    sleep 2
  done
  return 1
}
"""
"""A process that was stopped a moment ago still counts as one that may seal: the command says to try again, and we do."""


def test_the_walk(stage: Path, tmp_path: Path) -> None:
    """Installed, started, behind nginx and then HAProxy, upgraded under load, backed up, restored, and a key replaced."""
    about = {"place": tmp_path, "stage": stage, "wheels": tmp_path / "wheels", "standins": STANDINS}
    made, retired = blocks("Replace a key").split("as_ledstang keys retire", 1)
    installed, restarted = blocks("Upgrade").split("systemctl restart ledstang-work")
    one_by_one = f"systemctl restart ledstang-work{restarted}"
    walk = [
        BEFORE.format(**about), blocks("Install"), blocks("Start"), UNITS,
        blocks("nginx"), REFUSED, installed, "visitors nginx\n", one_by_one, "visited\nsystemctl stop nginx\n",
        blocks("HAProxy"), REFUSED, "visitors haproxy\n", one_by_one, "visited\n",
        blocks("Back up, and rehearse"),
        made.removesuffix("cd /srv/ledstang\n"), UNTIL_SEALED_AGAIN, RETIRING, "cd /srv/ledstang\nretire", retired,
        WELL.format(**about),
    ]  # fmt: skip
    (tmp_path / "walk").write_text("".join(walk), encoding="utf-8")
    line = ["unshare", "--mount", "--net", "bash", "-x", tmp_path / "walk"]
    done = subprocess.run(
        line, capture_output=True, text=True, timeout=900, env={"HOME": "/nonexistent", "LANG": "C.UTF-8"}
    )
    logs = "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "state").glob("*.log"))
    assert done.returncode == 0, f"{done.stdout[-3000:]}\n{done.stderr[-3000:]}\n{logs[-3000:]}"
    for proxy in ("nginx", "haproxy"):
        visits = json.loads((tmp_path / f"{proxy}.json").read_text(encoding="utf-8"))
        print(f"{proxy}: {visits['asked']} pages while each process was restarted")
        assert (visits["errors"][:5], visits["asked"] > 100) == ([], True), proxy
    health = json.loads((tmp_path / "health.json").read_text(encoding="utf-8"))
    assert (health["status"], health["keys"]) == ("ok", {"state": "ok"})
    user = (tmp_path / "user").read_text(encoding="utf-8").strip()
    backups = (tmp_path / "copies").read_text(encoding="utf-8").splitlines()
    assert len(backups) >= 2
    assert all(backup.startswith(f"{user} 600 ") for backup in backups)
    assert "Traceback" not in logs
    assert '"level":"error"' not in logs
