/* :name=diglot: suggest :description=Shows what diglot knows of the current segment and inserts an equal one
 *
 * Asks a running `diglot serve` for the segment that is open, with the segments before and after it, so that matches in context are told from
 * others. Shows the matches in the window of scripts; one of INSERT per cent or more goes into the segment if that is still empty.
 *
 * In console mode (`omegat PROJECT --mode=console-translate --script=THIS`) it goes through all segments that have no translation and gives them
 * what is known at INSERT per cent or more before the files are written.
 *
 * Tried with OmegaT 3.6 (Debian) in console mode.
 */
import groovy.json.JsonSlurper
import org.omegat.core.data.PrepareTMXEntry

def SERVER = System.getProperty("diglot.server", "http://127.0.0.1:8470")
// Only where the server was started with a token.
def TOKEN = System.getProperty("diglot.token", "")
// Matches below this per cent are not shown.
def MIN = Integer.getInteger("diglot.min", 70)
// From here on a match is inserted: 100 is an equal text, 101 one between the same neighbours, 102 none.
def INSERT = Integer.getInteger("diglot.insert", 100)

def isConsoleMode = binding.hasVariable("eventType")
def say = isConsoleMode ? { System.out.println(it) } : { console.println(it) }
def encoded = { URLEncoder.encode(it, "UTF-8") }
def props = project.projectProperties
if (props == null) { say("no project is open"); return }
def from = props.sourceLanguage.toString()
def to = props.targetLanguage.toString()
def entries = project.allEntries

def ask = { entry ->
    def at = entry.entryNum() - 1
    def address = SERVER + "/api/suggest?from=" + encoded(from) + "&to=" + encoded(to) + "&min=" + MIN + "&text=" + encoded(entry.srcText)
    if (at > 0) address += "&before=" + encoded(entries[at - 1].srcText)
    if (at + 1 < entries.size()) address += "&after=" + encoded(entries[at + 1].srcText)
    def connection = new URL(address).openConnection()
    connection.connectTimeout = 2000
    connection.readTimeout = 10000
    if (TOKEN) connection.setRequestProperty("Authorization", "Bearer " + TOKEN)
    if (connection.responseCode != 200) {
        throw new IOException("diglot says " + connection.responseCode + ": " + connection.errorStream?.getText("UTF-8"))
    }
    new JsonSlurper().parseText(connection.inputStream.getText("UTF-8")).matches
}

def show = { match ->
    def origin = [match.date, match.origin?.speaker, match.origin?.publisher, match.origin?.title].findAll { it }.join(", ")
    say(match.percent + " %  " + match.target)
    say("       " + match.source)
    say("       " + (match.reasons.collect { it.reason } + [match.status, origin]).findAll { it }.join("; "))
}

try {
    if (isConsoleMode) {
        if (eventType.toString() != "LOAD") return
        def filled = 0
        entries.each { entry ->
            if (project.getTranslationInfo(entry).isTranslated()) return
            def best = ask(entry).find { it.percent >= INSERT }
            if (best == null) return
            def translation = new PrepareTMXEntry()
            translation.source = entry.srcText
            translation.translation = best.target
            project.setTranslation(entry, translation, true, null)
            filled++
        }
        say("diglot: " + filled + " of " + entries.size() + " segments filled")
        return
    }
    def entry = editor.currentEntry
    if (entry == null) { say("no segment is open"); return }
    def matches = ask(entry)
    if (matches.isEmpty()) say("nothing at " + MIN + " % or more")
    matches.each(show)
    if (!matches.isEmpty() && matches[0].percent >= INSERT && !editor.currentTranslation) {
        editor.insertText(matches[0].target)
    }
} catch (ConnectException refused) {
    say("diglot does not answer at " + SERVER + "; start it with `diglot serve`")
} catch (IOException failed) {
    say(failed.message)
}
