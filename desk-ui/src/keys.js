// Keys: j and k move in a list, / searches, n begins a story, ? shows them.
const rows = [...document.querySelectorAll('.rows .row, .grid a')];
const sheet = document.querySelector('#keys');

function move(by) {
  const at = rows.indexOf(document.activeElement);
  const to = at < 0 ? 0 : at + by;
  if (to >= 0 && to < rows.length) rows[to].focus();
}

const button = document.querySelector('.keys-button');
if (button && sheet) {
  button.hidden = false;
  button.addEventListener('click', () => sheet.showModal());
}

// Single keys can be switched off, for this browser (WCAG 2.1.4).
const OFF = 'single-keys-off';
const single = document.querySelector('[data-single-keys]');
if (single) {
  single.checked = localStorage.getItem(OFF) === null;
  single.addEventListener('change', () => {
    if (single.checked) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, '1');
  });
}

// Ctrl S saves the form that the page is about.
addEventListener('keydown', (e) => {
  if (e.key !== 's' || !(e.ctrlKey || e.metaKey) || e.altKey || e.defaultPrevented) return;
  const form = document.querySelector('form[data-guard]');
  if (!form) return;
  e.preventDefault();
  form.requestSubmit(form.querySelector('button[name=do][value=save]:not(.first)') ?? undefined);
});

addEventListener('keydown', (e) => {
  if (e.ctrlKey || e.metaKey || e.altKey || e.defaultPrevented || !single?.checked) return;
  if (e.target.closest?.('input, textarea, select, [contenteditable], [role=slider], dialog')) return;
  const inList = rows.includes(document.activeElement);
  const search = document.querySelector('input[type=search]');
  if (rows.length && (e.key === 'j' || (inList && e.key === 'ArrowDown'))) move(1);
  else if (rows.length && (e.key === 'k' || (inList && e.key === 'ArrowUp'))) move(-1);
  else if (e.key === '/' && search) search.focus();
  else if (e.key === 'n' && document.querySelector('.side')) location.assign('/desk/stories/new');
  else if (e.key === '?' && sheet) sheet.showModal();
  else return;
  e.preventDefault();
});
