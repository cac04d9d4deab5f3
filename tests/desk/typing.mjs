// Nothing typed is lost, in Chromium: node tests/desk/typing.mjs BUILD_DIR [FOLDER-FOR-PICTURES]
// The server, the browser and the network are killed in the middle of typing; sessions end; two people
// write in one paragraph and in different ones; without script. Ends with `N passed, N failed`.
import { spawn, execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const require = createRequire(path.join(here, '../browser/run.mjs'));
const { chromium } = require('playwright-core');
const { AxeBuilder } = require('@axe-core/playwright');
const build = path.resolve(process.argv[2] || 'build/release');
const shots = process.argv[3];
const PASSWORD = 'harbour lantern nine', SOON = 15000;

let passed = 0, failed = 0;
async function test(name, body) {
  if (process.env.ONLY && !new RegExp(process.env.ONLY).test(name)) return; // a part, while one works at it
  const began = Date.now();
  try {
    await body();
    passed++;
    console.log(`ok   ${name} (${Date.now() - began} ms)`);
  } catch (error) {
    failed++;
    console.log(`FAIL ${name}\n  ${String(error.stack || error).split('\n').slice(0, 10).join('\n  ')}`);
  }
}
function check(condition, words) {
  if (!condition) throw new Error(words);
}

const port = await new Promise((done) => {
  const probe = createServer().listen(0, '127.0.0.1', () => {
    const free = probe.address().port;
    probe.close(() => done(free));
  });
});
const base = `http://127.0.0.1:${port}`;
const top = mkdtempSync(path.join(tmpdir(), 'stoppress-typing-'));
const room = path.join(top, 'room');
const program = path.join(build, 'stoppress');
const said = execFileSync(program, ['init', room, '--name', 'The Tide', '--url', base], { encoding: 'utf8' });
let server;
async function serve() {
  server = spawn(program, ['serve', room, '--listen', `127.0.0.1:${port}`], { stdio: 'ignore' });
  for (let i = 0; i < 200; i++) {
    try {
      await fetch(`${base}/healthz`);
      return;
    } catch {
      await new Promise((done) => setTimeout(done, 50));
    }
  }
}
const ended = (child) => new Promise((done) => { child.on('exit', done); });
async function killServer() {
  const gone = ended(server);
  server.kill('SIGKILL');
  await gone;
}
await serve();

const executablePath = process.env.CHROMIUM || '/usr/bin/chromium', args = ['--no-sandbox'];
const browser = await chromium.launch({ executablePath, args });
const troubles = [];
async function watch(page) {
  page.setDefaultTimeout(8000);
  page.on('pageerror', (e) => troubles.push(String(e)));
  return page;
}
async function open(options) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  return watch(await context.newPage());
}
async function enter(page, link, name, login) {
  await page.goto(base + link);
  if (name) {
    await page.fill('#name', name);
    await page.fill('#login', login);
  }
  await page.fill('#password', PASSWORD);
  await page.locator('button.main').click();
  await page.waitForURL(`${base}/desk`);
}
async function signIn(page) {
  await page.goto(`${base}/desk/sign-in`);
  await page.fill('#login', 'mira');
  await page.fill('#password', PASSWORD);
  await page.locator('main button.main').click();
  await page.waitForURL(`${base}/desk`);
}
const mira = await open();
await enter(mira, said.match(/\/desk\/welcome\/[0-9a-f]{64}/)[0], 'Mira Holt', 'mira');
await mira.goto(`${base}/desk/people`);
await mira.fill('#name', 'Edo Lang');
await mira.fill('#login', 'edo');
await mira.selectOption('#role', 'editor');
await mira.getByRole('button', { name: 'Add and make a link' }).click();
const invited = (await mira.content()).match(/\/desk\/welcome\/[0-9a-f]{64}/)[0];
const edo = await open();
await enter(edo, invited);

const where = (page) => page.locator('[data-where]');
const isStored = (page) => page.locator('[data-where][data-state=stored]').waitFor({ timeout: SOON });
const inTrouble = (page, words) => where(page).getByText(words).first().waitFor({ timeout: SOON });
async function write(page, headline, body) {
  await page.goto(`${base}/desk/stories/new`);
  await plain(page);
  await page.fill('#headline', headline);
  await page.fill('#body', body);
  await save(page);
  return new URL(page.url()).pathname;
}
async function plain(page) {
  await page.locator('[data-mode=plain]').click();
  await page.locator('#body').waitFor();
}
async function visual(page) {
  await page.locator('[data-mode=visual]').click();
  await page.locator('.words').waitFor();
}
async function save(page) {
  await page.locator('.actions button[value=save]').click();
  await page.waitForURL(/stories\/\d+\?saved/);
}
async function bodyOf(page) {
  await page.locator('#body').waitFor({ state: 'attached' });
  return page.locator('#body').inputValue();
}
async function atEnd(page, text) {
  await page.locator('#body').focus();
  await page.keyboard.press('Control+End');
  await page.keyboard.type(text, { delay: 5 });
}
async function shot(page, name) {
  if (!shots) return;
  for (const width of [360, 768, 1280]) {
    for (const colorScheme of ['light', 'dark']) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: path.join(shots, `${name}-${width}-${colorScheme}.png`), fullPage: true });
    }
  }
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.emulateMedia({ colorScheme: 'light' });
}
async function axe(page) {
  const found = (await new AxeBuilder({ page }).analyze()).violations;
  check(!found.length, found.map((v) => `${v.id}: ${v.nodes.map((n) => n.target).join(' ')}`).join('\n'));
}

// ---- One person

const story = await write(mira, 'The ferry', 'The quay is wet.\n\nThe ferry is late.\n\nNobody waits.');
await plain(mira);

await test('what is typed is on the server a moment later', async () => {
  await atEnd(mira, ' Except one.');
  await isStored(mira);
  check(/Kept on the server at \d/.test(await where(mira).innerText()), await where(mira).innerText());
  await mira.reload();
  check((await bodyOf(mira)).endsWith('Nobody waits. Except one.'), await bodyOf(mira));
  await mira.getByText('You see what you typed and did not save').waitFor();
  await axe(mira);
  await shot(mira, 'copy');
});

await test('leaving with it asks nothing', async () => {
  let asked = false;
  mira.once('dialog', (d) => { asked = true; d.accept(); });
  await atEnd(mira, ' Or two.');
  await isStored(mira);
  await mira.goto(`${base}/desk`);
  check(!asked, 'it asked');
  await mira.getByText('Typed and not saved yet').waitFor();
  await mira.goto(base + story);
  check((await bodyOf(mira)).endsWith('Or two.'), await bodyOf(mira));
});

await test('the visual editor too, at once on leaving', async () => {
  await visual(mira);
  await mira.locator('.words').click();
  await mira.keyboard.press('Control+End');
  await mira.keyboard.type('A word more.', { delay: 5 });
  await mira.goto(`${base}/desk`); // no second passes
  await mira.goto(base + story);
  check((await bodyOf(mira)).includes('A word more.'), await bodyOf(mira));
  await plain(mira);
});

await test('the server is killed in the middle of typing', async () => {
  await atEnd(mira, '\n\nBefore it was killed.');
  await isStored(mira);
  await atEnd(mira, ' In the mid');
  await killServer();
  await atEnd(mira, 'dle of it.');
  await inTrouble(mira, 'cannot be reached');
  await axe(mira);
  await shot(mira, 'unreachable');
  await serve();
  await isStored(mira);
  await mira.goto(base + story);
  check((await bodyOf(mira)).endsWith('Before it was killed. In the middle of it.'), await bodyOf(mira));
  check(await mira.evaluate(() => !Object.keys(localStorage).some((k) => k.startsWith('desk-text:'))), 'the browser keeps a copy');
});

await test('the page is closed while the server is down', async () => {
  await killServer();
  await atEnd(mira, '\n\nTyped into the dark.');
  await inTrouble(mira, 'cannot be reached');
  const again = await watch(await mira.context().newPage());
  await mira.close({ runBeforeUnload: false });
  await serve();
  await again.goto(base + story);
  await again.waitForURL(/working=/);
  check((await bodyOf(again)).endsWith('Typed into the dark.'), await bodyOf(again));
  await plain(again);
  await save(again);
  check((await bodyOf(again)).endsWith('Typed into the dark.'), 'saved');
  check(!await again.getByText('did not save').count(), 'nothing is unsaved');
  mira.next = again;
});
let one = mira.next;

await test('the network goes and comes', async () => {
  await plain(one);
  await one.context().setOffline(true);
  await atEnd(one, '\n\nOn a train.');
  await inTrouble(one, 'cannot be reached');
  await atEnd(one, ' In a tunnel.');
  await one.waitForTimeout(500);
  await one.context().setOffline(false);
  await isStored(one);
  await one.reload();
  check((await bodyOf(one)).endsWith('On a train. In a tunnel.'), await bodyOf(one));
  await plain(one);
  await save(one);
});

// Only what happens at once can happen: nothing waits for its turn any more.
const nothingLater = (page) => page.evaluate(() => {
  const real = window.setTimeout;
  window.setTimeout = (work, ms, ...more) => (ms >= 400 ? 0 : real(work, ms, ...more));
});
await test('offline and online again: said and sent at once', async () => {
  await plain(one);
  await one.context().setOffline(true);
  await inTrouble(one, 'You are offline');
  await atEnd(one, '\n\nIn the lift.');
  await inTrouble(one, 'cannot be reached');
  await nothingLater(one);
  await one.evaluate(() => {
    window.said = [];
    new MutationObserver(() => window.said.push(document.querySelector('[data-where]').innerText)).observe(document.querySelector('[data-where]'), { childList: true, subtree: true, characterData: true });
  });
  await one.context().setOffline(false);
  await isStored(one);
  const heard = await one.evaluate(() => window.said.join('|'));
  check(heard.includes('Online again: sending'), heard);
  await one.reload();
  check((await bodyOf(one)).endsWith('In the lift.'), await bodyOf(one));
});
await test('a request that hangs in a lost connection is not waited for', async () => {
  await plain(one);
  let hung = 0;
  await one.route('**/working', () => { hung++; }); // no answer ever
  await atEnd(one, ' And out.');
  for (let i = 0; i < 200 && !hung; i++) await one.waitForTimeout(50);
  check(hung === 1, 'nothing was sent');
  await nothingLater(one);
  await one.unroute('**/working');
  await one.evaluate(() => window.dispatchEvent(new Event('online')));
  await isStored(one);
  await one.reload();
  check((await bodyOf(one)).endsWith('And out.'), await bodyOf(one));
  await plain(one);
  await save(one);
});

await test('saving without a network, and back', async () => {
  await plain(one);
  await one.context().setOffline(true);
  await atEnd(one, '\n\nSaved into nothing.');
  await inTrouble(one, 'cannot be reached');
  await one.locator('.actions button[value=save]').click();
  await one.waitForTimeout(1500); // the browser's own page says that there is no network
  await one.context().setOffline(false);
  await one.goto(`${base}${story}?saved=1`);
  await one.waitForURL(/working=/);
  check((await bodyOf(one)).endsWith('Saved into nothing.'), await bodyOf(one));
  await plain(one);
  await save(one);
});

await test('the network goes, others save, it comes back: merged', async () => {
  await plain(one);
  await one.context().setOffline(true);
  await atEnd(one, '\n\nFrom the tunnel.');
  await inTrouble(one, 'cannot be reached');
  await edo.goto(base + story);
  await plain(edo);
  await edo.fill('#body', (await bodyOf(edo)).replace('quay is wet', 'quay is dry'));
  await save(edo);
  await one.context().setOffline(false);
  await isStored(one);
  await one.locator('[data-newer]').getByText('Edo Lang').waitFor();
  await save(one);
  const text = await bodyOf(one);
  check(text.includes('quay is dry') && text.endsWith('From the tunnel.'), text);
  await one.getByText('merged with what was saved').waitFor();
  await axe(one);
  await shot(one, 'merged');
});

await test('a session ends in the middle of typing', async () => {
  await plain(one);
  await one.context().clearCookies();
  await atEnd(one, '\n\nSigned out.');
  await inTrouble(one, 'You are signed out');
  await shot(one, 'signed-out');
  const tab = await watch(await one.context().newPage());
  await signIn(tab);
  await tab.close();
  await one.bringToFront();
  await isStored(one);
  await save(one);
  check((await bodyOf(one)).endsWith('Signed out.'), await bodyOf(one));
});

await test('somebody else signs in: the text stays here', async () => {
  await plain(one);
  const cookies = await one.context().cookies();
  await one.context().clearCookies();
  await one.context().addCookies(await edo.context().cookies());
  await atEnd(one, '\n\nNot of Edo.');
  await inTrouble(one, 'Somebody else is signed in');
  await edo.goto(base + story);
  check(!(await edo.content()).includes('Not of Edo'), 'it was sent');
  await one.context().clearCookies();
  await one.context().addCookies(cookies);
  await isStored(one);
  await save(one);
});

await test('signing out leaves nothing in the browser', async () => {
  await plain(one);
  await atEnd(one, '\n\nUnsent.');
  await one.context().setOffline(true);
  await atEnd(one, ' Truly.');
  await inTrouble(one, 'cannot be reached');
  const asked = [];
  one.on('dialog', (d) => { asked.push(d.message()); d.accept(); });
  await one.locator('form[action="/desk/sign-out"] button').click();
  for (let i = 0; i < 100 && !asked.length; i++) await one.waitForTimeout(100);
  check(asked.some((m) => m.includes('only in this browser')), `asked: ${asked}`);
  await one.context().setOffline(false);
  const tab = await watch(await one.context().newPage());
  await tab.goto(`${base}/desk`);
  check(await tab.evaluate(() => !Object.keys(localStorage).some((k) => k.startsWith('desk-text:'))), 'a text is left');
  await one.close({ runBeforeUnload: false });
  await tab.context().clearCookies();
  await signIn(tab);
  one = tab;
});

await test('a story that was never saved', async () => {
  await one.goto(`${base}/desk/stories/new`);
  await plain(one);
  await one.fill('#headline', 'A first line');
  await atEnd(one, 'Words of a new story.');
  await isStored(one);
  await one.goto(`${base}/desk/stories/new`);
  await one.getByText('A first line').waitFor();
  await one.getByRole('link', { name: 'Go on with it' }).first().click();
  check((await bodyOf(one)) === 'Words of a new story.', await bodyOf(one));
  await plain(one);
  await atEnd(one, ' And more.');
  await isStored(one);
  await one.goto(`${base}/desk`);
  check(await one.getByText('A first line').count() === 1, 'one copy');
  await one.getByText('A first line').click();
  await shot(one, 'working');
  await axe(one);
  await one.getByRole('link', { name: 'Go on with it' }).click();
  await plain(one);
  await save(one);
  check((await bodyOf(one)).endsWith('And more.'), await bodyOf(one));
});

function processesOf(folder) {
  return readdirSync('/proc').filter((p) => /^\d+$/.test(p)).filter((p) => {
    try {
      return readFileSync(`/proc/${p}/cmdline`, 'utf8').includes(folder);
    } catch {
      return false;
    }
  }).map(Number);
}

await test('the browser is killed in the middle of typing', async () => {
  const profile = path.join(top, 'profile');
  const first = await chromium.launchPersistentContext(profile, { executablePath, args });
  const page = await watch(first.pages()[0] ?? await first.newPage());
  await signIn(page);
  await page.goto(base + story);
  await plain(page);
  await atEnd(page, '\n\nAcknowledged.');
  await isStored(page);
  // a second and a half of typing that nobody said is safe, then a breath
  await page.keyboard.type(' Still going on and on and on.', { delay: 50 });
  await page.waitForTimeout(1500);
  await page.keyboard.type(' Lost?', { delay: 1 });
  for (const pid of processesOf(profile)) {
    try { process.kill(pid, 'SIGKILL'); } catch { /* gone with its parent */ }
  }
  await first.close().catch(() => {});
  await one.goto(base + story);
  const text = await bodyOf(one);
  check(text.includes('Acknowledged. Still going on and on and on.'), text);
});

// ---- Two people

const shared = await write(edo, 'Two of us', 'First paragraph.\n\nSecond paragraph.\n\nThird paragraph.');

await test('two people see each other', async () => {
  await one.goto(base + shared);
  await edo.goto(base + shared);
  await edo.getByText('Also in this story: Mira Holt').waitFor();
  await plain(edo);
  await plain(one);
  await atEnd(one, ' So she types.');
  await isStored(one);
  await one.getByText('Also in this story: Edo Lang').waitFor({ timeout: SOON });
  const today = await watch(await edo.context().newPage());
  await today.goto(`${base}/desk`);
  check(/Being edited by others[\s\S]*Two of us/i.test(await today.locator('main').innerText()), 'Today');
  await today.close();
});

await test('different paragraphs become one text', async () => {
  await edo.fill('#body', (await bodyOf(edo)).replace('First paragraph', 'First paragraph by Edo'));
  await isStored(edo);
  await save(one);
  await save(edo);
  const text = await bodyOf(edo);
  check(text === 'First paragraph by Edo.\n\nSecond paragraph.\n\nThird paragraph. So she types.', text);
  check((await edo.locator('.notice', { hasText: 'was merged' }).innerText()).includes('Mira Holt'), 'the notice names her');
});

const newer = (page) => page.locator('[data-newer]', { hasText: 'saved a newer text' });
const mergeNow = (page) => newer(page).getByRole('button', { name: 'Merge now' });
await test('a newer text is said while one types, and taken in by one click', async () => {
  await one.goto(base + shared);
  await visual(one);
  await edo.goto(base + shared);
  await plain(edo);
  await edo.fill('#body', (await bodyOf(edo)).replace('by Edo', 'by Edo Lang'));
  await save(edo);
  await one.locator('.words').click();
  await one.keyboard.press('Control+End');
  await one.keyboard.type(' And goes on', { delay: 5 });
  await newer(one).getByText('Edo Lang').waitFor({ timeout: SOON });
  await axe(one);
  await shot(one, 'newer');
  await one.locator('.words').click();
  await one.keyboard.press('Control+End');
  await one.keyboard.type(' typing.'); // not sent yet
  await mergeNow(one).click();
  await one.waitForURL(/merge=1/);
  const want = 'First paragraph by Edo Lang.\n\nSecond paragraph.\n\nThird paragraph. So she types. And goes on typing.';
  check((await bodyOf(one)).trim() === want, await bodyOf(one));
  await one.getByText('merged with what was saved').waitFor();
  await shot(one, 'merged-open');
  await visual(one);
  await one.locator('.words').click();
  await one.keyboard.press('Control+End');
  await one.keyboard.type(' Still.', { delay: 5 });
  await isStored(one);
  check(!await newer(one).count(), 'it says that there is a newer text');
  await save(one);
  check((await bodyOf(one)).trim() === `${want} Still.`, await bodyOf(one));
});
await test('who typed nothing gets the newer text alone', async () => {
  await edo.goto(base + shared);
  await plain(edo);
  await edo.fill('#body', (await bodyOf(edo)).replace('by Edo Lang', 'by Edo'));
  await one.goto(base + shared);
  await save(edo);
  await one.bringToFront();
  await one.evaluate(() => { window.dispatchEvent(new Event('online')); }); // asks at once
  await mergeNow(one).click({ timeout: SOON });
  await one.waitForURL(/merged=/);
  check((await bodyOf(one)).startsWith('First paragraph by Edo.'), await bodyOf(one));
  await plain(one);
  check(!await one.getByText('did not save').count(), 'something is unsaved');
});
await test('both changed the same: the click leads to the choice', async () => {
  await one.goto(base + shared);
  await edo.goto(base + shared);
  await plain(edo);
  await plain(one);
  await edo.fill('#body', (await bodyOf(edo)).replace('Second paragraph.', 'Second paragraph, of Edo.'));
  await save(edo);
  await one.fill('#body', (await bodyOf(one)).replace('Second paragraph.', 'Second paragraph, of Mira.'));
  await mergeNow(one).click({ timeout: SOON });
  await one.getByRole('heading', { name: 'Two people changed this story' }).waitFor();
  await one.getByRole('radio', { name: 'Your text' }).first().check();
  await one.getByRole('button', { name: 'Save what was chosen' }).click();
  await one.waitForURL(/saved/);
  check((await bodyOf(one)).includes('Second paragraph, of Mira.'), await bodyOf(one));
  await plain(one);
  await one.fill('#body', (await bodyOf(one)).replace(', of Mira', '').replace(' And goes on typing. Still.', ''));
  await save(one);
});

await test('the same paragraph is shown by word and chosen', async () => {
  await one.goto(base + shared);
  await edo.goto(base + shared);
  await plain(edo);
  await plain(one);
  await one.fill('#body', (await bodyOf(one)).replace('Second paragraph', 'Second paragraph of Mira'));
  await edo.fill('#body', (await bodyOf(edo)).replace('Second paragraph', 'Second long paragraph'));
  await save(one);
  await edo.locator('.actions button[value=save]').click();
  await edo.getByRole('heading', { name: 'Two people changed this story' }).waitFor();
  const marked = await edo.locator('ins').allInnerTexts();
  check(marked.some((m) => m.includes('of Mira')) && marked.some((m) => m.includes('long')), marked.join('|'));
  await axe(edo);
  await shot(edo, 'conflict');
  await edo.getByRole('radio', { name: 'Both, yours first' }).check();
  await edo.getByRole('button', { name: 'Save what was chosen' }).click();
  await edo.waitForURL(/saved/);
  const text = await bodyOf(edo);
  check(text.includes('Second long paragraph.\n\nSecond paragraph of Mira.'), text);
});

await test('revisions are compared by word', async () => {
  await edo.locator('#revisions ~ ol a').first().click();
  check((await edo.locator('ins').allInnerTexts()).some((t) => t.includes('Second long paragraph')), 'ins');
  await axe(edo);
  await shot(edo, 'revision');
});

await test('without script an unsaved text is there and can be saved or discarded', async () => {
  await one.goto(base + shared);
  await plain(one);
  await atEnd(one, ' With script.');
  await isStored(one);
  const bare = await open({ javaScriptEnabled: false });
  await bare.context().addCookies(await one.context().cookies());
  await bare.goto(base + shared);
  check((await bodyOf(bare)).endsWith('With script.'), await bodyOf(bare));
  await bare.getByRole('link', { name: 'Compare with what is saved' }).click();
  check((await bare.locator('ins').innerText()).includes('With script.'), 'compared');
  await bare.getByRole('button', { name: 'Discard it' }).click();
  await bare.waitForURL(base + shared);
  check(!(await bodyOf(bare)).includes('With script.'), 'discarded');
  await bare.context().close();
});

await test('no script failed', async () => check(!troubles.length, troubles.join('\n')));

await browser.close();
const over = ended(server);
server.kill();
await over;
const whole = execFileSync(program, ['check', room], { encoding: 'utf8' });
await test('the newsroom is whole', async () => check(/no fault/.test(whole), whole));
rmSync(top, { recursive: true, force: true });
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
