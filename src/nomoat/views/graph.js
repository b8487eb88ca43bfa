(() => {
  const data = JSON.parse(document.getElementById('data').textContent);
  const svg = document.getElementById('map'), panel = document.getElementById('panel');
  const nodes = [...svg.querySelectorAll('.node')], links = [...svg.querySelectorAll('.link')];
  const off = new Set(), weak = document.getElementById('weak'), find = document.getElementById('find');
  let chosen = -1;
  let zoom = 1;
  const frame = svg.parentElement;
  const stage = frame.parentElement;
  const LEAST = 11.5 / 12.5;  // a name is never smaller than 11.5 px: below that it grows against the zoom
  let whole = true;
  const grown = () => Math.max(1, LEAST / zoom);
  const put = i => nodes[i].setAttribute('transform', `translate(${data.nodes[i].x.toFixed(1)},${data.nodes[i].y.toFixed(1)}) scale(${grown().toFixed(3)})`);
  function scale(z) {
    const cx = (frame.scrollLeft + frame.clientWidth / 2) / zoom, cy = (frame.scrollTop + frame.clientHeight / 2) / zoom;
    zoom = Math.min(3, Math.max(0.1, z));
    svg.style.width = data.size[0] * zoom + 'px'; svg.style.height = data.size[1] * zoom + 'px';
    frame.scrollLeft = cx * zoom - frame.clientWidth / 2; frame.scrollTop = cy * zoom - frame.clientHeight / 2;
    nodes.forEach((n, i) => put(i)); names();
  }
  // a window that is taller than wide has a map of its own; what was dragged stays where it is
  const maps = {false: {x: data.nodes.map(n => n.x), y: data.nodes.map(n => n.y), size: data.size}, true: data.tall};
  let upright = false, moved = false;
  function arrange() {
    const now = frame.clientWidth < frame.clientHeight * 0.9;
    if (now === upright || moved) return;
    upright = now; data.size = maps[now].size;
    svg.setAttribute('viewBox', '0 0 ' + data.size.join(' '));
    data.nodes.forEach((n, i) => { n.x = maps[now].x[i]; n.y = maps[now].y[i]; });
    data.links.forEach((l, k) => join(k));
  }
  const join = k => { const a = data.nodes[data.links[k][0]], b = data.nodes[data.links[k][2]]; ['x1', 'y1', 'x2', 'y2'].forEach((key, m) => links[k].setAttribute(key, [a.x, a.y, b.x, b.y][m])); };
  const fit = () => { whole = true; arrange(); scale(Math.min(1.25, (frame.clientWidth - 2) / data.size[0], (frame.clientHeight - 2) / data.size[1])); };
  // the most connected keep their names; one that would lie on another's shows its sign until there is room
  function names() {
    const k = grown(), taken = [];
    const hits = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
    const order = [...nodes.keys()].filter(shown).sort((a, b) => (b === chosen) - (a === chosen) || data.nodes[b].weight - data.nodes[a].weight || a - b);
    const sign = i => { const n = data.nodes[i]; return [n.x - 6 * k, n.y - 6 * k, n.x + 6 * k, n.y + 6 * k]; };
    order.forEach(i => {
      const n = data.nodes[i], half = n.w / 2 * k, box = [n.x - half, n.y - 9 * k, n.x + half, n.y + 9 * k];
      const free = box[0] >= -8 && box[2] <= data.size[0] + 8 && !taken.some(b => hits(box, b));
      nodes[i].classList.toggle('mute', !free);
      taken.push(free ? box : sign(i));
    });
  }
  function reveal(i) {
    const n = data.nodes[i], x = n.x * zoom, y = n.y * zoom;
    if (x < frame.scrollLeft + 60 || x > frame.scrollLeft + frame.clientWidth - 60) frame.scrollLeft = x - frame.clientWidth / 2;
    if (y < frame.scrollTop + 30 || y > frame.scrollTop + frame.clientHeight - 30) frame.scrollTop = y - frame.clientHeight / 2;
  }
  const say = (tag, text, ...inside) => { const e = document.createElement(tag); if (text) e.textContent = text; e.append(...inside); return e; };
  const shown = i => !nodes[i].classList.contains('hidden');
  const live = k => !links[k].classList.contains('hidden');
  const around = i => { const out = new Set(); data.links.forEach((l, k) => { if (live(k)) { if (l[0] === i) out.add(l[2]); if (l[2] === i) out.add(l[0]); } }); return out; };
  function trace(i) {
    svg.classList.toggle('tracing', i >= 0);
    const near = i >= 0 ? around(i) : new Set();
    nodes.forEach((n, j) => { n.classList.toggle('near', near.has(j)); n.classList.toggle('here', j === i); });
    links.forEach((l, k) => l.classList.toggle('near', i >= 0 && (data.links[k][0] === i || data.links[k][2] === i)));
  }
  function quote(p) {
    const b = say('blockquote', data.passages[p].text), c = say('cite', data.passages[p].where + ' ');
    if (data.passages[p].link) { const a = say('a', 'open the recording there'); a.href = data.passages[p].link; a.rel = 'noopener noreferrer'; c.append(a); }
    b.append(c); return b;
  }
  function open(i, focus) {
    chosen = i; panel.hidden = false; stage.classList.add('open');
    if (whole) fit(); else names();
    trace(i); reveal(i);
    const n = data.nodes[i]; panel.replaceChildren();
    const h = say('h2', n.name); h.tabIndex = -1; panel.append(h, say('p', n.kind + ', ' + n.passages.length + (n.passages.length === 1 ? ' passage' : ' passages') + (n.known ? '' : ', found by a rule of language')));
    panel.firstChild.nextSibling.className = 'soft';
    const ul = say('ul');
    data.links.forEach((l, k) => {
      if (!live(k) || (l[0] !== i && l[2] !== i)) return;
      const other = l[0] === i ? l[2] : l[0], d = say('details', ''), s = say('summary', (l[0] === i ? l[1] + ' \u2192 ' : '\u2190 ' + l[1] + ' \u2190 ') + data.nodes[other].name);
      const go = say('button', 'Go to ' + data.nodes[other].name); go.addEventListener('click', () => { open(other, true); });
      d.append(s, ...l[3].map(quote), go); ul.append(say('li', '', d));
    });
    if (ul.children.length) panel.append(say('h3', 'Connections'), ul);
    panel.append(say('h3', 'Passages'), ...n.passages.map(quote));
    panel.scrollTop = 0;
    if (panel.offsetTop > frame.offsetTop + 40) panel.scrollIntoView({block: 'nearest'});
    if (focus) { nodes[i].focus({preventScroll: true}); }
    history.replaceState(null, '', '#' + encodeURIComponent(n.id));
  }
  function close() { chosen = -1; trace(-1); panel.replaceChildren(); panel.hidden = true; stage.classList.remove('open'); if (whole) fit(); else names(); history.replaceState(null, '', location.pathname + location.search); }
  function filter() {
    const word = find.value.trim().toLowerCase();
    nodes.forEach((n, i) => n.classList.toggle('hidden', off.has(data.nodes[i].kind) || (word !== '' && !data.nodes[i].name.toLowerCase().includes(word))));
    links.forEach((l, k) => { const d = data.links[k]; l.classList.toggle('hidden', !shown(d[0]) || !shown(d[2]) || (!weak.checked && d[1] === 'mentioned with')); });
    document.getElementById('count').textContent = nodes.filter(n => !n.classList.contains('hidden')).length + ' of ' + nodes.length + ' entities, ' + links.filter(l => !l.classList.contains('hidden')).length + ' of ' + links.length + ' connections';
    document.querySelectorAll('[data-row]').forEach(r => r.classList.toggle('hidden', word !== '' && !r.textContent.toLowerCase().includes(word)));
    names(); trace(chosen);
  }
  function place(i, x, y) {
    moved = true; data.nodes[i].x = x; data.nodes[i].y = y; put(i); names();
    data.links.forEach((l, k) => { if (l[0] === i || l[2] === i) join(k); });
  }
  const point = e => { const p = new DOMPoint(e.clientX, e.clientY).matrixTransform(svg.getScreenCTM().inverse()); return [p.x, p.y]; };
  let drag = null;
  nodes.forEach((n, i) => {
    n.addEventListener('pointerenter', () => { if (!drag && chosen < 0) trace(i); });
    n.addEventListener('pointerleave', () => { if (!drag && chosen < 0) trace(-1); });
    n.addEventListener('pointerdown', e => { const p = point(e); drag = {i, dx: data.nodes[i].x - p[0], dy: data.nodes[i].y - p[1], moved: false, x: e.clientX, y: e.clientY}; n.setPointerCapture(e.pointerId); });
    n.addEventListener('pointermove', e => { if (!drag || drag.i !== i) return; if (Math.hypot(e.clientX - drag.x, e.clientY - drag.y) > 4) drag.moved = true; if (drag.moved) { const p = point(e); place(i, p[0] + drag.dx, p[1] + drag.dy); e.preventDefault(); } });
    n.addEventListener('pointerup', () => { const d = drag; drag = null; if (d && !d.moved) open(i, true); });
    n.addEventListener('pointercancel', () => { drag = null; });
    n.addEventListener('keydown', e => {
      if (e.key === 'Enter' || e.key === ' ') { e.preventDefault(); open(i, false); panel.querySelector('h2').focus(); }
      const way = {ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1]}[e.key];
      if (!way) return;
      e.preventDefault();
      const here = data.nodes[i];
      if (e.shiftKey) { place(i, here.x + 20 * way[0], here.y + 20 * way[1]); return; }
      let best = -1, cost = Infinity;
      data.nodes.forEach((o, j) => { if (j === i || !shown(j)) return; const ahead = (o.x - here.x) * way[0] + (o.y - here.y) * way[1], aside = Math.abs((o.x - here.x) * way[1]) + Math.abs((o.y - here.y) * way[0]); if (ahead > 1 && ahead + 2 * aside < cost) { cost = ahead + 2 * aside; best = j; } });
      if (best >= 0) { nodes.forEach((o, j) => o.setAttribute('tabindex', j === best ? '0' : '-1')); nodes[best].focus({preventScroll: true}); reveal(best); if (chosen < 0) trace(best); }
    });
    n.addEventListener('focus', () => { if (chosen < 0) trace(i); });
    n.addEventListener('blur', () => { if (chosen < 0) trace(-1); });
  });
  svg.addEventListener('click', e => { if (e.target === svg) close(); });
  document.addEventListener('keydown', e => { if (e.key === 'Escape') { const back = chosen; close(); if (back >= 0) nodes[back].focus({preventScroll: true}); } });
  document.querySelectorAll('[data-kind]').forEach(b => b.addEventListener('click', () => { const k = b.dataset.kind; if (off.has(k)) off.delete(k); else off.add(k); b.setAttribute('aria-pressed', String(!off.has(k))); filter(); }));
  document.querySelectorAll('[data-open]').forEach(b => b.addEventListener('click', () => { open(Number(b.dataset.open), true); svg.scrollIntoView({block: 'nearest'}); }));
  document.querySelectorAll('[data-zoom]').forEach(b => b.addEventListener('click', () => {
    const z = b.dataset.zoom;
    if (z === 'fit') fit(); else { whole = false; scale(zoom * Number(z)); }
  }));
  let opened = [];
  addEventListener('beforeprint', () => { opened = [...document.querySelectorAll('details:not([open])')]; opened.forEach(d => { d.open = true; }); });
  addEventListener('afterprint', () => { opened.forEach(d => { d.open = false; }); });
  find.addEventListener('input', filter); weak.addEventListener('change', filter);
  document.getElementById('script').classList.remove('hidden');
  filter();
  fit();
  addEventListener('resize', () => { if (whole) fit(); });
  document.addEventListener('keydown', e => {
    if (e.ctrlKey || e.metaKey || e.altKey || e.target.closest('input')) return;
    if (e.key === 'f' || e.key === '0') fit();
    else if (e.key === '+' || e.key === '=') { whole = false; scale(zoom * 1.25); }
    else if (e.key === '-') { whole = false; scale(zoom * 0.8); }
  });
  const asked = decodeURIComponent(location.hash.slice(1)), start = data.nodes.findIndex(n => n.id === asked);
  if (start >= 0) open(start, false);
})();
