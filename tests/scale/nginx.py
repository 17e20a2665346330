"""The set-up for nginx that the README gives for several machines, tried with our addresses."""

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import requests

from tests.scale.proxy import Address
from tests.servers import free_ports, wait_until
from tests.tools import ROOT, find_program

FRAME = """
daemon off;
pid {folder}/nginx.pid;
worker_processes 1;
{user}
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {site}
}}
"""


def site(addresses: list[Address], port: int) -> str:
    """Return the block of the README: other servers, another port, no certificate; nothing else differs."""
    blocks = re.findall(r"```nginx\n(.*?)```", (ROOT / "README.md").read_text(), flags=re.DOTALL)
    (block,) = (found for found in blocks if "upstream" in found)
    servers = "".join(f"    server {host}:{number};\n" for host, number in addresses)
    block, replaced = re.subn(r"(    server [0-9.]+:5000;\n)+", servers, block)
    block, listening = re.subn(r"listen 443 [^;]*;", f"listen 127.0.0.1:{port};", block)
    assert (replaced, listening) == (1, 1)
    return re.sub(r" *ssl_certificate[^;]*;\n", "", block).replace("portal.example.org", "127.0.0.1")


@contextmanager
def running(folder: Path, addresses: list[Address]) -> Iterator[str]:
    """Run nginx as the README sets it up; gives its address."""
    program = find_program("nginx", "/usr/sbin/nginx")
    (port,) = free_ports(1)
    setup, log = folder / "nginx.conf", folder / "error.log"
    user = "user root;" if os.geteuid() == 0 else ""  # else the temporary folders are not its own
    setup.write_text(FRAME.format(folder=folder, site=site(addresses, port), user=user))
    with subprocess.Popen([program, "-p", str(folder), "-c", str(setup), "-e", str(log)]) as process:
        try:
            front = f"http://127.0.0.1:{port}"
            wait_until(lambda: _answers(front), process, log)
            yield front
        finally:
            process.terminate()


def _answers(front: str) -> bool:
    with suppress(requests.RequestException):
        return requests.get(f"{front}/healthz", timeout=5).status_code == 200
    return False
