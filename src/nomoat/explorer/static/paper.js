"use strict";
// Before the first paint: a page that was dark must not flash.
(() => {
  let kept = null;
  try {
    kept = localStorage.getItem("nomoat-paper");
  } catch { /* a browser that keeps nothing */ }
  document.documentElement.dataset.script = "yes"; // what only a script can open is closed from the start
  if (kept === "dark" || kept === "light") document.documentElement.dataset.paper = kept;
})();
