// Leaving a page with something typed that is kept nowhere asks first.
const form = document.querySelector('form[data-guard]');
let changed = false;
// What is typed is safe, or is not.
export function guard(unsafe) { changed = unsafe; }

if (form) {
  if (!('autosave' in form.dataset)) form.addEventListener('input', () => { changed = true; });
  form.addEventListener('submit', (e) => { if (e.submitter?.formTarget !== '_blank') changed = false; });
  addEventListener('beforeunload', (e) => { if (changed) e.preventDefault(); });
}
// Other forms of the page are meant, too.
document.addEventListener('submit', (e) => {
  if (e.target !== form && !e.defaultPrevented && e.target.method === 'post') changed = false;
});
