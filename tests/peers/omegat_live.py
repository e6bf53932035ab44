"""OmegaT in console mode asks a running `diglot serve`: through the script that ships, which fills a project, and through OmegaT's own Apertium client,
whose built-in address is changed from within. Usage: omegat_live.py DIGLOT SCRIPT, with the memory in DIGLOT_MEMORY and its units in all.jsonl."""
import json, pathlib, subprocess, sys

diglot, script = sys.argv[1:]
units = [json.loads(line) for line in open("all.jsonl", encoding="utf-8")]
targets, sure = {}, set()
for unit in units:
    texts = {variant["lang"]: variant["text"] for variant in unit["variants"]}
    # The filter of plain texts takes a line for a segment, and OmegaT marks inline codes in its own way.
    if "\n" not in texts["ru"] and not any(variant.get("codes") for variant in unit["variants"]):
        targets.setdefault(texts["ru"], set()).add(texts["en"])
        # An automatic link in doubt loses points: the script leaves such a text to a person.
        if unit["status"] == "confirmed" or unit.get("probability", 1) >= 0.9:
            sure.add(texts["ru"])
sources = list(targets)
project = pathlib.Path("live")
for folder in ("source", "target", "tm", "omegat", "glossary", "dictionary"):
    (project / folder).mkdir(parents=True)
(project / "omegat.project").write_text("""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<omegat><project version="1.0">
<source_dir>__DEFAULT__</source_dir><target_dir>__DEFAULT__</target_dir><tm_dir>__DEFAULT__</tm_dir>
<glossary_dir>__DEFAULT__</glossary_dir><glossary_file>__DEFAULT__</glossary_file><dictionary_dir>__DEFAULT__</dictionary_dir>
<source_lang>RU</source_lang><target_lang>EN</target_lang><sentence_seg>false</sentence_seg>
<support_default_translations>true</support_default_translations><remove_tags>false</remove_tags>
</project></omegat>""")
(project / "source/known.txt").write_text("\n\n".join(sources + ["Этого никто никогда не говорил, даже на рынке."]), encoding="utf-8")

# OmegaT's own client: made without its constructor, which wants a window, and pointed at the server.
CLIENT = """
import org.omegat.core.machinetranslators.*
import org.omegat.util.Language
if (eventType.toString() != "LOAD") return
def address = ApertiumTranslate.getDeclaredField("GT_URL"); address.accessible = true
address.set(null, System.getProperty("diglot.server") + "/translate?q=")
def unsafe = sun.misc.Unsafe.getDeclaredField("theUnsafe"); unsafe.accessible = true
def client = unsafe.get(null).allocateInstance(ApertiumTranslate)
BaseTranslate.declaredFields.findAll { Map.isAssignableFrom(it.type) }.each { it.accessible = true; it.set(client, new HashMap()) }
def translate = ApertiumTranslate.getDeclaredMethod("translate", Language, Language, String); translate.accessible = true
new File("answers.txt").withWriter("UTF-8") { out ->
  project.allEntries.each { out.println(translate.invoke(client, new Language("RU"), new Language("EN"), it.srcText)) }
}
"""
pathlib.Path("client.groovy").write_text(CLIENT)


def omegat(server, groovy):
    done = subprocess.run(["java", "-Djava.library.path=/usr/lib/jni", f"-Ddiglot.server={server}", "-jar", "/usr/share/omegat/OmegaT.jar", str(project.resolve()),
                           "--mode=console-translate", "--config-dir=" + str(pathlib.Path("config-live").resolve()), f"--script={groovy}"],
                          capture_output=True, text=True)
    return done.stdout + done.stderr


server = subprocess.Popen([diglot, "--quiet", "--json", "serve", "--port", "0"], stdout=subprocess.PIPE, text=True)
try:
    address = json.loads(server.stdout.readline())["address"].rstrip("/")
    said = omegat(address, pathlib.Path(script).resolve())
    written = project / "target/known.txt"
    lines = written.read_text(encoding="utf-8-sig").split("\n\n") if written.exists() else []
    right = sum(line in targets[source] if source in sure else line == source for source, line in zip(sources, lines))
    print(f"the script, live: {right} of {len(sources)} known sources filled, or left alone ({len(sources) - len(sure)}) for a link in doubt; the unknown one left alone: {lines[-1:] != [] and lines[-1].startswith('Этого')}")
    faults = right != len(sources)
    if faults:
        print(said[-800:])
    for old in (project / "omegat").glob("project_save*"):
        old.unlink()
    said = omegat(address, pathlib.Path("client.groovy").resolve())
    answers = pathlib.Path("answers.txt").read_text(encoding="utf-8").splitlines() if pathlib.Path("answers.txt").exists() else []
    # It gives back what it gets but for signs that it decodes itself.
    right = sum(answer in targets[source] for source, answer in zip(sources, answers))
    print(f"OmegaT's Apertium client, live: {right} of {len(sources)} known sources translated; of the unknown one: {answers[-1:]}")
    if right < len(sources):
        print(next(((s, a) for s, a in zip(sources, answers) if a not in targets[s]), said[-800:]))
        faults |= right < len(sources) * 0.98
finally:
    server.terminate()
    server.wait(20)
sys.exit(faults)
