#!/usr/bin/env python3
"""What a reader gets, over real HTTP: run.py BUILD_DIR

Makes a newsroom in a temporary folder, serves it, publishes, edits and withdraws with the commands, and
looks at what comes back. Ends with `N passed, N failed`."""
import gzip
import http.client
import json
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
import traceback
import xml.etree.ElementTree as ET
import zlib

BUILD = os.path.abspath(sys.argv[1])
PROGRAM = BUILD + '/stoppress'
TESTS = []


def test(function):
    TESTS.append(function)
    return function


def free_port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


def png(width, height):
    """A plain picture of our own."""
    def chunk(kind, data):
        body = kind + data
        return struct.pack('>I', len(data)) + body + struct.pack('>I', zlib.crc32(body))
    rows = b''.join(b'\0' + b''.join(bytes((x * 255 // width, y * 255 // height, 120))
                                     for x in range(width)) for y in range(height))
    return (b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', width, height, 8, 2, 0, 0, 0))
            + chunk(b'IDAT', zlib.compress(rows, 6)) + chunk(b'IEND', b''))


class Room:
    """A newsroom that is being served."""

    def __init__(self, extra=()):
        self.top = tempfile.mkdtemp(prefix='stoppress-site-')
        self.dir = self.top + '/room'
        self.port = free_port()
        self.url = 'http://127.0.0.1:%d' % self.port
        self.run('init', self.dir, '--name', 'The Tide Table', '--url', self.url, '--timezone',
                 'Asia/Manila', '--since', '1997')
        self.run('section', 'add', self.dir, 'World')
        self.server = subprocess.Popen(
            [PROGRAM, 'serve', self.dir, '--listen', '127.0.0.1:%d' % self.port, *extra],
            stderr=open(self.top + '/log', 'wb'))
        for _ in range(400):
            try:
                socket.create_connection(('127.0.0.1', self.port), 1).close()
                break
            except OSError:
                time.sleep(0.025)

    def close(self):
        self.server.send_signal(signal.SIGTERM)
        code = self.server.wait(30)
        shutil.rmtree(self.top)
        assert code == 0, 'the server ended with %d' % code

    def run(self, *arguments, stdin=None, code=0):
        done = subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, input=stdin,
                              timeout=120)
        assert done.returncode == code, '%s: exit %d, not %d: %s%s' % (
            ' '.join(arguments), done.returncode, code, done.stdout, done.stderr)
        return done.stdout if code == 0 else done.stderr

    def add(self, front, body='Ships wait in the roads.\n', *options):
        out = self.run('story', 'add', self.dir, '-', *(options or ('--publish',)),
                       stdin='---\n%s\n---\n%s' % (front, body))
        return out.strip().replace(self.url, '')

    def ask(self, path, method='GET', headers=None, body=None):
        connection = http.client.HTTPConnection('127.0.0.1', self.port, timeout=20)
        connection.request(method, path, body=body, headers=headers or {})
        answer = connection.getresponse()
        data = answer.read()
        heads = {}
        for name, value in answer.getheaders():
            heads[name.lower()] = value
        connection.close()
        return answer.status, heads, data

    def page(self, path):
        status, _, body = self.ask(path)
        assert status == 200, '%s answered %d' % (path, status)
        return body.decode()


ROOM = None


@test
def empty_front_helps():
    front = ROOM.page('/')
    assert 'stoppress story add' in front and 'stoppress user welcome' in front, 'the empty front says how to begin'
    for path in ('/news', '/rss.xml', '/atom.xml', '/feed.json', '/sitemap.xml', '/news-sitemap.xml',
                 '/about', '/terms', '/privacy', '/newsletters', '/robots.txt', '/favicon.svg'):
        assert ROOM.ask(path)[0] == 200, path


@test
def story_page_has_its_furniture():
    other = ROOM.add('headline: Pilots meet the mayor\nsection: world\ntags: [Pilots, Harbour]\n'
                     'featured: true')
    picture = ROOM.top + '/p.png'
    with open(picture, 'wb') as f:
        f.write(png(900, 600))
    path = ROOM.add(
        'headline: "Pilots & tugs: “no” to <night>"\ntags: [Pilots, Harbour]\n'
        'bylines: [Ana Reyes, Tomas Lim]\ndateline: PORT ALMA\nstandfirst: They said no.\n'
        'photo:\n  file: %s\n  caption: Two tugs.\n  credit: "Photo: J. Vell"\n  alt: Two tugs at a '
        'quay' % picture, 'First words.\n\nSecond words.\n')
    page = ROOM.page(path)
    for piece in ('<title>Pilots &amp; tugs: “no” to &lt;night&gt; | The Tide Table</title>',
                  '<h1>Pilots &amp; tugs: “no” to &lt;night&gt;</h1>', 'They said no.',
                  'By <a href="/author/ana-reyes"', ' and <a href="/author/tomas-lim"',
                  '<span class="dateline">PORT ALMA</span> — First words.', 'Two tugs.',
                  'Photo: J. Vell', 'alt="Two tugs at a quay"', 'Advertisement', 'Featured stories',
                  'Related stories', other, 'action="/newsletters"', 'href="/tag/pilots"',
                  '© 1997–', 'href="/terms"', 'href="/privacy"', 'href="/rss.xml"'):
        assert piece in page, 'missing: ' + piece
    assert '<script>' not in page and 'style=' not in page
    data = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page).group(1))
    assert data['@type'] == 'NewsArticle' and data['author'][0]['name'] == 'Ana Reyes'
    assert len(data['image']) == 3 and data['image'][0]['creditText'] == 'Photo: J. Vell'
    assert data['locationCreated']['name'] == 'PORT ALMA'
    canonical = re.search(r'rel="canonical" href="([^"]*)"', page).group(1)
    assert canonical == ROOM.url + path


@test
def pictures_are_served():
    page = ROOM.page(ROOM.add_with_picture)
    sources = re.findall(r'/media/[0-9a-f]{32}\.(?:jpg|webp)', page)
    assert any(s.endswith('.webp') for s in sources)
    for source in set(sources):
        status, heads, body = ROOM.ask(source)
        assert status == 200 and len(body) == int(heads['content-length'])
        assert heads['accept-ranges'] == 'bytes'
        assert heads['content-type'] == ('image/webp' if source.endswith('webp') else 'image/jpeg')
        assert b'GPS' not in body
    status, heads, part = ROOM.ask(sources[0], headers={'Range': 'bytes=2-9'})
    assert status == 206 and part == ROOM.ask(sources[0])[2][2:10]
    assert heads['content-range'].startswith('bytes 2-9/')
    assert ROOM.ask(sources[0], headers={'Range': 'bytes=99999999-'})[0] == 416
    assert ROOM.ask('/media/' + '0' * 32 + '.jpg')[0] == 404
    assert ROOM.ask('/originals')[0] == 404


@test
def drafts_and_their_pictures_are_hidden():
    picture = ROOM.top + '/draft.png'
    with open(picture, 'wb') as f:
        f.write(png(320, 200))
    number = ROOM.run(
        'story', 'add', ROOM.dir, '-',
        stdin='---\nheadline: Not yet\nphoto:\n  file: %s\n  alt: A plain\n---\nHidden.\n' % picture).strip()
    assert number.isdigit()
    assert 'Not yet' not in ROOM.page('/') + ROOM.page('/news') + ROOM.page('/rss.xml')
    address = ROOM.run('story', 'publish', ROOM.dir, number).strip().replace(ROOM.url, '')
    assert 'Not yet' in ROOM.page(address) and 'Not yet' in ROOM.page('/news')


@test
def everything_is_live_before_the_command_returns():
    for i in range(12):
        for path in ('/', '/news', '/tag/live', '/rss.xml', '/atom.xml', '/feed.json'):
            ROOM.ask(path)
        path = ROOM.add('headline: Live number %d\ntags: [Live]' % i)
        for place in (path, '/', '/news', '/tag/live', '/rss.xml', '/atom.xml', '/feed.json'):
            assert 'Live number %d' % i in ROOM.page(place), place


@test
def addresses_never_die():
    first = ROOM.add('headline: Moving on\nslug: moving-on')
    number = json.loads(ROOM.run('story', 'show', ROOM.dir, first, '--json'))['id']
    edit = '---\nheadline: Moving on\nslug: %s\nsection: %s\n---\nWords.\n'
    for slug, section in (('second', 'news'), ('third', 'world'), ('fourth', 'news')):
        ROOM.run('story', 'edit', ROOM.dir, str(number), '-', stdin=edit % (slug, section))
    year = first.split('/')[2:4]
    final = '/news/%s/%s/fourth' % tuple(year)
    for old in (first, '/news/%s/%s/second' % tuple(year), '/world/%s/%s/third' % tuple(year)):
        status, heads, _ = ROOM.ask(old)
        assert status == 301 and heads['location'] == final, (old, status, heads.get('location'))
    assert ROOM.ask(final)[0] == 200
    other = ROOM.add('headline: Other\nslug: moving-on')
    assert other.endswith('/moving-on-2'), other
    ROOM.run('story', 'withdraw', ROOM.dir, final, '--reason', 'A name was wrong.')
    for old in (first, final):
        status, _, body = ROOM.ask(old)
        assert status == 410 and b'A name was wrong.' in body and b'Words.' not in body, (old, status)
    assert 'Moving on' not in ROOM.page('/news')


@test
def withdrawn_pictures_are_gone():
    picture = ROOM.top + '/gone.png'
    with open(picture, 'wb') as f:
        f.write(png(400, 300))
    path = ROOM.add('headline: Gone picture\nphoto:\n  file: %s\n  alt: A plain' % picture)
    source = re.search(r'<figure.*?src="(/media/[^"]*)"', ROOM.page(path), re.S).group(1)
    assert ROOM.ask(source)[0] == 200
    ROOM.run('story', 'withdraw', ROOM.dir, path, '--reason', 'Not ours.')
    assert ROOM.ask(source)[0] == 410


@test
def pictures_within_the_text():
    """A picture of a draft is private until a published story has it within its text."""
    picture = ROOM.top + '/within.png'
    with open(picture, 'wb') as f:
        f.write(png(640, 417))
    draft = ROOM.run(
        'story', 'add', ROOM.dir, '-',
        stdin='---\nheadline: Has it first\nphoto:\n  file: %s\n  caption: Of the library\n'
              '  credit: A. Other\n  alt: A plain\n---\nHidden.\n' % picture).strip()
    number = json.loads(ROOM.run('story', 'show', ROOM.dir, draft, '--json'))['photo']['id']
    body = ('First words.\n\n![A *wide* plain](picture:%d "Own < caption")\n\nMore.\n\n'
            '![](picture:%d)\n\n![Nobody has it](picture:%d)\n' % (number, number, number + 1000))
    path = ROOM.add('headline: Within\ndateline: QUAY', body)
    page = ROOM.page(path)
    figures = re.findall(r'<figure class="text-figure">.*?</figure>', page, re.S)
    assert len(figures) == 2, page
    assert 'alt="A wide plain"' in figures[0] and 'Own &lt; caption' in figures[0]
    assert 'alt="A plain"' in figures[1] and 'Of the library' in figures[1]
    assert all('<span class="credit">A. Other</span>' in figure for figure in figures)
    assert '<p>Nobody has it</p>' in page and 'picture:' not in page
    source = re.search(r'src="(/media/[^"]*)"', figures[0]).group(1)
    assert ROOM.ask(source)[0] == 200
    assert ROOM.url + source in ROOM.page('/rss.xml') and ROOM.url + source in ROOM.page('/atom.xml')
    ROOM.run('check', ROOM.dir)
    edit = '---\nheadline: Within\n---\n'
    ROOM.run('story', 'edit', ROOM.dir, path, '-', stdin=edit + 'No picture.\n')
    assert ROOM.ask(source)[0] == 404, 'private again'
    ROOM.run('story', 'edit', ROOM.dir, path, '-', stdin=edit + body)
    assert ROOM.ask(source)[0] == 200
    ROOM.run('story', 'withdraw', ROOM.dir, path, '--reason', 'Not ours.')
    assert ROOM.ask(source)[0] == 410


@test
def lists_are_paged_by_key():
    for i in range(45):
        ROOM.add('headline: Row %02d\ntags: [Rows]' % i)
    seen, path = [], '/tag/rows'
    while path:
        page = ROOM.page(path)
        seen += re.findall(r'>(Row \d\d)</a>', page)
        more = re.search(r'rel="next" href="([^"]*)">', page)
        path = more.group(1) if more else None
    assert seen == ['Row %02d' % i for i in reversed(range(45))], seen
    older = re.search(r'rel="next" href="([^"]*)">', ROOM.page('/tag/rows')).group(1)
    before = ROOM.ask(older)
    ROOM.add('headline: Row 99\ntags: [Rows]')
    after = ROOM.ask(older)
    assert before[1]['etag'] == after[1]['etag'], 'a new story on top moves nothing below'
    assert ROOM.ask('/tag/rows?before=999999')[0] == 302
    assert ROOM.ask('/tag/none')[0] == 404


@test
def caching_headers():
    path = ROOM.add('headline: Cached')
    _, plain, body = ROOM.ask(path)
    _, packed, data = ROOM.ask(path, headers={'Accept-Encoding': 'gzip'})
    assert gzip.decompress(data) == body
    assert plain['etag'] != packed['etag'] and not plain['etag'].startswith('W/')
    for heads in (plain, packed):
        assert heads['vary'] == 'Accept-Encoding' and heads['cache-control'] == 'no-cache'
        assert 'set-cookie' not in heads
    status, heads, data = ROOM.ask(path, headers={'Accept-Encoding': 'gzip',
                                                  'If-None-Match': packed['etag']})
    assert status == 304 and not data and heads['etag'] == packed['etag']
    assert heads['vary'] == 'Accept-Encoding' and heads['cache-control'] == 'no-cache'
    status, heads, data = ROOM.ask(path, method='HEAD')
    assert status == 200 and not data and int(heads['content-length']) == len(body)
    for query in ('?utm_source=x', '?before=1', '?a=b&c=d'):
        assert ROOM.ask(path + query)[1]['etag'] == plain['etag']
    assert ROOM.ask(path + '/')[0] == 301
    assert ROOM.ask(path, method='DELETE')[0] == 405
    assert 'POST' in ROOM.ask('/newsletters', method='OPTIONS')[1]['allow']
    assert ROOM.ask(path, headers={'Host': 'evil.example'})[1]['etag'] == plain['etag']


@test
def security_headers():
    for path in ('/', '/nope', '/newsletters', '/rss.xml'):
        heads = ROOM.ask(path)[1]
        assert heads['x-content-type-options'] == 'nosniff' and 'referrer-policy' in heads
        policy = heads['content-security-policy']
        assert "default-src 'none'" in policy and 'unsafe-inline' not in policy.split('style-src')[0]
        # It would make browsers begin another process before they draw, for nothing: no script, no cookie.
        assert 'cross-origin-opener-policy' not in heads


@test
def boxes_stand_in_page_and_feed():
    path = ROOM.add('headline: Boxes', '> [!FACT] The <pier>\n> Built in 1811.\n\nText.\n\n> [!PULL]\n> We wait.\n')
    page = ROOM.page(path)
    assert '<aside class="box fact" aria-label="Facts: The &lt;pier&gt;">' in page
    assert '<blockquote class="pull">' in page and '[!' not in page
    feed = json.loads(ROOM.page('/feed.json'))
    item = [i for i in feed['items'] if i['title'] == 'Boxes'][0]
    assert '[!' not in item['content_html'] + item['summary'] and 'box fact' in item['content_html']
    french = ROOM.page(ROOM.add('headline: Encadrés\nlanguage: fr', '> [!FACT]\n> Texte.\n'))
    assert '<strong>Repères</strong>' in french


@test
def embeds_change_their_page_alone():
    plain = ROOM.add('headline: No embed', 'https://example.org/watch?v=abcdefghijk\n')
    path = ROOM.add('headline: An embed', 'Look:\n\nhttps://youtu.be/_bcdefghij_\n\n'
                    'https://vimeo.com/12345\n')
    _, heads, body = ROOM.ask(path)
    page, policy = body.decode(), heads['content-security-policy']
    assert "script-src 'self'; frame-src https://www.youtube-nocookie.com https://player.vimeo.com" in policy
    assert 'data-src="https://www.youtube-nocookie.com/embed/_bcdefghij_"' in page
    assert '<iframe' not in page and '<a href="https://youtu.be/_bcdefghij_" rel="noopener">' in page
    script = re.search(r'<script type="module" src="(/assets/embed\.[0-9a-f]{16}\.js)">', page).group(1)
    _, heads, body = ROOM.ask(script)
    assert heads['content-type'] == 'text/javascript; charset=utf-8' and 'immutable' in heads['cache-control']
    assert 'youtube' not in body.decode().lower() and len(body) < 2000
    assert ROOM.ask(path, headers={'If-None-Match': ROOM.ask(path)[1]['etag']})[0] == 304
    for other in (plain, '/', '/world', '/nope'):
        _, heads, body = ROOM.ask(other)
        policy = heads['content-security-policy']
        assert 'frame-src' not in policy and 'script-src' not in policy and b'embed.' not in body, other
    feed = json.loads(ROOM.page('/feed.json'))
    html = [i for i in feed['items'] if i['title'] == 'An embed'][0]['content_html']
    assert 'figure' not in html and '<p><a href="https://vimeo.com/12345"' in html
    number = json.loads(ROOM.run('story', 'show', ROOM.dir, path, '--json'))['id']
    ROOM.run('story', 'edit', ROOM.dir, str(number), '-', stdin='---\nheadline: An embed\n---\nNothing.\n')
    assert 'frame-src' not in ROOM.ask(path)[1]['content-security-policy']


def form(**fields):
    body = '&'.join('%s=%s' % (k, v) for k, v in fields.items())
    return ROOM.ask('/newsletters', 'POST', {'Content-Type': 'application/x-www-form-urlencoded'}, body)


@test
def sign_up_says_what_happened():
    path = ROOM.add('headline: Sign up here')
    story = re.search(r'name="story" value="(\d+)"', ROOM.page(path)).group(1)
    status, heads, body = form(email='a%40example.com', mail='yes', terms='yes', story=story)
    text = body.decode()
    assert status == 200 and heads['cache-control'] == 'no-store' and 'role="status"' in text
    assert 'href="%s"' % path in text, 'a link back'
    again = form(email='A%40example.com', mail='yes', terms='yes', story=story)
    assert again[0] == 200 and again[2] == body, 'the same answer for a known address'
    status, _, body = form(email='nonsense', mail='yes')
    text = body.decode()
    assert status == 422 and 'role="alert"' in text and 'value="nonsense"' in text
    assert re.search(r'name="mail"[^>]* checked', text) and not re.search(r'name="terms"[^>]* checked', text)
    listed = ROOM.run('subscribers', 'list', ROOM.dir)
    assert listed.count('@') == 1 and 'pending' in listed, listed
    assert ROOM.ask('/newsletters', 'POST', {'Content-Type': 'application/x-www-form-urlencoded'},
                    'email=%zz')[0] == 400
    codes = {form(email='many%d%%40example.com' % i, mail='yes', terms='yes')[0] for i in range(260)}
    assert codes == {200, 429}, codes


@test
def sign_up_takes_forms_alone():
    count = ROOM.run('subscribers', 'list', ROOM.dir)
    for heads in ({'Content-Type': 'text/plain'}, {'Content-Type': 'application/json'}, {},
                  {'Content-Type': 'multipart/form-data; boundary=x'}):
        status, answer, body = ROOM.ask('/newsletters', 'POST', heads, b'email=q%40example.com&mail=1&terms=1')
        assert status == 415, (heads, status)
        assert b'This page takes a form' in body and b'<title>' in body and answer['cache-control'] == 'no-store'
    form_type = {'Content-Type': 'Application/X-WWW-Form-URLencoded ; charset=UTF-8'}
    assert ROOM.ask('/newsletters', 'POST', form_type, 'email=nobody')[0] == 422
    assert ROOM.run('subscribers', 'list', ROOM.dir) == count


@test
def sign_up_refuses_old_texts():
    status, _, body = form(email='b%40example.com', mail='yes', terms='yes', version='0000000000000000')
    assert status in (422, 429), status


@test
def feeds_are_well_formed():
    rss = ET.fromstring(ROOM.ask('/rss.xml')[2])
    items = rss.findall('./channel/item')
    assert 0 < len(items) <= 30
    for item in items:
        guid = item.find('guid')
        assert guid.text and guid.get('isPermaLink') == 'false'
        assert item.find('link').text.startswith(ROOM.url)
        assert re.match(r'\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}$', item.find('pubDate').text)
    atom = ET.fromstring(ROOM.ask('/atom.xml')[2])
    assert atom.tag == '{http://www.w3.org/2005/Atom}feed'
    feed = json.loads(ROOM.ask('/feed.json')[2])
    assert feed['version'].endswith('1.1') and all(isinstance(i['id'], str) for i in feed['items'])
    for path in ('/news/rss.xml', '/world/atom.xml', '/tag/rows/feed.json'):
        status, heads, body = ROOM.ask(path)
        assert status == 200 and body
        assert ROOM.ask(path, headers={'If-None-Match': heads['etag']})[0] == 304
    assert ROOM.ask('/nowhere/rss.xml')[0] == 404


@test
def corrections_have_a_title():
    page = ROOM.page('/corrections')
    assert '<title>Corrections | The Tide Table</title>' in page, page[:600]
    assert re.search(r'<meta name="description" content="[^"]{20,}', page)
    assert ('<link rel="alternate" type="application/atom+xml" title="The Tide Table: Corrections (Atom)" '
            'href="/corrections.xml">') in page
    atom = '{http://www.w3.org/2005/Atom}'
    feed = ET.fromstring(ROOM.ask('/corrections.xml')[2])
    assert feed.find(atom + 'title').text == 'The Tide Table: Corrections'
    assert feed.find(atom + 'subtitle').text and feed.find(atom + 'updated').text
    links = {link.get('rel'): link.get('href') for link in feed.findall(atom + 'link')}
    assert links == {'self': ROOM.url + '/corrections.xml', 'alternate': ROOM.url + '/corrections'}, links


@test
def every_page_has_a_title():
    for path in ('/', '/news', '/about', '/terms', '/privacy', '/newsletters', '/corrections', '/nope'):
        title = re.search(r'<title>(.*?)</title>', ROOM.ask(path)[2].decode()).group(1)
        assert title == 'The Tide Table' if path == '/' else re.match(r'\w.* \| The Tide Table$', title), title


@test
def sitemaps_fit_their_schema():
    data = os.environ.get('TEST_DATA')
    index = ROOM.ask('/sitemap.xml')[2]
    maps = re.findall(rb'<loc>([^<]*)</loc>', index)
    assert maps
    documents = [index, ROOM.ask('/news-sitemap.xml')[2]]
    for one in maps:
        documents.append(ROOM.ask(one.decode().replace(ROOM.url, ''))[2])
    locations = re.findall(rb'<loc>([^<]*)</loc>', documents[2])
    assert locations and all(l.startswith(ROOM.url.encode()) for l in locations)
    if not data:
        print('  TEST_DATA is not set: the schemas were left out')
        return
    for document in documents:
        done = subprocess.run(['xmllint', '--nonet', '--noout', '--schema', data + '/xsd/all.xsd', '-'],
                              input=document, capture_output=True)
        assert done.returncode == 0, done.stderr.decode()[:500]


@test
def theme_files_lie_over_the_default():
    os.makedirs(ROOM.dir + '/theme/partial', mode=0o700, exist_ok=True)
    before = ROOM.ask('/')[1]['etag']
    with open(ROOM.dir + '/theme/partial/footer.mustache', 'w') as f:
        f.write('<footer><p>Our own footer</p></footer>\n')
    for _ in range(100):
        if 'Our own footer' in ROOM.page('/'):
            break
        time.sleep(0.05)
    assert 'Our own footer' in ROOM.page('/') and ROOM.ask('/')[1]['etag'] != before
    with open(ROOM.dir + '/theme/partial/footer.mustache', 'w') as f:
        f.write('{{{site.name}}}')
    time.sleep(1.6)
    assert 'Our own footer' in ROOM.page('/'), 'a broken theme changes nothing'
    os.unlink(ROOM.dir + '/theme/partial/footer.mustache')
    for _ in range(100):
        if 'Our own footer' not in ROOM.page('/'):
            break
        time.sleep(0.05)
    assert 'Our own footer' not in ROOM.page('/')


def icon(name):
    _, heads, body = ROOM.ask('/' + name)
    return heads['content-type'], body


@test
def the_icon_has_a_bitmap():
    kind, body = icon('favicon.ico')
    assert kind == 'image/vnd.microsoft.icon' and body[:6] == b'\0\0\1\0\3\0', (kind, body[:6])
    for i, size in enumerate((16, 32, 48)):
        entry = body[6 + 16 * i:22 + 16 * i]
        length, at = struct.unpack('<II', entry[8:])
        assert entry[:2] == bytes((size, size)) and at + length <= len(body)
    assert icon('favicon.svg')[0] == 'image/svg+xml'
    os.makedirs(ROOM.dir + '/theme', mode=0o700, exist_ok=True)
    own = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0h1v1z"/></svg>'
    with open(ROOM.dir + '/theme/favicon.svg', 'wb') as f:
        f.write(own)
    for _ in range(100):
        if icon('favicon.ico') == ('image/svg+xml', own):
            break
        time.sleep(0.05)
    assert icon('favicon.ico') == icon('favicon.svg') == ('image/svg+xml', own)
    os.unlink(ROOM.dir + '/theme/favicon.svg')


@test
def health_and_second_server():
    assert ROOM.ask('/healthz')[2] == b'ok\n'
    text = ROOM.run('serve', ROOM.dir, '--listen', '127.0.0.1:%d' % free_port(), code=1)
    assert 'already' in text, text


def main():
    global ROOM
    passed = failed = 0
    ROOM = Room()
    try:
        for function in TESTS:
            if function is pictures_are_served:
                picture = ROOM.top + '/shown.png'
                with open(picture, 'wb') as f:
                    f.write(png(1400, 1000))
                ROOM.add_with_picture = ROOM.add('headline: Shown\nphoto:\n  file: %s\n  alt: A plain'
                                                 % picture)
            try:
                function()
                passed += 1
                print('ok   %s' % function.__name__)
            except Exception:
                failed += 1
                print('FAIL %s' % function.__name__)
                traceback.print_exc(limit=3)
    finally:
        log = open(ROOM.top + '/log').read()
        try:
            ROOM.close()
        except AssertionError as error:
            failed += 1
            print('FAIL', error)
    if 'error:' in log:
        lines = [l for l in log.splitlines() if 'error:' in l and 'theme' not in l]
        if lines:
            failed += 1
            print('FAIL the log holds errors:', *lines[:5], sep='\n  ')
    print('%d passed, %d failed' % (passed, failed))
    sys.exit(1 if failed or not passed else 0)


main()
