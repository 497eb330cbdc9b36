// Keeps the page new and sends its forms without leaving it. Every page works without this file, by reloading.
"use strict";

const said = document.getElementById("said");
let silence;

function tell(words, done) {
  said.textContent = words;
  said.classList.toggle("not-done", !done);
  clearTimeout(silence);
  silence = setTimeout(() => { said.textContent = ""; }, 8000);
}

// A part that is sent anew keeps what somebody is doing in it: the focus, what is half typed or chosen, what is folded.
document.addEventListener("input", (event) => { event.target.dataset.touched = "yes"; });
document.addEventListener("reset", (event) => { for (const one of event.target.elements) delete one.dataset.touched; });

function putAnew(place, html) {
  const focused = place.contains(document.activeElement) ? document.activeElement.id : "";
  const touched = [...place.querySelectorAll("[data-touched][id]")];
  const folded = [...place.querySelectorAll("details[id]")].map((one) => [one.id, one.open]);
  place.innerHTML = html;
  for (const one of touched) {
    const anew = document.getElementById(one.id);
    if (!anew) continue;
    if (one.type === "checkbox") anew.checked = one.checked; else anew.value = one.value;
    anew.dataset.touched = "yes";
  }
  for (const [id, open] of folded) { const anew = document.getElementById(id); if (anew) anew.open = open; }
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  showChosen();
}

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-act]");
  if (!form) return;
  event.preventDefault();
  if (form.dataset.sent) return;
  form.dataset.sent = "yes"; // not disabled: that would take the focus away
  try {
    const answer = await fetch(form.action, {
      method: "POST", body: new URLSearchParams(new FormData(form)), headers: { accept: "application/json" },
    });
    if (!answer.headers.get("content-type")?.startsWith("application/json")) { location.reload(); return; }
    const { done, words } = await answer.json();
    if (done) form.reset();
    tell(words, done);
  } catch {
    tell(document.body.dataset.unreached ?? "…", false);
  } finally {
    delete form.dataset.sent;
  }
});

const live = document.querySelector("[data-live]");
if (live) {
  const parts = new EventSource(live.dataset.live);
  parts.addEventListener("live", (event) => putAnew(live, event.data));
  parts.addEventListener("banner", (event) => {
    const banner = document.getElementById("banner");
    if (!banner) return; // the manager's wall has none
    if (banner.textContent.trim() !== new DOMParser().parseFromString(event.data, "text/html").body.textContent.trim()) banner.innerHTML = event.data;
  });
  parts.addEventListener("over", () => location.reload());
}

const printer = document.querySelector("[data-print]");
if (printer) { printer.hidden = false; printer.addEventListener("click", () => window.print()); }

// Shortcuts: by the key's place on the keyboard, so that they work in a Persian layout too; never while somebody types, and
// they can be put out, for whoever's speech or hand would press them unawares.
const list = document.querySelector("[data-shortcuts]");
const on = document.getElementById("shortcuts-on");
const PRESSES = { KeyN: "call_next", KeyR: "recall", KeyX: "no_show" };

function showChosen() {
  for (const point of document.querySelectorAll("[data-point]")) {
    point.classList.toggle("chosen", list !== null && point.dataset.point === localStorage.getItem("point"));
  }
}

function choose(point) {
  if (!point) return;
  localStorage.setItem("point", point.dataset.point);
  showChosen();
  point.scrollIntoView({ block: "nearest" });
  tell(point.querySelector(".title").textContent, true);
}

function shortcut(event) {
  const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code);
  if (event.code === "Slash" && event.shiftKey) { list.open = true; list.querySelector("summary").focus(); return true; }
  if (event.shiftKey) return false;
  if (event.code === "Slash") { document.getElementById("search").focus(); return true; }
  if (digit) { choose(document.querySelectorAll("[data-point]")[digit[1] - 1]); return true; }
  if (!(event.code in PRESSES)) return false;
  document.getElementById(`${PRESSES[event.code]}-${localStorage.getItem("point")}`)?.click();
  return true;
}

if (list) {
  on.checked = localStorage.getItem("shortcuts") !== "off";
  on.addEventListener("change", () => localStorage.setItem("shortcuts", on.checked ? "on" : "off"));
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input:not([type=checkbox]), select, textarea");
    if (typing || event.repeat || event.ctrlKey || event.altKey || event.metaKey || !on.checked) return;
    if (shortcut(event)) event.preventDefault();
  });
}
showChosen();
if (said.textContent) tell(said.textContent.trim(), true);
