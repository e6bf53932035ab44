// Keys, and asking the server without leaving the page. Everything that is shown comes escaped from the server; the script puts in no markup of its own.
"use strict";
(() => {
  const words = JSON.parse(document.body.dataset.words || "{}");
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

  // Language and theme apply at once.
  const preferences = $(".preferences");
  if (preferences) {
    $("button", preferences).hidden = true;
    preferences.addEventListener("change", () => preferences.requestSubmit());
  }

  const saying = $("#said");
  function say(text, refused = false) {
    if (!saying) return;
    saying.textContent = text;
    saying.classList.toggle("refused", refused);
  }

  async function ask(address, options) {
    let response;
    try {
      response = await fetch(address, options);
    } catch {
      throw new Error(words.offline);
    }
    if (response.ok) return response;
    const answer = await response.json().catch(() => ({}));
    throw new Error(answer.error || String(response.status));
  }

  // A key is the letter on it where that is Latin, else the place of the key, so that Cyrillic layouts work.
  function key(event) {
    if (/^[a-z0-9?/]$/i.test(event.key)) return event.key;
    const letter = /^Key([A-Z])$/.exec(event.code);
    if (letter) return event.shiftKey ? letter[1] : letter[1].toLowerCase();
    if (event.code === "Slash") return event.shiftKey ? "?" : "/";
    return event.key;
  }

  function isTyping(target) {
    return target.closest("input, textarea, select, dialog") !== null;
  }

  // Calls the action of a key; those with a modifier and those in fields are left alone.
  function keys(actions) {
    document.addEventListener("keydown", (event) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const pressed = key(event);
      // A button answers to these itself.
      if ((pressed === "Enter" || pressed === " ") && event.target.closest("button, a, summary")) return;
      if (Object.hasOwn(actions, pressed) && actions[pressed](event) !== false) event.preventDefault();
    });
  }

  function toSearch() {
    const field = $("#q");
    if (field) field.focus();
    else location.href = "/search";
  }

  // ---- review ----
  const sheet = $("#sheet");
  function review() {
    const mayWrite = sheet.hasAttribute("data-write");
    let revision = sheet.dataset.revision;
    let current = null;
    let from = null;
    let busy = false;

    const at = (row) => JSON.parse(row.dataset.at);
    const rows = () => sheet.children;
    const rowOf = (sentence) => sentence.closest(".row");

    function choose(sentence, scroll = true) {
      if (!sentence) return;
      if (current && rowOf(current) !== rowOf(sentence)) removeCarets();
      if (current) {
        current.tabIndex = -1;
        const old = rowOf(current);
        if (old) old.removeAttribute("aria-current");
      }
      current = sentence;
      current.tabIndex = 0;
      rowOf(current).setAttribute("aria-current", "true");
      current.focus({ preventScroll: true });
      if (scroll) rowOf(current).scrollIntoView({ block: "nearest" });
    }

    // The first sentence of a row, in the wanted column if the row has one there.
    function sentenceIn(row, version) {
      return row && ($(`.seg[data-v="${version}"]`, row) || $(".seg", row));
    }
    const column = () => (current ? current.dataset.v : "0");

    function move(step) {
      const row = current ? rowOf(current) : null;
      const next = row ? (step > 0 ? row.nextElementSibling : row.previousElementSibling) : rows()[0];
      choose(sentenceIn(next, column()));
    }
    function walk(step) {
      if (!current) return move(1);
      const all = $$(`.seg[data-v="${column()}"]`, sheet);
      choose(all[all.indexOf(current) + step]);
    }
    function across(step) {
      if (!current) return;
      const cells = $$(".cell", rowOf(current));
      let place = cells.indexOf(current.closest(".cell")) + step;
      while (cells[place] && !$(".seg", cells[place])) place += step;
      if (cells[place]) choose($(".seg", cells[place]));
    }
    function doubt() {
      const doubtful = $$(".row.doubt", sheet);
      if (!doubtful.length) return say(words.no_doubt);
      const row = current && rowOf(current);
      const after = row && doubtful.find((it) => row.compareDocumentPosition(it) & Node.DOCUMENT_POSITION_FOLLOWING);
      choose(sentenceIn(after || doubtful[0], column()));
    }

    // The strip of links in doubt, the most doubtful first.
    const strip = $("#doubts");
    function listDoubts() {
      const doubtful = $$(".row.doubt", sheet);
      doubtful.sort((a, b) => Number(a.dataset.percent || 0) - Number(b.dataset.percent || 0));
      strip.hidden = !doubtful.length;
      strip.replaceChildren(...doubtful.slice(0, 40).map((row) => {
        const link = document.createElement("a");
        const sentence = $(".seg", row);
        const percent = document.createElement("b");
        percent.textContent = row.dataset.percent ? `${row.dataset.percent} % ` : "? ";
        link.append(percent, $(".text", sentence).textContent.slice(0, 60));
        link.href = `#${sentence.id}`;
        link.addEventListener("click", (event) => {
          event.preventDefault();
          choose(sentence);
        });
        return link;
      }));
    }

    function markup(html) {
      const box = document.createElement("template");
      box.innerHTML = html;
      return box.content;
    }

    async function load() {
      let next = sheet.dataset.next;
      while (next) {
        let response;
        try {
          response = await ask(`${sheet.dataset.own}/rows?from=${next}&revision=${revision}`);
        } catch (error) {
          say(words.failed + error.message, true);
          return;
        }
        sheet.append(markup(await response.text()));
        next = response.headers.get("x-next");
      }
      $("#loading").hidden = true;
      listDoubts();
    }

    async function decide(what) {
      if (busy) return;
      if (!mayWrite) return say(words.read_only, true);
      busy = true;
      say(words.working);
      try {
        await loaded;
        const response = await ask(`${sheet.dataset.own}/decide`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ revision, ...what }),
        });
        const answer = await response.json();
        if (answer.answer === "stale") {
          say(answer.said, true);
          location.reload();
          return;
        }
        say(answer.said, answer.answer === "refused");
        apply(answer);
      } catch (error) {
        say(words.failed + error.message, true);
      } finally {
        busy = false;
      }
    }

    // Exchanges the rows that are others now, and keeps the cursor on the sentence it was on.
    function apply(answer) {
      revision = answer.revision;
      for (const count of $$("[data-count]", $("#tally"))) count.textContent = answer.tally[count.dataset.count];
      const place = current && current.id;
      const gone = [...rows()].slice(answer.from, answer.from + answer.gone);
      const after = rows()[answer.from + answer.gone] || null;
      for (const html of answer.rows) sheet.insertBefore(markup(html), after);
      for (const row of gone) row.remove();
      if (gone.length || answer.rows.length) {
        if (current && !current.isConnected) {
          current = null;
          choose($(`[id="${place}"]`) || sentenceIn(rows()[Math.min(answer.from, rows().length - 1)], "0"));
        }
        listDoubts();
      }
    }

    // Carets: one in each column of the row at the cursor, where its link will be split. They stand before words.
    const carets = () => (current ? $$(".caret", rowOf(current)) : []);
    function removeCarets(root = sheet) {
      for (const caret of $$(".caret", root)) {
        const parent = caret.parentNode;
        caret.remove();
        parent.normalize();
      }
    }
    // What of a sentence stands before a place in it.
    function textBefore(sentence, node, offset) {
      const range = document.createRange();
      range.selectNodeContents($(".text", sentence));
      range.setEnd(node, offset);
      return range.toString();
    }
    function beforeCaret(caret) {
      const place = [...caret.parentNode.childNodes].indexOf(caret);
      return textBefore(caret.closest(".seg"), caret.parentNode, place);
    }
    // Where words begin, but for the first: after white space or a dash.
    function wordsOf(sentence) {
      const text = $(".text", sentence).textContent;
      return [...text.matchAll(/[\s\u2010-\u2015/-](?=\S)/gu)].map((found) => found.index + 1);
    }
    function putCaret(sentence, place) {
      removeCarets(sentence.closest(".cell"));
      const nodes = document.createTreeWalker($(".text", sentence), NodeFilter.SHOW_TEXT);
      let rest = place;
      while (nodes.nextNode() && nodes.currentNode.length <= rest) rest -= nodes.currentNode.length;
      const range = document.createRange();
      range.setStart(nodes.currentNode, rest);
      const caret = document.createElement("span");
      caret.className = "caret";
      caret.setAttribute("aria-hidden", "true");
      range.insertNode(caret);
      say(words.caret + $(".text", sentence).textContent.slice(place, place + 60));
    }
    function maySplit(sentence) {
      if (!mayWrite) say(words.read_only, true);
      else if (rowOf(sentence).dataset.state === "left") say(words.no_split, true);
      else return true;
      return false;
    }
    function moveCaret(step) {
      if (!current || !maySplit(current)) return;
      const places = wordsOf(current);
      if (!places.length) return say(words.one_word, true);
      const caret = $(".caret", current);
      if (caret) {
        const at = places.indexOf(beforeCaret(caret).length) + step;
        return putCaret(current, places[Math.max(0, Math.min(at, places.length - 1))]);
      }
      // At first it stands behind a mark in the middle, else in the middle.
      const text = $(".text", current).textContent;
      const marked = places.filter((place) => /[,;:.!?…\u2013\u2014]\s*$/u.test(text.slice(0, place)));
      putCaret(current, nearest(marked.length ? marked : places, text.length / 2));
    }
    function nearest(places, to) {
      return places.reduce((best, place) => (Math.abs(place - to) < Math.abs(best - to) ? place : best));
    }
    // Puts the caret before the word at which a sentence was clicked.
    function pointCaret(sentence, event) {
      if (!mayWrite || rowOf(sentence).dataset.state === "left" || !event.target.closest(".text")) return;
      const point = document.caretPositionFromPoint?.(event.clientX, event.clientY);
      const range = point ? null : document.caretRangeFromPoint?.(event.clientX, event.clientY);
      const [node, offset] = point ? [point.offsetNode, point.offset] : [range?.startContainer, range?.startOffset];
      const places = wordsOf(sentence);
      if (!node || !$(".text", sentence).contains(node) || !places.length) return;
      const clicked = textBefore(sentence, node, offset).length;
      // The beginning of a sentence is a place too: what is split there is split before it.
      const place = nearest([0, ...places], clicked);
      if (place) putCaret(sentence, place);
      else removeCarets(sentence.closest(".cell"));
    }

    const onLink = (name) => () => current && decide({ do: name, link: at(rowOf(current)) });
    function accept() {
      if (!current) return;
      const row = rowOf(current);
      decide({ do: "accept", link: at(row) });
    }
    function split() {
      if (!current || !maySplit(current)) return;
      const begin = (it, more) => [Number(it.dataset.v), [Number(it.dataset.s), Number(it.dataset.c) + more]];
      const spots = carets().map((caret) => begin(caret.closest(".seg"), [...beforeCaret(caret)].length));
      decide({ do: "split", link: at(rowOf(current)), at: spots.length ? spots : [begin(current, 0)] });
    }
    function linking(sentence) {
      if (from) from.classList.remove("chosen");
      from = sentence;
      document.body.classList.toggle("linking", Boolean(from));
      if (from) from.classList.add("chosen");
    }
    function link() {
      if (!current) return;
      if (!mayWrite) return say(words.read_only, true);
      linking(current);
      say(words.linking);
    }
    function linkTo(sentence) {
      const piece = (it) => [Number(it.dataset.v), [Number(it.dataset.s), Number(it.dataset.c)]];
      const pieces = [piece(from), piece(sentence)];
      linking(null);
      decide({ do: "link", pieces });
    }

    const editor = $("#edit");
    const field = $("#edit-text");
    function edit() {
      if (!current || !mayWrite) return say(mayWrite ? words.no_edit : words.read_only, true);
      const row = rowOf(current);
      if (row.dataset.state === "left") return say(words.no_edit, true);
      const cell = current.closest(".cell");
      const original = $$(".seg .text", cell).map((it) => it.textContent).join(" ");
      const edited = $(".edited", cell);
      field.value = edited ? edited.lastChild.textContent.trim() : original;
      field.lang = cell.lang;
      $("#edit-original").textContent = original;
      $("#edit-original").lang = cell.lang;
      const link = at(row);
      const version = Number(cell.dataset.v);
      editor.returnValue = "";
      editor.onclose = () => {
        if (editor.returnValue === "save") decide({ do: "edit", link, version, text: field.value });
        if (current) current.focus();
      };
      editor.showModal();
      field.focus();
    }
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        editor.close("save");
      }
    });

    function help() {
      const dialog = $("#help");
      dialog.onclose = () => current && current.focus();
      dialog.showModal();
    }

    const actions = {
      doubt,
      accept,
      unlink: onLink("unlink"),
      merge: onLink("merge"),
      split,
      link,
      edit,
      realign: () => decide({ do: "realign" }),
      undo: () => decide({ do: "undo" }),
      redo: () => decide({ do: "redo" }),
      help,
    };
    keys({
      j: () => move(1),
      k: () => move(-1),
      ArrowDown: () => walk(1),
      ArrowUp: () => walk(-1),
      ArrowRight: () => across(1),
      ArrowLeft: () => across(-1),
      n: doubt,
      a: actions.accept,
      x: actions.unlink,
      m: actions.merge,
      c: () => moveCaret(1),
      C: () => moveCaret(-1),
      s: actions.split,
      l: actions.link,
      e: actions.edit,
      r: actions.realign,
      u: actions.undo,
      U: actions.redo,
      o: () => { location.href = $(".turn").href; },
      "/": toSearch,
      "?": help,
      Enter: () => (from && current && current !== from ? linkTo(current) : false),
      Escape: () => {
        if (!from && !carets().length) return false;
        if (from) linking(null);
        else removeCarets();
        say(words.given_up);
      },
    });
    for (const button of $$("[data-do]")) {
      button.addEventListener("click", () => {
        actions[button.dataset.do]();
      });
    }
    sheet.addEventListener("click", (event) => {
      const sentence = event.target.closest(".seg") || sentenceIn(event.target.closest(".row"), column());
      if (!sentence) return;
      const links = from && sentence !== from;
      if (links) linkTo(sentence);
      choose(sentence, false);
      if (!links) pointCaret(sentence, event);
    });
    sheet.addEventListener("focusin", (event) => {
      const sentence = event.target.closest(".seg");
      if (sentence && sentence !== current) choose(sentence, false);
    });

    const loaded = load();
    const start = location.hash && $(`[id="${CSS.escape(location.hash.slice(1))}"]`);
    const first = start || sentenceIn($(".row.doubt", sheet) || rows()[0], "0");
    choose(first);
    if (first) rowOf(first).scrollIntoView({ block: "center" });
  }

  // ---- translation desk ----
  const desk = $("#desk");
  function translating() {
    const text = $("#desk-text");
    const box = $("#desk-rows");
    let asked = 0;
    let waiting = 0;

    async function suggest() {
      const mine = ++asked;
      let start = 0;
      const form = new FormData(desk);
      for (;;) {
        form.set("start", start);
        let response;
        try {
          response = await ask(desk.getAttribute("action"), { method: "POST", body: new URLSearchParams(form) });
        } catch (error) {
          if (mine === asked) say(words.failed + error.message, true);
          return;
        }
        const html = await response.text();
        if (mine !== asked) return;
        const piece = document.createElement("template");
        piece.innerHTML = html;
        if (start === 0) {
          box.replaceChildren();
          const count = response.headers.get("x-sentences");
          say(count ? words.sentences + count : "");
        }
        const bands = $("#bands");
        if (bands) bands.before(piece.content);
        else box.append(piece.content);
        start = response.headers.get("x-next");
        if (!start) return;
      }
    }
    function soon() {
      clearTimeout(waiting);
      waiting = setTimeout(suggest, 250);
    }
    text.addEventListener("input", soon);
    desk.addEventListener("change", soon);
    desk.addEventListener("submit", (event) => {
      event.preventDefault();
      suggest();
    });
    if (text.value.trim()) suggest();

    async function copy(button) {
      if (!button) return;
      try {
        await navigator.clipboard.writeText(button.dataset.copy);
        say(words.copied);
      } catch {
        say(words.copy_failed, true);
      }
    }
    box.addEventListener("click", (event) => copy(event.target.closest("[data-copy]")));

    const tasks = () => $$(".task", box);
    let current = null;
    function choose(task) {
      if (!task) return;
      if (current) current.removeAttribute("aria-current");
      current = task;
      current.setAttribute("aria-current", "true");
      current.focus({ preventScroll: true });
      current.scrollIntoView({ block: "nearest" });
    }
    function move(step) {
      const all = tasks();
      choose(current && current.isConnected ? all[all.indexOf(current) + step] : all[0]);
    }
    const nth = (number) => () => current && copy($$("[data-copy]", current)[number - 1]);
    const actions = { j: () => move(1), k: () => move(-1), c: nth(1), "/": toSearch };
    for (let number = 1; number <= 9; number += 1) actions[number] = nth(number);
    keys(actions);
  }

  if (sheet) review();
  else if (desk) translating();
  else keys({ "/": toSearch });
})();
