"use strict";

const NARROW = 600; // pixels: below it a chart takes the drawing made for a phone

// Vega's own tooltip brings a style sheet of its own; this one is an element of the page.
function tip(handler, event, item, value) {
  let box = document.getElementById("tip");
  if (!box) {
    box = document.createElement("div");
    box.id = "tip";
    box.setAttribute("role", "status");
    document.body.append(box);
  }
  if (value == null || value === "") {
    box.hidden = true;
    return;
  }
  box.hidden = false;
  box.replaceChildren();
  const rows = typeof value === "object" ? Object.entries(value) : [["", String(value)]];
  for (const [name, text] of rows) {
    const line = document.createElement("div");
    line.textContent = name ? `${name}: ${text}` : text;
    box.append(line);
  }
  const edge = document.documentElement.clientWidth - box.offsetWidth - 8;
  box.style.left = `${Math.max(8, Math.min(event.clientX + 14, edge))}px`;
  box.style.top = `${event.clientY + 14}px`;
}

async function draw(chart) {
  const narrow = chart.clientWidth < NARROW;
  if (chart.dataset.drawn === String(narrow)) return;
  chart.dataset.drawn = String(narrow);
  const spec = JSON.parse(chart.querySelector(narrow ? "script.narrow" : "script.wide").textContent);
  let place = chart.querySelector(".plot");
  if (!place) {
    place = document.createElement("div");
    place.className = "plot";
    chart.append(place);
  }
  // ast: expressions are interpreted, so that the page needs no right to make scripts from text.
  await window.nomoatVega(place, spec, {
    ast: true, actions: false, renderer: "svg", defaultStyle: false, tooltip: tip, mode: "vega-lite", logLevel: 1,
  });
}

function charts(root) {
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) if (entry.isIntersecting) draw(entry.target).catch((error) => console.error(String(error)));
  }, { rootMargin: "400px" });
  for (const chart of root.querySelectorAll(".chart")) seen.observe(chart);
}

function later(root) {
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      seen.unobserve(entry.target);
      fill(entry.target);
    }
  }, { rootMargin: "200px" });
  for (const place of root.querySelectorAll("[data-part]")) seen.observe(place);
}

async function fill(place) {
  place.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(place.dataset.part);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const main = page.querySelector("main");
    place.replaceChildren(...(main || page.body).childNodes);
    charts(place);
    sorts(place);
  } finally {
    place.removeAttribute("aria-busy");
  }
}

function value(cell) {
  const text = cell.textContent.trim();
  if (text === "–" || text === "") return null;
  const number = Number(text.replace(/[,%≥≤>< ]/g, ""));
  return Number.isNaN(number) ? text.toLowerCase() : number;
}

function sorts(root) {
  for (const table of root.querySelectorAll("table.sortable")) {
    table.querySelectorAll("thead th").forEach((head, column) => {
      if (head.querySelector("button")) return;
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const up = head.getAttribute("aria-sort") === "descending";
        table.querySelectorAll("th[aria-sort]").forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", up ? "ascending" : "descending");
        const body = table.tBodies[0];
        const rows = [...body.rows].map((row, at) => ({ row, at, key: value(row.cells[column]) }));
        rows.sort((a, b) => {
          // What is missing stays last, whichever way one sorts: it is neither small nor large.
          if (a.key === null || b.key === null) return (a.key === null) - (b.key === null) || a.at - b.at;
          const order = typeof a.key === typeof b.key ? (a.key < b.key ? -1 : a.key > b.key ? 1 : 0) : typeof a.key === "number" ? -1 : 1;
          return (up ? order : -order) || a.at - b.at;
        });
        body.append(...rows.map((entry) => entry.row));
      });
    });
  }
}

function controls() {
  for (const form of document.querySelectorAll("form.controls")) {
    // Only what differs from the page's own defaults goes into the address: a link stays short and says what was chosen.
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const said = new URLSearchParams();
      for (const field of form.elements) {
        if (!field.name) continue;
        if (field.type === "checkbox") {
          if (field.checked) said.append(field.name, field.value);
        } else if (field.value !== "" && field.value !== field.dataset.default) said.append(field.name, field.value);
      }
      const query = said.toString();
      location.assign(form.action + (query ? `?${query}` : ""));
    });
    form.addEventListener("change", (event) => {
      if (event.target.matches("select, input[type=checkbox], input[type=date], input[list]")) form.requestSubmit();
    });
  }
}

function keys() {
  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches("input, select, textarea");
    if (event.key === "/" && !typing) {
      const field = document.querySelector("form.controls input[type=text], form.controls select");
      if (field) {
        event.preventDefault();
        field.focus();
      }
    } else if (event.key === "Escape") {
      const box = document.getElementById("tip");
      if (box) box.hidden = true;
      if (typing) event.target.blur();
    }
  });
}

function copies() {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("button.copy");
    if (!button) return;
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = "Copied";
  });
}

function paper() {
  document.querySelector("button.paper").addEventListener("click", () => {
    const root = document.documentElement;
    const dark = root.dataset.paper ? root.dataset.paper === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.paper = dark ? "light" : "dark";
    localStorage.setItem("nomoat-paper", root.dataset.paper);
  });
}

document.addEventListener("DOMContentLoaded", () => {
  charts(document);
  later(document);
  sorts(document);
  controls();
  keys();
  copies();
  paper();
  let waiting = 0;
  addEventListener("resize", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => document.querySelectorAll(".chart[data-drawn]").forEach((chart) => draw(chart)), 150);
  });
});
