// Tables as Markdown has them: one line of heads, rows of equal width.
import { TextSelection } from 'prosemirror-state';
import { schema } from './schema.js';

const { table, table_row: tableRow, table_cell: tableCell } = schema.nodes;

export function whereInTable({ selection: { $from } }) {
  for (let depth = $from.depth; depth > 1; depth--)
    if ($from.node(depth).type === tableCell)
      return { table: $from.node(depth - 2), pos: $from.before(depth - 2), row: $from.index(depth - 2), column: $from.index(depth - 1) };
  return null;
}

const emptyRow = (width) => tableRow.create(null, Array.from({ length: width }, () => tableCell.create()));

export function insertTable(state, dispatch) {
  if (whereInTable(state)) return false;
  const tr = state.tr.replaceSelectionWith(table.create({ align: '---' }, [emptyRow(3), emptyRow(3), emptyRow(3)]));
  if (tr.doc.eq(state.doc)) return false;
  if (dispatch) {
    let at = -1;
    tr.doc.nodesBetween(Math.max(0, state.selection.from - 2), Math.min(tr.doc.content.size, tr.mapping.map(state.selection.to) + 2),
      (node, pos) => { if (node.type === tableCell && at < 0 && pos >= state.selection.from - 2) at = pos; });
    if (at >= 0) tr.setSelection(TextSelection.create(tr.doc, at + 1));
    dispatch(tr.scrollIntoView());
  }
  return true;
}

function place(tr, pos, row, column) {
  const now = tr.doc.nodeAt(pos);
  let at = pos + 1;
  for (let i = 0; i < row; i++) at += now.child(i).nodeSize;
  at += 1;
  for (let i = 0; i < column; i++) at += now.child(row).child(i).nodeSize;
  return tr.setSelection(TextSelection.create(tr.doc, at + 1));
}

// `change` gets rows as lists of cells and alignments, and says where the cursor goes.
const changing = (change) => (state, dispatch) => {
  const here = whereInTable(state);
  if (!here) return false;
  const rows = [];
  here.table.forEach((row) => { const cells = []; row.forEach((cell) => cells.push(cell)); rows.push(cells); });
  const width = Math.max(...rows.map((cells) => cells.length));
  for (const cells of rows) while (cells.length < width) cells.push(tableCell.create());
  const align = here.table.attrs.align.padEnd(width, '-').split('');
  const goTo = change(rows, align, here);
  if (!goTo) return false;
  if (dispatch) {
    const next = table.create({ ...here.table.attrs, align: align.join('') }, rows.map((cells) => tableRow.create(null, cells)));
    const tr = state.tr.replaceWith(here.pos, here.pos + here.table.nodeSize, next);
    dispatch(place(tr, here.pos, ...goTo).scrollIntoView());
  }
  return true;
};

export const addRow = changing((rows, align, { row, column }) => {
  rows.splice(row + 1, 0, align.map(() => tableCell.create()));
  return [row + 1, column];
});
export const addColumn = changing((rows, align, { row, column }) => {
  rows.forEach((cells) => cells.splice(column + 1, 0, tableCell.create()));
  align.splice(column + 1, 0, '-');
  return [row, column + 1];
});
export const removeRow = changing((rows, align, { row, column }) => {
  if (rows.length < 2) return null;
  rows.splice(row, 1);
  return [Math.min(row, rows.length - 1), column];
});
export const removeColumn = changing((rows, align, { row, column }) => {
  if (align.length < 2) return null;
  rows.forEach((cells) => cells.splice(column, 1));
  align.splice(column, 1);
  return [row, Math.min(column, align.length - 1)];
});
export function removeTable(state, dispatch) {
  const here = whereInTable(state);
  if (!here) return false;
  dispatch?.(state.tr.delete(here.pos, here.pos + here.table.nodeSize).scrollIntoView());
  return true;
}

export const nextCell = (step) => (state, dispatch) => {
  const here = whereInTable(state);
  if (!here) return false;
  const width = here.table.child(here.row).childCount;
  let row = here.row, column = here.column + step;
  if (column >= width) { row++; column = 0; }
  if (column < 0) { row--; column = width - 1; }
  if (row < 0) return false;
  if (row >= here.table.childCount) return addRow(state, dispatch && ((tr) => dispatch(place(tr, here.pos, row, 0))));
  dispatch?.(place(state.tr, here.pos, row, column).scrollIntoView());
  return true;
};
