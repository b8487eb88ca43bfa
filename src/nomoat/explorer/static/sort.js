"use strict";

function value(cell) {
  const text = cell.textContent.trim();
  if (text === "–" || text === "") return null;
  const number = Number(text.replace(/[,%≥≤>< ]/g, ""));
  return Number.isNaN(number) ? text.toLowerCase() : number;
}

function sorts(root) {
  for (const table of root.querySelectorAll("table.sortable")) {
    table.querySelectorAll("thead th").forEach((head, column) => {
      if (head.querySelector("button") || head.textContent.trim() === "") return;
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
