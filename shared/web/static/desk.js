// The officers' pages: keys, drafts, and a word when the server cannot be reached. Every page works without.
"use strict";

const officer = document.body.dataset.officer;

// ---- keys: they walk, open and put the cursor somewhere; none of them sends anything

const OFF = "keys:off";
const PLACES = { q: "/desk", b: "/board", h: "/hotline" };
const help = document.getElementById("keys");
const keysOn = document.getElementById("keys-on");
let afterG = false;

keysOn.checked = !localStorage.getItem(OFF);
keysOn.addEventListener("change", () => (keysOn.checked ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "1")));

function walk(step) {
  const links = [...document.querySelectorAll("[data-row]")].map((row) => row.querySelector("a")).filter(Boolean);
  if (links.length === 0) {
    document.querySelector(step > 0 ? 'a[rel="next"]' : 'a[rel="prev"]')?.click();
    return;
  }
  const here = links.findIndex((link) => link.closest("[data-row]").contains(document.activeElement));
  links[Math.min(Math.max(here + step, 0), links.length - 1)].focus();
}

function put(key) {
  const target = document.querySelector(`[data-key="${key}"]`);
  if (!target) return;
  const folded = target.closest("details");
  if (folded) folded.open = true;
  const control = target.matches("a, button, input, textarea, select") ? target : target.querySelector("textarea, input:not([type=hidden]), select, a, button");
  (control ?? target).focus();
}

const KEYS = {
  j: () => walk(1),
  k: () => walk(-1),
  "/": () => document.querySelector('input[type="search"]')?.focus(),
  "?": () => help.showModal(),
  r: () => put("r"),
  c: () => put("c"),
  n: () => put("n"),
};
for (const digit of "0123456789") KEYS[digit] = () => put(digit);

// from inside a long form to its end, where one chooses how it is sent
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.ctrlKey || event.isComposing || help.open || !keysOn.checked) return;
  event.preventDefault();
  put("end");
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || help.open) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  if (!keysOn.checked && event.key !== "?") return;
  if (afterG && PLACES[event.key]) location.assign(PLACES[event.key]);
  afterG = event.key === "g";
  const action = KEYS[event.key];
  if (!action) return;
  event.preventDefault();
  action();
});

// ---- drafts: texts of forms marked data-draft, kept in this browser for this officer until they are sent or signed out

const MINE = `draft:${officer}:`;

function keyOf(form, control) {
  return `${MINE}${location.pathname}:${form.dataset.draft}:${control.name}`;
}

function forget(wanted) {
  for (const key of Object.keys(localStorage)) if (key.startsWith("draft:") && wanted(key)) localStorage.removeItem(key);
}

function offer(form, restored) {
  const note = document.getElementById("draft-note").content.firstElementChild.cloneNode(true);
  note.querySelector("button").addEventListener("click", () => {
    for (const control of restored) {
      localStorage.removeItem(keyOf(form, control));
      control.value = control.defaultValue;
    }
    note.remove();
  });
  form.prepend(note);
}

function keep(form) {
  const controls = [...form.querySelectorAll("textarea")];
  const restored = controls.filter((control) => !control.defaultValue && localStorage.getItem(keyOf(form, control)));
  for (const control of restored) control.value = localStorage.getItem(keyOf(form, control));
  if (restored.length > 0) offer(form, restored);
  for (const control of controls) {
    control.addEventListener("input", () => localStorage.setItem(keyOf(form, control), control.value));
  }
  form.addEventListener("submit", () => controls.forEach((control) => localStorage.removeItem(keyOf(form, control))));
}

forget((key) => !key.startsWith(MINE));
document.querySelectorAll("form[data-draft]").forEach(keep);
document.querySelector("[data-forget-drafts]")?.addEventListener("submit", () => forget(() => true));

// ---- parts that htmx fetches: say so when they did not come

const fault = document.getElementById("fault");
for (const name of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  document.body.addEventListener(name, () => (fault.hidden = false));
}
document.body.addEventListener("htmx:afterSwap", () => (fault.hidden = true));
