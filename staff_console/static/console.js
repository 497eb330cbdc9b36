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

// A part that is sent anew keeps what somebody is doing in it: the focus, what is half typed, what is folded.
function putAnew(place, html) {
  const focused = place.contains(document.activeElement) ? document.activeElement.id : "";
  const typed = [...place.querySelectorAll("input:not([type=hidden])")].filter((one) => one.value && one.id);
  const folded = [...place.querySelectorAll("details[id]")].map((one) => [one.id, one.open]);
  place.innerHTML = html;
  for (const one of typed) { const anew = document.getElementById(one.id); if (anew) anew.value = one.value; }
  for (const [id, open] of folded) { const anew = document.getElementById(id); if (anew) anew.open = open; }
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
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
  parts.addEventListener("over", () => location.reload());
}
if (said.textContent) tell(said.textContent.trim(), true);
