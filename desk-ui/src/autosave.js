// What is typed is on the server a moment later, and in this browser until then; a line says where.
import { guard } from './guard.js';
import { forget, keep, keptHere, recover, store, tell } from './kept.js';

const IDLE = 1000, MOST = 3000, LOCAL = 300, BEAT = 10000, RETRY_MOST = 8000;
const form = document.querySelector('form[data-autosave]');
const story = form?.dataset.autosave, where = document.querySelector('[data-where]');
const here = document.querySelector('[data-here]');
let changes = 0, stored = 0, first = 0, timer = 0, localTimer = 0, sending = false, leaving = false;
let trouble = '', failures = 0, safe = true, told = '', newer = '', lastTold = Date.now();

const dirty = () => changes !== stored;

// ---- Where the text is

function say(state, words, aloud) {
  where.hidden = false;
  where.dataset.state = state;
  const [seen, heard] = where.children;
  seen.textContent = words + (newer ? ` ${newer}` : '');
  if (trouble === 'out' || trouble === 'other') {
    const link = document.createElement('a');
    link.href = '/desk/sign-in';
    link.target = '_blank';
    link.textContent = where.dataset.signIn;
    seen.append(' ', link);
  }
  // Aloud only when something else is the matter than before.
  if (aloud !== told) heard.textContent = aloud;
  told = aloud;
}
function sayTrouble(error) {
  const words = !safe ? where.dataset.none : trouble === 'refused' ? `${where.dataset.refused} ${error}` : where.dataset[trouble];
  say('trouble', words, words);
}

// ---- Keeping

function fieldsNow() {
  const fields = {};
  for (const [name, value] of new FormData(form)) {
    if (typeof value !== 'string' || name === 'token') continue;
    fields[name] = name in fields ? [fields[name], value].flat() : value;
  }
  return fields;
}
function keepHere() {
  clearTimeout(localTimer);
  localTimer = 0;
  if (!dirty() || leaving) return;
  safe = keep(story, fieldsNow());
  guard(!safe);
}
function later(ms) {
  clearTimeout(timer);
  timer = setTimeout(send, Math.max(0, ms));
}
function touched() {
  const now = Date.now();
  if (!dirty()) first = now;
  changes++;
  guard(true); // for a moment
  localTimer ||= setTimeout(keepHere, LOCAL);
  if (trouble) return;
  say('waits', where.dataset.waits, told);
  later(Math.min(IDLE, first + MOST - now));
}

function showPeople(answer) {
  if (here && answer.here) {
    const names = answer.here.join(', ');
    if (here.dataset.names !== names) here.textContent = names ? `${here.dataset.say} ${names}` : '';
    here.dataset.names = names;
    here.hidden = !names;
  }
  if (answer.base) form.elements.base.value = answer.base;
  newer = answer.newer ? `${answer.newer.who ?? ''} (${answer.newer.at}) ${where.dataset.newer}` : '';
}

async function send(more) {
  clearTimeout(timer);
  if (sending || leaving || !dirty()) return;
  sending = true;
  const mark = changes, fields = fieldsNow(), was = trouble;
  const { answer, trouble: failed, error } = await store(story, fields, more);
  sending = false;
  if (leaving) return;
  trouble = failed ?? '';
  lastTold = Date.now();
  if (answer) {
    failures = 0;
    stored = mark;
    if (!dirty()) {
      clearTimeout(localTimer);
      localTimer = 0;
      forget(fields.page);
      guard(false);
    }
    first = Date.now();
    showPeople(answer);
    say('stored', `${where.dataset.stored} ${answer.at}`, was ? where.dataset.back : newer);
  } else {
    keepHere();
    sayTrouble(error);
    failures++;
  }
  if (dirty()) later(!trouble ? IDLE : trouble === 'local' ? Math.min(RETRY_MOST, 1000 * 2 ** failures) : RETRY_MOST / 2);
}

// ---- Signs of life

async function beat() {
  if (!story || leaving || document.hidden || sending || trouble || Date.now() - lastTold < BEAT - 1000) return;
  lastTold = Date.now();
  const { answer } = await tell(`/desk/stories/${story}/here`, { base: form.elements.base.value });
  if (!answer || leaving) return;
  const before = newer;
  showPeople(answer);
  if (newer !== before) say(where.dataset.state ?? 'stored', dirty() ? where.dataset.waits : where.dataset.saved, newer);
}

function stop() {
  leaving = true;
  clearTimeout(timer);
  clearTimeout(localTimer);
}

if (form && where) {
  form.addEventListener('input', touched);
  form.addEventListener('change', touched);
  form.addEventListener('focusout', () => { if (dirty() && !trouble) later(200); });
  form.addEventListener('submit', (e) => {
    if (e.defaultPrevented || e.submitter?.formTarget === '_blank') return;
    keepHere(); // until the server says that it is saved
    stop();
  });
  document.querySelector('form[data-copy]')?.addEventListener('submit', () => { stop(); forget(form.elements.page.value); });
  addEventListener('online', () => send());
  addEventListener('focus', () => send());
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) { keepHere(); send({ keepalive: true }); } else { send(); beat(); }
  });
  addEventListener('pagehide', () => {
    keepHere();
    if (dirty() && !leaving) send({ keepalive: true });
    if (story) navigator.sendBeacon(`/desk/stories/${story}/here`, new URLSearchParams({ token: form.elements.token.value, leave: '1' }));
  });
  addEventListener('pageshow', (e) => { if (e.persisted) { leaving = false; lastTold = 0; send(); beat(); } });
  setInterval(beat, BEAT / 4);
  setTimeout(() => { lastTold = 0; beat(); }, 500);
}
if (document.body.dataset.me && (keptHere().length || form)) recover(dirty);
