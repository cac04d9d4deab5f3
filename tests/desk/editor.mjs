// The visual editor in a real browser: node tests/desk/editor.mjs BUILD_DIR
// Every kind of block is written, saved, published and read on the site; what is not touched keeps its
// bytes; paste from Word, Google Docs and the web; Arabic and Burmese; axe; without script. Ends with
// `N passed, N failed`.
import { spawn, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const here = path.dirname(fileURLToPath(import.meta.url));
const require = createRequire(path.join(here, '../browser/run.mjs'));
const { chromium } = require('playwright-core');
const { AxeBuilder } = require('@axe-core/playwright');
const build = path.resolve(process.argv[2] || 'build/release');
const PASSWORD = 'harbour lantern nine', SCRIPT_MOST = 100 * 1000;

let passed = 0, failed = 0;
async function test(name, body) {
  if (process.env.ONLY && !new RegExp(process.env.ONLY).test(name)) return; // a part, while one works at it
  try {
    await body();
    passed++;
    console.log(`ok   ${name}`);
  } catch (error) {
    failed++;
    page.setDefaultTimeout(2000); // what follows from it fails fast
    console.log(`FAIL ${name}\n  ${String(error.stack || error).split('\n').slice(0, 14).join('\n  ')}`);
  }
}
function check(condition, words) {
  if (!condition) throw new Error(words);
}
function same(have, want) {
  check(have === want, `have ${JSON.stringify(have)}\nwant ${JSON.stringify(want)}`);
}

const port = Number(process.argv[3]) || await new Promise((done) => {
  const probe = createServer().listen(0, '127.0.0.1', () => {
    const free = probe.address().port;
    probe.close(() => done(free));
  });
});
const base = `http://127.0.0.1:${port}`;
const top = mkdtempSync(path.join(tmpdir(), 'stoppress-editor-'));
const room = path.join(top, 'room');
const program = path.join(build, 'stoppress');
const said = execFileSync(program, ['init', room, '--name', 'The Tide', '--url', base], { encoding: 'utf8' });
const welcome = said.match(/\/desk\/welcome\/[0-9a-f]{64}/)[0];
const server = spawn(program, ['serve', room, '--listen', `127.0.0.1:${port}`], { stdio: 'ignore' });
for (let i = 0; i < 200; i++) {
  try {
    await fetch(`${base}/healthz`);
    break;
  } catch {
    await new Promise((done) => setTimeout(done, 50));
  }
}
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || '/usr/bin/chromium', args: ['--no-sandbox'] });
const troubles = [];
const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
const page = await context.newPage();
page.setDefaultTimeout(8000);
page.on('pageerror', (e) => troubles.push(String(e)));
page.on('console', (m) => { if (m.type() === 'error' && !/status of 4\d\d/.test(m.text())) troubles.push(m.text()); });
await page.goto(base + welcome);
await page.fill('#name', 'Mira Holt');
await page.fill('#login', 'mira');
await page.fill('#password', PASSWORD);
await page.locator('button.main').click();
await page.waitForURL(`${base}/desk`);

const rich = page.locator('.words');
const button = (name) => page.locator(`button[data-do="${name}"]`);
// Where the cursor went is told a moment after the key; no hand is faster than that.
async function press(...keys) {
  for (const key of keys) {
    await page.keyboard.press(key);
    if (/Arrow|End|Home/.test(key)) await page.waitForTimeout(40);
  }
}
const type = (text) => page.keyboard.type(text);
async function begin(headline) {
  await page.goto(`${base}/desk/stories/new`);
  await rich.waitFor();
  await page.fill('#headline', headline);
  await rich.click();
}
async function save() {
  await page.locator('.actions button[value=save]').click();
  await page.waitForURL(/stories\/\d+\?saved/);
  await rich.waitFor();
}
const markdown = () => page.locator('#body').inputValue();
async function paste(html, text = '') {
  await page.evaluate(({ markup, words }) => {
    const data = new DataTransfer();
    if (markup) data.setData('text/html', markup);
    data.setData('text/plain', words);
    document.querySelector('.words').dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
  }, { markup: html, words: text });
}
async function pasted(html) {
  await press('Control+A', 'Delete');
  await paste(html);
  await page.locator('[data-mode=plain]').click();
  await page.locator('#body').waitFor();
  const text = await markdown();
  await page.locator('[data-mode=visual]').click();
  await rich.waitFor();
  return text;
}

// ---- The blocks -----------------------------------------------------------------------------------------

const WANT = `## The pier

It is **open** and *wet*, says [the port](https://port.example/pier).

- crabs
- gulls

1. first
2. second

> We waited.

| Hour | Depth | |
| --- | --- | --- |
| six | 4 m | |
| | | |

___

\`\`\`
a  <b>
\`\`\`

Done\\
at last.
`;

let address = '';
await test('every block is written, saved, and is in the text', async () => {
  await begin('The pier is open again');
  await button('h2').click();
  await type('The pier');
  await press('Enter');
  await type('It is ');
  await press('Control+b');
  await type('open');
  await press('Control+b');
  await type(' and ');
  await button('em').click();
  await type('wet');
  await button('em').click();
  await type(', says the port.');
  await press('ArrowLeft');
  for (let i = 0; i < 8; i++) await press('Shift+ArrowLeft');
  await press('Control+k');
  await page.fill('#link-address', 'javascript:alert(1)');
  await press('Enter');
  check(await page.locator('dialog.link [role=alert]').isVisible(), 'a script was taken as an address');
  await page.fill('#link-address', 'https://port.example/pier');
  await press('Enter', 'End', 'Enter');
  await button('bullets').click();
  await type('crabs');
  await press('Enter');
  await type('gulls');
  await press('Enter', 'Enter');
  await type('1. first');
  await press('Enter');
  await type('second');
  await press('Enter', 'Enter');
  await button('quote').click();
  await type('We waited.');
  await press('Enter');
  await button('quote').click();
  await button('table').click();
  await type('Hour');
  await press('Tab');
  await type('Depth');
  await press('Tab', 'Tab');
  await type('six');
  await press('Tab');
  await type('4 m');
  check(await button('row-add').isVisible(), 'no tools of the table');
  await press('Control+End');
  await button('rule').click();
  await button('pre').click();
  await type('a  <b>');
  await press('Control+Enter');
  await type('Done');
  await press('Shift+Enter');
  await type('at last.');
  await save();
  address = page.url().replace(/\?.*/, '');
  same(await markdown(), WANT);
});
await test('published, it is on the site', async () => {
  await page.locator('.actions button[value=publish]').click();
  await page.waitForURL(/saved/);
  const live = await page.locator('.topline a').getAttribute('href');
  const text = await (await fetch(live)).text();
  for (const piece of ['<h2>The pier</h2>', '<strong>open</strong>', 'href="https://port.example/pier"', '<li>gulls</li>', '<ol>', '<blockquote>', '<th>Hour</th>', '<hr>', 'a  &lt;b&gt;', '<br>'])
    check(text.includes(piece), `${piece} is not on the page`);
});

const SPECIAL = `Before.

> [!PULL]
> We waited.

> [!FACT] The pier
> Built in 1811.

> [!CORRECTION]
> It was eleven.

https://youtu.be/_bcdefghij_

![A red square](picture:1 "The square")

After.
`;
await test('boxes, an embed and a dropped picture', async () => {
  await begin('What stands apart');
  await type('Before.');
  await press('Enter');
  await type('We waited.');
  await button('pull').click();
  same(await button('pull').getAttribute('aria-pressed'), 'true');
  await press('Control+End');
  await type('Built in 1811.');
  await press('Control+Alt+f');
  await type('The pier');
  await press('Enter', 'Control+End');
  await type('It was eleven.');
  await button('correction').click();
  await press('Control+End');
  await button('embed').click();
  await page.fill('#embed-address', 'https://example.org/x');
  await press('Enter');
  await page.locator('dialog.embed-ask [role=alert]').waitFor(); // not any address is taken
  await page.fill('#embed-address', 'https://youtu.be/_bcdefghij_');
  await press('Enter');
  await press('Control+End');
  await page.evaluate(async () => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 60, height: 40 });
    canvas.getContext('2d').fillStyle = 'red';
    canvas.getContext('2d').fillRect(0, 0, 60, 40);
    const data = new DataTransfer();
    data.items.add(new File([await new Promise((done) => canvas.toBlob(done))], 'red.png', { type: 'image/png' }));
    const { left, top } = document.querySelector('.words > p:last-child').getBoundingClientRect();
    document.querySelector('.words').dispatchEvent(new DragEvent('drop', { dataTransfer: data, clientX: left + 5, clientY: top + 5, bubbles: true, cancelable: true }));
  });
  await page.locator('.words figure img').waitFor();
  await page.waitForFunction(() => document.querySelector('.words figure img').naturalWidth > 0);
  const id = /pictures\/(\d+)\/thumb/.exec(await page.locator('.words figure img').getAttribute('src'))[1];
  await page.locator('.words figure input').first().fill('A red square');
  await page.locator('.words figure input').nth(1).fill('The square');
  await press('Enter', 'Control+End');
  await type('After.');
  await save();
  same(await markdown(), SPECIAL.replace('picture:1', `picture:${id}`));
  check(await page.locator('.words aside[data-box=fact] p').first().textContent() === 'The pier', 'the box came back otherwise');
  await button('fact').waitFor();
  await page.locator('.words aside[data-box=fact] p').nth(1).click();
  await button('fact').click();
  await save();
  check((await markdown()).includes('\n\nThe pier\n\nBuilt in 1811.\n\n> [!CORRECTION]'), await markdown());
});

await test('an address pasted on its own line becomes an embed, and undo gives it back', async () => {
  const address = 'https://youtu.be/_bcdefghij_';
  await begin('Pasted embeds');
  await type('Before.');
  await press('Enter');
  await paste('', address);
  await rich.locator('.embed').waitFor();
  await type('After.');
  await press('Enter');
  const asked = page.waitForResponse('**/desk/embeds*');
  await paste('', 'https://example.org/x');
  await asked;
  await press('Enter');
  await type('See ');
  await paste('', 'https://vimeo.com/76979871'); // not on its own
  await save();
  same(await markdown(), `Before.\n\n${address}\n\nAfter.\n\nhttps://example.org/x\n\nSee https://vimeo.com/76979871\n`);
  await begin('Undone embed');
  await paste('', address);
  await rich.locator('.embed').waitFor();
  await press('Control+z');
  same(await rich.locator('.embed').count(), 0);
  same(await rich.locator('p').first().innerText(), address);
});

await test('what cannot be embedded is said, and can be a link', async () => {
  const dialog = page.locator('dialog.embed-ask'), alert = dialog.locator('[role=alert]'), link = dialog.locator('[data-embed-do=link]');
  await begin('Embeds');
  await type('Before.');
  await press('Control+Alt+e');
  for (const address of ['https://www.youtube.com/@harbour', 'https://x.com/harbour', 'https://www.google.com/search?q=pier', 'https://example.org/x']) {
    check(!await link.isVisible(), 'a link is offered before it is asked');
    await page.fill('#embed-address', address);
    await press('Enter');
    await alert.waitFor();
    check(/one video of YouTube/.test(await alert.innerText()), await alert.innerText());
    await page.fill('#embed-address', '');
    await alert.waitFor({ state: 'hidden' });
  }
  await page.fill('#embed-address', 'no address');
  await press('Enter');
  await alert.waitFor();
  check(!await link.isVisible(), 'no address, and yet a link');
  await page.fill('#embed-address', 'https://www.youtube.com/@harbour');
  await dialog.locator('[data-embed-do=set]').click();
  await link.waitFor();
  if (process.env.SHOT) await page.screenshot({ path: `${process.env.SHOT}-embed.png` });
  await link.click();
  same(await rich.locator('p a').getAttribute('href'), 'https://www.youtube.com/@harbour');
  await press('Control+End');
  await page.route('**/desk/embeds*', (route) => route.fulfill({ status: 429, body: '{}' }));
  await button('embed').click();
  await page.fill('#embed-address', 'vimeo.com/76979871');
  await press('Enter');
  await alert.waitFor();
  check(/could not be asked/.test(await alert.innerText()), await alert.innerText());
  await page.unroute('**/desk/embeds*');
  await press('Enter');
  await rich.locator('.embed').waitFor();
  same(await rich.locator('.embed').getAttribute('data-embed'), 'https://vimeo.com/76979871');
  await save();
  same(await markdown(), 'Before.\n\n[https://www.youtube.com/@harbour](https://www.youtube.com/@harbour)\n\nhttps://vimeo.com/76979871\n');
});

await test('a picture of the library is found by its words', async () => {
  await begin('Looked for');
  const token = await page.locator('form.editor input[name=token]').getAttribute('value');
  const ids = await page.evaluate(async (word) => {
    const made = [];
    for (const [i, colour] of ['green', 'blue'].entries()) {
      const canvas = Object.assign(document.createElement('canvas'), { width: 60, height: 40 });
      canvas.getContext('2d').fillStyle = colour;
      canvas.getContext('2d').fillRect(0, 0, 60, 40);
      const form = new FormData();
      form.set('token', word);
      form.append('photo', new File([await new Promise((done) => canvas.toBlob(done))], `${colour}-lantern.png`, { type: 'image/png' }));
      made[i] = (await (await fetch('/desk/pictures', { method: 'POST', body: form, headers: { Accept: 'application/json' } })).json()).id;
    }
    return made;
  }, token);
  await type('Before.');
  await button('picture').click();
  await page.locator(`dialog.pick [data-pick="${ids[1]}"]`).waitFor();
  await page.fill('#pick-words', 'zeppelin');
  await page.locator('dialog.pick [role=status]:not(:empty)').waitFor();
  await page.fill('#pick-words', 'green');
  await page.locator(`dialog.pick [data-pick="${ids[0]}"]`).waitFor();
  same(await page.locator('dialog.pick .choices button').count(), 1);
  await page.keyboard.press('Enter'); // looks once more, and sends no form
  await page.locator(`dialog.pick [data-pick="${ids[0]}"]`).click();
  await page.locator('.words figure img').waitFor();
  await save();
  same(await markdown(), `Before.\n\n![](picture:${ids[0]})\n`);
});

// ---- Bytes ----------------------------------------------------------------------------------------------

const ODD = 'Head\n====\n\n* a\n* b\n\n\nSome _words_ and __more__\nin two lines [x].\n\n<div>\nhtml\n</div>\n\n[x]: /y\n\nLast  \nline';
await test('what is not touched keeps its bytes', async () => {
  await page.goto(`${base}/desk/stories/new`);
  await rich.waitFor();
  await page.locator('[data-mode=plain]').click();
  await page.fill('#headline', 'Odd marks');
  await page.fill('#body', ODD);
  await page.locator('[data-mode=visual]').click();
  await save();
  same(await markdown(), ODD);
  await save();
  same(await markdown(), ODD);
});
await test('one block edited leaves the others as they were', async () => {
  await rich.click();
  await press('Control+Home', 'End');
  await type('line');
  await save();
  same(await markdown(), ODD.replace('Head\n====', '# Headline'));
  await page.locator('[data-mode=plain]').click();
  await page.locator('[data-mode=visual]').click();
  await rich.waitFor();
  same(await page.locator('[name=document]').inputValue(), '');
});

// ---- Paste ----------------------------------------------------------------------------------------------

const PASTES = {
  word: ['<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p.MsoNormal{margin:0}</style></head><body><!--StartFragment--><h1 style="font-size:20pt"><b>Tide <span style="color:red">tables</span></b><o:p></o:p></h1><p class=MsoNormal style="margin-left:1cm"><span style="font-family:Calibri">The <b>ferry</b>&nbsp;is <i>late</i>.<o:p></o:p></span></p><p class=MsoNormal><o:p>&nbsp;</o:p></p><p class=MsoListParagraphCxSpFirst style="mso-list:l0 level1 lfo1"><![if !supportLists]><span style="mso-list:Ignore">·<span>&nbsp;&nbsp;</span></span><![endif]>one</p><p class=MsoListParagraphCxSpLast style="mso-list:l0 level2 lfo1"><span style="mso-list:Ignore">o<span>&nbsp;</span></span>two</p><!--EndFragment--></body></html>',
    '## Tide tables\n\nThe **ferry** is *late*.\n\n- one\n  - two\n'],
  docs: ['<meta charset="utf-8"><b style="font-weight:normal;" id="docs-internal-guid-1"><p dir="ltr" style="line-height:1.38"><span style="font-weight:700">Bold</span><span style="font-weight:400"> and </span><span style="font-style:italic;font-weight:400">soft</span> <a href="https://www.google.com/url?q=https://port.example/a&amp;sa=D" style="text-decoration:none"><span style="text-decoration:underline">link</span></a></p><br><ul><li dir="ltr" aria-level="1"><p dir="ltr" role="presentation"><span style="font-weight:400">gull</span></p></li></ul></b>',
    '**Bold** and *soft* [link](https://port.example/a)\n\n- gull\n'],
  web: ['<div class="x" onclick="bad()"><h3>Small</h3><div>Text<script>bad()</script> <a href="javascript:bad()">no</a> <a href="https://a.example/?utm_source=z&amp;b=1">yes</a></div><img src="https://track.example/p.gif"><blockquote><p>Said</p></blockquote><table><thead><tr><th>A</th><th>B</th></tr></thead><tbody><tr><td>1</td><td>2</td></tr></tbody></table></div>',
    '### Small\n\nText no [yes](https://a.example/?b=1)\n\n> Said\n\n| A | B |\n| --- | --- |\n| 1 | 2 |\n'],
};
for (const [name, [html, want]] of Object.entries(PASTES))
  await test(`paste: ${name}`, async () => {
    await begin(`Paste ${name}`);
    same(await pasted(html), want);
  });

// Pairs of files: what a program puts on the clipboard, and the Markdown that it becomes.
const corpus = path.join(here, 'paste');
await test('paste: the corpus', async () => {
  await begin('Paste many');
  const wrong = [];
  for (const file of readdirSync(corpus).filter((name) => name.endsWith('.html')).sort()) {
    const want = path.join(corpus, file.replace('.html', '.md'));
    const have = await pasted(readFileSync(path.join(corpus, file), 'utf8'));
    if (process.env.RECORD) writeFileSync(want, have); // look at each before it is kept
    else if (have !== readFileSync(want, 'utf8')) wrong.push(`${file}: ${JSON.stringify(have)}`);
  }
  check(!wrong.length, wrong.join('\n'));
});

// ---- Scripts, tools -------------------------------------------------------------------------------------

await test('Arabic from the right, Burmese, and marks within', async () => {
  await begin('Scripts');
  await page.evaluate(() => { document.querySelector('[name=language]').value = 'ar'; document.querySelector('[name=language]').dispatchEvent(new Event('change')); });
  await page.keyboard.insertText('فتح الميناء');
  same(await rich.locator('p').first().evaluate((p) => getComputedStyle(p).direction), 'rtl');
  same(await rich.getAttribute('lang'), 'ar');
  same(await rich.getAttribute('spellcheck'), 'true');
  await press('Enter');
  await page.keyboard.insertText('ဆိပ်ကမ်း');
  await press('Shift+Home', 'Control+b');
  await save();
  same(await markdown(), 'فتح الميناء\n\n**ဆိပ်ကမ်း**\n');
});
await test('lists, tables and boxes of an Arabic story stand from the right', async () => {
  const language = (tag) => page.evaluate((value) => {
    const field = document.querySelector('[name=language]');
    field.value = value;
    field.dispatchEvent(new Event('change'));
  }, tag);
  await begin('From the right');
  await language('ar');
  await page.keyboard.insertText('BBC: فتح الميناء'); // begins with Latin letters
  await press('Enter');
  await button('bullets').click();
  await page.keyboard.insertText('سرطان');
  await press('Enter', 'Enter');
  await button('table').click();
  await page.keyboard.insertText('الساعة');
  await press('Tab');
  await page.keyboard.insertText('العمق');
  await press('Control+End');
  for (const [name, text] of [['fact', 'بني عام 1811'], ['correction', 'كان أحد عشر'], ['pull', 'انتظرنا'], ['quote', 'قالوا']]) {
    await page.keyboard.insertText(text);
    await button(name).click();
    await press('Control+End');
  }
  const stands = () => rich.evaluate((root) => [...root.querySelectorAll('ul, table, aside, blockquote')].map((e) => getComputedStyle(e).direction).join(' '));
  same(await stands(), 'rtl rtl rtl rtl rtl rtl');
  same(await rich.locator('p').first().evaluate((e) => getComputedStyle(e).direction), 'rtl');
  const [first, second] = [await rich.locator('td').first().boundingBox(), await rich.locator('td').nth(1).boundingBox()];
  check(first.x > second.x, 'the first column is not on the right');
  same(await rich.locator('ul').evaluate((e) => [parseFloat(getComputedStyle(e).paddingRight) > 0, getComputedStyle(e).paddingLeft].join()), 'true,0px');
  if (process.env.SHOT) await page.screenshot({ path: `${process.env.SHOT}-rtl.png`, fullPage: true });
  await language('en');
  same(await stands(), 'ltr ltr ltr ltr ltr ltr');
});
await test('out of a box, a heading and a cell by keys; a link of the whole text is taken off', async () => {
  for (const name of ['fact', 'correction']) {
    await begin(`Out of ${name}`);
    await button(name).click();
    await press('Enter');
    await type('Inside.');
    await press('Enter');
    await type('Still.');
    await press('Enter', 'Enter');
    await type('After.');
    await save();
    same(await markdown(), `> [!${name.toUpperCase()}]\n> Inside.\n>\n> Still.\n\nAfter.\n`);
  }
  await begin('Heading no more');
  await type('## Words');
  await press('Control+Home', 'Backspace');
  await press('Control+A', 'Control+k');
  await page.fill('#link-address', 'port.example/a');
  await press('Enter', 'Control+A', 'Control+k');
  same(await page.inputValue('#link-address'), 'https://port.example/a');
  await page.locator('[data-link=remove]').click();
  await press('Control+End', 'Enter');
  await button('table').click();
  await type('a');
  await press('Enter');
  await type('b');
  await press('Shift+Enter');
  await type('c');
  await save();
  same(await markdown(), 'Words\n\n| a | b | c |\n| --- | --- | --- |\n| | | |\n| | | |\n');
});
await test('find: capitals, letters that change their length, marks of patterns', async () => {
  await begin('Find more');
  await type('İstanbul, İzmir: the FERRY (a+b)? Ferry.');
  await press('Control+f');
  for (const [words, count] of [['ferry', '2'], ['(A+B)?', '1'], ['izmir', '0'], ['İZMIR', '1'], ['.', '1'], ['\\', '0']]) {
    await page.fill('[data-find=words]', words);
    same(`${words} ${await page.locator('.find output').innerText()}`, `${words} ${count}`);
  }
  await page.fill('[data-find=words]', 'ferry');
  await page.fill('[data-find=by]', 'boat');
  await page.locator('[data-find=all]').click();
  same(await rich.innerText(), 'İstanbul, İzmir: the boat (a+b)? boat.');
  await page.locator('[data-find=close]').click();
});
await test('words are counted anew in another language, and block by block', async () => {
  await begin('Count');
  await type('One two three.');
  await press('Enter');
  await type('Four five.');
  const count = (n) => page.locator('[data-count=words]', { hasText: new RegExp(`^${n}$`) }).waitFor();
  await count(5);
  await press('Control+Home');
  await type('Zero ');
  await count(6);
  await press('Control+End', 'Shift+Home', 'Delete');
  await count(4);
  await save();
  same(await markdown(), 'Zero One two three.\n');
});
await test('find and replace, words, undo', async () => {
  await begin('Find');
  await type('The boat and the boats.');
  await press('Control+f');
  await page.fill('[data-find=words]', 'boat');
  same(await page.locator('.find output').innerText(), '2');
  await page.fill('[data-find=by]', 'ship');
  await page.locator('[data-find=all]').click();
  same(await rich.innerText(), 'The ship and the ships.');
  await page.locator('[data-find=close]').click();
  await press('Control+z');
  same(await rich.innerText(), 'The boat and the boats.');
  await page.locator('[data-count=words]', { hasText: /^5$/ }).waitFor();
});
await test('the toolbar is one stop, with arrows; Escape leads there and back', async () => {
  await press('Escape');
  same(await page.evaluate(() => document.activeElement.dataset.do), 'strong');
  await press('ArrowRight');
  same(await page.evaluate(() => document.activeElement.dataset.do), 'em');
  await press('Home', 'Escape');
  check(await rich.evaluate((e) => e === document.activeElement), 'Escape does not lead back');
  same(await page.locator('[role=toolbar] button[tabindex="0"]').count(), 1);
});
await test('a draft with Markdown of the other editor is the same text', async () => {
  await page.locator('[data-mode=plain]').click();
  await page.locator('#body').waitFor();
  same(await markdown(), 'The boat and the boats.\n');
  await page.locator('[data-mode=visual]').click();
  await rich.waitFor();
});
await test('the preview shows what is in the editor', async () => {
  const [other] = await Promise.all([context.waitForEvent('page'), page.locator('button[formaction*=preview]').first().click()]);
  await other.getByText('The boat and the boats.').waitFor();
  await other.close();
});

// ---- Everybody ------------------------------------------------------------------------------------------

for (const [width, scheme] of [[360, 'light'], [1280, 'dark']])
  await test(`axe finds nothing: ${width} px, ${scheme}`, async () => {
    await page.setViewportSize({ width, height: 800 });
    await page.emulateMedia({ colorScheme: scheme });
    await page.goto(address);
    await rich.waitFor();
    await rich.locator('td').first().click();
    const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
    check(!violations.length, violations.map((v) => `${v.id} ${v.nodes[0].html.slice(0, 160)}`).join('\n'));
    const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    check(wider <= 0, `${wider} px too wide`);
    if (process.env.SHOTS) await page.screenshot({ path: path.join(process.env.SHOTS, `editor-${width}-${scheme}.png`), fullPage: true });
  });
await test('without script the plain editor does it all', async () => {
  const quiet = await browser.newContext({ javaScriptEnabled: false, storageState: await context.storageState() });
  const sheet = await quiet.newPage();
  await sheet.goto(address);
  check(!await sheet.locator('.visual').isVisible(), 'the visual editor shows');
  await sheet.fill('#body', 'Plain *words*.');
  await sheet.locator('.actions button[value=save]').click();
  await sheet.waitForURL(/saved/);
  same(await sheet.locator('#body').inputValue(), 'Plain *words*.');
  await quiet.close();
});
await test('the script is under 100 KB compressed', async () => {
  const size = gzipSync(readFileSync(path.join(build, 'src/desk/editor.js')), { level: 9 }).length;
  check(size < SCRIPT_MOST, `${size} bytes`);
});
await test('nothing went wrong in any script', async () => check(!troubles.length, troubles.join('\n')));

await browser.close();
await new Promise((done) => { server.on('exit', done); server.kill(); });
rmSync(top, { recursive: true });
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
