// The desk in a real browser: node tests/desk/browser.mjs BUILD_DIR
// A newsroom is made; its first publisher opens the link and adds people; a reporter writes, an editor
// schedules, two browsers meet in one story, a lawyer reads a preview, a story is withdrawn. All of it
// with script, then without. axe-core looks at every screen. Ends with `N passed, N failed`.
import { spawn, spawnSync, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { deflateSync } from 'node:zlib';

const here = path.dirname(fileURLToPath(import.meta.url));
const require = createRequire(path.join(here, '../browser/run.mjs'));
const { chromium } = require('playwright-core');
const { AxeBuilder } = require('@axe-core/playwright');
const build = path.resolve(process.argv[2] || 'build/release');
const PASSWORD = 'harbour lantern nine';

let passed = 0;
let failed = 0;
async function test(name, body) {
  if (process.env.ONLY && !new RegExp(process.env.ONLY).test(name)) return; // a part, while one works at it
  const began = Date.now();
  try {
    await body();
    passed++;
    console.log(`ok   ${name} (${Date.now() - began} ms)`);
  } catch (error) {
    failed++;
    console.log(`FAIL ${name}\n  ${String(error.stack || error).split('\n').slice(0, 8).join('\n  ')}`);
  }
}
function check(condition, words) {
  if (!condition) throw new Error(words);
}

// ---- A newsroom ---------------------------------------------------------------------------------------

const port = Number(process.argv[3]) || await new Promise((done) => {
  const probe = createServer().listen(0, '127.0.0.1', () => {
    const free = probe.address().port;
    probe.close(() => done(free));
  });
});
const base = `http://127.0.0.1:${port}`;
const top = mkdtempSync(path.join(tmpdir(), 'stoppress-desk-'));
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

// A picture of its own colours.
function png(red, name, width = 900, height = 600) {
  const chunk = (kind, data) => {
    const out = Buffer.alloc(data.length + 12);
    out.writeUInt32BE(data.length);
    out.write(kind, 4, 'latin1');
    data.copy(out, 8);
    out.writeUInt32BE(sum(out.subarray(4, data.length + 8)), data.length + 8);
    return out;
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const rows = Buffer.alloc((width * 3 + 1) * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      rows.set([red, (x / 4) & 255, (y / 3) & 255], y * (width * 3 + 1) + 1 + x * 3);
  const file = path.join(top, name);
  writeFileSync(file, Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', head),
    chunk('IDAT', deflateSync(rows, { level: 1 })), chunk('IEND', Buffer.alloc(0))]));
  return file;
}
function sum(bytes) { // zlib.crc32 came after Node 18
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let i = 0; i < 8; i++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ~crc >>> 0;
}

const browser = await chromium.launch({ executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync'] });
const troubles = [];

// Somebody's browser.
async function person(script = true) {
  const context = await browser.newContext({ javaScriptEnabled: script, viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  page.setDefaultTimeout(10000);
  page.on('pageerror', (e) => troubles.push(String(e)));
  page.on('console', (m) => { if (m.type() === 'error' && !/status of 4\d\d/.test(m.text())) troubles.push(m.text()); });
  return page;
}
const button = (page, name) => page.getByRole('button', { name, exact: true }).first();
async function enter(page, login) {
  await page.goto(`${base}/desk/sign-in`);
  await page.fill('#login', login);
  await page.fill('#password', PASSWORD);
  await button(page, 'Sign in').click();
  await page.waitForURL(`${base}/desk`);
}
async function reader(address) {
  const answer = await fetch(base + address, { redirect: 'manual' });
  return { status: answer.status, text: await answer.text() };
}
// The text, in whichever editor is there.
async function write(page, text) {
  const plain = page.locator('#body');
  if (await plain.isVisible()) return plain.fill(text);
  const rich = page.locator('[contenteditable=true]').first();
  await rich.click();
  await page.keyboard.press('Control+A');
  return page.keyboard.insertText(text);
}
const state = (page) => page.locator('h1 .state').innerText();

// ---- Setting up ---------------------------------------------------------------------------------------

const people = {};
await test('a new publisher opens the link and sets a password', async () => {
  const page = people.mira = await person();
  await page.goto(base + welcome);
  await page.fill('#name', 'Mira Holt');
  await page.fill('#login', 'mira');
  await page.fill('#password', 'short');
  await page.locator('button.main').click(); // the browser itself refuses that
  check(page.url().includes('/welcome/'), 'a short password went through');
  await page.fill('#password', PASSWORD);
  await page.locator('button.main').click();
  await page.waitForURL(`${base}/desk`);
  check(await page.getByText('Write the first story').isVisible(), 'an empty newsroom shows the first steps');
});

async function add(page, name, login, role, script) {
  await page.goto(`${base}/desk/people`);
  const form = page.locator('form[action="/desk/people"]');
  await form.getByLabel('Name', { exact: true }).fill(name);
  await form.locator('[name=login]').fill(login);
  await form.getByLabel('Role').selectOption(role);
  await form.getByRole('button').click();
  const link = await page.locator('#link').inputValue();
  check(/\/desk\/welcome\/[0-9a-f]{64}$/.test(link), `no link: ${link}`);
  const theirs = await person(script);
  await theirs.goto(link);
  await theirs.fill('#password', PASSWORD);
  await theirs.locator('button.main').click();
  await theirs.waitForURL(`${base}/desk`);
  return theirs;
}
await test('the publisher adds a reporter and an editor', async () => {
  people.rosa = await add(people.mira, 'Rosa Quill', 'rosa', 'reporter');
  people.edo = await add(people.mira, 'Edo Lang', 'edo', 'editor');
  check(await people.rosa.getByRole('link', { name: 'People', exact: true }).count() === 0,
    'a reporter is shown People');
});

// ---- A story's way --------------------------------------------------------------------------------------

let due = 0; // when the scheduled stories appear
function dueWall() {
  due = Math.ceil((Date.now() + 4000) / 60000) * 60000;
  return new Date(due).toISOString().slice(0, 16);
}

async function walk(script) {
  const words = script ? 'with script' : 'without script';
  const headline = `Ferry fares rise ${words}`;
  const { rosa, edo, mira } = people;
  let address = '';
  let live = '';

  if (script) await test('pictures are dropped and pasted, into the library and as a lead', async () => {
    const carry = (file) => rosa.evaluateHandle(([bytes, name]) => {
      const data = new DataTransfer();
      data.items.add(new File([Uint8Array.from(bytes)], name, { type: 'image/png' }));
      return data;
    }, [[...readFileSync(file)], path.basename(file)]);
    const paste = async (file) => rosa.evaluate((data) => document.querySelector('main').dispatchEvent(
      new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })), await carry(file));
    await rosa.goto(`${base}/desk/pictures`);
    await rosa.dispatchEvent('main', 'drop', { dataTransfer: await carry(png(51, 'dropped.png')) });
    await rosa.locator('.uploads .state.published').waitFor();
    await paste(png(52, 'pasted.png'));
    await rosa.locator('.uploads .state.published').nth(1).waitFor();
    await rosa.goto(`${base}/desk/pictures`);
    check((await rosa.locator('.grid').textContent()).includes('dropped'), 'what was dropped is in the library');
    check((await rosa.locator('.grid').textContent()).includes('pasted'), 'what was pasted, too');
    await rosa.goto(`${base}/desk/stories/new`);
    await rosa.dispatchEvent('fieldset[data-lead]', 'drop', { dataTransfer: await carry(png(53, 'lead.png')) });
    await rosa.locator('img.chosen').waitFor();
    check(await rosa.locator('input[name=picture_id]:checked').inputValue() !== '0', 'it is chosen');
    await rosa.locator('details[data-choose] summary').click();
    await rosa.fill('#picture_q', 'pasted');
    await rosa.locator('.choices .choice', { has: rosa.locator('img[alt^=pasted]') }).waitFor();
    await rosa.fill('#picture_q', 'zeppelin');
    await rosa.locator('details[data-choose] [role=status]').getByText('No picture fits').waitFor();
    await rosa.locator('#headline').fill('');
  });
  await test(`${words}: several pictures into the library`, async () => {
    await rosa.goto(`${base}/desk/pictures`);
    await rosa.setInputFiles('#files', [png(script ? 10 : 12, 'quay.png'), png(script ? 20 : 22, 'deck.png')]);
    await button(rosa, 'Upload').click();
    if (script) {
      await rosa.locator('.uploads .state.published').nth(1).waitFor();
      check(await rosa.getByRole('link', { name: 'Describe it' }).count() === 2, 'two are there to be described');
    } else {
      await rosa.getByText('Pictures added: 2').waitFor();
    }
    await rosa.goto(`${base}/desk/pictures?no_alt=1`);
    const number = (await rosa.locator('.grid a').first().getAttribute('href')).split('/').pop();
    await rosa.goto(`${base}/desk/pictures/${number}`);
    await rosa.fill('#alt', `Deck of a ferry ${words}`);
    if (script) {
      await rosa.getByRole('button', { name: /Focal point/ }).focus();
      await rosa.keyboard.press('Shift+ArrowLeft');
      await rosa.keyboard.press('ArrowUp');
      check(await rosa.inputValue('#focal_x') === '40' && await rosa.inputValue('#focal_y') === '49',
        'arrow keys move the focal point');
      const picture = await rosa.locator('[data-focal] img').boundingBox();
      await rosa.mouse.click(picture.x + picture.width * 0.8, picture.y + picture.height * 0.25);
      check(await rosa.inputValue('#focal_x') === '80' && await rosa.inputValue('#focal_y') === '25',
        'a click sets the focal point');
    } else {
      await rosa.fill('#focal_x', '80');
      await rosa.fill('#focal_y', '25');
    }
    await button(rosa, 'Save').click();
    await rosa.getByRole('status').first().waitFor();
    check(await rosa.inputValue('#focal_x') === '80', 'the focal point is saved');
    people.second = number;
  });

  await test(`${words}: the reporter writes a story with two pictures and hands it in`, async () => {
    await rosa.goto(`${base}/desk/stories/new`);
    await rosa.fill('#headline', headline);
    await rosa.fill('#standfirst', 'What it costs to cross.');
    await write(rosa, `The ferry costs more from Monday.\n\n![Deck](picture:${people.second} "The deck")`);
    await rosa.fill('#bylines', 'Ana Reyes');
    await rosa.fill('#tags', 'ferries');
    await rosa.setInputFiles('#photo', png(script ? 30 : 32, 'lead.png'));
    if (script) await rosa.locator('img.chosen').waitFor();
    await rosa.fill('#alt', 'A ferry at the quay');
    await rosa.fill('#note', 'Please look at the numbers');
    await button(rosa, 'Hand in').click();
    await rosa.waitForURL(/\/desk\/stories\/\d+/);
    check(await state(rosa) === 'Handed in', await state(rosa));
    address = new URL(rosa.url()).pathname;
    await rosa.goto(`${base}/desk/pictures/${people.second}`);
    check(await rosa.getByRole('link', { name: headline }).count() === 1, 'the library says where it is used');
  });

  await test(`${words}: the editor finds it, edits and schedules`, async () => {
    await edo.goto(`${base}/desk`);
    check(await edo.getByText('Please look at the numbers').first().isVisible(), 'the note is on Today');
    await edo.goto(base + address);
    await edo.fill('#headline', `${headline}, by half`);
    await edo.fill('#publish_at', dueWall());
    await button(edo, 'Schedule').click();
    await edo.waitForURL(/saved=1/);
    check(await state(edo) === 'Scheduled', await state(edo));
    check(!(await reader('/')).text.includes(headline), 'it is not there before its time');
  });

  await test(`${words}: a preview for somebody outside`, async () => {
    await edo.goto(base + address);
    await edo.getByLabel('Preview link for').fill('the lawyer');
    await button(edo, 'Make a preview link').click();
    const link = await edo.locator('#link').inputValue();
    const lawyer = await person(script);
    await lawyer.goto(link);
    check(await lawyer.getByRole('heading', { name: `${headline}, by half` }).isVisible(), 'the story is shown');
    await edo.goto(base + address);
    await button(edo, 'Revoke').click();
    await lawyer.reload();
    check(!(await lawyer.content()).includes(headline), 'revoked');
    await lawyer.context().close();
  });

  await test(`${words}: two browsers in one story`, async () => {
    await edo.goto(`${base}/desk/stories/new`);
    await edo.fill('#headline', `Harbour lights ${words}`);
    await write(edo, 'The lamps are old.');
    await button(edo, 'Save').click();
    await edo.waitForURL(/\/desk\/stories\/\d+/);
    const shared = new URL(edo.url()).pathname;
    await mira.goto(base + shared);
    await edo.goto(base + shared);
    await edo.fill('#headline', `Harbour lights, first ${words}`);
    await button(edo, 'Save').click();
    await edo.waitForURL(/saved=1/);
    await mira.fill('#headline', `Harbour lights, second ${words}`);
    await button(mira, 'Save').click();
    await mira.getByText('Two people changed this story').first().waitFor();
    const both = await mira.locator('form.conflict').innerText();
    check(both.includes('first') && both.includes('second'), 'both headlines are shown');
    await mira.locator('input[name=f-headline][value=mine]').check();
    await button(mira, 'Save what was chosen').click();
    await mira.waitForURL(/saved=1/);
    check((await mira.inputValue('#headline')).startsWith('Harbour lights, second'), 'on purpose, then');
    await button(mira, 'Publish').click();
    await mira.getByRole('heading', { name: 'Published' }).first().waitFor();
    live = new URL(await mira.locator('.changed a').first().getAttribute('href')).pathname;
    check((await reader(live)).status === 200, 'readers have it');
  });

  await test(`${words}: withdrawn, with a reason that readers see`, async () => {
    await mira.goto(base + new URL(mira.url()).pathname);
    await mira.locator('#reason').fill('The lamps were new.');
    await button(mira, 'Withdraw from the site').click();
    await mira.waitForURL(/saved=1/);
    check(await state(mira) === 'Withdrawn', await state(mira));
    const gone = await reader(live);
    check(gone.status === 410 && gone.text.includes('The lamps were new.'), String(gone.status));
  });

  await test(`${words}: an error keeps what was typed`, async () => {
    await rosa.goto(`${base}/desk/stories/new`);
    await rosa.fill('#headline', 'Kept');
    await write(rosa, 'These words stay.');
    const broken = path.join(top, 'broken.png');
    writeFileSync(broken, 'not a picture');
    await rosa.setInputFiles('#photo', broken);
    if (script) {
      await rosa.locator('.uploads .state.withdrawn').waitFor();
      check((await rosa.locator('.uploads').innerText()).includes('broken.png'), 'the file is named');
    } else {
      await button(rosa, 'Save').click();
      await rosa.getByRole('alert').waitFor();
      check((await rosa.getByRole('alert').innerText()).includes('broken.png'), 'the file is named');
    }
    check(await rosa.inputValue('#headline') === 'Kept', 'the headline stays');
  });
  return { headline, address };
}

const first = await walk(true);
for (const login of ['rosa', 'edo', 'mira']) {
  await people[login].context().close();
  people[login] = await person(false);
  await enter(people[login], login);
}
const second = await walk(false);

await test('what was scheduled appears on time', async () => {
  while (Date.now() < due + 1500) await new Promise((done) => setTimeout(done, 100));
  const front = (await reader('/')).text;
  for (const { headline } of [first, second]) check(front.includes(`${headline}, by half`), `${headline} is missing`);
});

// ---- By keyboard ----------------------------------------------------------------------------------------

await test('signing in, writing and handing in by keyboard alone', async () => {
  const page = await person();
  await page.goto(`${base}/desk/sign-in`);
  const tabTo = async (selector) => {
    for (let i = 0; i < 80; i++) {
      if (await page.evaluate((s) => document.activeElement.matches(s), selector)) return;
      await page.keyboard.press('Tab');
    }
    throw new Error(`Tab does not reach ${selector}`);
  };
  await tabTo('#login');
  await page.keyboard.type('rosa');
  await page.keyboard.press('Tab');
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press('Enter');
  await page.waitForURL(`${base}/desk`);
  await page.keyboard.press('Tab');
  check(await page.evaluate(() => document.activeElement.classList.contains('skip')), 'the skip link comes first');
  await page.keyboard.press('?');
  check(await page.locator('#keys').isVisible(), '? shows the keys');
  await page.locator('[data-single-keys]').press('Space');
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  check(!await page.locator('#keys').isVisible(), 'switched off, ? does nothing');
  await page.locator('.keys-button').press('Enter');
  await page.locator('[data-single-keys]').press('Space');
  await page.keyboard.press('Escape');
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press('j');
  check(await page.evaluate(() => document.activeElement.matches('.row')), 'j goes into the list');
  await page.keyboard.press('n');
  await page.waitForURL(/stories\/new/);
  await tabTo('#headline');
  await page.keyboard.type('Typed without a mouse');
  await tabTo('.words');
  await page.keyboard.type('One paragraph.');
  await tabTo('button[value=hand-in]');
  check(await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle) !== 'none', 'focus is seen');
  await page.keyboard.press('Enter');
  await page.waitForURL(/stories\/\d+/);
  check(await state(page) === 'Handed in', await state(page));
  await page.goto(`${base}/desk/stories`);
  await page.keyboard.press('/');
  await page.keyboard.type('mouse');
  await page.keyboard.press('Enter');
  await page.waitForURL(/q=mouse/);
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await page.waitForURL(/stories\/\d+/);
  await page.context().close();
});

// ---- Every screen ---------------------------------------------------------------------------------------

const session = await person();
await enter(session, 'mira');
const stored = await session.context().storageState();
await session.context().close();
const screens = { 'sign-in': '/desk/sign-in', today: '/desk', stories: '/desk/stories', none: '/desk/stories?q=zzz',
  new: '/desk/stories/new', story: first.address, pictures: '/desk/pictures', picture: '/desk/pictures/1',
  people: '/desk/people', settings: '/desk/settings', page: '/desk/settings/pages/about', audit: '/desk/audit',
  account: '/desk/account', missing: '/desk/nothing' };
// All rules once in each layout; what the other scheme can change once more.
for (const [width, scheme, rules] of [[360, 'light'], [360, 'dark', ['color-contrast']],
  [1280, 'light', ['color-contrast']], [1280, 'dark']]) {
  await test(`axe finds nothing: ${width} px, ${scheme}`, async () => {
    const context = await browser.newContext({ storageState: stored, colorScheme: scheme,
      viewport: { width, height: 800 } });
    const page = await context.newPage();
    const found = [];
    for (const [name, where] of Object.entries(screens)) {
      await page.goto(base + where);
      const axe = new AxeBuilder({ page }).setLegacyMode();
      if (rules) axe.withRules(rules);
      else axe.withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']);
      const { violations } = await axe.analyze();
      for (const v of violations) found.push(`${name}: ${v.id} ${v.nodes[0].html.slice(0, 160)}`);
      const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (wider > 0) found.push(`${name}: ${wider} px too wide`);
      // What is done and where one goes is seen whole, with nothing to move sideways. The visual editor's
      // tools may be: a shadow says that there are more.
      const cut = await page.evaluate(() => [...document.querySelectorAll('nav a, main :is(button, input, select)')]
        .filter((c) => c.checkVisibility() && !c.matches('.first, [role=toolbar] *'))
        .filter((c) => { const b = c.getBoundingClientRect(); return b.left < 0 || b.right > innerWidth; })
        .map((c) => c.name || c.textContent));
      if (cut.length) found.push(`${name}: cut at the edge: ${cut}`);
      if (width < 1000 || !rules) continue;
      await page.setViewportSize({ width: 768, height: 800 });
      const between = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (between > 0) found.push(`${name}: ${between} px too wide for 768`);
      await page.setViewportSize({ width, height: 800 });
    }
    await context.close();
    check(!found.length, found.join('\n'));
  });
}
await test('nothing went wrong in any script', async () => check(!troubles.length, troubles.join('\n')));

// ---- The end --------------------------------------------------------------------------------------------

await browser.close();
await test('the server ends well, and the newsroom is whole', async () => {
  const ended = new Promise((done) => server.on('exit', done));
  server.kill();
  check(await ended === 0, 'its exit code');
  const checked = spawnSync(program, ['check', room], { encoding: 'utf8' });
  check(checked.status === 0, checked.stdout + checked.stderr);
});
rmSync(top, { recursive: true });
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
