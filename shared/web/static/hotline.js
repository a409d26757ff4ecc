// The page of a call: the edited text follows the record until somebody edits it, and the questions follow the proposal.
"use strict";

const record = document.getElementById("record");
const text = document.getElementById("text");

if (record && text) {
  let edited = text.value !== "" && text.value !== record.value;
  text.addEventListener("input", (event) => {
    if (event.isTrusted) edited = text.value !== "";
  });
  record.addEventListener("input", () => {
    if (edited) return;
    text.value = record.value;
    text.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

// what to ask comes with the category that is proposed; the same category again changes nothing under the reader's eyes
let asked = "";
document.body.addEventListener("htmx:afterSwap", (event) => {
  const category = event.target.querySelector("[data-category]")?.dataset.category;
  if (!category || category === asked) return;
  asked = category;
  htmx.ajax("GET", `/hotline/questions?category=${encodeURIComponent(category)}`, "#questions");
});
