"use strict";

const NARROW = 600; // pixels: below it a chart takes the drawing made for a phone
const STALE = 180; // days after which a copy is called old: the slowest source that is still kept up comes twice a year

// Vega's own tooltip brings a style sheet of its own; this one is an element of the page.
function tip(handler, event, item, value) {
  let box = document.getElementById("tip");
  if (!box) {
    box = document.createElement("div");
    box.id = "tip";
    box.setAttribute("role", "status");
    document.body.append(box);
  }
  box.hidden = value == null || value === "";
  if (box.hidden) return;
  box.replaceChildren();
  const rows = typeof value === "object" ? Object.entries(value) : [["", String(value)]];
  for (const [name, text] of rows) {
    const line = document.createElement("div");
    line.textContent = name ? `${name}: ${text}` : text;
    box.append(line);
  }
  const edge = document.documentElement.clientWidth - box.offsetWidth - 8;
  box.style.left = `${Math.max(8, Math.min(event.clientX + 14, edge))}px`;
  const below = event.clientY + 14;
  box.style.top = `${below + box.offsetHeight > innerHeight ? event.clientY - box.offsetHeight - 10 : below}px`;
}

// On a fresh store Vega is made while the page is read: charts wait for it, and nothing else does.
const vega = new Promise((done, fail) => {
  const there = () => (window.nomoatVega ? done(window.nomoatVega) : fail(new Error("/static/vega.js did not come")));
  if (window.nomoatVega) there();
  document.getElementById("vega").addEventListener("load", there);
  addEventListener("load", there); // after every script, also one that failed before this line
});
vega.catch(() => {}); // each chart says so

async function draw(chart) {
  const narrow = chart.clientWidth < NARROW;
  if (chart.dataset.drawn === String(narrow)) return;
  chart.dataset.drawn = String(narrow);
  let spec;
  if (narrow) {
    const answer = await fetch(chart.dataset.narrow);
    if (!answer.ok) throw new Error(`${chart.dataset.narrow}: ${answer.status}`);
    spec = await answer.json();
  } else spec = JSON.parse(chart.querySelector("script").textContent);
  let place = chart.querySelector(".plot");
  if (!place) {
    place = document.createElement("div");
    place.className = "plot";
    chart.append(place);
  }
  if (!chart.isConnected) return;
  // ast: expressions are interpreted, so that the page needs no right to make scripts from text.
  const embed = await vega;
  const made = await embed(place, spec, {
    ast: true, actions: false, renderer: "svg", defaultStyle: false, tooltip: tip, mode: "vega-lite", logLevel: 1,
  });
  const field = document.querySelector("form.controls [name=model]");
  if (field) made.view.addEventListener("click", (event, item) => {
    const name = item && item.datum && item.datum.model;
    if (!name) return;
    field.value = name;
    field.form.requestSubmit();
  });
}

function charts(root) {
  const failed = (error) => console.error(String(error));
  const all = [...root.querySelectorAll(".chart")];
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) if (entry.isIntersecting) draw(entry.target).catch(failed);
  }, { rootMargin: "300px" });
  for (const chart of all) seen.observe(chart);
  // The rest when there is time: a page that is printed has all of its charts.
  const idle = window.requestIdleCallback || ((run) => setTimeout(run, 400));
  const next = () => {
    const chart = all.find((one) => one.isConnected && !one.dataset.drawn);
    if (chart) draw(chart).catch(failed).finally(() => idle(next));
  };
  idle(next);
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

async function parsed(address, signal) {
  const answer = await fetch(address, { signal });
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

async function fill(place) {
  if (place.dataset.filled) return;
  place.dataset.filled = "yes";
  place.setAttribute("aria-busy", "true");
  try {
    const page = await parsed(place.dataset.part);
    place.replaceChildren(...(page.querySelector("main") || page.body).childNodes);
    charts(place);
    tables(place);
    ages(place);
    if (location.hash && !history.state) aim();
    await surer();
  } finally {
    place.removeAttribute("aria-busy");
  }
}

// What the head of a fresh store's page says for now is said again as soon as a section has found the intervals.
async function surer() {
  if (!document.querySelector("[data-for-now]")) return;
  const page = await parsed(location.href);
  for (const part of page.querySelector("[data-for-now]") ? [] : [".lead", ".tiles"]) {
    const [was, is] = [document.querySelector(part), page.querySelector(part)];
    if (was && is) was.replaceWith(is);
  }
}

// A link may lead into what is folded away: it is opened, and the place is brought into sight.
function aim() {
  const place = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!place) return;
  for (let fold = place.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  place.scrollIntoView();
}

let running = null;

// Another choice of filters takes the place of the page: scroll and focus stay where they are, the back button works.
async function go(address, push) {
  if (running) running.abort();
  running = new AbortController();
  const main = document.getElementById("main");
  const held = document.activeElement;
  const name = main.contains(held) ? held.id || held.name : "";
  main.setAttribute("aria-busy", "true");
  let page;
  try {
    page = await parsed(address, running.signal);
  } catch (error) {
    if (error.name === "AbortError") return;
    location.assign(address);
    return;
  }
  if (push) moved(address);
  shown = location.pathname + location.search;
  document.title = page.title;
  main.replaceChildren(...page.getElementById("main").childNodes);
  main.removeAttribute("aria-busy");
  const box = document.getElementById("tip");
  if (box) box.hidden = true;
  begin(main);
  const again = name && (document.getElementById(name) || main.querySelector(`[name="${CSS.escape(name)}"]`));
  if (again) again.focus({ preventScroll: true });
}

let shown = location.pathname + location.search;

// A new address for what is on the page; the old one remembers where the reader was.
function moved(address) {
  keep();
  history.pushState(null, "", address);
  shown = location.pathname + location.search;
}

function keep() {
  const open = [...document.querySelectorAll("main details")].flatMap((one, at) => (one.open ? [at] : []));
  history.replaceState({ top: scrollY, open }, "");
}

// Back where one was: what comes later and what is drawn decides where that is, so both come first.
async function back() {
  const { top = 0, open = [] } = history.state || {};
  if (!top) return;
  let held = true;
  const free = () => { held = false; };
  for (const kind of ["wheel", "touchstart", "keydown"]) addEventListener(kind, free, { once: true, passive: true });
  await Promise.allSettled([...document.querySelectorAll("[data-part]")].map(fill));
  const folded = document.querySelectorAll("main details");
  for (const at of open) if (folded[at]) folded[at].open = true;
  await Promise.all([...document.querySelectorAll(".chart")].map((chart) => draw(chart).catch(() => {})));
  if (held) scrollTo(0, top);
}

// Only what differs from the page's own defaults goes into the address: a link stays short and says what was chosen.
function address(form) {
  const said = new URLSearchParams();
  for (const field of form.elements) {
    if (!field.name) continue;
    if (field.type === "checkbox") {
      if (field.checked) said.append(field.name, field.value);
    } else if (field.value.trim() !== "" && field.value !== field.dataset.default) said.append(field.name, field.value);
  }
  const query = said.toString();
  return form.getAttribute("action") + (query ? `?${query}` : "");
}

function controls(root) {
  for (const form of root.querySelectorAll("form.controls")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (document.getElementById("map")) location.assign(address(form));
      else if (address(form) !== location.pathname + location.search) go(address(form), true);
    });
    form.addEventListener("change", (event) => {
      if (event.target.matches("select, input[name]")) form.requestSubmit();
    });
    slides(form);
  }
}

function slides(form) {
  const slide = form.querySelector("input[type=range]");
  if (!slide) return;
  const days = slide.dataset.days.split(",");
  const field = form.elements[slide.dataset.for];
  const last = days.length - 1;
  const after = days.findIndex((day) => day > field.value);
  // The attribute as well: a form that is reset has the day of its address again.
  slide.defaultValue = field.value === "" || after < 0 ? last : Math.max(0, after - 1);
  slide.value = slide.defaultValue;
  const say = () => {
    const text = Number(slide.value) === last ? `${days[last]}, all that is known` : days[slide.value];
    slide.setAttribute("aria-valuetext", text);
    form.querySelector("output").textContent = text;
  };
  say();
  slide.parentElement.hidden = false;
  let waiting = 0;
  slide.addEventListener("input", () => {
    say();
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      field.value = Number(slide.value) === last ? "" : days[slide.value];
      form.requestSubmit();
    }, 150);
  });
}

function keys() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = event.target.matches("input, select, textarea");
    if (event.key === "/" && !typing) {
      const field = document.getElementById("find") || document.querySelector("form.controls input[type=text], form.controls select");
      if (field) {
        event.preventDefault();
        field.focus();
        if (field.select) field.select();
      }
    } else if (event.key === "Escape") {
      const box = document.getElementById("tip");
      if (box) box.hidden = true;
      if (typing) event.target.blur();
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !typing) step(event);
  });
}

// Arrows go through the rows of a table or list that lead somewhere.
function step(event) {
  const row = event.target.closest("tbody tr, [data-list] > *");
  const list = row ? row.parentElement : event.target.matches(".scroll") && event.target.querySelector("tbody");
  if (!list) return;
  const links = [...list.children].map((one) => one.querySelector("a[href]")).filter(Boolean);
  const here = row ? links.indexOf(row.querySelector("a[href]")) : -1;
  const next = links[here + (event.key === "ArrowDown" ? 1 : -1)];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

function copies() {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("button.copy");
    if (!button) return;
    const words = button.parentElement.querySelector("q");
    const said = button.parentElement.querySelector(".copied");
    try {
      await navigator.clipboard.writeText(words.textContent);
      said.textContent = "copied";
    } catch {
      getSelection().selectAllChildren(words);
      said.textContent = "selected: Ctrl-C copies it";
    }
  });
}

// The server reads no clock; how old a copy is only the reader's own machine can say.
function ages(root) {
  for (const day of root.querySelectorAll("time[data-age]")) {
    const old = Math.floor((Date.now() - Date.parse(day.dateTime)) / 864e5);
    delete day.dataset.age;
    if (!(old > 0)) continue;
    const said = document.createElement("span");
    said.className = old > STALE ? "age stale" : "age";
    said.textContent = old > STALE ? ` ▲ ${old} days old: nomoat update` : ` (${old} days ago)`;
    day.after(said);
  }
}

function paper() {
  document.querySelector("button.paper").addEventListener("click", () => {
    const root = document.documentElement;
    const dark = root.dataset.paper ? root.dataset.paper === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.paper = dark ? "light" : "dark";
    try {
      localStorage.setItem("nomoat-paper", root.dataset.paper);
    } catch { /* a browser that keeps nothing shows it until the next page */ }
  });
}

function menu() {
  const button = document.querySelector("button.menu");
  button.addEventListener("click", () => {
    button.setAttribute("aria-expanded", String(button.getAttribute("aria-expanded") !== "true"));
  });
}

function begin(root) {
  charts(root);
  later(root);
  tables(root);
  controls(root);
  ages(root);
}

document.addEventListener("DOMContentLoaded", () => {
  begin(document);
  keys();
  copies();
  paper();
  menu();
  history.scrollRestoration = "manual";
  addEventListener("pagehide", keep);
  addEventListener("hashchange", aim);
  if (history.state) back();
  else if (location.hash) aim();
  addEventListener("popstate", () => {
    if (location.pathname + location.search !== shown) go(location.href, false).then(back);
  });
  addEventListener("pageshow", () => document.querySelectorAll("form.controls").forEach((form) => form.reset()));
  let waiting = 0;
  addEventListener("resize", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => document.querySelectorAll(".chart[data-drawn]").forEach((chart) => draw(chart)), 150);
  });
});
