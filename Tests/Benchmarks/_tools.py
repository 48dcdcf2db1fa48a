"""What every measurement needs: a core for the server, one for the load, the limit beside it, and a look at the process."""

import collections
import contextlib
import os
import pathlib
import re
import statistics
import subprocess
import sys
import time

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TESTS / "EndToEndTests"))
from _bank import free_port, request  # noqa: E402

ROUNDS, SECONDS, CONNECTIONS = 3, 5, 16
CORES = sorted(os.sched_getaffinity(0))
SERVER_CORE, LOAD_CORE = {CORES[0]}, {CORES[-1]}

Row = collections.namedtuple("Row", "name value goal")


def on(cores, work):
    """Does the work on these cores; what it starts stays there."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        return work()
    finally:
        os.sched_setaffinity(0, before)


@contextlib.contextmanager
def alone(place):
    """A server on a core of its own, which is all that it sees: it starts as it would on a machine of one core."""
    with contextlib.ExitStack() as stack:
        yield on(SERVER_CORE, lambda: stack.enter_context(place))


class Nginx:
    """A web server that has nothing to do, or that does what a configuration says."""

    static = f"""location / {{ return 200 "{'x' * 300}"; }}"""

    def __init__(self, folder, server=static, upstream="", cores=SERVER_CORE):
        self.port, self.cores = free_port(), cores
        self.configuration = folder / f"nginx-{self.port}.conf"
        self.configuration.write_text(f"""
            daemon off; worker_processes 1; pid {folder}/nginx-{self.port}.pid; error_log stderr crit;
            events {{ worker_connections 1024; }}
            http {{
                access_log off; keepalive_requests 1000000000;
                client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
                uwsgi_temp_path {folder}; scgi_temp_path {folder};
                {upstream}
                server {{ listen 127.0.0.1:{self.port}; {server} }}
            }}""")

    def __enter__(self):
        start = ["nginx", "-c", str(self.configuration), "-e", "stderr"]
        self.process = on(self.cores, lambda: subprocess.Popen(start))
        self.url = f"http://127.0.0.1:{self.port}"
        wait_for(self.url + "/jwks")
        return self

    def __exit__(self, *exception):
        self.process.terminate()
        self.process.wait(10)


def wait_for(url):
    deadline = time.monotonic() + 10
    while True:
        try:
            if request("GET", url).status == 200:
                return
        except OSError:
            pass
        if time.monotonic() > deadline:
            raise RuntimeError(f"nothing answers at {url}")
        time.sleep(0.0005)


class Load:
    """One request, again and again."""

    connections, threads = CONNECTIONS, 1

    def __init__(self, folder, name, url, form=None, headers={}):
        self.folder, self.name, self.url = folder, name, url
        self.script = folder / f"{name.replace(' ', '-')}.lua"
        lines = [f'wrk.headers["{name}"] = "{value}"' for name, value in headers.items()]
        if form:
            lines += ['wrk.method = "POST"', f'wrk.body = "{form}"',
                      'wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"']
        self.script.write_text("\n".join(lines) + "\n")

    def beside(self, static):
        """Its rate, as a share of what nginx answers at the same time."""
        self.rate(1)
        rounds = [(static.rate(), self.rate(), self.p99) for _ in range(ROUNDS)]
        ratio = statistics.median(mine / limit for limit, mine, _ in rounds)
        limit, rate, p99 = (statistics.median(values) for values in zip(*rounds))
        return f"{rate:,.0f}/s, {ratio:.3f} of nginx's {limit:,.0f}/s, p99 {p99:.1f} ms"

    def rate(self, seconds=SECONDS):
        said = self.run(seconds)
        number, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", said).groups()
        self.p99 = float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit]
        return float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])

    def run(self, seconds):
        """What wrk says of it, where every request was answered with success."""
        command = ["wrk", "--latency", f"-t{self.threads}", f"-c{self.connections}", f"-d{seconds}s",
                   "-s", str(self.script), self.url]
        said = on(LOAD_CORE, lambda: subprocess.run(command, capture_output=True, text=True, check=True)).stdout
        if "Non-2xx" in said or "Socket errors" in said:
            raise RuntimeError(f"{self.name}: {said}")
        return said


def memory(pid):
    """Proportional set size in MiB."""
    text = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
    return int(re.search(r"^Pss:\s+(\d+)", text, re.M)[1]) / 1024


def cpu_seconds(pid):
    """What a process has used of the processor, in its own code and for it in the system's."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
