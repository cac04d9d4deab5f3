// Find and replace: what is found is marked, one of it is chosen.
import { Plugin, PluginKey, TextSelection } from 'prosemirror-state';
import { Decoration, DecorationSet } from 'prosemirror-view';

const key = new PluginKey('find');

// Capital letters count for nothing; letters that grow when they are made small (İ) keep their places.
function search(doc, words) {
  const found = [];
  if (!words) return found;
  const wanted = new RegExp(words.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'), 'giu');
  doc.descendants((node, pos) => {
    if (!node.isTextblock) return true;
    for (const { index, 0: { length } } of node.textBetween(0, node.content.size, '\n', '\ufffc').matchAll(wanted))
      found.push({ from: pos + 1 + index, to: pos + 1 + index + length });
    return false;
  });
  return found;
}

export const findPlugin = new Plugin({
  key,
  state: {
    init: () => ({ words: '', found: [] }),
    apply(tr, before, _, state) {
      const words = tr.getMeta(key) ?? before.words;
      return words === before.words && !tr.docChanged ? before : { words, found: search(state.doc, words) };
    },
  },
  props: {
    decorations(state) {
      return DecorationSet.create(state.doc, key.getState(state).found.map(({ from, to }) => Decoration.inline(from, to, { class: 'found' })));
    },
  },
});

export function findWords(view, words) {
  view.dispatch(view.state.tr.setMeta(key, words));
  return key.getState(view.state).found.length;
}

export function findNext(view, back) {
  const { found } = key.getState(view.state), { from, to } = view.state.selection;
  if (!found.length) return 0;
  const one = back ? found.findLast((f) => f.to <= from) ?? found.at(-1) : found.find((f) => f.from >= to) ?? found[0];
  view.dispatch(view.state.tr.setSelection(TextSelection.create(view.state.doc, one.from, one.to)).scrollIntoView());
  return found.indexOf(one) + 1;
}

export function replaceOne(view, words) {
  const { found } = key.getState(view.state), { from, to } = view.state.selection;
  if (found.some((f) => f.from === from && f.to === to)) view.dispatch(view.state.tr.insertText(words, from, to));
  return findNext(view);
}

export function replaceAll(view, words) {
  const { found } = key.getState(view.state);
  let { tr } = view.state;
  for (const { from, to } of [...found].reverse()) tr = tr.insertText(words, from, to);
  view.dispatch(tr);
  return found.length;
}
