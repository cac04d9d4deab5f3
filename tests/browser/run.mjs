// The site in a real browser: node run.mjs BUILD_DIR SCREENSHOT_DIR
// Serves the demo newsroom, walks its pages at three widths, light and dark, without JavaScript; asks
// axe-core about each; reads it as a person would. Ends with `N passed, N failed`.
import { spawn, execFileSync } from 'node:child_process';
import { mkdtempSync, mkdirSync, rmSync, existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';

const { AxeBuilder } = createRequire(import.meta.url)('@axe-core/playwright');
const build = path.resolve(process.argv[2]);
const shots = path.resolve(process.argv[3] || 'build/screenshots');
mkdirSync(shots, { recursive: true });

const freePort = () => new Promise(done => {
  const server = createServer().listen(0, '127.0.0.1', () => {
    const { port } = server.address();
    server.close(() => done(port));
  });
});

let passed = 0, failed = 0;
// ONLY=words in the name: a part, while one works at it.
async function test(name, body) {
  if (process.env.ONLY && !name.includes(process.env.ONLY)) return;
  try {
    await body();
    passed++;
    console.log('ok   ' + name);
  } catch (error) {
    failed++;
    console.log('FAIL ' + name + '\n  ' + String(error.message || error).split('\n').slice(0, 6).join('\n  '));
  }
}
function check(condition, words) {
  if (!condition) throw new Error(words);
}

const top = mkdtempSync(path.join(tmpdir(), 'stoppress-browser-'));
const port = await freePort();
const base = `http://127.0.0.1:${port}`;
execFileSync(build + '/stoppress', ['demo', top + '/room', '--url', base], { stdio: 'ignore' });
const server = spawn(build + '/stoppress', ['serve', top + '/room', '--listen', `127.0.0.1:${port}`],
  { stdio: ['ignore', 'ignore', 'ignore'] });
for (let i = 0; i < 200; i++) {
  try {
    await fetch(base + '/healthz');
    break;
  } catch {
    await new Promise(done => setTimeout(done, 50));
  }
}

const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
    '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});

const feed = await (await fetch(base + '/feed.json')).json();
const newest = new URL(feed.items[0].url).pathname;
// Stories in other languages are found in the sitemaps.
async function findStory(pattern) {
  const index = await (await fetch(base + '/sitemap.xml')).text();
  for (const [, month] of index.matchAll(/<loc>([^<]*)<\/loc>/g)) {
    const map = await (await fetch(month)).text();
    for (const [, url] of map.matchAll(/<loc>([^<]*)<\/loc>/g)) {
      if (pattern.test(await (await fetch(url)).text())) return new URL(url).pathname;
    }
  }
  return null;
}
const arabic = await findStory(/class="top-matter" lang="ar"/);
const burmese = await findStory(/class="top-matter" lang="my"/);

const pages = {
  front: '/', story: newest, section: '/news', tag: '/tag/harbour', author: '/author/mira-santel',
  about: '/about', privacy: '/privacy', newsletters: '/newsletters', missing: '/nothing/here', arabic, burmese,
};

for (const [name, address] of Object.entries(pages)) {
  for (const width of [360, 768, 1280]) {
    for (const scheme of ['light', 'dark']) {
      await test(`${name} at ${width} px, ${scheme}`, async () => {
        check(address, 'the demo has no such page');
        const context = await browser.newContext({
          viewport: { width, height: 900 }, colorScheme: scheme, javaScriptEnabled: true, bypassCSP: true,
        });
        const page = await context.newPage();
        const foreign = [];
        page.on('request', r => { if (!r.url().startsWith(base)) foreign.push(r.url()); });
        const errors = [];
        page.on('console', m => { if (m.type() === 'error' && name !== 'missing') errors.push(m.text()); });
        await page.goto(base + address, { waitUntil: 'load' });
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        check(wide <= 0, `the page is ${wide} px wider than the window`);
        check(foreign.length === 0, 'asked another host: ' + foreign[0]);
        check(errors.length === 0, 'the console says: ' + errors[0]);
        check(await page.locator('h1').count() === 1, 'not exactly one h1');
        // Each layout and each colour scheme once: axe is slow.
        if (!((width === 360 && scheme === 'light') || (width === 1280 && scheme === 'dark'))) {
          if (['front', 'story', 'arabic'].includes(name))
            await page.screenshot({ path: `${shots}/${name}-${width}-${scheme}.png`, fullPage: true });
          await context.close();
          return;
        }
        const found = await new AxeBuilder({ page })
          .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']).analyze();
        check(found.violations.length === 0, 'axe: ' + found.violations.map(
          v => `${v.id} at ${v.nodes[0].target.join(' ')}`).join('; '));
        await page.screenshot({ path: `${shots}/${name}-${width}-${scheme}.png`, fullPage: true });
        await context.close();
      });
    }
  }
}

await test('320 px: nothing is cut off', async () => {
  const context = await browser.newContext({ viewport: { width: 320, height: 640 } });
  const page = await context.newPage();
  for (const address of Object.values(pages)) {
    await page.goto(base + address);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    check(wide <= 0, `${address} is ${wide} px wider than the window`);
  }
  await context.close();
});

await test('a word without a break stays in its column', async () => {
  for (const width of [320, 1280]) {
    const context = await browser.newContext({ viewport: { width, height: 900 } });
    const page = await context.newPage();
    for (const address of [pages.front, pages.story]) {
      await page.goto(base + address);
      const wide = await page.evaluate(() => {
        const kinds = ['h1', '.second h2 a', '.lead h2 a', '.lead .standfirst', '.meta', '.latest a', '.more a', '.block-lead h3 a',
          '.compact h3 a', '.byline', '.tags a', '.related h3 a', '.featured h3 a', '.rows h2 a', '.kicker a', 'figcaption', '.label a'];
        for (const place of document.querySelectorAll(kinds.join())) {
          if (!place.closest('.mast')) place.textContent = 'unbroken'.repeat(12);
        }
        return document.documentElement.scrollWidth - innerWidth;
      });
      check(wide <= 0, `${address} at ${width} px is ${wide} px wider than the window`);
    }
    await context.close();
  }
});

await test('a tall picture fits into the window, a lone small section takes its row', async () => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, bypassCSP: true });
  const page = await context.newPage();
  await page.goto(base + newest);
  const found = await page.evaluate(async () => {
    const figure = document.querySelector('.lead-figure'), image = figure.querySelector('img');
    figure.classList.add('tall');
    figure.querySelectorAll('source').forEach(source => source.remove());
    image.removeAttribute('srcset');
    image.width = 400;
    image.height = 1500;
    image.src = 'data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg" width="400" height="1500"/>';
    await image.decode();
    return { height: image.offsetHeight, ratio: image.offsetHeight / image.offsetWidth };
  });
  check(found.height <= 0.85 * 900 + 1, `the picture is ${found.height} px tall`);
  check(Math.abs(found.ratio - 3.75) < 0.1, `its sides are 1 to ${found.ratio}`);
  for (const width of [768, 1280]) {
    await page.setViewportSize({ width, height: 900 });
    await page.goto(base + '/');
    const share = await page.evaluate(() => {
      const row = document.createElement('div');
      row.className = 'compact';
      row.append(document.createElement('section'));
      document.querySelector('main').append(row);
      return row.firstChild.offsetWidth / row.offsetWidth;
    });
    check(share > 0.99, `at ${width} px it takes ${share} of the row`);
  }
  await context.close();
});

await test('right to left: the Arabic story begins at the right', async () => {
  const context = await browser.newContext({ viewport: { width: 768, height: 900 } });
  const page = await context.newPage();
  await page.goto(base + arabic);
  for (const part of ['.top-matter h1', '.body']) {
    const direction = await page.locator('article ' + part).first().evaluate(e => getComputedStyle(e).direction);
    check(direction === 'rtl', `${part} is ${direction}`);
  }
  // The last line of a paragraph, the shorter one, ends away from the left edge.
  const gap = await page.locator('article .body p').first().evaluate(e => {
    const range = document.createRange();
    range.selectNodeContents(e);
    const rects = [...range.getClientRects()].filter(r => r.width > 0);
    const bottom = Math.max(...rects.map(r => r.bottom));
    const last = rects.filter(r => r.bottom > bottom - 4);
    const box = e.getBoundingClientRect();
    return [Math.min(...last.map(r => r.left)) - box.left, box.right - Math.max(...last.map(r => r.right))];
  });
  check(gap[0] > gap[1] && gap[1] < 4, 'the last line stands at ' + gap);
  await context.close();
});

await test('layout does not shift while pictures load', async () => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  await page.addInitScript(() => {
    window.shift = 0;
    new PerformanceObserver(list => {
      for (const entry of list.getEntries()) window.shift += entry.value;
    }).observe({ type: 'layout-shift', buffered: true });
  });
  for (const address of ['/', newest]) {
    await page.goto(base + address, { waitUntil: 'networkidle' });
    const shift = await page.evaluate(() => window.shift);
    check(shift < 0.01, `${address} shifted by ${shift}`);
  }
  await context.close();
});

await test('all pictures of the front load', async () => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  await page.goto(base + '/');
  for (const image of await page.locator('img').all()) {
    if (!await image.isVisible()) continue; // small headlines leave theirs out
    await image.scrollIntoViewIfNeeded();
    await image.evaluate(e => e.decode());
    check(await image.evaluate(e => e.naturalWidth > 0), 'a picture is broken');
  }
  await context.close();
});

await test('keyboard: the skip link comes first and leads to the text', async () => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  await page.goto(base + newest);
  await page.keyboard.press('Tab');
  const link = await page.evaluate(() => document.activeElement.getAttribute('href'));
  check(link === '#main', 'the first focus is ' + link);
  const box = await page.evaluate(() => {
    const r = document.activeElement.getBoundingClientRect();
    return [r.width, r.height, r.top];
  });
  check(box[0] > 20 && box[1] >= 24 && box[2] >= 0, 'the skip link is not visible: ' + box);
  await page.keyboard.press('Enter');
  check((await page.evaluate(() => location.hash)) === '#main', 'it leads nowhere');
  await context.close();
});

await test('sign-up without JavaScript: a mistake, then saved, then back', async () => {
  const context = await browser.newContext({ viewport: { width: 360, height: 800 }, javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(base + newest);
  check(!await page.locator('#nl-mail').isChecked(), 'a box is ticked beforehand');
  // A browser without validation, as an old one would be.
  const answer = await context.request.post(base + '/newsletters', {
    form: { email: 'reader@example', story: '1' }, headers: { Origin: base },
  });
  check(answer.status() === 422, 'a wrong form answered ' + answer.status());
  await page.fill('#nl-email', 'reader@example.org');
  await page.check('#nl-mail');
  await page.check('#nl-terms');
  await page.click('button[type=submit]');
  check(await page.locator('[role=status]').count() === 1, 'no status');
  await page.locator('.back a').first().click();
  check(new URL(page.url()).pathname === newest, 'back led to ' + page.url());
  await context.close();
});

await test('print: the story and its address, no furniture', async () => {
  const context = await browser.newContext({ viewport: { width: 800, height: 1000 } });
  const page = await context.newPage();
  await page.goto(base + newest);
  await page.emulateMedia({ media: 'print' });
  check(await page.locator('article h1').isVisible(), 'the headline is gone');
  check(!await page.locator('nav').first().isVisible(), 'the navigation is printed');
  check(!await page.locator('form').first().isVisible(), 'the form is printed');
  check(await page.locator('article .address').isVisible(), 'the address is missing');
  await context.close();
});

// A story with embeds, in the room that is served; other hosts are answered here.
const embedded = execFileSync(build + '/stoppress', ['story', 'add', top + '/room', '-', '--publish'], {
  input: '---\nheadline: Embeds\nsection: news\n---\nBefore.\n\nhttps://youtu.be/_bcdefghij_\n\nBetween.\n\n'
    + 'https://x.com/harbour/status/12345\n\nhttps://www.openstreetmap.org/#map=15/52.5/13.4\n\n> [!FACT] The pier\n> Old.\n',
}).toString().trim();

// Waits until other hosts were asked so many times.
async function asked(page, foreign, times) {
  for (let i = 0; foreign.length < times && i < 200; i++) await page.waitForTimeout(50);
  check(foreign.length === times, `other hosts were asked ${foreign.length} times, not ${times}: ` + foreign.map(f => f[0]));
}

await test('embeds: nothing is asked of others before the click', async () => {
  const context = await browser.newContext({ viewport: { width: 768, height: 900 } });
  const page = await context.newPage();
  const foreign = [], errors = [];
  await context.route(url => !url.href.startsWith(base), route => {
    foreign.push([route.request().url(), route.request().headers()]);
    return route.fulfill({ contentType: 'text/html', body: '<title>There</title><button>Play</button>' });
  });
  page.on('console', m => { if (m.type() === 'error') errors.push(m.text()); });
  await page.goto(embedded);
  const places = page.locator('.embed-place button');
  check(await places.count() === 3 && await places.first().isVisible(), 'no buttons');
  await page.evaluate(() => {
    window.shift = 0;
    new PerformanceObserver(list => { for (const e of list.getEntries()) window.shift += e.hadRecentInput ? 0 : e.value; })
      .observe({ type: 'layout-shift', buffered: true });
  });
  const before = await page.locator('.embed-place').first().boundingBox();
  check(Math.abs(before.width / before.height - 16 / 9) < 0.02, 'not 16:9: ' + before.width / before.height);
  check(foreign.length === 0, 'asked another host: ' + foreign[0]);
  // The pointer first: no other document is in the page that could take the click.
  await page.locator('.embed-long .embed-place button').click();
  await asked(page, foreign, 1);
  check(foreign[0][0].startsWith('https://platform.twitter.com/') && !foreign[0][1].referer, 'X was told where the reader comes from, or another host was asked: ' + foreign[0][0]);
  await places.first().focus();
  await page.keyboard.press('Enter');
  await asked(page, foreign, 2);
  check(foreign[1][0] === 'https://www.youtube-nocookie.com/embed/_bcdefghij_', 'asked ' + foreign.map(f => f[0]));
  check(await page.evaluate(() => document.activeElement.tagName) === 'IFRAME', 'the focus is not in the frame');
  const frame = page.locator('.embed-place iframe').first();
  check(await frame.getAttribute('title') === 'Video on YouTube', 'no title');
  check((await frame.getAttribute('sandbox')).includes('allow-scripts'), 'no sandbox');
  const after = await page.locator('.embed-place').first().boundingBox();
  check(after.height === before.height && after.width === before.width, 'the place changed its size');
  check(foreign.length === 2, 'asked more: ' + foreign.map(f => f[0]));
  check(await page.evaluate(() => window.shift) < 0.01, 'the page shifted');
  check(errors.length === 0, 'the console says: ' + errors[0]);
  check(await page.evaluate(() => {
    const other = document.createElement('iframe');
    other.src = 'https://evil.example/';
    document.body.append(other);
    return new Promise(done => document.addEventListener('securitypolicyviolation', e => done(e.blockedURI)));
  }) === 'https://evil.example', 'another host may be framed');
  await context.close();
});

await test('embeds without JavaScript are links, and both ways pass axe', async () => {
  for (const javaScriptEnabled of [true, false]) {
    const context = await browser.newContext({ javaScriptEnabled, viewport: { width: 360, height: 800 }, colorScheme: javaScriptEnabled ? 'dark' : 'light', bypassCSP: true });
    const page = await context.newPage();
    await page.goto(embedded);
    check(await page.locator('.embed-place').first().isVisible() === javaScriptEnabled, 'the place is ' + !javaScriptEnabled);
    check(await page.getByRole('link', { name: 'Video on YouTube' }).getAttribute('href') === 'https://youtu.be/_bcdefghij_', 'no link');
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    check(wide <= 0, `the page is ${wide} px wider than the window`);
    if (javaScriptEnabled) {
      const found = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']).analyze();
      check(found.violations.length === 0, 'axe: ' + found.violations.map(v => `${v.id} at ${v.nodes[0].target.join(' ')}`).join('; '));
    }
    await page.screenshot({ path: `${shots}/embeds-360-${javaScriptEnabled ? 'script' : 'plain'}.png`, fullPage: true });
    await context.close();
  }
});

await browser.close();
server.kill('SIGTERM');
await new Promise(done => server.on('exit', done));
if (existsSync(top)) rmSync(top, { recursive: true });
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed || !passed ? 1 : 0);
