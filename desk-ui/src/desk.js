// Improvements only: everything works without this file.
const form = document.querySelector('form[data-guard]');
let changed = false;
if (form) {
  form.addEventListener('input', () => { changed = true; });
  form.addEventListener('submit', (e) => { if (e.submitter?.formTarget !== '_blank') changed = false; });
  addEventListener('beforeunload', (e) => { if (changed) e.preventDefault(); });
}
document.querySelector('#error')?.focus();

// A link that is shown once: with the address under which the desk is seen.
for (const field of document.querySelectorAll('[data-copy]')) {
  field.value = location.origin + field.dataset.copy;
  field.addEventListener('focus', () => field.select());
}

// Pictures dropped on the page or pasted go into the field.
const input = document.querySelector('input[type=file]');
function give(files) {
  const pictures = [...files].filter((f) => f.type.startsWith('image/'));
  if (!input || !pictures.length) return false;
  const list = new DataTransfer();
  for (const f of input.multiple ? pictures : pictures.slice(0, 1)) list.items.add(f);
  input.files = list.files;
  input.dispatchEvent(new Event('input', { bubbles: true }));
  input.scrollIntoView({ block: 'nearest' });
  return true;
}
addEventListener('dragover', (e) => { if (input && e.dataTransfer?.types.includes('Files')) e.preventDefault(); });
addEventListener('drop', (e) => { if (e.dataTransfer?.files.length && give(e.dataTransfer.files)) e.preventDefault(); });
addEventListener('paste', (e) => { if (e.clipboardData?.files.length && give(e.clipboardData.files)) e.preventDefault(); });

// Keys: j and k move in a list, / searches, n begins a story.
const rows = [...document.querySelectorAll('.rows .row')];
addEventListener('keydown', (e) => {
  if (e.ctrlKey || e.metaKey || e.altKey || e.target.closest('input, textarea, select')) return;
  const at = rows.indexOf(document.activeElement);
  if ((e.key === 'j' || e.key === 'ArrowDown') && rows.length && (e.key === 'j' || at >= 0)) {
    rows[Math.min(at + 1, rows.length - 1)].focus();
  } else if ((e.key === 'k' || e.key === 'ArrowUp') && at > 0) {
    rows[at - 1].focus();
  } else if (e.key === '/' && document.querySelector('input[type=search]')) {
    document.querySelector('input[type=search]').focus();
  } else if (e.key === 'n') {
    location.assign('/desk/stories/new');
  } else {
    return;
  }
  e.preventDefault();
});
