// What a story may hold: the server's document (src/render/editor_document.h), and nothing else.
import { Schema } from 'prosemirror-model';

const SCHEMES = ['http:', 'https:', 'mailto:', 'tel:'];

// The address as it may stand in a link, or null.
export function safeAddress(text) {
  const address = text.trim();
  if (!address || /[\s\\\u0000-\u001f]/.test(address) || address.startsWith('//')) return null;
  const scheme = /^([a-z][a-z0-9+.-]*:)/i.exec(address);
  if (scheme) return SCHEMES.includes(scheme[1].toLowerCase()) && address.length > scheme[1].length ? address : null;
  if (/^[/#?]/.test(address)) return address;
  if (/^[^/@:]+@[^/@:]+\.[^/@:]+$/.test(address)) return `mailto:${address}`;
  if (/^[^/:]+\.[^/:]{2,}(\/|$)/.test(address)) return `https://${address}`;
  return null;
}

const block = (spec) => ({ group: 'block', ...spec, attrs: { ref: { default: null }, ...spec.attrs } });
// Boxes, embeds and pictures stand at the top level only.
const special = (spec) => block({ group: 'special', ...spec });

// The words of the desk's language that stand in the sheet.
const say = document.querySelector('[data-visual]')?.dataset ?? {};

// "picture:12": its thumbnail is the library's.
export const thumb = (src) => `/desk/pictures/${src.slice('picture:'.length)}/thumb`;

export const schema = new Schema({
  nodes: {
    doc: { content: '(block | special)+' },
    paragraph: block({ content: 'inline*', parseDOM: [{ tag: 'p' }], toDOM: () => ['p', { dir: 'auto' }, 0] }),
    heading: block({
      content: '(text | image)*', defining: true, attrs: { level: { default: 2 } },
      parseDOM: [1, 2, 3, 4, 5, 6].map((level) => ({ tag: `h${level}`, attrs: { level: Math.max(2, level) } })),
      toDOM: (node) => [`h${node.attrs.level}`, { dir: 'auto' }, 0],
    }),
    blockquote: block({ content: 'block+', defining: true, parseDOM: [{ tag: 'blockquote' }], toDOM: () => ['blockquote', 0] }),
    bullet_list: block({
      content: 'list_item+', attrs: { tight: { default: true } },
      parseDOM: [{ tag: 'ul' }], toDOM: () => ['ul', 0],
    }),
    ordered_list: block({
      content: 'list_item+', attrs: { order: { default: 1 }, tight: { default: true } },
      parseDOM: [{ tag: 'ol', getAttrs: (dom) => ({ order: Number(dom.getAttribute('start')) || 1 }) }],
      toDOM: (node) => ['ol', node.attrs.order === 1 ? {} : { start: node.attrs.order }, 0],
    }),
    list_item: { content: 'block+', defining: true, parseDOM: [{ tag: 'li' }], toDOM: () => ['li', 0] },
    code_block: block({
      content: 'text*', marks: '', code: true, defining: true, attrs: { info: { default: '' } },
      parseDOM: [{ tag: 'pre', preserveWhitespace: 'full' }], toDOM: () => ['pre', { dir: 'ltr' }, ['code', 0]],
    }),
    raw: block({
      atom: true, attrs: { text: { default: '' } },
      parseDOM: [{ tag: 'div[data-raw]', getAttrs: (dom) => ({ text: dom.dataset.raw }) }],
      toDOM: (node) => ['div', { 'data-raw': node.attrs.text, class: 'raw' }, node.attrs.text],
    }),
    rule: block({ parseDOM: [{ tag: 'hr' }], toDOM: () => ['hr'] }),
    table: block({
      content: 'table_row+', isolating: true, attrs: { align: { default: '' } },
      parseDOM: [{ tag: 'table' }], toDOM: () => ['table', ['tbody', 0]],
    }),
    table_row: { content: 'table_cell+', parseDOM: [{ tag: 'tr' }], toDOM: () => ['tr', 0] },
    table_cell: {
      content: '(text | image)*', isolating: true, parseDOM: [{ tag: 'td' }, { tag: 'th' }],
      toDOM: () => ['td', { dir: 'auto' }, 0],
    },
    pull: special({
      content: 'block+', defining: true,
      parseDOM: [{ tag: 'blockquote.pull', priority: 60 }], toDOM: () => ['blockquote', { class: 'pull' }, 0],
    }),
    ...Object.fromEntries(['fact', 'correction'].map((kind) => [kind, special({
      content: 'box_title block+', defining: true, isolating: true,
      parseDOM: [{ tag: `aside[data-box=${kind}]` }],
      toDOM: () => ['aside', { 'data-box': kind, 'data-kind': say[kind] }, 0],
    })])),
    box_title: {
      content: '(text | image)*', defining: true,
      parseDOM: [{ tag: 'p[data-box-title]', priority: 60 }],
      toDOM: () => ['p', { 'data-box-title': '', 'data-empty': say.title, dir: 'auto' }, 0],
    },
    embed: special({
      atom: true, attrs: { url: { default: '' } },
      parseDOM: [{ tag: 'div[data-embed]', getAttrs: (dom) => ({ url: dom.dataset.embed }) }],
      toDOM: ({ attrs }) => ['div', { class: 'embed', 'data-embed': attrs.url, 'data-kind': say.embed }, ['bdi', { dir: 'ltr' }, attrs.url]],
    }),
    picture: special({
      atom: true, draggable: true, attrs: { src: { default: '' }, alt: { default: '' }, caption: { default: '' } },
      parseDOM: [{ tag: 'figure[data-picture]', getAttrs: ({ dataset }) => ({ src: dataset.picture, alt: dataset.alt, caption: dataset.caption }) }],
      toDOM: ({ attrs }) => ['figure', { 'data-picture': attrs.src, 'data-alt': attrs.alt, 'data-caption': attrs.caption },
        ['img', { src: thumb(attrs.src), alt: attrs.alt }], ['figcaption', attrs.caption]],
    }),
    text: { group: 'inline' },
    hard_break: { inline: true, group: 'inline', selectable: false, parseDOM: [{ tag: 'br' }], toDOM: () => ['br'] },
    image: {
      inline: true, group: 'inline', atom: true,
      attrs: { src: { default: '' }, alt: { default: '' }, title: { default: '' } },
      parseDOM: [{ tag: 'span[data-src]', getAttrs: (dom) => ({ src: dom.dataset.src, alt: dom.dataset.alt, title: dom.dataset.title }) }],
      toDOM: ({ attrs }) => ['span', { class: 'picture-link', 'data-src': attrs.src, 'data-alt': attrs.alt, 'data-title': attrs.title }, attrs.alt || attrs.src],
    },
  },
  marks: {
    link: {
      attrs: { href: {}, title: { default: '' } }, inclusive: false,
      parseDOM: [{ tag: 'a[href]', getAttrs: (dom) => {
        const href = safeAddress(dom.getAttribute('href'));
        return href ? { href, title: dom.getAttribute('title') ?? '' } : false;
      } }],
      toDOM: (mark) => ['a', { href: mark.attrs.href, title: mark.attrs.title || null, rel: 'noopener' }, 0],
    },
    strong: {
      parseDOM: [
        { tag: 'strong' }, { tag: 'b' },
        { style: 'font-weight=normal', clearMark: (mark) => mark.type.name === 'strong' },
        { style: 'font-weight=400', clearMark: (mark) => mark.type.name === 'strong' },
        { style: 'font-weight', getAttrs: (value) => /^(bold|bolder|[6-9]00)$/.test(value) && null },
      ],
      toDOM: () => ['strong', 0],
    },
    em: {
      parseDOM: [
        { tag: 'em' }, { tag: 'i' }, { style: 'font-style=italic' },
        { style: 'font-style=normal', clearMark: (mark) => mark.type.name === 'em' },
      ],
      toDOM: () => ['em', 0],
    },
    strike: { parseDOM: [{ tag: 's' }, { tag: 'del' }, { tag: 'strike' }, { style: 'text-decoration=line-through' }], toDOM: () => ['del', 0] },
    code: { code: true, parseDOM: [{ tag: 'code' }, { tag: 'tt' }], toDOM: () => ['code', 0] },
  },
});
