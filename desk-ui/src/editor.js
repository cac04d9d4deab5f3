// The visual editor: the story's text as the server reads it. The server alone knows Markdown; here
// is only its document. Until something is changed the form sends the text as it is.
import { baseKeymap, chainCommands, exitCode, lift, setBlockType, toggleMark, wrapIn } from 'prosemirror-commands';
import { history, redo, undo } from 'prosemirror-history';
import { InputRule, inputRules, textblockTypeInputRule, wrappingInputRule } from 'prosemirror-inputrules';
import { keymap } from 'prosemirror-keymap';
import { Fragment, Node, Slice } from 'prosemirror-model';
import { liftListItem, sinkListItem, splitListItem, wrapInList } from 'prosemirror-schema-list';
import { EditorState, Plugin, TextSelection } from 'prosemirror-state';
import { EditorView } from 'prosemirror-view';
import { afterTitle, embedDialog, embedOnPaste, fileProps, inBox, leaveBox, pictureDialog, pictureView, toggleBox } from './blocks.js';
import { findNext, findPlugin, findWords, replaceAll, replaceOne } from './find.js';
import { cleanHTML } from './paste.js';
import { safeAddress, schema } from './schema.js';
import { addColumn, addRow, insertTable, nextCell, removeColumn, removeRow, removeTable, whereInTable } from './table.js';

const { nodes, marks } = schema;
const WORDS_A_MINUTE = 230, SYNC_AFTER = 250;

const root = document.querySelector('[data-visual]');
const form = root?.closest('form');
const plain = form?.elements.body, field = form?.elements.document, language = form?.elements.language;
let view = null, untouched = null;

// ---- Commands

function inside(state, type, attrs) {
  const { $from, to } = state.selection;
  for (let d = $from.depth; d >= 0; d--) {
    const node = $from.node(d);
    if (node.type === type && to <= $from.end(d) && Object.entries(attrs ?? {}).every(([k, v]) => node.attrs[k] === v)) return true;
  }
  return false;
}

function marked(state, type) {
  const { from, $from, to, empty } = state.selection;
  return empty ? !!type.isInSet(state.storedMarks ?? $from.marks()) : state.doc.rangeHasMark(from, to, type);
}

const toggleBlock = (type, attrs) => (state, dispatch) =>
  (inside(state, type, attrs) ? setBlockType(nodes.paragraph) : setBlockType(type, attrs))(state, dispatch);
const toggleWrap = (type) => (state, dispatch) => (inside(state, type) ? lift : wrapIn(type))(state, dispatch);
const toggleList = (type) => (state, dispatch) =>
  (inside(state, type) ? liftListItem(nodes.list_item) : wrapInList(type))(state, dispatch);
const hardBreak = chainCommands(exitCode, (state, dispatch) => {
  if (state.selection.$from.parent.type !== nodes.paragraph) return false;
  dispatch?.(state.tr.replaceSelectionWith(nodes.hard_break.create()).scrollIntoView());
  return true;
});
const rule = (state, dispatch) => {
  if (whereInTable(state)) return false;
  if (!dispatch) return true;
  const { $to } = state.selection, after = [nodes.rule.create(), nodes.paragraph.create()];
  const bare = $to.parent.type === nodes.paragraph && !$to.parent.content.size;
  const at = $to.depth ? (bare ? $to.before() : $to.after()) : $to.pos;
  const tr = bare ? state.tr.replaceWith(at, $to.after(), after) : state.tr.insert(at, after);
  dispatch(tr.setSelection(TextSelection.create(tr.doc, at + 2)).scrollIntoView());
  return true;
};

const link = root?.querySelector('dialog.link');
let linked = null; // what the dialog is about
function askLink(state, dispatch) {
  const { from, to, empty, $from } = state.selection;
  let now = empty || $from.parent.isTextblock ? marks.link.isInSet($from.marks()) : undefined;
  state.doc.nodesBetween(from, empty ? Math.min(to + 1, state.doc.content.size) : to, (node) => { now ??= marks.link.isInSet(node.marks); });
  if (empty && !now) return false;
  if (!dispatch) return true;
  const address = link.querySelector('input'), fault = link.querySelector('[role=alert]');
  address.value = now?.attrs.href ?? '';
  fault.hidden = true;
  link.querySelector('[data-link=remove]').hidden = !now;
  let [a, b] = [from, to];
  if (empty) { // the whole link
    const start = $from.start();
    $from.parent.forEach((node, offset) => {
      if (now.isInSet(node.marks) && start + offset <= from && from <= start + offset + node.nodeSize) [a, b] = [start + offset, start + offset + node.nodeSize];
    });
  }
  linked = [a, b];
  link.showModal();
  return true;
}
function endLink(how) {
  if (how === 'set' && !safeAddress(link.querySelector('input').value)) {
    link.querySelector('[role=alert]').hidden = false;
    link.querySelector('input').focus();
    return;
  }
  const href = safeAddress(link.querySelector('input').value), tr = view.state.tr.removeMark(...linked, marks.link);
  link.close();
  if (how === 'set') tr.addMark(...linked, marks.link.create({ href }));
  if (how !== 'cancel') view.dispatch(tr);
  view.focus();
}

const find = root?.querySelector('.find');
function openFind() {
  find.hidden = false;
  const words = view.state.doc.textBetween(view.state.selection.from, view.state.selection.to);
  if (words && words.length < 100) find.querySelector('[data-find=words]').value = words;
  find.querySelector('[data-find=words]').select();
  find.querySelector('[data-find=words]').focus();
  sayFound();
  return true;
}
function closeFind() {
  find.hidden = true;
  findWords(view, '');
  view.focus();
}
function sayFound(number) {
  const count = findWords(view, find.querySelector('[data-find=words]').value);
  find.querySelector('output').textContent = number ? `${number}/${count}` : String(count);
}

const status = root?.querySelector('.files');
const commands = {
  strong: toggleMark(marks.strong), em: toggleMark(marks.em), strike: toggleMark(marks.strike), code: toggleMark(marks.code), link: askLink,
  h2: toggleBlock(nodes.heading, { level: 2 }), h3: toggleBlock(nodes.heading, { level: 3 }),
  bullets: toggleList(nodes.bullet_list), numbers: toggleList(nodes.ordered_list), quote: toggleWrap(nodes.blockquote),
  pre: toggleBlock(nodes.code_block), rule, table: insertTable, pull: toggleBox(nodes.pull), fact: toggleBox(nodes.fact), correction: toggleBox(nodes.correction),
  embed: root && embedDialog(root.querySelector('dialog.embed-ask'), () => view), picture: root && pictureDialog(root.querySelector('dialog.pick'), () => view, status),
  'row-add': addRow, 'column-add': addColumn, 'row-remove': removeRow, 'column-remove': removeColumn, 'table-remove': removeTable,
  undo, redo, find: (state, dispatch) => (dispatch ? openFind() : true),
};
const active = {
  strong: (s) => marked(s, marks.strong), em: (s) => marked(s, marks.em), strike: (s) => marked(s, marks.strike),
  code: (s) => marked(s, marks.code), link: (s) => marked(s, marks.link),
  h2: (s) => inside(s, nodes.heading, { level: 2 }), h3: (s) => inside(s, nodes.heading, { level: 3 }),
  bullets: (s) => inside(s, nodes.bullet_list), numbers: (s) => inside(s, nodes.ordered_list),
  pull: (s) => inBox(s, nodes.pull), fact: (s) => inBox(s, nodes.fact), correction: (s) => inBox(s, nodes.correction),
  quote: (s) => inside(s, nodes.blockquote), pre: (s) => inside(s, nodes.code_block),
};

const keys = {
  'Mod-b': commands.strong, 'Mod-i': commands.em, 'Mod-k': askLink, 'Mod-e': commands.code, 'Mod-Shift-x': commands.strike,
  'Mod-z': undo, 'Mod-y': redo, 'Mod-Shift-z': redo, 'Mod-f': () => openFind(),
  'Mod-Alt-0': setBlockType(nodes.paragraph), 'Mod-Alt-2': commands.h2, 'Mod-Alt-3': commands.h3,
  'Mod-Shift-7': commands.numbers, 'Mod-Shift-8': commands.bullets, 'Mod-Shift-9': commands.quote,
  'Mod-Alt-p': commands.pull, 'Mod-Alt-f': commands.fact, 'Mod-Alt-c': commands.correction, 'Mod-Alt-e': commands.embed, 'Mod-Alt-i': commands.picture,
  Enter: chainCommands(afterTitle, leaveBox, nextCell(1), splitListItem(nodes.list_item)), 'Shift-Enter': chainCommands(nextCell(1), hardBreak),
  'Mod-]': sinkListItem(nodes.list_item), 'Mod-[': liftListItem(nodes.list_item),
  // Tab leaves the editor but in lists and tables, where Escape does.
  Tab: chainCommands(nextCell(1), sinkListItem(nodes.list_item)), 'Shift-Tab': chainCommands(nextCell(-1), liftListItem(nodes.list_item)),
  Escape: () => { toolbarButtons()[0]?.focus(); return true; },
};

// Where nothing stands before it to join, a heading or code becomes an ordinary paragraph.
const plainAtStart = (state, dispatch) => {
  const { empty, $from } = state.selection;
  return empty && !$from.parentOffset && [nodes.heading, nodes.code_block].includes($from.parent.type) && setBlockType(nodes.paragraph)(state, dispatch);
};

const rules = inputRules({ rules: [
  textblockTypeInputRule(/^(#{2,4})\s$/, nodes.heading, (m) => ({ level: m[1].length })),
  textblockTypeInputRule(/^```$/, nodes.code_block),
  wrappingInputRule(/^>\s$/, nodes.blockquote),
  wrappingInputRule(/^[-*]\s$/, nodes.bullet_list),
  wrappingInputRule(/^(\d{1,9})[.)]\s$/, nodes.ordered_list, (m) => ({ order: Number(m[1]) }), (m, node) => node.childCount + node.attrs.order === Number(m[1])),
  new InputRule(/^(---|___|\*\*\*)$/, (state, _, from, to) =>
    state.selection.$from.parent.type === nodes.paragraph && !whereInTable(state) ? state.tr.delete(from, to).replaceSelectionWith(nodes.rule.create()) : null),
] });

// After a table or a rule at the end, something can still be written.
const lastLine = new Plugin({
  appendTransaction: (trs, _, state) => (trs.some((tr) => tr.docChanged) && state.doc.lastChild.type !== nodes.paragraph
    ? state.tr.insert(state.doc.content.size, nodes.paragraph.create()) : null),
});

// ---- Toolbar: one stop for Tab, arrows within

const toolbar = root?.querySelector('[role=toolbar]');
const toolbarButtons = () => [...toolbar.querySelectorAll('button')].filter((b) => !b.hidden && !b.closest('[hidden]'));

function drawToolbar() {
  toolbar.querySelector('.table-tools').hidden = !whereInTable(view.state);
  for (const button of toolbar.querySelectorAll('button[data-do]')) {
    const { do: name } = button.dataset;
    button.setAttribute('aria-disabled', String(!commands[name](view.state)));
    if (active[name]) button.setAttribute('aria-pressed', String(active[name](view.state)));
  }
  const buttons = toolbarButtons();
  if (!buttons.some((b) => b.tabIndex === 0)) buttons[0].tabIndex = 0;
}

function setUpToolbar() {
  toolbar.querySelectorAll('button').forEach((b, i) => { b.tabIndex = i ? -1 : 0; });
  const stop = (button) => {
    toolbar.querySelectorAll('button').forEach((b) => { b.tabIndex = b === button ? 0 : -1; });
    button.focus();
  };
  toolbar.addEventListener('mousedown', (e) => e.preventDefault()); // the selection stays
  toolbar.addEventListener('click', (e) => {
    const button = e.target.closest('button[data-do]');
    if (!button) return;
    toolbar.querySelectorAll('button').forEach((b) => { b.tabIndex = b === button ? 0 : -1; });
    if (button.getAttribute('aria-disabled') === 'true') return;
    commands[button.dataset.do](view.state, view.dispatch, view);
    if (!root.querySelector('dialog[open]') && find.hidden) view.focus();
  });
  toolbar.addEventListener('keydown', (e) => {
    const buttons = toolbarButtons(), at = buttons.indexOf(e.target);
    const step = getComputedStyle(toolbar).direction === 'rtl' ? -1 : 1;
    const to = { ArrowRight: at + step, ArrowLeft: at - step, Home: 0, End: buttons.length - 1 }[e.key];
    if (e.key === 'Escape') view.focus();
    else if (to === undefined || at < 0) return;
    else stop(buttons[(to + buttons.length) % buttons.length]);
    e.preventDefault();
  });
}

// ---- The document

// What a block yields is found once: blocks that nobody touches stay the same objects.
function ofBlocks(find) {
  let known = new WeakMap();
  return {
    forget() { known = new WeakMap(); },
    list(doc) {
      const all = [];
      doc.forEach((block) => {
        if (!known.has(block)) known.set(block, find(block));
        all.push(known.get(block));
      });
      return all;
    },
  };
}
let segmenter = null;
const wordsOf = ofBlocks((block) => {
  const text = block.textBetween(0, block.content.size, '\n', ' ');
  if (!segmenter) return text.split(/\s+/).filter(Boolean).length;
  let words = 0;
  for (const part of segmenter.segment(text)) words += part.isWordLike ? 1 : 0;
  return words;
});
const jsonOf = ofBlocks((block) => JSON.stringify(block.toJSON()));

function countIn(tag) {
  try { segmenter = Intl.Segmenter ? new Intl.Segmenter(tag || 'en', { granularity: 'word' }) : null; } catch { segmenter = new Intl.Segmenter('en', { granularity: 'word' }); }
  wordsOf.forget();
}
function drawCount() {
  const words = wordsOf.list(view.state.doc).reduce((sum, n) => sum + n, 0);
  root.querySelector('[data-count=words]').textContent = words.toLocaleString('en');
  root.querySelector('[data-count=minutes]').textContent = words && Math.max(1, Math.round(words / WORDS_A_MINUTE));
}

// Lists, tables and boxes stand as the story's language is written, as readers will see them.
const FROM_RIGHT = new Set(['Adlm', 'Arab', 'Hebr', 'Mand', 'Mend', 'Nkoo', 'Rohg', 'Samr', 'Syrc', 'Thaa', 'Yezi']);
function direction(tag) {
  try { return FROM_RIGHT.has(new Intl.Locale(tag).maximize().script) ? 'rtl' : 'ltr'; } catch { return 'ltr'; }
}

// The form's field holds the document, or nothing as long as the text is what it was.
function sync() {
  if (view) field.value = view.state.doc.eq(untouched) ? '' : `{"type":"doc","content":[${jsonOf.list(view.state.doc)}]}`;
}
let timer;
function changed() {
  clearTimeout(timer);
  timer = setTimeout(() => { if (view) { sync(); drawCount(); } }, SYNC_AFTER);
  field.dispatchEvent(new Event('input', { bubbles: true }));
}

async function ask(fields) {
  const response = await fetch('/desk/stories/document', {
    method: 'POST', headers: { Accept: 'application/json' }, signal: AbortSignal.timeout(10000), body: new URLSearchParams({ token: form.elements.token.value, ...fields }),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error);
  return answer;
}

// Markdown's forms that an editor of one piece would break: blocks pasted keep no claim to old bytes.
const withoutRefs = (fragment) => {
  const list = [];
  fragment.forEach((node) => list.push('ref' in node.attrs ? node.type.create({ ...node.attrs, ref: null }, withoutRefs(node.content), node.marks)
    : node.isText ? node : node.copy(withoutRefs(node.content))));
  return Fragment.fromArray(list);
};

function open(base, now) {
  untouched = Node.fromJSON(schema, base);
  const doc = now ? Node.fromJSON(schema, now) : untouched;
  doc.check();
  const direct = new Plugin({ props: { attributes: () => ({
    role: 'textbox', 'aria-multiline': 'true', 'aria-label': root.dataset.label, 'aria-describedby': 'visual-help',
    lang: language?.value ?? '', dir: direction(language?.value.trim()), spellcheck: 'true', class: 'words',
  }) } });
  view = new EditorView(root.querySelector('.surface'), {
    state: EditorState.create({ doc, plugins: [rules, keymap(keys), keymap(baseKeymap), keymap({ Backspace: plainAtStart }), history(), findPlugin, lastLine, direct, new Plugin({ props: embedOnPaste })] }),
    dispatchTransaction(tr) {
      view.updateState(view.state.apply(tr));
      if (tr.docChanged) changed();
      drawToolbar();
    },
    transformPastedHTML: cleanHTML,
    transformPasted: (slice) => new Slice(withoutRefs(slice.content), slice.openStart, slice.openEnd),
    ...fileProps(status),
    nodeViews: { picture: pictureView({ alt: root.dataset.alt, caption: root.dataset.caption }) },
  });
  drawToolbar();
  countIn(language?.value.trim());
  drawCount();
}

const [toVisual, toPlain] = ['visual', 'plain'].map((name) => root?.querySelector(`[data-mode=${name}]`));
function show(visual) {
  root.querySelector('.frame').hidden = !visual;
  plain.hidden = visual;
  document.getElementById('body-help').hidden = visual;
  toVisual.setAttribute('aria-pressed', String(visual));
  toPlain.setAttribute('aria-pressed', String(!visual));
}
function say(error) {
  const place = root.querySelector('.trouble');
  place.hidden = !error;
  place.textContent = error ? `${root.dataset.failed} ${error.message ?? ''}` : '';
}

async function goVisual() {
  const text = plain.value;
  const answer = await ask({ body: text });
  // Somebody began to type in the meantime: theirs is the text.
  if (plain.value !== text || (document.activeElement === plain && remembered() === null)) return show(false);
  show(true);
  open(answer, field.value ? JSON.parse(field.value) : null);
}

async function goPlain() {
  sync();
  if (field.value) plain.value = (await ask({ body: plain.value, document: field.value })).body;
  field.value = '';
  view.destroy();
  view = null;
  show(false);
}

let going = false;
async function go(visual) {
  if (going || visual === !!view) return;
  going = true;
  try {
    await (visual ? goVisual() : goPlain());
    say(null);
  } catch (error) {
    view?.destroy();
    if (visual) { view = null; show(false); }
    say(error);
  }
  going = false;
}

function remember(mode) {
  try { localStorage.setItem('desk-editor', mode); } catch { /* not allowed: then not */ }
}
function remembered() {
  try { return localStorage.getItem('desk-editor'); } catch { return null; }
}

if (root && plain && field) {
  root.hidden = false;
  setUpToolbar();
  toVisual.addEventListener('click', async () => { await go(true); remember('visual'); view?.focus(); });
  toPlain.addEventListener('click', async () => { await go(false); remember('plain'); plain.focus(); });
  form.addEventListener('submit', sync, true);
  form.addEventListener('formdata', (e) => { sync(); e.formData.set('document', field.value); });
  document.querySelector('label[for=body]')?.addEventListener('click', () => view?.focus());
  language?.addEventListener('change', () => {
    if (!view) return;
    view.updateState(view.state);
    countIn(language.value.trim());
    drawCount();
  });
  link.addEventListener('click', (e) => { const { link: how } = e.target.dataset; if (how) endLink(how); });
  link.addEventListener('keydown', (e) => { if (e.key === 'Enter' && e.target.matches('input')) { e.preventDefault(); endLink('set'); } });
  find.addEventListener('input', (e) => { if (e.target.dataset.find === 'words') sayFound(); e.stopPropagation(); });
  find.addEventListener('keydown', (e) => {
    if (e.key === 'Escape') closeFind();
    else if (e.key === 'Enter' && e.target.matches('input')) sayFound(findNext(view, e.shiftKey));
    else return;
    e.preventDefault();
  });
  find.addEventListener('click', (e) => {
    const by = find.querySelector('[data-find=by]').value;
    const what = { next: () => findNext(view), back: () => findNext(view, true), one: () => replaceOne(view, by), all: () => { replaceAll(view, by); }, close: closeFind }[e.target.dataset.find];
    if (!what || e.target.matches('input')) return;
    const number = what();
    if (!find.hidden) sayFound(number);
  });
  if (remembered() === 'plain' && !field.value) show(false);
  else go(true);
}
