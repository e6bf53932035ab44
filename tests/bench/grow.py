#!/usr/bin/env python3
"""Grows a table of units to any size, for measuring large memories: each unit is two or three real ones joined, drawn with a fixed seed.

    python3 tests/bench/grow.py SHARED/tm/real_en_ru.tsv.gz en ru 1000000 > MILLION.tsv
"""
import gzip
import random
import sys

path, source, target, count = sys.argv[1:]
with gzip.open(path, "rt", encoding="utf-8") as lines:
    units = [line.rstrip("\n").split("\t")[:2] for line in lines]
draw = random.Random(1)
print(source, target, sep="\t")
for _ in range(int(count)):
    parts = draw.sample(units, draw.choice((2, 2, 3)))
    print(" ".join(part[0] for part in parts), " ".join(part[1] for part in parts), sep="\t")
