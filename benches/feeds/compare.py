#!/usr/bin/env python3
"""How fast, and how alike, are `utkik probe` and Python's feedparser on the same feeds?

    python3 benches/feeds/compare.py FOLDER target/release/utkik [target/release/examples/feeds]

Needs `pip install feedparser`. Each file is read by both, one after the other, so that a neighbour's load falls on both.
Ours is a whole process for each file, with its start and its printing; the example, where it is given, reads all within one.
"""

import calendar
import json
import pathlib
import re
import subprocess
import sys
import time
from datetime import datetime

import feedparser


def squeezed(markup):
    text = re.sub(r"<[^>]*>", " ", markup or "")
    for name, sign in (("&nbsp;", " "), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&")):
        text = text.replace(name, sign)
    return re.sub(r"\s+", "", text)


def seconds(text):
    return text and int(datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp())


def differences(theirs, ours):
    """The fields that do not agree, for each entry that both have."""
    for them, us in zip(theirs, ours):
        moment = them.get("published_parsed") or them.get("updated_parsed")
        has_text = bool(them.get("summary") or them.get("content"))
        if squeezed(them.get("title")) != squeezed(us["title"]) and them.get("title"):
            yield "title", them.get("title"), us["title"]
        if (them.get("link") or None) != us["link"]:
            yield "link", them.get("link"), us["link"]
        if (moment and calendar.timegm(moment)) != seconds(us["published"]):
            yield "date", them.get("published"), us["published"]
        if has_text and not (us["summary"] or us["content"]):
            yield "text", them.get("summary"), None


def main():
    folder, utkik, *example = sys.argv[1:]
    files = sorted(pathlib.Path(folder).iterdir())
    spent = {"feedparser": 0.0, "utkik": 0.0}
    by_shape, compared, unlike, size = {}, 0, {}, 0
    for file in files:
        data = file.read_bytes()
        size += len(data)
        start = time.perf_counter()
        parsed = feedparser.parse(data)
        middle = time.perf_counter()
        output = subprocess.run([utkik, "probe", "--json", file], capture_output=True, check=True).stdout
        end = time.perf_counter()
        spent["feedparser"] += middle - start
        spent["utkik"] += end - middle
        shape = by_shape.setdefault(file.stem.split("-", 1)[1], [0, 0.0, 0.0])
        shape[0] += len(data)
        shape[1] += middle - start
        shape[2] += end - middle
        ours = json.loads(output)
        if file.suffix == ".json":
            continue
        if len(parsed.entries) != len(ours["entries"]):
            print(f"{file.name}: {len(parsed.entries)} entries by feedparser, {len(ours['entries'])} by us")
        compared += len(parsed.entries)
        for field, them, us in differences(parsed.entries, ours["entries"]):
            unlike.setdefault(field, []).append((file.name, them, us))
    for name, (length, theirs, us) in sorted(by_shape.items()):
        print(f"{name:12} {length / 1e6:6.2f} MB  feedparser {length / theirs / 1e6:6.2f} MB/s  "
              f"utkik {length / us / 1e6:7.1f} MB/s  {theirs / us:6.1f} times")
    for name, took in spent.items():
        print(f"{name}: {size / took / 1e6:.2f} MB/s")
    print(f"ratio, a process for each file: {spent['feedparser'] / spent['utkik']:.1f}")
    if example:
        said = json.loads(subprocess.run([example[0], folder, "5"], capture_output=True, check=True).stdout)
        print(f"within one process: {size / said['seconds'] / 1e6:.1f} MB/s, {spent['feedparser'] / said['seconds']:.1f} times")
    print(f"{compared} entries compared")
    for field in ("title", "link", "date", "text"):
        found = unlike.get(field, [])
        print(f"{field}: {100 - 100 * len(found) / max(1, compared):.3f} % agree", *found[:3], sep="\n    ")


main()
