"use strict";
// Before the first paint: a page that was dark must not flash.
(() => {
  const kept = localStorage.getItem("nomoat-paper");
  if (kept === "dark" || kept === "light") document.documentElement.dataset.paper = kept;
})();
