#!/usr/bin/env python3
"""Measures what `diglot` makes of real releases.  Standard library only.

  tests/bench/releases.py SHARED     SHARED: the folder with releases/

debian     blocks: block i renders block i (releases/README.md); the share of the text, in characters of both sides, that the alignment links to its block
kremlin    the interview: no link crosses a turn, every turn is linked, speakers as in the turns file; the pages: date, counterpart, no menu line
udhr       articles whose units carry three languages
"""
import csv
import glob
import html.parser
import json
import os
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
DIGLOT = os.path.join(ROOT, "target", "release", "diglot")


def run(*arguments, env=None):
    done = subprocess.run([DIGLOT, "--quiet", *arguments], capture_output=True, text=True, env=env)
    if done.returncode == 2:
        sys.exit(f"{arguments}: {done.stderr}")
    return done.stdout


def dense(text):
    return "".join(text.split())


class Blocks(html.parser.HTMLParser):
    """The text blocks of a simple page, white space taken out; head left aside."""

    TAGS = {"p", "li", "h1", "h2", "h3", "h4", "td", "th", "dt", "dd", "pre", "blockquote"}

    def __init__(self, page):
        super().__init__()
        self.blocks, self.inside = [""], False
        self.feed(page)
        self.blocks = [b for b in map(dense, self.blocks) if b]

    def handle_starttag(self, tag, attrs):
        self.inside |= tag == "body"
        if tag in self.TAGS:
            self.blocks.append("")

    def handle_endtag(self, tag):
        if tag in self.TAGS:
            self.blocks.append("")

    def handle_data(self, data):
        if self.inside:
            self.blocks[-1] += data


class Owner:
    """Which block each character of a text belongs to, asked for in the order of the text."""

    def __init__(self, blocks):
        self.text = "".join(blocks)
        self.block = [k for k, b in enumerate(blocks) for _ in b]
        self.at = 0

    def of(self, piece):
        piece = dense(piece)
        at = self.text.find(piece, self.at)
        if not piece or at < 0:
            return []
        self.at = at + len(piece)
        return self.block[at:self.at]


def debian(folder):
    linked = total = 0
    for source in sorted(glob.glob(os.path.join(folder, "*.en.html"))):
        target = source.replace(".en.html", ".ru.html")
        sides = [Blocks(open(f, encoding="utf-8").read()).blocks for f in (source, target)]
        assert len(sides[0]) == len(sides[1]), source
        owners = [Owner(b) for b in sides]
        total += sum(len(o.text) for o in owners)
        for row in run("align", source, target, "--format", "tsv").splitlines():
            a, b, _ = row.split("\t")
            mine = [owners[0].of(a), owners[1].of(b)]
            for k in (0, 1):
                other = set(mine[1 - k])
                linked += sum(1 for block in mine[k] if block in other)
    print(f"debian: {linked / total:.4f} of {total} characters linked to the block that renders theirs")


def debian_pairs(folder):
    with tempfile.TemporaryDirectory() as temporary:
        rows = run("--json", "--memory", os.path.join(temporary, "m.diglot"), "add", "--dry-run", folder).splitlines()
    pairs = [r["files"] for r in map(json.loads, rows) if r["type"] == "pair"]
    right = sum(len(p) == 2 and len({os.path.basename(f).split(".")[0] for f in p}) == 1 for p in pairs)
    print(f"debian: {right} of {len(glob.glob(os.path.join(folder, '*.en.html')))} releases paired, {len(pairs) - right} wrongly")


def turns_of(text, speakers):
    """(start of turn, code points) for each turn, by the labels in the turns file."""
    at, starts = 0, []
    for speaker in speakers:
        at = text.index(f"{speaker}:", at)
        starts.append(at)
        at += len(speaker)
    return starts


def interview(folder):
    name = os.path.join(folder, "2024-02-09-interview.part2")
    with open(f"{name}.turns.tsv", encoding="utf-8") as f:
        turns = list(csv.DictReader(f, delimiter="\t"))
    starts, number = [], lambda at, starts: sum(s <= at for s in starts)
    for lang in ("en", "ru"):
        text = open(f"{name}.{lang}.txt", encoding="utf-8").read()
        starts.append(turns_of(text, [t[f"speaker_{lang}"] for t in turns]))
    crossing, links, linked = 0, 0, set()
    for row in run("align", f"{name}.en.txt", f"{name}.ru.txt", "--format", "jsonl").splitlines():
        bead = json.loads(row)
        if bead["src"] and bead["tgt"]:
            links += 1
            seen = {number(s[0], starts[0]) for s in bead["src"]} | {number(s[0], starts[1]) for s in bead["tgt"]}
            crossing += len(seen) > 1
            linked |= seen
    print(f"interview: {links} links, {crossing} cross a turn; {len(linked)} of {len(turns)} turns linked")
    with tempfile.TemporaryDirectory() as temporary:
        memory = os.path.join(temporary, "m.diglot")
        run("--memory", memory, "add", f"{name}.en.txt", f"{name}.ru.txt")
        kept = {"en": [], "ru": []}
        for unit in map(json.loads, run("--memory", memory, "export", "--format", "jsonl").splitlines()):
            for variant in unit.get("variants", []):
                for place in variant.get("places", []):
                    kept[variant["lang"]].append((place["first"], place.get("speaker")))
    for lang in ("en", "ru"):
        order = [speaker for _, speaker in sorted(kept[lang], key=lambda k: k[0])]
        changes = [s for k, s in enumerate(order) if k == 0 or order[k - 1] != s]
        want = [t[f"speaker_{lang}"] for t in turns]
        print(f"interview: {lang}: {len(changes)} runs of one speaker kept, {len(want)} turns; same order of speakers: {changes == want}")


def pages(folder):
    menu = ("Subscribe", "Search", "Contacts", "Sitemap", "Share", "Follow", "Facebook", "Twitter", "VK", "Print")
    for page in sorted(glob.glob(os.path.join(folder, "html", "*.html"))):
        segments = [json.loads(r) for r in run("--json", "segment", page).splitlines()]
        dirt = [s["text"] for s in segments if len(s["text"]) < 40 and s["text"].startswith(menu)]
        print(f"page {os.path.basename(page)}: {len(segments)} segments, first {segments[0]['text'][:60]!r}, menu lines {dirt}")


def udhr(folder):
    with tempfile.TemporaryDirectory() as temporary:
        memory = os.path.join(temporary, "m.diglot")
        run("--memory", memory, "add", *(os.path.join(folder, f"udhr.{lang}.xml") for lang in ("en", "ru", "be")))
        units = [json.loads(r) for r in run("--memory", memory, "export", "--format", "jsonl").splitlines()]
    units = [u for u in units if u.get("type") == "unit"]
    three = sum(len(u["variants"]) == 3 for u in units)
    heads = sum(any(v["text"].startswith("Article ") and len(v["text"]) < 12 for v in u["variants"]) and len(u["variants"]) == 3 for u in units)
    print(f"udhr: {len(units)} units, {three} with three languages; {heads} of 30 article headings in three languages")


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    releases = os.path.join(sys.argv[1], "releases")
    debian_pairs(os.path.join(releases, "debian"))
    debian(os.path.join(releases, "debian"))
    interview(os.path.join(releases, "kremlin"))
    pages(os.path.join(releases, "kremlin"))
    udhr(os.path.join(releases, "udhr"))


if __name__ == "__main__":
    main()
