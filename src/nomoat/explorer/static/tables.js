"use strict";

// What lies outside of the window of a table is said in words below it: a row cut in half is seen, a column is not.
function cue(box) {
  const said = box.parentElement.querySelector(".cue");
  const below = box.scrollHeight - box.clientHeight - box.scrollTop > 4;
  const right = box.scrollWidth - box.clientWidth - box.scrollLeft > 4;
  const edge = box.getBoundingClientRect();
  const parts = [];
  if (below) {
    const rows = [...box.querySelectorAll("tbody tr")].filter((row) => row.getBoundingClientRect().bottom > edge.bottom + 2).length;
    parts.push(`↓ ${rows} more ${rows === 1 ? "row" : "rows"}`);
  }
  if (right) {
    const heads = [...box.querySelectorAll("thead th")].filter((head) => head.getBoundingClientRect().right > edge.right + 2).length;
    parts.push(`→ ${heads} more ${heads === 1 ? "column" : "columns"}`);
  }
  said.textContent = parts.length ? `Scroll the table: ${parts.join(", ")}` : "";
}

function cues(box) {
  const said = document.createElement("p");
  said.className = "cue";
  said.setAttribute("aria-hidden", "true"); // a reader who sees nothing has every row and column in the tree
  box.after(said);
  let waiting = 0;
  const soon = () => {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(() => cue(box));
  };
  box.addEventListener("scroll", soon, { passive: true });
  new ResizeObserver(soon).observe(box);
}

// The server sorts, over all rows; the page takes the rows and keeps everything else as it stands.
async function resort(link) {
  const section = link.closest("section[data-self]");
  const rows = link.closest(".rows");
  const said = new URLSearchParams(location.search);
  const kept = (said.get("order") || "").split(",").filter((one) => one && !one.startsWith(`${section.id}:`));
  if (link.dataset.order) kept.push(link.dataset.order);
  said.delete("order");
  const asked = [said.toString(), kept.length ? `order=${kept.join(",")}` : ""].filter(Boolean).join("&");
  const query = asked ? `?${asked}` : "";
  const left = rows.querySelector(".scroll").scrollLeft;
  rows.setAttribute("aria-busy", "true");
  const page = await parsed(section.dataset.self + query);
  const made = page.querySelector(".rows");
  if (!made) {
    location.assign(link.href);
    return;
  }
  moved(location.pathname + query);
  rows.replaceWith(made);
  const files = section.querySelector(".files");
  if (files) files.replaceWith(page.querySelector(".files"));
  for (const form of document.querySelectorAll("form.controls")) ordered(form, kept.map((one) => one.replace(/@\d+$/, "")).filter((one) => !one.endsWith(":")).join(","));
  tables(section);
  made.querySelector(".scroll").scrollLeft = left;
  const again = made.querySelector(`a[data-key="${CSS.escape(link.dataset.key)}"]`) || made.querySelector(".scroll");
  if (again) again.focus({ preventScroll: true });
}

// The filters keep the order: a form's address has it as well.
function ordered(form, order) {
  let field = form.elements.order;
  if (!field) {
    field = document.createElement("input");
    field.type = "hidden";
    field.name = "order";
    form.append(field);
  }
  field.setAttribute("value", order);
}

function tables(root) {
  for (const box of root.querySelectorAll(".rows > .scroll")) {
    if (box.dataset.cued) continue;
    box.dataset.cued = "yes";
    cues(box);
    box.parentElement.addEventListener("click", (event) => {
      const link = event.target.closest("a[data-key]");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      resort(link).catch(() => location.assign(link.href));
    });
  }
}
