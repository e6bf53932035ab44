"""OmegaT in console mode translates a text of known sources with diglot's TMX in `tm/auto`; the target text is what counts, since OmegaT drops a TMX
that it cannot read and still exits 0."""
import json, pathlib, subprocess, sys

diglot = sys.argv[1]
project = pathlib.Path("project")
for folder in ("source", "target", "tm/auto", "omegat", "glossary", "dictionary"):
    (project / folder).mkdir(parents=True)
(project / "omegat.project").write_text("""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<omegat><project version="1.0">
<source_dir>__DEFAULT__</source_dir><target_dir>__DEFAULT__</target_dir><tm_dir>__DEFAULT__</tm_dir>
<glossary_dir>__DEFAULT__</glossary_dir><glossary_file>__DEFAULT__</glossary_file><dictionary_dir>__DEFAULT__</dictionary_dir>
<source_lang>RU</source_lang><target_lang>EN</target_lang><sentence_seg>false</sentence_seg>
<support_default_translations>true</support_default_translations><remove_tags>false</remove_tags>
</project></omegat>""")
units = [json.loads(line) for line in open("all.jsonl", encoding="utf-8")]
targets = {}
for unit in units:
    texts = {variant["lang"]: variant["text"] for variant in unit["variants"]}
    # The filter of plain texts takes a line for a segment, and OmegaT marks inline codes in its own way.
    if "\n" not in texts["ru"] and not any(variant.get("codes") for variant in unit["variants"]):
        targets.setdefault(texts["ru"], set()).add(texts["en"])
sources = list(targets)
(project / "source/known.txt").write_text("\n\n".join(sources), encoding="utf-8")
faults = 0
for name in ("plain.tmx", "pairs.tmx"):
    for old in (project / "tm/auto").iterdir():
        old.unlink()
    for old in (project / "omegat").glob("project_save*"):
        old.unlink()
    (project / "tm/auto/diglot.tmx").write_bytes(pathlib.Path(name).read_bytes())
    done = subprocess.run(["omegat", str(project.resolve()), "--mode=console-translate", "--config-dir=" + str(pathlib.Path("config").resolve())],
                          capture_output=True, text=True)
    written = project / "target/known.txt"
    lines = written.read_text(encoding="utf-8-sig").split("\n\n") if written.exists() else []
    right = sum(line in targets[source] for source, line in zip(sources, lines))
    print(f"{name} in tm/auto: {right} of {len(sources)} known sources translated")
    if right != len(sources):
        faults += 1
        print(done.stdout[-600:], done.stderr[-600:])
        print(next(((s, l) for s, l in zip(sources, lines) if l not in targets[s]), lines[:2]))
# And straight into a project's `tm` folder.
subprocess.run([diglot, "--quiet", "export", "--omegat", str(project)], check=True)
size = (project / "tm/diglot.tmx").stat().st_size
print(f"export --omegat: {size} bytes in tm/diglot.tmx")
sys.exit(faults > 0 or size == 0)
