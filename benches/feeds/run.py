#!/usr/bin/env python3
"""What do 2,000 feeds of 30 entries cost? Two rounds over a loopback nginx, beside a bare reqwest loop.

    cargo build --release && cargo build --release -p utkik-crawler --example bare
    benches/feeds/run.py TARGET/release/utkik TARGET/release/examples/bare [500 2000 …]

Pauses are off; feeds lie on twenty addresses of loopback; their entries are all there is to read, so that no pages are
fetched. Processor time and memory are those of the whole process, start and search index included.
"""

import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time

ENTRIES = 30
HOSTS = 20
WORDS = """hälsa vård region journal digital tjänst patient data rapport beslut kommun läkemedel e-hälsa uppdrag
myndighet remiss förslag utredning system standard säkerhet forskning nationell plattform stöd utveckling""".split()


def words(chance, count):
    return " ".join(chance.choice(WORDS) for _ in range(count))


def feed(number, port):
    chance = random.Random(number)
    host = f"http://127.0.0.{number % HOSTS + 1}:{port}"
    items = []
    for entry in range(ENTRIES):
        day = 1 + (entry % 28)
        items.append(
            f"<item><title>{words(chance, 8).capitalize()} {number}-{entry}</title><link>{host}/{number}/{entry}</link>"
            f"<guid isPermaLink=\"false\">{number}-{entry}</guid><pubDate>{day:02} Oct 2026 08:00:00 GMT</pubDate>"
            f"<description>&lt;p&gt;{words(chance, 60)}.&lt;/p&gt;</description></item>"
        )
    return (
        f"<?xml version=\"1.0\" encoding=\"utf-8\"?><rss version=\"2.0\"><channel><title>Feed {number}</title>"
        f"<link>{host}/</link><description>x</description>{''.join(items)}</channel></rss>"
    )


def source(number, port):
    return (
        f"[[source]]\nid = \"bench-{number}\"\nname = \"Feed {number}\"\norganisation = \"Feed {number}\"\n"
        "level = \"national\"\ncountry = \"SE\"\nlanguage = \"sv\"\nkind = \"feed\"\n"
        f"address = \"http://127.0.0.{number % HOSTS + 1}:{port}/feeds/{number}.xml\"\n"
        "category = \"agency\"\nevery = \"1h\"\nrecipe.complete = true\n\n"
    )


def nginx(folder, port):
    conf = folder / "nginx.conf"
    conf.write_text(
        f"daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log; worker_processes 1;\n"
        f"events {{ worker_connections 512; }}\nhttp {{ access_log off; keepalive_requests 100000;\n"
        "types { application/rss+xml xml; }\n"
        f"client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;\n"
        f"uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;\n"
        f"server {{ listen {port}; root {folder}/web; }} }}\n"
    )
    server = subprocess.Popen(["nginx", "-c", str(conf)], stderr=subprocess.DEVNULL)
    time.sleep(1)
    return server


def measured(command, stdin=None, cwd=None):
    """Seconds, processor seconds, megabytes and output of a process."""
    start = time.monotonic()
    child = subprocess.Popen(command, stdin=subprocess.PIPE if stdin else subprocess.DEVNULL, cwd=cwd,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    out, err = child.stdout, child.stderr
    if stdin:
        child.stdin.write(stdin)
        child.stdin.close()
    told = out.read()
    errors = err.read()
    _, status, usage = os.wait4(child.pid, 0)
    if status != 0:
        sys.exit(f"{command[:3]} ended with {status}: {errors[-2000:]}")
    return time.monotonic() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, told


def bench(utkik, bare, count, folder, port):
    data = folder / f"data-{count}"
    shutil.rmtree(data, ignore_errors=True)
    (data / "catalogue").mkdir(parents=True)
    (data / "catalogue" / "bench.toml").write_text("".join(source(n, port) for n in range(count)))
    hosts = ", ".join(f'"127.0.0.{n + 1}:{port}"' for n in range(HOSTS))
    (folder / "utkik.toml").write_text(f"pause = \"0s\"\nprivate_hosts = [{hosts}]\n")
    ids = ",".join(f"bench-{n}" for n in range(count))
    common = [utkik, "--data-dir", str(data), "--json", "--now"]
    crawl = ["crawl", "--source", ids]
    addresses = "".join(f"http://127.0.0.{n % HOSTS + 1}:{port}/feeds/{n}.xml\n" for n in range(count))
    rows = []
    wall, cpu, memory, _ = measured([utkik, "--data-dir", str(data), "--json", "sources"], cwd=folder)
    rows.append(("start alone (`sources`)", wall, cpu, memory, 0))
    wall, cpu, memory, told = measured([bare, "8"], addresses)
    rows.append(("bare loop, first", wall, cpu, memory, 0))
    wall, cpu, memory, _ = measured([bare, "8"], told)
    rows.append(("bare loop, 304", wall, cpu, memory, 0))
    for name, now in (("ours, first round", "2026-11-25T10:00:00Z"), ("ours, 304", "2026-11-25T16:00:00Z")):
        wall, cpu, memory, told = measured([*common, now, *crawl], cwd=folder)
        kept = int(told.split('"items_new":')[1].split(",")[0])
        rows.append((name, wall, cpu, memory, kept))
    for name, wall, cpu, memory, kept in rows:
        print(f"| {count} | {name} | {wall:.2f} | {cpu:.2f} | {1000 * cpu / count:.2f} | {memory:.0f} | "
              f"{count / wall:.0f} | {kept} | {kept / wall:.0f} |", flush=True)


def main():
    utkik, bare = (str(pathlib.Path(path).resolve()) for path in sys.argv[1:3])
    counts = [int(word) for word in sys.argv[3:]] or [500, 2000]
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        folder.chmod(0o755)
        port = 20_000 + os.getpid() % 20_000
        (folder / "web" / "feeds").mkdir(parents=True)
        for number in range(max(counts)):
            (folder / "web" / "feeds" / f"{number}.xml").write_text(feed(number, port))
        server = nginx(folder, port)
        try:
            print("| feeds | what | s | CPU s | CPU ms a feed | MB | feeds/s | kept | items/s |")
            print("|---|---|---|---|---|---|---|---|---|")
            for count in counts:
                bench(utkik, bare, count, folder, port)
        finally:
            server.terminate()
            server.wait()


main()
