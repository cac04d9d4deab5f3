// The front laid by hand, in Chromium: node tests/desk/front.mjs BUILD_DIR
// Added, dragged, moved by keys, looked at, published, brought back; the breaking bar; axe. Ends with
// `N passed, N failed`. (The same form without script: front.py.)
import { spawn, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
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
const PASSWORD = 'harbour lantern nine';

let passed = 0, failed = 0;
async function test(name, body) {
  try {
    await body();
    passed++;
    console.log(`ok   ${name}`);
  } catch (error) {
    failed++;
    console.log(`FAIL ${name}\n  ${String(error.stack || error).split('\n').slice(0, 8).join('\n  ')}`);
  }
}
function same(have, want) {
  if (have !== want) throw new Error(`have ${JSON.stringify(have)}\nwant ${JSON.stringify(want)}`);
}

const port = await new Promise((done) => {
  const probe = createServer().listen(0, '127.0.0.1', () => {
    const free = probe.address().port;
    probe.close(() => done(free));
  });
});
const base = `http://127.0.0.1:${port}`;
const top = mkdtempSync(path.join(tmpdir(), 'stoppress-front-'));
const room = path.join(top, 'room');
const program = path.join(build, 'stoppress');
const said = execFileSync(program, ['demo', room, '--url', base], { encoding: 'utf8' });
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
const context = await browser.newContext({ viewport: { width: 1280, height: 1000 } });
const page = await context.newPage();
page.setDefaultTimeout(8000);
const troubles = [];
page.on('pageerror', (e) => troubles.push(String(e)));
page.on('console', (m) => { if (m.type() === 'error') troubles.push(m.text()); });
await page.goto(base + said.match(/\/desk\/welcome\/[0-9a-f]{64}/)[0]);
await page.fill('#name', 'Mira Holt');
await page.fill('#login', 'mira');
await page.fill('#password', PASSWORD);
await page.locator('button.main').click();
await page.waitForURL(`${base}/desk`);

const LEAD = '1', SECOND = '2';
const area = (id) => page.locator(`[data-area="${id}"]`);
const pins = (id) => area(id).locator('.pin .what').allTextContents();
const candidates = page.locator('.candidate');
const front = async () => (await (await fetch(base + '/')).text()).match(/<h2[^>]*>\s*<a[^>]*>([^<]*)/)?.[1];
const words = async (n) => (await candidates.nth(n).locator('span').first().textContent()).trim();
async function save() {
  await page.locator('button[value=save]').click();
  await page.waitForLoadState();
}
let first, second, third;

await test('a story is added by its button, and leads after saving', async () => {
  await page.goto(`${base}/desk/front`);
  first = await words(3);
  await page.selectOption('#add-area', LEAD);
  await candidates.nth(3).locator('button').click();
  await page.waitForLoadState();
  same((await pins(LEAD)).join(), first);
  await save();
  same((await pins(LEAD)).join(), first);
  same(await front(), first);
});

await test('what fills a place by itself is shown, follows what is placed, and is kept by its button', async () => {
  const fills = () => area(SECOND).locator('.fill span').allTextContents();
  const before = await fills();
  same(before.length, 4);
  if (before.includes(first)) throw new Error('the lead fills another place');
  await area(SECOND).locator('.fill button').nth(1).click();
  await area(SECOND).locator('.pin').waitFor();
  same((await pins(SECOND)).join(), before[1]);
  same((await fills()).join('|'), before.filter((name, n) => n !== 1).join('|'));
  // Moved to the lead by script alone: what was the lead is free to fill a place again.
  await area(SECOND).locator('select').selectOption(LEAD);
  await page.waitForFunction(([id, wanted]) => document.querySelectorAll(`[data-area="${id}"] .fill`).length === wanted, [SECOND, 3]);
  same((await pins(LEAD)).join(), before[1]);
  same((await pins(SECOND)).join(), first);
  await page.goto(`${base}/desk/front`);
  same((await pins(LEAD)).join(), first);
});

await test('stories are dragged into a place, and put in order by dragging', async () => {
  second = await words(5);
  await candidates.nth(5).dragTo(area(SECOND));
  await page.waitForLoadState();
  await area(SECOND).locator('.pin').first().waitFor();
  third = await words(7);
  await candidates.nth(7).dragTo(area(SECOND));
  await page.locator(`[data-area="${SECOND}"] .pin >> nth=1`).waitFor();
  same((await pins(SECOND)).join('|'), `${second}|${third}`);
  await area(SECOND).locator('.pin').nth(1).locator('.what')
    .dragTo(area(SECOND).locator('.pin').nth(0), { targetPosition: { x: 30, y: 3 } });
  same((await pins(SECOND)).join('|'), `${third}|${second}`);
});

await test('by keyboard: a button moves a story, keeps the focus, and says where it stands', async () => {
  const down = area(SECOND).locator('.pin').first().locator('button[value^=down]');
  await down.focus();
  await page.keyboard.press('Enter');
  same((await pins(SECOND)).join('|'), `${second}|${third}`);
  same(await page.evaluate(() => document.activeElement.value.split('-')[0]), 'down');
  const told = await page.locator('[data-said]').textContent();
  if (!told.includes(third) || !/2$/.test(told.trim())) throw new Error(`said ${told}`);
});

await test('the preview shows three widths before readers see anything', async () => {
  const live = await (await fetch(base + '/')).text();
  await page.locator('button[value=preview]').click();
  await page.locator('iframe').nth(2).waitFor();
  same(await page.locator('iframe').count(), 3);
  const frame = page.frameLocator('iframe').first();
  await frame.locator('main').waitFor();
  const text = await frame.locator('main').innerText();
  if (!text.includes(second) || !text.includes(third)) throw new Error('the preview misses a story');
  same(await (await fetch(base + '/')).text(), live);
  if (shots) await page.screenshot({ path: `${shots}/front-preview.png`, fullPage: true });
  await save();
  const now = await (await fetch(base + '/')).text();
  if (!(now.indexOf(second) > 0 && now.indexOf(second) < now.indexOf(third))) throw new Error('the order is not live');
});

await test('an earlier layout is brought back', async () => {
  await page.goto(`${base}/desk/front`);
  same((await pins(SECOND)).length, 2);
  await page.locator('form[action="/desk/front/restore"] button').first().click();
  await page.waitForLoadState();
  await page.goto(`${base}/desk/front`);
  same((await pins(SECOND)).length, 0);
  same((await pins(LEAD)).join(), first);
});

await test('one story leads: the other makes room', async () => {
  const other = await words(9);
  await candidates.nth(9).dragTo(area(LEAD));
  await area(LEAD).locator('.what', { hasText: other }).waitFor();
  same((await pins(LEAD)).join(), other);
  const moved = await words(5);
  await candidates.nth(5).dragTo(area(SECOND));
  await area(SECOND).locator('.what', { hasText: moved }).waitFor();
  await area(SECOND).locator('.pin .what').first().dragTo(area(LEAD).locator('.pin').first());
  same((await pins(LEAD)).join(), moved);
  same((await pins(SECOND)).join(), other);
  await save();
  same(await front(), moved);
});

const blocks = page.locator('[data-block]');
const blockNames = async () => (await blocks.locator('span[dir]').allTextContents()).map((t) => t.trim());
const shownBlocks = async () => [...(await (await fetch(base + '/')).text()).matchAll(/<h2[^>]*>\s*<a href="\/[^"/]+">([^<]*)/g)].map((m) => m[1].replaceAll('&amp;', '&'));

await test('blocks of sections: dragged, moved by keys, switched off, put live, brought back', async () => {
  const live = await shownBlocks();
  await page.goto(`${base}/desk/front`);
  const names = await blockNames();
  same(names.slice(0, live.length).join('|'), live.join('|'));
  await blocks.nth(3).locator('span[dir]').dragTo(blocks.nth(0), { targetPosition: { x: 200, y: 2 } });
  same((await blockNames()).slice(0, 4).join('|'), [names[3], names[0], names[1], names[2]].join('|'));
  const down = blocks.nth(1).locator('button[value^=lower]');
  await down.focus();
  await page.keyboard.press('Enter');
  same((await blockNames()).slice(0, 4).join('|'), [names[3], names[1], names[0], names[2]].join('|'));
  same(await page.evaluate(() => document.activeElement.value), 'lower-2');
  await blocks.nth(1).locator('input[type=checkbox]').focus();
  await page.keyboard.press('Space');
  await page.locator('[data-area^="4-"] h2', { hasText: `not on the front: ${names[1]}` }).waitFor();
  same((await page.locator('[data-area^="4-"] h2').first().textContent()).includes(names[3]), true);
  same((await shownBlocks()).join('|'), live.join('|'));
  if (shots) await page.screenshot({ path: `${shots}/front-blocks.png`, fullPage: true });
  await page.locator('button[value=preview]').click();
  await page.frameLocator('iframe').first().locator('main').waitFor();
  await save();
  same((await shownBlocks()).join('|'), [names[3], names[0], names[2], ...live.slice(4)].join('|'));
  await page.locator('form[action="/desk/front/restore"] button').first().click();
  await page.waitForLoadState();
  same((await shownBlocks()).join('|'), live.join('|'));
});

await test('the breaking bar stands on every page, and goes', async () => {
  await page.fill('#bar-text', 'Harbour closed to all ships');
  await page.fill('#bar-until', await page.evaluate(() => {
    const end = new Date(Date.now() + 20 * 3600 * 1000);
    return end.toISOString().slice(0, 16);
  }));
  await page.locator('button[value=set]').click();
  await page.locator('button[value=clear]').waitFor();
  for (const address of ['/', '/harbour', '/about']) {
    if (!(await (await fetch(base + address)).text()).includes('Harbour closed to all ships')) throw new Error(`${address} has no bar`);
  }
  if (shots) {
    const reader = await context.newPage();
    await reader.goto(base);
    await reader.screenshot({ path: `${shots}/front-bar.png` });
    await reader.close();
  }
  await page.locator('button[value=clear]').click();
  await page.waitForLoadState();
  if ((await (await fetch(base + '/')).text()).includes('Harbour closed')) throw new Error('the bar stays');
});

for (const [width, scheme] of [[360, 'light'], [1280, 'dark']]) {
  await test(`axe and width at ${width} px, ${scheme}`, async () => {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme: scheme });
    await page.goto(`${base}/desk/front`);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (wide > 0) throw new Error(`${wide} px wider than the window`);
    const gaps = await page.evaluate(() => [...document.querySelectorAll('.pins')]
      .filter((list) => !list.querySelector('li') && list.getBoundingClientRect().height).length);
    same(gaps, 0);
    if (shots) await page.screenshot({ path: `${shots}/front-${width}-${scheme}.png` });
    const { violations } = await new AxeBuilder({ page }).analyze();
    same(violations.map((v) => `${v.id}: ${v.nodes[0].html}`).join('\n'), '');
  });
}
await test('no error of a script', async () => same(troubles.join('\n'), ''));

await browser.close();
server.kill();
rmSync(top, { recursive: true, force: true });
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
