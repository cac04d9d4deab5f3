// HTML of Word, Google Docs and web pages, before the schema reads it.

// Word writes lists as paragraphs whose style names the list's level; the bullet is text.
function wordLists(body) {
  const items = [...body.querySelectorAll('p')].filter((p) => /mso-list:\s*l\d+\s+level\d/i.test(p.dataset.style ?? ''));
  const done = new Set();
  for (const first of items) {
    if (done.has(first)) continue;
    const run = [first];
    while (items.includes(run.at(-1).nextElementSibling)) run.push(run.at(-1).nextElementSibling);
    run.forEach((p) => done.add(p));
    const open = [];
    let anchor = null;
    for (const p of run) {
      const level = Number(/level(\d)/i.exec(p.dataset.style)[1]);
      const marker = p.querySelector('[data-style*="mso-list:Ignore" i], [data-style*="mso-list: Ignore" i]');
      const numbered = /^\s*\(?\w{1,3}[.)]/.test(marker?.textContent ?? '');
      marker?.remove();
      while (open.length > level) open.pop();
      while (open.length < level) {
        const list = body.ownerDocument.createElement(numbered ? 'ol' : 'ul');
        if (open.length) (open.at(-1).lastElementChild ?? open.at(-1).appendChild(body.ownerDocument.createElement('li'))).append(list);
        else anchor = list;
        open.push(list);
      }
      if (anchor && !anchor.isConnected) p.before(anchor);
      const item = body.ownerDocument.createElement('li');
      item.append(...p.childNodes);
      open.at(-1).append(item);
      p.remove();
    }
  }
}

function comments(node) {
  for (const child of [...node.childNodes]) {
    if (child.nodeType === 8) child.remove();
    else comments(child);
  }
}

// What a style says becomes a mark; in headings and heads of tables it says nothing.
function styles(body) {
  for (const e of [...body.querySelectorAll('[data-style]')]) {
    const style = e.dataset.style;
    delete e.dataset.style;
    const plain = /font-weight:\s*(normal|[1-4]00)/i.test(style);
    if (plain && e.matches('b, strong')) { e.replaceWith(...e.childNodes); continue; }
    if (!e.matches('span, font') || e.closest('h1, h2, h3, h4, h5, h6, th')) continue;
    for (const [name, form] of [['strong', /font-weight:\s*(bold|bolder|[6-9]00)/i], ['em', /font-style:\s*italic/i], ['s', /text-decoration[a-z-]*:[^;]*line-through/i]]) {
      if (!form.test(style)) continue;
      const mark = body.ownerDocument.createElement(name);
      mark.append(...e.childNodes);
      e.append(mark);
    }
  }
}

// Search engines and mail programs lead through addresses of their own.
function address(href) {
  try {
    const url = new URL(href);
    if (/(^|\.)google\.[a-z.]+$/.test(url.hostname) && url.pathname === '/url') return url.searchParams.get('q') ?? href;
    for (const name of [...url.searchParams.keys()]) if (/^(utm_\w+|fbclid|gclid)$/.test(name)) url.searchParams.delete(name);
    return url.href === new URL(href).href ? href : url.href;
  } catch {
    return href;
  }
}

// A cell holds one line: what stands in paragraphs and lists there follows each other.
function cells(body) {
  for (const cell of [...body.querySelectorAll('td, th')]) {
    if (cell.parentElement?.closest('td, th')) continue;
    for (const block of [...cell.querySelectorAll('p, div, ul, ol, li, h1, h2, h3, h4, h5, h6, blockquote, pre, table, tbody, thead, tr, td, th, br, hr, colgroup')])
      block.replaceWith(...block.childNodes, ' ');
    cell.normalize();
    if (cell.lastChild?.nodeType === 3) cell.lastChild.data = cell.lastChild.data.trimEnd();
  }
}

export function cleanHTML(html) {
  // The page's policy forbids styles, so that the schema would never see them.
  const named = html.replace(/<(style|script)\b[\s\S]*?<\/\1\s*>/gi, '')
    .replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(/\sstyle\s*=/gi, ' data-style=').replace(/\son[a-z]+\s*=/gi, ' data-on='));
  const { body } = new DOMParser().parseFromString(named, 'text/html');
  comments(body);
  body.querySelectorAll('script, style, meta, link, title, xml, iframe, object, svg, template, noscript, math, button, input, select, textarea, img, picture, video, audio').forEach((e) => e.remove());
  wordLists(body);
  for (const e of [...body.querySelectorAll('*')]) if (e.tagName.includes(':') && !e.textContent.trim()) e.remove();
  // Google Docs puts everything into one <b> that is not bold.
  for (const b of body.querySelectorAll('b[id^="docs-internal-guid"]')) b.replaceWith(...b.childNodes);
  for (const a of body.querySelectorAll('a[href]')) a.setAttribute('href', address(a.getAttribute('href')));
  // Headings are bold by themselves; empty lines are made with empty paragraphs.
  for (const b of body.querySelectorAll(':is(h1, h2, h3, h4, h5, h6) :is(b, strong)')) b.replaceWith(...b.childNodes);
  styles(body);
  for (const p of body.querySelectorAll('p, div')) if (!p.textContent.replace(/\u00a0/g, ' ').trim() && !p.querySelector('hr, table')) p.remove();
  cells(body);
  for (const li of body.querySelectorAll('li')) if (!li.textContent.trim()) li.remove();
  for (const list of body.querySelectorAll('ul, ol')) if (!list.children.length) list.remove();
  for (const br of body.querySelectorAll('body > br, .Apple-interchange-newline')) br.remove();
  return body.innerHTML.replace(/(\u00a0|&nbsp;)/g, ' ');
}
