#!/usr/bin/env python3
"""The desk over real HTTP: run.py BUILD [PORT]. A newsroom is made, its first publisher opens the
link, people are added, a story with a picture goes its whole way; rights, forms of other sites,
conflicts, previews and schedules are tried. The last line says how many checks passed."""
import gzip
import html
import http.client
import json
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import zlib

import front
import newsday
import pictures
import proxy
import rights
import typed
import words
import working

BUILD = sys.argv[1] if len(sys.argv) > 1 else 'build/release'
PORT = int(sys.argv[2]) if len(sys.argv) > 2 else 18320
PROGRAM = os.path.join(BUILD, 'stoppress')
PASSWORD = 'harbour lantern nine'
passed, failed = 0, 0


def check(what, holds, detail=''):
    global passed, failed
    if holds:
        passed += 1
    else:
        failed += 1
        print('FAILED: %s %s' % (what, detail), flush=True)
    return holds


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.raw = response.read()
        self.text = self.raw.decode('utf-8', 'replace')

    @property
    def location(self):
        return self.headers.get('Location', '')


class Browser:
    """Keeps cookies; sends what a browser of today sends."""

    def __init__(self):
        self.cookies = {}
        self.token = ''

    def ask(self, method, path, body=None, kind=None, headers=None):
        connection = http.client.HTTPConnection('127.0.0.1', PORT, timeout=60)
        sent = {'Sec-Fetch-Site': 'same-origin'}
        if self.cookies:
            sent['Cookie'] = '; '.join('%s=%s' % pair for pair in self.cookies.items())
        if kind:
            sent['Content-Type'] = kind
        sent.update(headers or {})
        connection.request(method, path, body, {k: v for k, v in sent.items() if v is not None})
        answer = Answer(connection.getresponse())
        connection.close()
        for cookie in answer.headers.get_all('Set-Cookie') or []:
            name, value = cookie.split(';')[0].split('=', 1)
            if 'Max-Age=0' in cookie:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value
        found = re.search(r'name="token" value="([0-9a-f]+)"', answer.text)
        if found:
            self.token = found.group(1)
        return answer

    def get(self, path):
        return self.ask('GET', path)

    def post(self, path, fields=None, headers=None, token=True, **more):
        fields = dict(fields or {}, **more)
        if token and self.token:
            fields.setdefault('token', self.token)
        return self.ask('POST', path, urllib.parse.urlencode(fields),
                        'application/x-www-form-urlencoded', headers)

    def send(self, path, fields, files=(), headers=None):
        """multipart/form-data; files are (field, name, bytes)."""
        boundary = 'of-the-test'
        fields = dict({'token': self.token}, **fields)
        parts = [b'--%s\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' %
                 (boundary.encode(), k.encode(), str(v).encode()) for k, v in fields.items()]
        parts += [b'--%s\r\nContent-Disposition: form-data; name="%s"; filename="%s"\r\n'
                  b'Content-Type: image/png\r\n\r\n%s\r\n' %
                  (boundary.encode(), field.encode(), name.encode(), data)
                  for field, name, data in files]
        body = b''.join(parts) + b'--' + boundary.encode() + b'--\r\n'
        return self.ask('POST', path, body, 'multipart/form-data; boundary=' + boundary, headers)


def png(red, green, width=640, height=400):
    def chunk(kind, data):
        return (struct.pack('>I', len(data)) + kind + data +
                struct.pack('>I', zlib.crc32(kind + data)))
    rows = b''.join(b'\0' + bytes(c for x in range(width)
                                  for c in (red, (green + x // 4) % 256, y % 256))
                    for y in range(height))
    return (b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', width, height, 8, 2, 0, 0, 0)) +
            chunk(b'IDAT', zlib.compress(rows, 1)) + chunk(b'IEND', b''))


def run(*arguments):
    return subprocess.run([PROGRAM] + list(arguments), capture_output=True, text=True, timeout=60)


def link_in(text, kind='welcome'):
    found = re.search(r'/desk/%s/[0-9a-f]{64}' % kind, text)
    return found.group(0) if found else ''


def story(headline, base='', **more):
    fields = {'base': base, 'headline': headline, 'standfirst': 'What it costs to cross.',
              'body': 'The ferry costs **more** from Monday.\n\nNobody asked the islanders.',
              'section': 'news', 'bylines': 'Ana Reyes', 'tags': 'ferries, islands',
              'language': 'en', 'alt': 'A ferry at the quay', 'do': 'save'}
    return dict(fields, **more)


def base_of(answer):
    found = re.search(r'name="base" value="(\d+)"', answer.text)
    return found.group(1) if found else ''


def headers_right(what, answer):
    h = answer.headers
    check(what + ': no-store', h.get('Cache-Control') == 'no-store', str(h.get('Cache-Control')))
    check(what + ': nosniff', h.get('X-Content-Type-Options') == 'nosniff')
    policy = h.get('Content-Security-Policy') or ''
    check(what + ': policy', "frame-ancestors 'none'" in policy and "default-src 'none'" in policy)


def enter(link, name=None, login=None):
    browser = Browser()
    page = browser.get(link)
    check('link shows a form', page.status == 200 and 'name="password"' in page.text, page.status)
    check('link sends no referrer', page.headers.get('Referrer-Policy') == 'no-referrer')
    headers_right('link', page)
    fields = {'password': PASSWORD}
    if name:
        fields.update(name=name, login=login)
    answer = browser.post(link, fields)
    check('link sets the password', answer.status == 303 and answer.location == '/desk',
          '%s %s' % (answer.status, answer.text[-400:]))
    cookie = ' '.join(answer.headers.get_all('Set-Cookie') or [])
    check('cookie is guarded', 'Path=/desk' in cookie and 'HttpOnly' in cookie and
          'SameSite=Lax' in cookie and 'Secure' not in cookie, cookie)
    gone = Browser().get(link)
    check('link is used up', gone.status == 410)
    check('and says where to go', 'href="/desk/sign-in"' in gone.text and 'new link under People' in gone.text and
          'Back to Today' not in gone.text and 'back button' not in gone.text)
    check('inside', browser.get('/desk').status == 200)
    return browser


def welcome(folder, first):
    weak = Browser()
    answer = weak.post(first, name='Mira Holt', login='mira', password='password12')
    check('a common password is refused', answer.status == 422, answer.status)
    check('what was typed stays', 'value="Mira Holt"' in answer.text)
    check('and the link still works', Browser().get(first).status == 200)
    again = run('user', 'welcome', folder)
    fresh = link_in(again.stdout)
    check('a fresh link as long as nobody has a password', fresh and fresh != first)
    check('the one before stops working', Browser().get(first).status == 410)
    publisher = enter(fresh, 'Mira Holt', 'mira')
    check('then no link is printed', run('user', 'welcome', folder).stdout == '')
    return publisher


def add_person(publisher, name, login, role):
    publisher.get('/desk/people')
    answer = publisher.post('/desk/people', name=name, login=login, role=role)
    link = link_in(answer.text)
    check('%s is invited' % role, answer.status == 200 and link, answer.status)
    check('and until when', 'It works until <time' in answer.text)
    return enter(link)


def signing_in(reporter):
    out = Browser()
    for path in ('/desk', '/desk/stories', '/desk/people', '/desk/settings', '/desk/pictures'):
        answer = out.get(path)
        check('signed out at ' + path, answer.status == 303 and
              answer.location.startswith('/desk/sign-in'))
        headers_right(path, answer)
    check('signed out, a post', out.post('/desk/stories', headline='x').status == 401)
    answer = out.post('/desk/sign-in', login='rosa', password='not the password')
    check('a wrong password', answer.status == 422 and 'value="rosa"' in answer.text, answer.status)
    check('an unknown name answers the same',
          out.post('/desk/sign-in', login='nobody', password='not the password').status == 422)
    answer = out.post('/desk/sign-in', login='ROSA ', password=PASSWORD)
    check('the right one', answer.status == 303, answer.text[-300:])
    check('inside after signing in', out.get('/desk').status == 200)
    check('signing out', out.post('/desk/sign-out').status == 303)
    check('is out', out.get('/desk').status == 303)
    check('the other session stays', reporter.get('/desk').status == 200)


SCRIPT_MAX, EDITOR_MAX = 30000, 100000  # bytes as they are sent


def compressed(path, most):
    """What is sent to a browser, and to who takes nothing compressed."""
    plain, packed = Browser().get(path), Browser().ask('GET', path, headers={'Accept-Encoding': 'gzip, br'})
    check('compressed: ' + path, packed.headers.get('Content-Encoding') == 'gzip' and
          len(packed.raw) == int(packed.headers.get('Content-Length', 0)) < most, len(packed.raw))
    check('only where that is taken', 'Content-Encoding' not in plain.headers and
          gzip.decompress(packed.raw) == plain.raw)
    check('caches keep them apart', all(a.headers.get('Vary') == 'Accept-Encoding' for a in (plain, packed)))
    tags = [a.headers.get('ETag', '') for a in (plain, packed)]
    check('strong tags, one for each', tags[0] != tags[1] and all(re.fullmatch('"[^"]+"', t) for t in tags), tags)
    same = Browser().ask('GET', path, headers={'Accept-Encoding': 'gzip', 'If-None-Match': tags[1]})
    check('what is known is not sent again', same.status == 304 and not same.raw and
          same.headers.get('ETag') == tags[1] and same.headers.get('Vary'), same.status)
    head = Browser().ask('HEAD', path, headers={'Accept-Encoding': 'gzip'})
    check('its length, asked for alone', head.headers.get('Content-Length') == str(len(packed.raw)) and not head.raw)
    return len(packed.raw)


def assets(reporter):
    page = reporter.get('/desk')
    found = re.findall(r'(?:href|src)="(/assets/desk/[^"]+)"', page.text)
    check('a stylesheet and a script', len(found) == 2, found)
    written = re.findall(r'(?:href|src)="(/assets/desk/[^"]+)"', reporter.get('/desk/stories/new').text)
    editor = [path for path in written if '/editor-' in path and path.endswith('.js')]
    check('the editor is a script of its own', len(editor) == 1 and set(found) < set(written), written)
    sizes = {path: compressed(path, EDITOR_MAX if path in editor else SCRIPT_MAX) for path in written}
    check('the scripts of a story together', sum(sizes[path] for path in sizes if path.endswith('.js')) < EDITOR_MAX,
          sizes)
    for path in found:
        answer = Browser().get(path)
        kind = 'text/css' if path.endswith('.css') else 'text/javascript'
        check(path, answer.status == 200 and answer.headers.get('Content-Type', '').startswith(kind),
              answer.status)
        check('kept by its address', re.search(r'-[0-9a-f]{16}\.', path) and
              'immutable' in answer.headers.get('Cache-Control', ''))
        other = Browser().get(path.replace('-', '-0'))
        check('another hash is not there', other.status == 404, other.status)
        headers_right('no such file', other)


def embeds(reporter):
    """What the site's own parser can embed, asked by the editor's dialog."""
    for url, want in (('https://youtu.be/abcdefghij_', 'YouTube'), ('https://www.youtube.com/@harbour', None),
                      ('https://vimeo.com/76979871', 'Vimeo'), ('https://vimeo.example/76979871', None),
                      ('https://www.google.com/search?q=pier', None), ('javascript:alert(1)', None), ('', None)):
        answer = reporter.get('/desk/embeds?' + urllib.parse.urlencode({'url': url}))
        check('embed? ' + url, answer.status == 200 and json.loads(answer.text) == {'provider': want}, answer.text)


def cross_site(reporter):
    reporter.get('/desk/stories/new')
    fields = story('Forged')
    for headers in ({'Sec-Fetch-Site': 'cross-site'}, {'Sec-Fetch-Site': 'same-site'},
                    {'Sec-Fetch-Site': None, 'Origin': 'http://elsewhere.example'},
                    {'Sec-Fetch-Site': None, 'Origin': 'http://127.0.0.1:1'},
                    {'Sec-Fetch-Site': None, 'Origin': 'null'}):
        check('cross-site %s' % headers,
              reporter.post('/desk/stories', fields, headers).status == 403)
    good = {'Sec-Fetch-Site': None, 'Origin': 'http://127.0.0.1:%d' % PORT}
    check('own origin', reporter.post('/desk/account/sessions', {'id': '999'}, good).status == 404)
    check('no token', reporter.post('/desk/stories', dict(fields, token='')).status == 403)
    wrong = reporter.token[:-1] + ('0' if reporter.token[-1] != '0' else '1')
    check('a wrong token', reporter.post('/desk/stories', dict(fields, token=wrong)).status == 403)
    first, second = reporter.token, None
    reporter.get('/desk/stories/new')
    second = reporter.token
    check('the token is masked', first != second)
    check('sign-in from elsewhere', Browser().post('/desk/sign-in', {'login': 'rosa', 'password': PASSWORD},
                                                   {'Sec-Fetch-Site': 'cross-site'}).status == 403)
    answer = reporter.ask('POST', '/desk/stories', 'headline=x', 'text/plain')
    check('a body that is no form: 415 and a screen that says so',
          answer.status == 415 and 'takes a form' in answer.text and '<h1' in answer.text, answer.status)


def editorial(reporter, editor, publisher):
    reporter.get('/desk/stories/new')
    typed = reporter.send('/desk/stories', story(''))
    check('no headline: 422, nothing lost', typed.status == 422 and 'Nobody asked' in typed.text,
          typed.status)
    damaged = reporter.send('/desk/stories', story('Ferry'), [('photo', 'q.png', b'\x89PNG\r\n\x1a\nrest')])
    check('a damaged picture: 422, nothing lost', damaged.status == 422 and 'Nobody asked' in damaged.text,
          damaged.status)
    answer = reporter.send('/desk/stories', story('Ferry fares rise', do='hand-in', note='Please look'),
                           [('photo', 'quay.png', png(200, 30))])
    check('reporter writes and hands in', answer.status == 303, answer.text[-600:])
    number = re.search(r'/desk/stories/(\d+)', answer.location or '/desk/stories/0').group(1)
    path = '/desk/stories/' + number
    page = reporter.get(path)
    check('handed in', 'state handed-in' in page.text)
    picture = re.search(r'src="(/desk/media/[^"]+)"', page.text)
    check('picture is shown at the desk', picture and reporter.get(picture.group(1)).status == 200)
    if picture:
        check('but not to readers', Browser().get(picture.group(1).replace('/desk', '')).status == 404)
        check('nor at the desk when signed out', Browser().get(picture.group(1)).status == 303)
    answer = reporter.post(path + '/step', do='publish', base=base_of(page))
    check('a reporter cannot publish', answer.status == 403, answer.status)
    today = editor.get('/desk')
    check('editor sees it in Today', 'Ferry fares rise' in today.text and 'Please look' in today.text)
    page = editor.get(path)
    answer = editor.send(path, story('Ferry fares rise by half', base_of(page), do='publish',
                                     picture_id=re.search(r'name="picture_id" value="(\d+)" checked><img',
                                                          page.text).group(1)))
    check('editor publishes', answer.status == 303 and 'change=' in answer.location,
          '%s %s' % (answer.status, html.unescape(answer.text[-500:])))
    panel = editor.get(answer.location)
    urls = re.findall(r'<a href="http://127.0.0.1:%d(/[^"]*)">' % PORT, panel.text)
    live = [u for u in urls if re.match(r'/news/\d{4}/\d\d/', u)]
    check('the panel names the addresses', live and '/' in urls and '/news' in urls and
          '/tag/ferries' in urls and '/author/ana-reyes' in urls, urls)
    reader = Browser().get(live[0]) if live else None
    check('readers have it', reader and reader.status == 200 and 'Ferry fares rise by half' in reader.text)
    check('with its picture', reader and '/media/' in reader.text)
    check('the front page has it', 'Ferry fares rise by half' in Browser().get('/').text)
    for secret in ('rosa', 'Rosa Quill', 'Mira Holt', 'mira', 'Edo Lang'):
        check('no account on the page: ' + secret, reader and secret not in reader.text)
    page = editor.get(path)
    check('a change of what is live is one button', 'value="publish" class="main"' in page.text)
    kept = re.search(r'name="picture_id" value="(\d+)" checked><img', page.text).group(1)
    same = story('Ferry fares rise by half', base_of(page), do='publish', picture_id=kept)
    check('publishing what is live already does nothing', editor.send(path, same).status == 303)
    answer = editor.send(path, dict(same, headline='Ferry fares rise by a half', kind='minor'))
    check('a minor edit goes live', answer.status == 303 and
          'rise by a half' in Browser().get(live[0]).text, answer.status)
    return number, live[0] if live else '/'


def avif(live):
    """Made behind the reader's back: the page names it once it is there."""
    end = time.time() + 60
    page = Browser().get(live)
    while 'image/avif' not in page.text and time.time() < end:
        time.sleep(0.25)
        page = Browser().get(live)
    found = re.findall(r'/media/[0-9a-f]{32}\.avif', page.text)
    check('the page offers AVIF in time', found, page.status)
    order = re.findall(r'<source type="(image/\w+)"', page.text)
    check('before WebP', order[:2] == ['image/avif', 'image/webp'], order)
    for path in sorted(set(found)):
        answer = Browser().get(path)
        check('AVIF file', answer.status == 200 and answer.raw[4:12] == b'ftypavif' and
              answer.headers.get('Content-Type') == 'image/avif', answer.status)


def conflict(editor, publisher, number):
    path = '/desk/stories/' + number
    base = base_of(editor.get(path))
    check('both begin from one text', base == base_of(publisher.get(path)) and base)
    check('the first saves', editor.send(path, story('Ferry fares: first', base)).status == 303)
    answer = publisher.send(path, story('Ferry fares: second', base, body='My own words here.'))
    check('the second is told', answer.status == 409, answer.status)
    marked = re.sub('<span[^>]*>[^<]*</span>', '', answer.text)
    check('with both headlines', re.search(r'<ins>[^<]*first</ins>', marked) and
          re.search(r'<ins>[^<]*second</ins>', marked), marked[-3000:])
    check('nothing is overwritten', 'Ferry fares: first' in publisher.get(path).text)
    publisher.get(path)
    chosen = {name: re.search(r'name="%s" value="(\d+)"' % name, answer.text).group(1) for name in ('kept', 'theirs')}
    answer = publisher.post(path, dict(chosen, **{'f-headline': 'mine', 'do': 'publish'}))
    check('then on purpose', answer.status == 303, answer.status)
    check('with what only one changed', 'My own words here.' in publisher.get(path).text)
    page = publisher.get(path)
    olds = re.findall(r'href="(%s/revisions/\d+)"' % path, page.text)
    check('earlier texts are listed', len(olds) >= 3, len(olds))
    old = publisher.get(olds[-1])
    check('and read', old.status == 200 and 'Ferry fares rise' in old.text)
    answer = publisher.post(olds[-1], base=base_of(page))
    check('and restored', answer.status == 303, answer.status)
    check('as the newest', 'Ferry fares rise<' in publisher.get(path).text)


def unsaved(editor, number):
    """What is in the form, drawn by the site, saved nowhere."""
    path = '/desk/stories/' + number
    fields = story('A headline of the preview alone', base_of(editor.get(path)), tags='a tag of no story',
                   bylines='Nobody Yet', body='Words **of the form**.')
    sent = editor.send('/desk/stories/preview?story=' + number, fields, [('photo', 'p.png', png(7, 8))])
    check('the form is previewed', sent.status == 200 and 'A headline of the preview alone' in sent.text and
          '<strong>of the form</strong>' in sent.text and '/tag/a-tag-of-no-story' in sent.text and
          'Nobody Yet' in sent.text and '<article class="story">' in sent.text, sent.status)
    headers_right('the preview of a form', sent)
    check('for nobody else', "frame-ancestors 'none'" in sent.headers['Content-Security-Policy'] and
          "script-src" not in sent.headers['Content-Security-Policy'] and
          'noindex' in (sent.headers.get('X-Robots-Tag') or ''))
    shown = re.findall(r'<img src="(/desk/media/[^"]+)"', sent.text)
    check('its picture too', shown and editor.get(shown[0]).status == 200, shown)
    check('and nothing is saved', 'A headline of the preview' not in editor.get(path).text and
          Browser().get('/tag/a-tag-of-no-story').status == 404 and
          'Nobody Yet' not in editor.get(path).text)
    shown = editor.send('/desk/stories/preview', dict(fields, body='https://vimeo.com/12345\n\n> [!FACT]\n> Old.\n'))
    check('an embed in a preview may be loaded, from its host', shown.status == 200 and
          shown.headers['Content-Security-Policy'].endswith("; script-src 'self'; frame-src https://player.vimeo.com") and
          'data-src="https://player.vimeo.com/video/12345?dnt=1"' in shown.text and '<iframe' not in shown.text,
          shown.headers['Content-Security-Policy'])
    script = re.search(r'src="(/assets/embed[^"]+)"', shown.text)
    check('by the script of the site', script and editor.get(script.group(1)).status == 200)
    empty = editor.send('/desk/stories/preview', dict(fields, headline=''))
    check('without a headline too', empty.status == 200 and 'Untitled' in empty.text, empty.status)
    bad = editor.send('/desk/stories/preview', dict(fields, language='no language'))
    check('what cannot be saved says so', bad.status == 422, bad.status)


def choosing(editor, number):
    """Pictures, tags and bylines are found from within a story's form; what was typed stays."""
    path = '/desk/stories/choose?story=' + number
    library = editor.ask('GET', '/desk/pictures?q=choose', headers={'Accept': 'application/json'})
    check('no picture has the word', json.loads(library.text)['pictures'] == [], library.text[:200])
    editor.get('/desk/pictures')
    added = [editor.send('/desk/pictures', {}, [('photo', 'choose-me-%d.png' % i, png(90 + i, 3))]) for i in range(14)]
    check('a library to choose from', all(a.status == 303 for a in added))
    library = json.loads(editor.ask('GET', '/desk/pictures?q=choose', headers={'Accept': 'application/json'}).text)
    check('found by a word of its name', len(library['pictures']) == 14 and library['pictures'][0]['thumb'], library)
    typed = story('Typed before choosing', base_of(editor.get('/desk/stories/' + number)),
                  picture_q='choose', find='pictures')
    page = editor.send(path, typed)
    offered = re.findall(r'name="picture_id" value="(\d+)"><img', page.text)
    check('the form with what was found', page.status == 200 and len(offered) == 12 and
          'Typed before choosing' in page.text and '<details data-choose open>' in page.text, offered)
    after = re.search(r'name="picture_next" value="(\d+)"', page.text).group(1)
    page = editor.send(path, dict(typed, find='further', picture_next=after))
    rest = re.findall(r'name="picture_id" value="(\d+)"><img', page.text)
    check('and further ones', len(rest) == 2 and not set(rest) & set(offered), rest)
    check('none, said so', 'No picture fits' in editor.send(path, dict(typed, picture_q='zeppelin')).text)
    names = json.loads(editor.get('/desk/names?kind=author&q=rey').text)['names']
    check('bylines by any word', 'Ana Reyes' in names, names)
    check('tags by the first', 'ferries' in json.loads(editor.get('/desk/names?kind=tag&q=fer').text)['names'])
    page = editor.send(path, dict(typed, find='names', name_q='reyes', bylines='Lou Kern'))
    check('and without script', 'name="byline_more" value="Ana Reyes"' in page.text and
          'value="Lou Kern"' in page.text)
    page = editor.send(path, dict(typed, bylines='Lou Kern', byline_more='Ana Reyes', find='names'))
    check('ticked, it joins', 'value="Lou Kern, Ana Reyes"' in page.text)
    check('nothing was saved', 'Typed before choosing' not in editor.get('/desk/stories/' + number).text)


def previews(editor, number):
    path = '/desk/stories/' + number
    editor.get(path)
    answer = editor.post(path + '/previews', label='the lawyer', days='3')
    link = link_in(answer.text, 'preview')
    check('a preview link', answer.status == 200 and link, answer.status)
    page = Browser().get(link)
    check('works signed out', page.status == 200 and 'Ferry fares' in page.text)
    check('without trace', page.headers.get('Referrer-Policy') == 'no-referrer' and
          'noindex' in (page.headers.get('X-Robots-Tag') or ''))
    headers_right('preview', page)
    check('by the theme', '<article class="story">' in page.text and '/assets/style.' in page.text and
          '<aside class="preview-bar"' in page.text and 'name="robots" content="noindex"' in page.text and
          'application/ld+json' not in page.text)
    files = set(re.findall(r'/desk/preview/[0-9a-f]+/[\w.-]+', page.text))
    check('with its pictures', files and all(Browser().get(f).status == 200 for f in files), files)
    check('and no others', Browser().get(link + '/' + 'a' * 40 + '.jpg').status == 404)
    unsaved(editor, number)
    revoke = re.search(r'action="(%s/previews/\d+)"' % path, editor.get(path).text)
    check('is revoked', revoke and editor.post(revoke.group(1)).status == 303)
    check('and gone', Browser().get(link).status == 410)
    check('another is not there', Browser().get('/desk/preview/' + '0' * 64).status == 410)


def withdraw(editor, number, live):
    path = '/desk/stories/' + number
    editor.get(path)
    answer = editor.post(path + '/step', do='withdraw', reason='The fares were those of last year.')
    check('withdrawn', answer.status == 303, answer.status)
    told = editor.get(answer.location).text
    check('and said so', '<h2 id="changed">Withdrawn</h2>' in told and 'Readers see the reason in its place' in told and
          'Readers see it now' not in told)
    check('no preview of it is offered', '/previews' not in told)
    page = Browser().get(live)
    check('readers get the reason at once', page.status == 410 and 'fares were those' in page.text,
          page.status)


def schedule(editor):
    editor.get('/desk/stories/new')
    at = int(time.time()) + 4
    when = time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(at))
    answer = editor.send('/desk/stories', story('Harbour lights go out', do='schedule', publish_at=when))
    check('scheduled', answer.status == 303, answer.text[-400:])
    check('says so', 'state scheduled' in editor.get(answer.location).text)
    front = Browser()
    while time.time() < at - 0.5:
        time.sleep(0.5)
    check('not before its time', 'Harbour lights go out' not in front.get('/').text)
    while time.time() < at + 1:
        time.sleep(0.1)
    check('there within its second', 'Harbour lights go out' in front.get('/').text)


def furnishing(publisher):
    page = publisher.get('/desk/settings')
    fields = {name: html.unescape(value) for name, value in
              re.findall(r'<input id="\w+" name="(\w+)" value="([^"]*)"', page.text.split('<section')[0])}
    fields['tagline'] = 'Tides and people'
    answer = publisher.post('/desk/settings', fields)
    check('settings are saved', answer.status == 303, answer.text[-600:])
    check('at once', 'Tides and people' in Browser().get('/').text)
    publisher.get('/desk/settings')
    check('a wrong zone is refused',
          publisher.post('/desk/settings', dict(fields, timezone='Nowhere')).status == 422)
    publisher.get('/desk/settings')
    check('a section', publisher.post('/desk/settings/sections', name='Harbour').status == 303)
    check('is there', Browser().get('/harbour').status == 200)
    publisher.get('/desk/settings/pages/about')
    answer = publisher.post('/desk/settings/pages/about', title='About us', body='We print **news**.')
    check('a standing page', answer.status == 303, answer.status)
    check('is live', '<strong>news</strong>' in Browser().get('/about').text)
    trail = publisher.get('/desk/audit')
    check('the trail tells', 'story.publish' in trail.text and 'Mira Holt' in trail.text)


def library(reporter, editor):
    reporter.get('/desk/pictures')
    answer = reporter.send('/desk/pictures', {}, [('photo', 'one.png', png(10, 99)),
                                                  ('photo', 'two.png', png(90, 7))])
    check('two pictures at once', answer.status == 303, answer.text[-300:])
    page = reporter.get('/desk/pictures?unused=1')
    found = re.findall(r'href="(/desk/pictures/\d+)"', page.text)
    check('are in the library', len(found) >= 2, len(found))
    check('without a text for the blind', 'state wanted' in page.text)
    reporter.get(found[0])
    answer = reporter.post(found[0], title='Two', alt='Stripes in the harbour light', caption='', credit='')
    check('is described', answer.status == 303, answer.status)
    check('is found', 'Stripes in the harbour' in reporter.get('/desk/pictures?q=stripes').text)
    check('a reporter cannot delete', reporter.post(found[0] + '/delete').status == 403)
    editor.get(found[0])
    check('an editor can', editor.post(found[0] + '/delete').status == 303)
    check('it is gone', editor.get(found[0]).status == 404)
    answer = reporter.send('/desk/pictures', {}, [('photo', 'x.svg', b'<svg onload="x()"/>')])
    check('no SVG', answer.status == 403 or answer.status == 422, answer.status)


def people_end(publisher, reporter):
    page = publisher.get('/desk/people')
    number = re.search(r'id="l(\d+)" name="login" value="rosa"', page.text).group(1)
    answer = publisher.post('/desk/people/%s/disable' % number, do='disable')
    check('an account is disabled', answer.status == 303, answer.status)
    check('its session ends', reporter.get('/desk').status == 303)
    own = re.search(r'id="l(\d+)" name="login" value="mira"', page.text).group(1)
    check('the last publisher stays',
          publisher.post('/desk/people/%s/disable' % own, do='disable').status == 409)


def serve(newsroom, log, *more):
    server = subprocess.Popen([PROGRAM, 'serve', newsroom, '--listen', '127.0.0.1:%d' % PORT, *more],
                              stderr=log, stdout=log)
    for _ in range(100):
        try:
            Browser().get('/healthz')
            break
        except OSError:
            time.sleep(0.1)
    return server


def stop(server):
    server.terminate()
    return server.wait(timeout=20)


def most_memory(server):
    with open('/proc/%d/status' % server.pid, encoding='utf-8') as f:
        return int(re.search(r'VmHWM:\s+(\d+)', f.read()).group(1)) // 1024


def signing_in_at_once(server):
    """Each takes 64 MiB while it is looked at: two at a time, and nobody is turned away."""
    Browser().post('/desk/sign-in', login='edo', password='not the password')
    one, answers = most_memory(server), []

    def knock(login):
        answers.append(Browser().post('/desk/sign-in', login=login, password='not the password').status)
    threads = [threading.Thread(target=knock, args=('nobody-%d' % i,)) for i in range(6)]
    for thread in threads:
        thread.start()
    check('pages come meanwhile', Browser().get('/desk/sign-in').status == 200)
    for thread in threads:
        thread.join()
    check('all who sign in at once are answered', answers == [422] * 6, answers)
    check('two at a time', most_memory(server) - one < 64 + 40, '%d MiB, then %d' % (one, most_memory(server)))


def apart(newsroom, log):
    """The desk on an address of its own; the public one doesn't answer for it."""
    global PORT
    server = serve(newsroom, log, '--desk-listen', '127.0.0.1:%d' % (PORT + 1), '--desk-url',
                   'https://desk.example')
    check('no desk at the public address', Browser().get('/desk').status == 404)
    check('nor its door', Browser().get('/desk/sign-in').status == 404)
    PORT += 1
    page = Browser().get('/desk/sign-in')
    signing_in_at_once(server)
    file = re.search(r'href="(/assets/desk/[^"]+)"', page.text).group(1)
    check('with its files', Browser().get(file).status == 200, file)
    check('but at its own', page.status == 200 and 'name="password"' in page.text, page.status)
    answer = Browser().post('/desk/sign-in', login='edo', password=PASSWORD)
    cookie = ' '.join(answer.headers.get_all('Set-Cookie') or [])
    check('and its cookie is Secure', answer.status == 303 and cookie.count('Secure') == 2, cookie)
    check('no reader there', Browser().get('/').status in (303, 404), Browser().get('/').status)
    check('plain http is another origin', Browser().post(
        '/desk/sign-in', {'login': 'edo', 'password': PASSWORD},
        {'Sec-Fetch-Site': None, 'Origin': 'http://127.0.0.1:%d' % PORT}).status == 403)
    PORT -= 1
    check('which the public one has not', Browser().get(file).status == 404)
    check('ends well there', stop(server) == 0)


def in_words(folder, log):
    """A desk in other words."""
    newsroom, said = os.path.join(folder, 'nea'), os.path.join(folder, 'words.json')
    made = run('init', newsroom, '--name', 'Τα Νέα', '--url', 'http://127.0.0.1:%d' % PORT, '--language', 'el')
    words.catalogue(said)
    server = serve(newsroom, log, '--desk-words', said)
    try:
        words.run(check, {'browser': Browser, 'link_in': link_in, 'png': png, 'password': PASSWORD,
                          'routes': rights.routes, 'address': rights.address}, newsroom, link_in(made.stdout))
    finally:
        check('ends well in other words', stop(server) == 0)
    with open(said, 'w', encoding='utf-8') as f:
        f.write('{"add": 1}')
    broken = run('serve', newsroom, '--listen', '127.0.0.1:%d' % PORT, '--desk-words', said)
    check('what is no catalogue is refused', broken.returncode == 1 and "'add' has no text" in broken.stderr,
          broken.stderr)


def noise(width, height):
    """A PNG that does not get smaller."""
    picture = png(0, 0, 1, 1)
    rows = b''.join(b'\0' + os.urandom(3 * width) for _ in range(height))
    parts = [(b'IHDR', struct.pack('>IIBBBBB', width, height, 8, 2, 0, 0, 0)), (b'IDAT', zlib.compress(rows, 1)),
             (b'IEND', b'')]
    return picture[:8] + b''.join(struct.pack('>I', len(data)) + kind + data +
                                  struct.pack('>I', zlib.crc32(kind + data)) for kind, data in parts)


def behind_nginx(log):
    """As docs/operating.md says: nginx in front, the server on a unix socket."""
    base = tempfile.mkdtemp(prefix='desk-nginx-')
    newsroom, path = os.path.join(base, 'room'), os.path.join(base, 'http.sock')
    made = run('init', newsroom, '--name', 'The Tide', '--url', 'http://127.0.0.1:%d' % PORT)
    server = subprocess.Popen([PROGRAM, 'serve', newsroom, '--listen', 'unix:' + path, '--trust-proxy', 'unix'],
                              stderr=log, stdout=log)
    try:
        proxy.run(check, {'browser': Browser, 'enter': enter, 'noise': noise}, base, PORT, path, link_in(made.stdout))
    finally:
        check('ends well behind nginx', stop(server) == 0)
    shutil.rmtree(base)


def main():
    folder = tempfile.mkdtemp(prefix='desk-test-')
    newsroom = os.path.join(folder, 'newsroom')
    made = run('init', newsroom, '--name', 'The Tide', '--url', 'http://127.0.0.1:%d' % PORT)
    first = link_in(made.stdout)
    check('init prints the link', first, made.stdout + made.stderr)
    log = open(os.path.join(folder, 'log'), 'w')
    server = serve(newsroom, log)
    try:
        publisher = welcome(newsroom, first)
        editor = add_person(publisher, 'Edo Lang', 'edo', 'editor')
        reporter = add_person(publisher, 'Rosa Quill', 'rosa', 'reporter')
        contributor = add_person(publisher, 'Tam Oru', 'tam', 'contributor')
        signing_in(reporter)
        assets(reporter)
        embeds(reporter)
        cross_site(reporter)
        number, live = editorial(reporter, editor, publisher)
        avif(live)
        conflict(editor, publisher, number)
        previews(editor, number)
        choosing(editor, number)
        library(reporter, editor)
        pictures.run(check, reporter, editor, png, story)
        furnishing(publisher)
        withdraw(editor, number, live)
        schedule(editor)
        people = {'c': contributor, 'r': reporter, 'e': editor, 'p': publisher}

        def sign_in(letter):
            known = Browser()
            known.cookies['desk_device'] = people[letter].cookies['desk_device']
            logins = {'c': 'tam', 'r': 'rosa', 'e': 'edo', 'p': 'mira'}
            answer = known.post('/desk/sign-in', login=logins[letter], password=PASSWORD)
            check('signs in from a known browser', answer.status == 303, answer.status)
            known.get('/desk')
            return known
        own = reporter.send('/desk/pictures', {}, [('photo', 'rights.png', png(44, 45))])
        picture = re.search(r'/desk/pictures/(\d+)', own.location + reporter.get('/desk/pictures').text).group(1)
        rights.run(check, people, Browser, sign_in, picture, story)
        newsday.run(check, {
            'publisher': publisher, 'editor': editor, 'reporter': reporter, 'browser': Browser,
            'sign_in': sign_in, 'enter': enter, 'link_in': link_in, 'png': png, 'story': story, 'run': run,
            'folder': newsroom, 'port': PORT, 'password': PASSWORD})
        working.run(check, {
            'publisher': publisher, 'editor': editor, 'reporter': reporter, 'contributor': contributor,
            'browser': Browser, 'sign_in': sign_in, 'enter': enter, 'link_in': link_in, 'story': story})
        front.run(check, publisher, editor, Browser, png, story, newsroom)
        typed.run(check, publisher, editor, png, story)
        people_end(publisher, reporter)
        check('unknown pages', publisher.get('/desk/nothing').status == 404)
        headers_right('404', publisher.get('/desk/nothing'))
        check('another method', publisher.ask('DELETE', '/desk/stories').status == 405)
        listed = run('user', 'list', newsroom).stdout
        check('user list', 'mira' in listed and 'disabled' in listed, listed)
        late = newsday.schedule_ahead(check, editor, story)
    finally:
        code = stop(server)
    check('the server ends well', code == 0, code)
    time.sleep(16)  # "late" begins ten seconds after the moment
    server = serve(newsroom, log)
    newsday.was_late(check, editor, Browser(), late)
    check('ends well again', stop(server) == 0)
    apart(newsroom, log)
    in_words(folder, log)
    behind_nginx(log)
    checked = run('check', newsroom)
    check('the newsroom is whole', checked.returncode == 0, checked.stdout + checked.stderr)
    log.close()
    with open(os.path.join(folder, 'log')) as f:
        text = f.read()
    check('nothing failed inside', 'error:' not in text.lower(), text[-1000:])
    shutil.rmtree(folder)


main()
print('%d passed, %d failed' % (passed, failed))
sys.exit(1 if failed else 0)
