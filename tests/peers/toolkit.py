"""What translate-toolkit reads of diglot's TMX, XLIFF and PO, compared unit by unit with diglot's JSON Lines; and pretranslation from its memory."""
import json, subprocess, sys
from translate.storage import factory

tools, diglot = sys.argv[1:3]
faults = 0


def check(what, found, expected):
    global faults
    wrong = [(f, e) for f, e in zip(found, expected) if f != e]
    equal = len(expected) - len(wrong) if len(found) == len(expected) else 0
    if equal != len(expected):
        faults += 1
        print(f"  {what}: {len(found)} for {len(expected)}, first difference: {(wrong or [None])[0]}")
    print(f"{what}: {equal} of {len(expected)}")


def of(unit, lang):
    for variant in unit["variants"]:
        if variant["lang"] == lang:
            return variant["text"]


units = [json.loads(line) for line in open("all.jsonl", encoding="utf-8")]
pairs = [(of(unit, "ru"), of(unit, "en")) for unit in units]
notes = ["\n".join(note["text"] for note in unit.get("notes", [])) for unit in units]
contexts = [next((p["value"] for p in unit.get("props", []) if p["name"] == "x-context"), "") for unit in units]

tmx = factory.getobject("plain.tmx")
tmx.setsourcelanguage("ru")
tmx.settargetlanguage("en")
check("TMX: sources and targets", [(str(u.source), str(u.target)) for u in tmx.units], pairs)
check("TMX: notes", [u.getnotes() for u in tmx.units], notes)
check("TMX: contexts", [u.getcontext() or "" for u in tmx.units], contexts)

xliff = factory.getobject("all.xlf")
plain = [u for u in units if not any(v.get("codes") for v in u["variants"])]
found = {str(u.source): u for u in xliff.units}
check("XLIFF: units", [len(xliff.units)], [len(units)])
read = [(str(u.source), str(u.target)) for u in xliff.units]
check("XLIFF: sources and targets (without inline codes)", [pair for pair in read if pair in pairs], [p for p, u in zip(pairs, units) if u in plain])
check("XLIFF: notes", [u.getnotes() for u in xliff.units], notes)
context = lambda u: next((text for group in u.getcontextgroupsbyattribute("name", "po-entry") for kind, text in group), "")
check("XLIFF: contexts", [context(u) for u in xliff.units], contexts)
check("XLIFF: approved as confirmed", [u.isapproved() for u in xliff.units], [u["status"] == "confirmed" for u in units])

po = factory.getobject("all.po")
check("PO: sources and targets", [(str(u.source), str(u.target)) for u in po.units if not u.isheader()], pairs)
check("PO: fuzzy as not confirmed", [u.isfuzzy() for u in po.units if not u.isheader()], [u["status"] != "confirmed" for u in units])

# A template with every known source, without targets: what does the peer fill from diglot's TMX, what does diglot fill?
sources = list(dict.fromkeys(source for source, _ in pairs))
quote = lambda text: '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t") + '"'
with open("empty.po", "w", encoding="utf-8") as out:
    out.write('msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Language: en\\n"\n"X-Source-Language: ru\\n"\n')
    for source in sources:
        out.write(f"\nmsgid {quote(source)}\nmsgstr \"\"\n")
# The peer looks into a memory only where it has a template too; one without entries says nothing.
with open("template.po", "w", encoding="utf-8") as out:
    out.write('msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Language: en\\n"\n')
subprocess.run([f"{tools}/pretranslate", "--tm=plain.tmx", "--template=template.po", "--similarity=99", "--progress=none", "empty.po", "toolkit.po"],
               check=False, capture_output=True)
targets = {}
for source, target in pairs:
    targets.setdefault(source, set()).add(target)
by_peer = {str(u.source): str(u.target) for u in factory.getobject("toolkit.po").units}
check("pretranslate --tm fills a known source with a known target", [by_peer.get(s) in targets[s] for s in sources], [True] * len(sources))
subprocess.run([diglot, "--quiet", "translate", "--exact", "empty.po", "-o", "ours.po"], check=True)
ours = {str(u.source): str(u.target) for u in factory.getobject("ours.po").units}
# An automatic link in doubt loses points, so that it is not taken for exact and stays to be looked at.
in_doubt = lambda u: u["status"] == "automatic" and u.get("probability", 1) < 0.9
sure = {source for (source, _), u in zip(pairs, units) if not in_doubt(u)}
check("diglot translate fills a known source with a known target", [ours.get(s) in targets[s] for s in sources if s in sure], [True] * len(sure))
check("  and leaves empty what is in doubt", [ours.get(s) for s in sources if s not in sure], [""] * (len(sources) - len(sure)))
sys.exit(faults > 0)
