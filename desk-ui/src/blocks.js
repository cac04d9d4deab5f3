// Boxes, embeds and pictures: what stands at the top level of the document only.
import { closeHistory } from 'prosemirror-history';
import { NodeSelection, TextSelection } from 'prosemirror-state';
import { ask, later } from './ask.js';
import { safeAddress, schema, thumb } from './schema.js';
import { isPicture, send } from './send.js';

const { nodes } = schema;

export const inBox = (state, type) => state.selection.$from.node(1)?.type === type;

// The blocks of the selection become a box, or the box's blocks stand alone again.
export const toggleBox = (type) => (state, dispatch) => {
  const { $from, $to } = state.selection;
  if (!$from.depth || !$to.depth) return false;
  const blocks = [], tr = state.tr;
  if (inBox(state, type)) {
    const box = $from.node(1);
    box.forEach((node) => {
      if (node.type !== nodes.box_title) blocks.push(node);
      else if (node.content.size) blocks.push(nodes.paragraph.create(null, node.content));
    });
    if (dispatch) {
      tr.replaceWith($from.before(1), $from.after(1), blocks);
      dispatch(tr.setSelection(TextSelection.near(tr.doc.resolve($from.before(1) + 1))).scrollIntoView());
    }
    return true;
  }
  const start = $from.before(1), end = $to.after(1);
  state.doc.nodesBetween(start, end, (node) => { blocks.push(node); return false; });
  if (!blocks.every((node) => node.type.isInGroup('block'))) return false;
  if (dispatch) {
    const inner = blocks.map((node) => node.type.create({ ...node.attrs, ref: null }, node.content));
    tr.replaceWith(start, end, type.create(null, type === nodes.pull ? inner : [nodes.box_title.create(), ...inner]));
    const at = type === nodes.pull ? tr.doc.resolve($from.pos + 1) : tr.doc.resolve(start + 2);
    dispatch(tr.setSelection(TextSelection.near(at)).scrollIntoView());
  }
  return true;
};

// Where a block of the top level may come in: in place of an empty paragraph, else after what is there.
function insertTop(view, node, pos) {
  const $pos = view.state.doc.resolve(pos ?? view.state.selection.from);
  const empty = $pos.depth === 1 && $pos.parent.type === nodes.paragraph && !$pos.parent.content.size;
  const at = $pos.depth ? (empty ? $pos.before(1) : $pos.after(1)) : $pos.pos;
  const tr = empty ? view.state.tr.replaceWith(at, $pos.after(1), node) : view.state.tr.insert(at, node);
  view.dispatch(tr.setSelection(NodeSelection.create(tr.doc, at)).scrollIntoView());
}

// From a box's title Enter leads on, instead of parting it.
export const afterTitle = (state, dispatch) => {
  const { $from } = state.selection;
  if ($from.parent.type !== nodes.box_title) return false;
  dispatch?.(state.tr.setSelection(TextSelection.near(state.doc.resolve($from.after() + 1))).scrollIntoView());
  return true;
};

// From an empty line at its end Enter leads out of a box, as out of a quote.
export const leaveBox = (state, dispatch) => {
  const { $from, empty } = state.selection, box = $from.node(1);
  if (!empty || $from.depth !== 2 || $from.parent.content.size || ![nodes.fact, nodes.correction].includes(box.type)) return false;
  if ($from.index(1) !== box.childCount - 1 || box.childCount < 3) return false;
  const tr = state.tr.delete($from.before(2), $from.after(2)), after = tr.mapping.map($from.after(1));
  tr.insert(after, nodes.paragraph.create());
  dispatch?.(tr.setSelection(TextSelection.create(tr.doc, after + 1)).scrollIntoView());
  return true;
};

// ---- Dialogs

// The server says what can be embedded; anything else can still be a link.
export function embedDialog(dialog, viewOf) {
  const address = dialog.querySelector('input'), fault = dialog.querySelector('[role=alert]'), asLink = dialog.querySelector('[data-embed-do=link]');
  const typed = () => safeAddress(address.value) ?? address.value.trim();
  const end = (node) => {
    dialog.close();
    if (node) insertTop(viewOf(), node);
    viewOf().focus();
  };
  const refuse = (words) => {
    fault.textContent = words;
    fault.hidden = false;
    asLink.hidden = !safeAddress(address.value);
    address.focus();
  };
  const set = async () => {
    const url = typed();
    let provider = null;
    fault.hidden = true;
    try {
      if (url) ({ provider } = await ask('/desk/embeds', { url }));
    } catch {
      return refuse(fault.dataset.unasked);
    }
    if (!dialog.open || typed() !== url) return null; // thought better of meanwhile
    return provider ? end(nodes.embed.create({ url })) : refuse(fault.dataset.bad);
  };
  const link = () => {
    const href = typed();
    end(nodes.paragraph.create(null, schema.text(href, [schema.marks.link.create({ href })])));
  };
  const how = { set, link, cancel: () => end(null) };
  dialog.addEventListener('click', (e) => how[e.target.dataset.embedDo]?.());
  dialog.addEventListener('keydown', (e) => { if (e.key === 'Enter' && e.target === address) { e.preventDefault(); set(); } });
  address.addEventListener('input', (e) => { e.stopPropagation(); fault.hidden = asLink.hidden = true; });
  return (state, dispatch) => {
    if (dispatch) { address.value = ''; fault.hidden = asLink.hidden = true; dialog.showModal(); }
    return true;
  };
}

// One after the other, where they were dropped; the status line says how it stands.
export async function takeFiles(view, files, pos, status) {
  const { token } = view.dom.closest('form').elements;
  for (const file of files) {
    status.textContent = status.dataset.busy;
    try {
      const { id, alt, caption } = await send(file, token.value);
      insertTop(view, nodes.picture.create({ src: `picture:${id}`, alt, caption }), pos && Math.min(pos, view.state.doc.content.size));
      status.textContent = '';
    } catch (error) {
      status.textContent = error.message || status.dataset.failed;
    }
  }
}

export function pictureDialog(dialog, viewOf, status) {
  const list = dialog.querySelector('.choices'), input = dialog.querySelector('input[type=file]');
  const words = dialog.querySelector('input[type=search]'), said = dialog.querySelector('[role=status]'), further = dialog.querySelector('[data-pick=further]');
  let next = 0;
  const choice = ({ id, thumb: src, name }) => {
    const button = document.createElement('button'), image = document.createElement('img');
    button.type = 'button';
    button.dataset.pick = id;
    Object.assign(image, { src, alt: name || String(id) });
    button.append(image);
    return button;
  };
  const find = async (before) => {
    const found = await ask('/desk/pictures', { q: words.value.trim(), before });
    return () => {
      if (before) list.append(...found.pictures.map(choice));
      else list.replaceChildren(...found.pictures.map(choice));
      next = found.next ?? 0;
      further.hidden = !next;
      said.textContent = list.children.length ? '' : said.dataset.none;
    };
  };
  const look = later(() => find(0));
  words.addEventListener('input', (e) => { e.stopPropagation(); look(); });
  words.addEventListener('keydown', (e) => { if (e.key === 'Enter') { e.preventDefault(); look(); } });
  dialog.addEventListener('click', async (e) => {
    const { pick } = e.target.closest('button')?.dataset ?? {};
    if (!pick) return;
    if (pick === 'further') {
      try {
        const last = list.lastElementChild;
        (await find(next))();
        last?.nextElementSibling?.focus();
      } catch { /* the button stays for another try */ }
      return;
    }
    dialog.close();
    if (pick !== 'cancel') insertTop(viewOf(), nodes.picture.create({ src: `picture:${pick}` }));
    viewOf().focus();
  });
  input.addEventListener('change', () => {
    const files = [...input.files];
    input.value = '';
    dialog.close();
    takeFiles(viewOf(), files, null, status);
  });
  input.addEventListener('input', (e) => e.stopPropagation());
  return (state, dispatch) => {
    if (!dispatch) return true;
    words.value = '';
    look();
    dialog.showModal();
    return true;
  };
}

// An address that was pasted on a line of its own becomes an embed when the server says that it can
// be one: that is how readers get it. It is a step of its own, so undo gives the address back.
async function embedPasted(view, words, at) {
  const url = safeAddress(words);
  let found = null;
  try {
    if (!(await ask('/desk/embeds', { url })).provider) return;
  } catch {
    return; // the server says it when the text is saved
  }
  if (view.isDestroyed) return;
  view.state.doc.forEach((node, pos) => {
    const nearer = found === null || Math.abs(pos - at) < Math.abs(found - at);
    if (node.type === nodes.paragraph && node.textContent === words && nearer) found = pos;
  });
  if (found === null) return; // written on meanwhile
  const { state } = view, old = state.doc.nodeAt(found), end = found + old.nodeSize;
  const within = state.selection.from >= found && state.selection.to <= end;
  const tr = closeHistory(state.tr).replaceWith(found, end, nodes.embed.create({ url }));
  if (within) {
    const next = found + 1;
    if (next === tr.doc.content.size) tr.insert(next, nodes.paragraph.create());
    tr.setSelection(TextSelection.near(tr.doc.resolve(next)));
  }
  view.dispatch(tr.scrollIntoView());
}

export const embedOnPaste = {
  handlePaste(view, event) {
    const words = event.clipboardData?.getData('text/plain').trim() ?? '', { $from, empty } = view.state.selection;
    if (!empty || $from.depth !== 1 || $from.parent.type !== nodes.paragraph || $from.parent.content.size) return false;
    if (/^https?:\/\/\S+$/.test(words) && safeAddress(words)) embedPasted(view, words, $from.before(1));
    return false;
  },
};

// Files that are dropped or pasted; word processors put a picture of the words beside the words.
export const fileProps = (status) => ({
  handleDrop(view, event) {
    const all = [...(event.dataTransfer?.files ?? [])], files = all.filter(isPicture);
    if (files.length) takeFiles(view, files, view.posAtCoords({ left: event.clientX, top: event.clientY })?.pos, status);
    return all.length > 0;
  },
  handlePaste(view, event) {
    const files = [...(event.clipboardData?.files ?? [])].filter(isPicture);
    if (!files.length || event.clipboardData.types.includes('text/plain') || event.clipboardData.types.includes('text/html')) return false;
    takeFiles(view, files, null, status);
    return true;
  },
});

// ---- A picture in the sheet, with its words

export function pictureView(say) {
  return (first, view, getPos) => {
    let node = first;
    const dom = document.createElement('figure'), image = document.createElement('img'), fields = {};
    dom.append(image);
    for (const name of ['alt', 'caption']) {
      const label = document.createElement('label'), input = document.createElement('input');
      input.dir = 'auto';
      input.addEventListener('input', (e) => {
        e.stopPropagation();
        view.dispatch(view.state.tr.setNodeMarkup(getPos(), null, { ...node.attrs, [name]: input.value }));
      });
      input.addEventListener('keydown', (e) => { if (e.key === 'Enter') { e.preventDefault(); view.focus(); } });
      label.append(say[name], input);
      dom.append(label);
      fields[name] = input;
    }
    const draw = () => {
      if (image.getAttribute('src') !== thumb(node.attrs.src)) image.src = thumb(node.attrs.src);
      image.alt = node.attrs.alt;
      for (const [name, input] of Object.entries(fields)) if (input.value !== node.attrs[name]) input.value = node.attrs[name];
      fields.alt.classList.toggle('wanted', !node.attrs.alt);
    };
    draw();
    return {
      dom,
      update(next) { if (next.type !== nodes.picture) return false; node = next; draw(); return true; },
      stopEvent: (e) => e.target.matches?.('input, label'),
      ignoreMutation: () => true,
    };
  };
}
