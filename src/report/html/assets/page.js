/**
 * The script of the report's page: it sorts, filters and shows the items. Only the rows in view are in the document, so ten thousand are as
 * quick as ten. Texts go in as text, never as markup.
 */
(() => {
  const data = JSON.parse(document.getElementById('items').textContent);
  const { columns, rows, texts, units } = data;
  const ROW = 34;
  const SPARE = 12;
  /** When printing, all rows must be there; more would be a book. */
  const PRINTED = 2000;

  const $ = (id) => document.getElementById(id);
  const element = (name, text, className) => {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    if (className !== undefined) made.className = className;
    return made;
  };

  const at = Object.fromEntries(columns.map(({ key }, index) => [key, index]));
  /** Texts that many rows share are numbers into a list. */
  const cell = (row, key) => (columns[at[key]].shared ? texts[row[at[key]]] : row[at[key]]);
  const title = (row) => cell(row, 'title');

  function quantity(value, unit) {
    if (value === null) return '';
    if (unit === 'count') return String(value);
    const [, divisor, name] = units[unit].find(([limit]) => limit === null || Math.abs(value) < limit * 0.99995) ?? units[unit].at(-1);
    return `${divisor === 1 ? Math.round(value) : (value / divisor).toFixed(1)} ${name}`;
  }

  const searched = rows.map((row) =>
    ['project', 'file', 'title', 'component']
      .map((key) => cell(row, key))
      .join('\n')
      .toLowerCase(),
  );
  const state = { sort: at.cpu_time ?? columns.length - 1, down: true, shown: [] };
  const filters = ['kind', 'status', 'component'].map((key) => ({ key, select: $(`filter-${key}`) }));

  function choose() {
    const words = $('search').value.toLowerCase().split(/\s+/).filter(Boolean);
    state.shown = rows
      .map((_, index) => index)
      .filter(
        (index) =>
          words.every((word) => searched[index].includes(word)) &&
          filters.every(({ key, select }) => select.selectedIndex <= 0 || cell(rows[index], key) === select.value),
      );
    const { key, unit } = columns[state.sort];
    const direction = state.down ? -1 : 1;
    const value = (index) => cell(rows[index], key);
    state.shown.sort((a, b) => {
      const [x, y] = [value(a), value(b)];
      // What is absent comes last, whichever way.
      if (x === null || y === null) return x === y ? a - b : x === null ? 1 : -1;
      return (unit === undefined ? x.localeCompare(y) : x - y) * direction || a - b;
    });
    $('count').textContent = state.shown.length === rows.length ? `${rows.length} items` : `${state.shown.length} of ${rows.length} items`;
    $('none').hidden = state.shown.length > 0;
  }

  function rowOf(index, place) {
    const row = rows[index];
    const line = element('tr');
    line.tabIndex = 0;
    line.dataset.index = String(index);
    line.setAttribute('aria-rowindex', String(place + 2));
    for (const { key, unit, inTable } of columns) {
      if (!inTable) continue;
      if (key === 'title') {
        const made = element('td');
        const file = cell(row, 'file');
        const isFile = title(row) === file;
        made.title = isFile || file === '' ? title(row) : `${file} > ${title(row)}`;
        made.append(element('span', title(row)));
        if (!isFile && file !== '') made.append(element('span', `  ${file}`, 'place'));
        line.append(made);
      } else if (key === 'status') {
        const status = cell(row, key);
        const made = element('td', status, { failed: 'bad', interrupted: 'bad', skipped: 'warn' }[status]);
        if (cell(row, 'attempt') !== '') made.append(element('span', `  ${cell(row, 'attempt')}`, 'place'));
        line.append(made);
      } else if (unit === undefined) line.append(element('td', cell(row, key)));
      else line.append(element('td', quantity(cell(row, key), unit), 'number'));
    }
    return line;
  }

  function space(height) {
    const line = element('tr');
    line.setAttribute('aria-hidden', 'true');
    const made = element('td', '', 'space');
    made.colSpan = columns.filter(({ inTable }) => inTable).length;
    made.height = String(height);
    line.append(made);
    return line;
  }

  function draw(all = false) {
    const box = $('scroll');
    const from = all ? 0 : Math.max(0, Math.floor(box.scrollTop / ROW) - SPARE);
    const to = Math.min(state.shown.length, all ? PRINTED : from + Math.ceil(box.clientHeight / ROW) + 2 * SPARE);
    const body = element('tbody');
    if (from > 0) body.append(space(from * ROW));
    for (let place = from; place < to; place++) body.append(rowOf(state.shown[place], place));
    if (to < state.shown.length && !all) body.append(space((state.shown.length - to) * ROW));
    $('cut').textContent = all && to < state.shown.length ? `The first ${to} of ${state.shown.length} items: the page itself has all.` : '';
    const table = $('table');
    const focused = document.activeElement?.dataset?.index;
    table.setAttribute('aria-rowcount', String(state.shown.length + 1));
    table.tBodies[0].replaceWith(body);
    if (focused !== undefined) body.querySelector(`[data-index="${focused}"]`)?.focus({ preventScroll: true });
  }

  function refresh() {
    choose();
    $('scroll').scrollTop = 0;
    draw();
    for (const head of document.querySelectorAll('th[data-column]')) {
      if (Number(head.dataset.column) === state.sort) head.setAttribute('aria-sort', state.down ? 'descending' : 'ascending');
      else head.removeAttribute('aria-sort');
    }
  }

  function show(index) {
    const row = rows[index];
    $('detail-title').textContent = title(row);
    const list = $('detail');
    list.replaceChildren();
    for (const { key, heading, unit } of columns) {
      const value = cell(row, key);
      if (key === 'title' || value === null || value === '') continue;
      list.append(element('dt', heading), element('dd', unit === undefined ? value : quantity(value, unit)));
    }
    $('dialog').showModal();
  }

  for (const head of document.querySelectorAll('th[data-column]')) {
    head.firstElementChild.addEventListener('click', () => {
      const column = Number(head.dataset.column);
      state.down = column === state.sort ? !state.down : columns[column].unit !== undefined;
      state.sort = column;
      refresh();
    });
  }
  for (const { key, select } of filters) {
    const values = [...new Set(rows.map((row) => cell(row, key)))].sort();
    for (const value of values) {
      const option = element('option', value === '' ? 'none' : value);
      option.value = value;
      select.append(option);
    }
    select.hidden = values.length < 2;
    select.addEventListener('change', refresh);
  }
  $('search').addEventListener('input', refresh);
  let asked = false;
  $('scroll').addEventListener('scroll', () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      draw();
    });
  });
  addEventListener('resize', () => draw());
  addEventListener('beforeprint', () => draw(true));
  addEventListener('afterprint', () => draw());

  const rowAt = (event) => event.target.closest('tr[data-index]');
  $('table').addEventListener('click', (event) => {
    const line = rowAt(event);
    if (line !== null) show(Number(line.dataset.index));
  });
  $('table').addEventListener('keydown', (event) => {
    const line = rowAt(event);
    if (line === null) return;
    if (event.key === 'Enter') show(Number(line.dataset.index));
    const next = { ArrowDown: line.nextElementSibling, ArrowUp: line.previousElementSibling }[event.key];
    if (next?.dataset.index === undefined) return;
    event.preventDefault();
    next.focus();
  });

  const dark = matchMedia('(prefers-color-scheme: dark)');
  const theme = (name) => document.documentElement.setAttribute('data-theme', name);
  theme(dark.matches ? 'dark' : 'light');
  dark.addEventListener('change', () => theme(dark.matches ? 'dark' : 'light'));
  $('theme').addEventListener('click', () => theme(document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark'));
  refresh();
})();
