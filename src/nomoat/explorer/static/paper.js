"use strict";
// Before the first paint: a page that was dark must not flash.
(() => {
  let kept = null;
  try {
    kept = localStorage.getItem("nomoat-paper");
  } catch { /* a browser that keeps nothing */ }
  if (kept === "dark" || kept === "light") document.documentElement.dataset.paper = kept;
})();
