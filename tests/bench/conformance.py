#!/usr/bin/env python3
"""Imports every file of a TMX conformance set with the program and prints what came of it, a line a file.

    python3 tests/bench/conformance.py SHARED

valid/ and quirks/: units, variants and languages as expected.json says, all text in the memory, import -> export -> import the identity.
broken/: exit 2 with place and reason, or a warning; the partial result with --keep-going; what --repair saves; time, memory, files opened
and connections (by strace, if it is there).
"""
import collections, hashlib, json, os, re, resource, shutil, subprocess, sys, tempfile, time
from pathlib import Path

root = Path(__file__).resolve().parents[2]
diglot = root / "target/release/diglot"
shared = Path(sys.argv[1])
work = Path(tempfile.mkdtemp())
(work / "none.toml").write_text("")
memories = 0


def run(*arguments, memory=None):
    global memories
    if memory is None:
        memories += 1
        memory = work / f"{memories}.diglot"
    environment = dict(os.environ, DIGLOT_CONFIG=str(work / "none.toml"), DIGLOT_MEMORY=str(memory))
    before = time.time()
    done = subprocess.run([diglot, *map(str, arguments)], capture_output=True, text=True, env=environment)
    return done, time.time() - before, memory


def exported(memory):
    out = work / "out.jsonl"
    done, _, _ = run("export", "--status", "automatic", "--status", "confirmed", "--status", "rejected", "-o", out, memory=memory)
    return [json.loads(line) for line in out.read_text().splitlines()] if done.returncode < 2 else []


def canonical(tag):
    parts = re.split("[-_]", tag)
    private = False
    for at, part in enumerate(parts):
        parts[at] = (part.lower() if at == 0 or private or len(part) not in (2, 4) or not part.isalpha()
                     else part.upper() if len(part) == 2 else part.title())
        private |= len(part) == 1
    return "-".join(parts)


expected = json.loads((shared / "tmx/expected.json").read_text())["files"]
agree = total = 0
slowest = largest = 0
for name, record in sorted(expected.items()):
    file = shared / "tmx" / name
    if name.startswith("broken/"):
        continue
    total += 1
    done, _, memory = run("--json", "import", file)
    line = json.loads(done.stdout) if done.stdout else {}
    expect, faults = record["expect"], []
    blank = sum("without text" in w["reason"] for w in line.get("warnings", []))
    if line.get("units") != expect["units"]: faults.append(f"units {line.get('units')} not {expect['units']}")
    if line.get("variants", 0) + blank != expect["tuvs"]: faults.append(f"variants {line.get('variants')} not {expect['tuvs']}")
    units = exported(memory)
    languages = collections.Counter(v["lang"] for u in units for v in u["variants"])
    wanted = {canonical(tag) for tag in expect["languages"]}
    if blank == 0 and set(languages) != wanted: faults.append(f"languages {sorted(languages)} not {sorted(wanted)}")
    first = work / "first.tmx"
    run("export", "--status", "automatic", "--status", "confirmed", "--status", "rejected", "-o", first, memory=memory)
    _, _, second = run("import", first) if units else (None, None, memory)
    if exported(second) != units: faults.append("import -> export -> import is not the identity")
    again, _, _ = run("--json", "import", file, memory=memory)
    if json.loads(again.stdout or "{}").get("added"): faults.append("a second import adds something")
    agree += not faults
    print(f"{name}: {line.get('units')} units, {line.get('variants')} texts, {len(line.get('warnings', []))} warnings:",
          "; ".join(faults) or "agrees")

print()
strace = shutil.which("strace")
silent = 0
for name, record in sorted(expected.items()):
    if not name.startswith("broken/"):
        continue
    file = shared / "tmx" / name
    memories += 1
    memory = work / f"{memories}.diglot"
    environment = dict(os.environ, DIGLOT_CONFIG=str(work / "none.toml"), DIGLOT_MEMORY=str(memory))
    log = work / "strace.log"
    command = [str(diglot), "--json", "import", str(file)]
    if strace:
        command = [strace, "-f", "-o", str(log), "-e", "trace=open,openat,connect,socket", *command]
    before = time.time()
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=20)
    seconds = time.time() - before
    peak = subprocess.run([sys.executable, "-c",
        "import resource,subprocess,sys; subprocess.run(sys.argv[1:],capture_output=True); print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)",
        str(diglot), "--json", "--memory", str(work / f"{memories}b.diglot"), "import", str(file)],
        capture_output=True, text=True, env=environment).stdout.strip()
    foreign = []
    if strace:
        for call in log.read_text(errors="replace").splitlines():
            path = re.search(r'"([^"]*)"', call)
            path = path.group(1) if path else call
            system = ("/lib", "/usr/lib", "/etc/ld.so", "/proc", "/sys", "/dev", str(work))
            if "ENOENT" not in call and "connect(" in call or "socket(" in call: foreign.append(call)
            elif "open" in call and path != str(file) and not path.startswith(system): foreign.append(path)
    slowest, largest = max(slowest, seconds), max(largest, int(peak or 0))
    said = done.stderr.strip().splitlines()
    line = json.loads(done.stdout) if done.stdout.strip() else {}
    reason = said[0].removeprefix("error: ").replace(str(file), name) if done.returncode == 2 and said else \
        "; ".join(f"{w['line']}:{w['column']} {w['reason']}" for w in line.get("warnings", [])[:1])
    going, _, _ = run("--json", "import", "--keep-going", file)
    kept = json.loads(going.stdout).get("units", 0) if going.stdout.strip() else 0
    clean = work / "clean.tmx"
    mended, _, _ = run("--json", "import", f"--repair={clean}", file)
    saved = json.loads(mended.stdout).get("units", 0) if mended.stdout.strip() else 0
    before_fault = record.get("units_before_fault")
    silent += not reason
    note = f" EXPECTED {before_fault} BEFORE THE FAULT" if before_fault not in (None, "?", kept) and done.returncode == 2 else ""
    print(f"{name}: exit {done.returncode}, {line.get('units', 0)} units, with --keep-going {kept}, with --repair {saved}{note}; "
          f"{seconds:.2f} s{'' if not foreign else ' OPENED ' + str(foreign)}; {reason or 'SILENT'}")

print(f"\n{agree} of {total} files that must read agree; {silent} broken ones pass without a word; slowest {slowest:.2f} s, most memory {largest / 1024:.0f} MiB"
      f"{'' if strace else ' (no strace: files and connections were not watched)'}")
shutil.rmtree(work)
sys.exit(agree != total)
