"use strict";
// Keys, the live diff, and word of what changed elsewhere. All pages work without it.
(() => {
  const target = (key) =>
    document.querySelector(`[data-key="${CSS.escape(key)}"]`) ||
    document.querySelector(`[data-also="${CSS.escape(key)}"]`);

  const act = (element) => {
    if (element.tagName === "SUMMARY") {
      const details = element.parentElement;
      details.open = !details.open;
      const field = details.querySelector("textarea");
      if (details.open && field) field.focus();
      else element.focus();
      return;
    }
    if (!element.disabled) element.click();
  };

  let isLeaving = false;
  document.addEventListener("submit", (event) => {
    if (isLeaving) event.preventDefault(); // a key that is held down decides once
    isLeaving = true;
  });
  window.addEventListener("pageshow", () => { isLeaving = false; });

  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.matches("input, textarea, select");
    if (isTyping) {
      if (event.key === "Escape") event.target.blur();
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.form) {
        event.preventDefault();
        event.target.form.requestSubmit();
      }
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || isLeaving) return;
    if (event.key === "c") {
      const all = [...document.querySelectorAll("details.more")];
      const isOpening = all.some((details) => !details.open);
      all.forEach((details) => { details.open = isOpening; });
      return;
    }
    if (event.key === "Enter") {
      const start = document.getElementById("start");
      if (start && event.target === document.body) start.click();
      return;
    }
    const element = target(event.key);
    if (element) {
      event.preventDefault();
      act(element);
    }
  });

  const field = document.getElementById("wording");
  const preview = document.getElementById("preview");
  let timer = 0;
  let asked = 0;
  const ask = async () => {
    const number = ++asked;
    const body = new URLSearchParams({
      id: field.form.elements.namedItem("id").value,
      wording: field.value,
    });
    const answer = await fetch("/preview", { method: "POST", body });
    if (!answer.ok || number !== asked) return;
    preview.innerHTML = await answer.text(); // made by the server, which escapes all text
  };
  if (field) {
    field.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(ask, 150);
    });
  }

  const seen = document.documentElement.dataset.version;
  const changed = document.getElementById("changed");
  const look = async () => {
    if (document.hidden || !changed.hidden) return;
    try {
      const answer = await fetch(`/changes?seen=${encodeURIComponent(seen)}`);
      if (answer.ok && (await answer.json()).changed) changed.hidden = false;
    } catch {
      return; // the server has ended
    }
  };
  setInterval(look, 3000);
  document.addEventListener("visibilitychange", look);
  window.addEventListener("focus", look);
})();
