// Texts in this browser that the server does not have yet: one for each page and account, until the
// server has it. `fields` are those of the story's form.
const PREFIX = 'desk-text:';
const { me } = document.body.dataset;

const nameOf = (fields) => `${PREFIX}${me}:${fields.page}`;

export function keep(story, fields) {
  try {
    localStorage.setItem(nameOf(fields), JSON.stringify({ story, fields }));
    return true;
  } catch {
    return false; // full, or not allowed
  }
}
export function forget(page) {
  try { localStorage.removeItem(nameOf({ page })); } catch { /* then there is none */ }
}
export function keptHere() {
  const list = [];
  try {
    for (const name of Object.keys(localStorage)) {
      if (name.startsWith(`${PREFIX}${me}:`)) list.push(JSON.parse(localStorage.getItem(name)));
    }
  } catch { /* not readable: none of ours */ }
  return list;
}

// ---- To the server

let last = 0;
// Rises with each writing, also of a page that is drawn again.
const nextTurn = () => { last = Math.max(Date.now(), last + 1); return last; };
const anyToken = () => document.querySelector('input[name=token]');

async function post(path, fields, more) {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) for (const one of [value].flat()) body.append(name, one);
  body.set('token', anyToken().value);
  return fetch(path, { method: 'POST', headers: { Accept: 'application/json' }, body, signal: AbortSignal.timeout(15000), ...more });
}
// After another sign-in by the same person: 'same', 'other', 'out'.
async function freshToken() {
  const answer = await fetch('/desk/stories/token', { headers: { Accept: 'application/json' }, redirect: 'manual', signal: AbortSignal.timeout(15000) });
  if (!answer.ok) return 'out';
  const { token, account } = await answer.json();
  if (String(account) !== me) return 'other';
  for (const field of document.querySelectorAll('input[name=token]')) field.value = token;
  return 'same';
}
// {answer}, or {trouble: 'local' (not reachable), 'out', 'other', 'large', 'refused', error}.
export async function tell(path, fields, more) {
  try {
    let response = await post(path, fields, more);
    if (response.status === 401 || response.status === 403) {
      const who = await freshToken();
      if (who !== 'same') return { trouble: who };
      response = await post(path, fields, more);
    }
    if (response.ok) return { answer: await response.json() };
    if (response.status === 413) return { trouble: 'large' };
    if (response.status >= 500 || response.status === 429) return { trouble: 'local' };
    return { trouble: 'refused', error: (await response.json()).error };
  } catch {
    return { trouble: 'local' };
  }
}
export const store = (story, fields, more) =>
  tell(story ? `/desk/stories/${story}/working` : '/desk/stories/working', { ...fields, turn: nextTurn() }, more);

// ---- On every page of the desk

async function sendAll() {
  const sent = [];
  for (const text of keptHere()) {
    const { answer } = await store(text.story, text.fields);
    if (!answer) continue;
    forget(text.fields.page);
    sent.push({ ...text, working: answer.working });
  }
  return sent;
}

// What a page that is gone could not send. `typing`: whether somebody began to type here meanwhile.
export async function recover(typing) {
  const form = document.querySelector('form[data-autosave]');
  // What the server says that it has: saved, or kept beside the story. A page's name is never used again.
  const saved = new URLSearchParams(location.search).get('page') ?? document.querySelector('form.conflict')?.elements.page.value;
  if (saved) forget(saved);
  const mine = (await sendAll()).find((text) => form && text.story === form.dataset.autosave && text.working
    && text.fields.page !== form.elements.page.value); // not what this page holds itself
  if (!mine) return;
  const address = `/desk/stories/${mine.story || 'new'}?working=${mine.working}`;
  if (mine.story && !typing()) location.replace(address);
  else offer(address);
}

// Who wants a new story, or types already, is told and not taken away.
function offer(address) {
  const say = document.querySelector('[data-where]').dataset, notice = document.createElement('p'), link = document.createElement('a');
  notice.className = 'notice wait';
  notice.setAttribute('role', 'status');
  link.href = address;
  link.textContent = say.goOn;
  notice.append(`${say.found} `, link);
  document.querySelector('form[data-autosave]').before(notice);
}

const out = document.querySelector('form[action="/desk/sign-out"]');
out?.addEventListener('submit', async (e) => {
  if (!keptHere().length) return;
  e.preventDefault();
  await sendAll();
  const left = keptHere();
  if (left.length && !confirm(out.dataset.leave)) return;
  for (const { fields } of left) forget(fields.page);
  out.submit();
});
