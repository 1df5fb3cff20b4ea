"""How much of the main text is found, and how fast? Ours beside dom_smoothie's and Python's trafilatura's.

    cargo build --release -p utkik-crawler --example main_text
    python3 -m venv venv; venv/bin/pip install trafilatura lxml_html_clean
    venv/bin/python benches/text/compare.py target/release/examples/main_text [--all]

Per page: the overlap of runs of four words with the marked text; F1 of precision and recall, and their mean per kind.
"""

import collections
import json
import os
import re
import subprocess
import sys
import tempfile
import time

from pages import pages


def runs(text):
    words = re.findall(r"\w+", (text or "").lower())
    return collections.Counter(tuple(words[at : at + 4]) for at in range(max(1, len(words) - 3))) if words else collections.Counter()


def f1(found, wanted):
    found, wanted = runs(found), runs(wanted)
    both = sum((found & wanted).values())
    return 2 * both / max(1, sum(found.values()) + sum(wanted.values()))


def ours(program, files, *options):
    out = subprocess.run([program, *options, *files], capture_output=True, text=True, check=True).stdout
    lines = [json.loads(line) for line in out.splitlines()]
    return [line["reading"]["text"] or "" for line in lines], sum(line["micros"] for line in lines) / 1e6


def theirs(files):
    import trafilatura

    texts, start = [], time.perf_counter()
    for file in files:
        with open(file, "rb") as page:
            texts.append(trafilatura.extract(page.read(), include_comments=False) or "")
    return texts, time.perf_counter() - start


def main():
    program, everything = sys.argv[1], list(pages())
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for name, _, page, _ in everything:
            files.append(os.path.join(folder, name + ".html"))
            with open(files[-1], "w", encoding="utf-8") as file:
                file.write(page)
        found = {"ours": ours(program, files), "dom_smoothie": ours(program, files, "--guess")}
        try:
            found["trafilatura"] = theirs(files)
        except ImportError as missing:
            print("without trafilatura:", missing)
        start = time.perf_counter()
        for file in files:
            subprocess.run([program, file], capture_output=True, check=True)
        alone = time.perf_counter() - start
    scores = {who: [f1(text, page[3]) for text, page in zip(texts, everything)] for who, (texts, _) in found.items()}
    print(f"{'kind':16}{'pages':>6}", *(f"{who:>13}" for who in found))
    for kind in [*dict.fromkeys(page[1] for page in everything), "all"]:
        at = [i for i, page in enumerate(everything) if kind in (page[1], "all")]
        print(f"{kind:16}{len(at):6}", *(f"{sum(scores[who][i] for i in at) / len(at):13.3f}" for who in found))
    print(f"{'pages a second':22}", *(f"{len(files) / seconds:13.0f}" for _, seconds in found.values()))
    print(f"a process for each page: {len(files) / alone:.0f} pages a second")
    if "--all" in sys.argv:
        for i in sorted(range(len(files)), key=lambda i: scores["ours"][i]):
            print(f"{everything[i][0]:24}", *(f"{scores[who][i]:7.3f}" for who in found))


if __name__ == "__main__":
    main()
