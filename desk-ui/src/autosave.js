// What is typed is on the server a moment later, and in this browser until then; a line says where.
import { guard } from './guard.js';
import { forget, keep, keptHere, recover, store, tell } from './kept.js';

const IDLE = 1000, MOST = 3000, LOCAL = 300, BEAT = 10000, RETRY_MOST = 8000, PATIENCE = 15000, SPARSE = 20;
const form = document.querySelector('form[data-autosave]');
const story = form?.dataset.autosave, where = document.querySelector('[data-where]');
const here = document.querySelector('[data-here]'), ahead = document.querySelector('[data-newer]');
let changes = 0, stored = 0, first = 0, timer = 0, localTimer = 0, leaving = false;
let sending = null, turn = null, again = false; // what ends the sending, its outcome, whether another follows at once
let keeping = 0; // milliseconds that the browser took to keep it
let trouble = '', lost = false, failures = 0, safe = true, told = '', newer = '', lastTold = Date.now();

const dirty = () => changes !== stored;

// ---- Where the text is

function say(state, words, aloud) {
  where.hidden = false;
  where.dataset.state = state;
  const [seen, heard] = where.children;
  seen.textContent = words;
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
// A newer text than this page began from, and the way to have both.
function sayNewer(answer) {
  const words = answer ? `${answer.who ?? ''} (${answer.at}) ${ahead.dataset.newer}` : '';
  if (words === newer) return;
  newer = words;
  ahead.replaceChildren();
  if (!words) return;
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = ahead.dataset.merge;
  button.addEventListener('click', () => merge(button));
  ahead.append(`${words} `, button);
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
  const began = performance.now();
  safe = keep(story, fieldsNow());
  keeping = performance.now() - began;
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
  localTimer ||= setTimeout(keepHere, Math.max(LOCAL, Math.min(MOST, keeping * SPARSE))); // a long text costs time
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
  sayNewer(answer.newer);
}

// What can end it, also by itself after a while.
function patience() {
  const control = new AbortController();
  setTimeout(() => control.abort(), PATIENCE);
  return control;
}
function send(more) {
  clearTimeout(timer);
  if (sending || leaving || !dirty()) return turn;
  sending = patience();
  turn = sendNow(more);
  return turn;
}
async function sendNow(more) {
  const mark = changes, fields = fieldsNow(), was = trouble;
  const { answer, trouble: failed, error } = await store(story, fields, { signal: sending.signal, ...more });
  sending = null;
  if (leaving) return null;
  trouble = failed ?? '';
  lastTold = Date.now();
  if (answer) {
    lost = false;
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
    say('stored', `${where.dataset.stored} ${answer.at}`, was ? where.dataset.back : '');
  } else if (!again) {
    keepHere();
    sayTrouble(error);
    failures++;
  }
  if (dirty()) later(again || !trouble ? (again ? 0 : IDLE) : trouble === 'local' ? Math.min(RETRY_MOST, 1000 * 2 ** failures) : RETRY_MOST / 2);
  again = false;
  return answer;
}

// ---- The network goes and comes, as the browser tells it

function offline() {
  keepHere();
  lost = true;
  if (trouble) return;
  const words = safe ? where.dataset.lost : where.dataset.none;
  say('trouble', words, words);
  if (!dirty()) return;
  trouble = 'local';
  later(1000); // a server in the house may be there all the same
}
function online() {
  const had = lost || trouble;
  lost = false;
  trouble = '';
  failures = 0;
  if (dirty()) {
    say('waits', where.dataset.again, where.dataset.again);
    again = !!sending; // it may hang in a connection that is gone
    if (sending) sending.abort();
    else send();
  } else {
    if (had) say('stored', where.dataset.online, where.dataset.online);
    lastTold = 0;
    beat();
  }
}

// ---- Both texts in one

// First all that is typed goes to the server; where both changed the same, saving shows the two.
async function merge(button) {
  const label = button.textContent;
  button.disabled = true;
  button.textContent = ahead.dataset.busy;
  await turn; // what is under way
  changes++;
  let answer;
  do answer = await send(); while (answer && dirty());
  if (leaving) return;
  if (answer?.newer?.go) {
    stop();
    location.assign(answer.newer.go + (answer.working ? `&working=${answer.working}` : ''));
  } else if (answer?.newer) {
    form.requestSubmit(form.querySelector('button[name=do][value=save]:not(.first)'));
  } else {
    button.disabled = false;
    button.textContent = label;
  }
}

// ---- Signs of life

async function beat() {
  if (!story || leaving || document.hidden || sending || trouble || Date.now() - lastTold < BEAT - 1000) return;
  lastTold = Date.now();
  const { answer } = await tell(`/desk/stories/${story}/here`, { base: form.elements.base.value });
  if (!answer || leaving) return;
  showPeople(answer);
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
  addEventListener('offline', offline);
  addEventListener('online', online);
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
