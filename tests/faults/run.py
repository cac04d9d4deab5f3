#!/usr/bin/env python3
"""Faults: server and commands killed at random instants, a full disk, a store that is locked, renamed
away, brought back, or replaced.

    python3 tests/faults/run.py BUILD-FOLDER [--seed N] [--runs N] [-k PART-OF-A-NAME]

The seed is printed: the same seed makes the same choices. The last line is "N passed, N failed"."""
import argparse
import fcntl
import http.client
import json
import os
import random
import re
import resource
import shutil
import signal
import socket
import sqlite3
import struct
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import urllib.parse
import zlib

PARSER = argparse.ArgumentParser()
PARSER.add_argument('build')
PARSER.add_argument('--seed', type=int, default=int.from_bytes(os.urandom(4), 'big'))
PARSER.add_argument('--runs', type=int, default=200)
PARSER.add_argument('-k', default='')
ARGS = PARSER.parse_args()
STOPPRESS = os.path.join(os.path.abspath(ARGS.build), 'stoppress')
PORT = int(os.environ.get('TEST_PORT', '18266'))
PAGES = ['/', '/news', '/rss.xml', '/tag/boats', '/author/ana-reyes', '/sitemap.xml']
TESTS = []


def test(function):
    TESTS.append(function)
    return function


def check(holds, what=''):
    if not holds:
        raise AssertionError(what)


def wait_until(seconds, holds, what):
    """Until it is true; what it returns."""
    end = time.monotonic() + seconds
    while True:
        value = holds()
        if value:
            return value
        check(time.monotonic() < end, what)
        time.sleep(0.01)


def run(*args, given=None, **more):
    return subprocess.run([STOPPRESS, *args], input=given, text=True, capture_output=True,
                          timeout=60, **more)


def done(*args, **more):
    result = run(*args, **more)
    check(result.returncode == 0, '%s: %d %s' % (args, result.returncode, result.stderr))
    return result.stdout


class Room:
    def __init__(self, base=None, url='https://news.example'):
        self.base = base or tempfile.mkdtemp(prefix='stoppress-faults-')
        self.dir = os.path.join(self.base, 'room')
        self.server = None
        self.said = done('init', self.dir, '--name', 'The Test', '--url', url)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.server:
            self.server.kill()
            self.server.wait()
        shutil.rmtree(self.base, ignore_errors=True)

    def serve(self):
        self.server = subprocess.Popen([STOPPRESS, 'serve', self.dir, '--listen', '127.0.0.1:%d' % PORT],
                                       stderr=subprocess.DEVNULL)

        def answers():
            check(self.server.poll() is None, 'the server ended at its start')
            try:
                socket.create_connection(('127.0.0.1', PORT), 0.5).close()
                return True
            except OSError:
                return False
        wait_until(10, answers, 'the server does not answer')

    def kill(self):
        self.server.kill()
        self.server.wait()
        self.server = None

    def stop(self):
        self.server.terminate()
        check(self.server.wait(timeout=30) == 0, 'the server did not end well')
        self.server = None

    def file(self, name, text):
        path = os.path.join(self.base, name)
        with open(path, 'w', encoding='utf-8') as f:
            f.write(text)
        return path

    def story(self, headline):
        return self.file('story.md', story(headline))


def story(headline):
    return ('---\nheadline: %s\ntags: [boats, harbour]\nbylines: Ana Reyes\n---\nThe %s came in.\n' %
            (headline, headline))


def get(address, fields=None):
    """Status, body, fields."""
    connection = http.client.HTTPConnection('127.0.0.1', PORT, timeout=15)
    connection.request('GET', re.sub(r'^https?://[^/]*', '', address), headers=fields or {})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, body.decode('utf-8', 'replace'), answer.headers


def shows(headline, pages):
    return all(headline in get(page)[1] for page in pages)


# ---- Killed ---------------------------------------------------------------------------------------

class Killing:
    """One room in which commands and the server die again and again."""

    def __init__(self, room, choose):
        self.room, self.choose = room, choose
        self.acknowledged = {}  # address: headline
        self.killed = {'command': 0, 'server': 0, 'both': 0, 'none': 0}
        self.span = 0.05

    def start_command(self, headline):
        file = self.room.story(headline)
        return subprocess.Popen([STOPPRESS, 'story', 'add', self.room.dir, file, '--publish'],
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def measure(self):
        """How long a publication takes here, so that the kills fall into it."""
        times = []
        for i in range(5):
            began = time.monotonic()
            command = self.start_command('Measure%d' % i)
            command.communicate()
            times.append(time.monotonic() - began)
        self.span = sorted(times)[2]

    def publish(self, headline):
        """Returns what the command said, its exit code, and who was killed."""
        victim = self.choose.choice(['command', 'server', 'both', 'none'])
        at = self.choose.uniform(0, 1.3 * self.span)
        self.killed[victim] += 1
        for page in PAGES:  # so that there is something to become stale
            get(page)
        command = self.start_command(headline)
        time.sleep(at)
        if victim in ('server', 'both'):
            self.room.server.kill()
        if victim in ('command', 'both'):
            command.kill()
        said, wrong = command.communicate(timeout=30)
        if victim in ('server', 'both'):
            self.room.server.wait()
        check(command.returncode in (0, -signal.SIGKILL) or 'did not confirm' in wrong,
              '%s killed, yet the command said: %s' % (victim, wrong))
        return said.strip(), command.returncode, victim

    def once(self, i):
        headline = 'Story%dx' % i
        said, code, victim = self.publish(headline)
        if said:
            self.acknowledged[said] = headline
        if victim == 'none':
            check(code == 0 and said, 'nobody was killed, yet it failed')
        if code == 0 and victim in ('command', 'none'):
            # It returned while the server ran: live at once, everywhere.
            check(headline in get(said)[1], 'not live when the command returned')
            check(shows(headline, PAGES[:5]), 'stale when the command returned')
        if victim in ('server', 'both'):
            self.room.serve()
        self.look(i)

    def look(self, i):
        """All that is committed shows, also what its author did not live to tell."""
        stories = json.loads(done('story', 'list', self.room.dir, '--json', '--limit', '3'))
        newest = [s for s in stories if s['state'] == 'published'][:1]
        for s in newest:
            wait_until(1.0, lambda: s['headline'] in get(s['url'])[1] and shows(s['headline'], PAGES[:5]),
                       'run %d: %s is committed but stale after a second' % (i, s['headline']))

    def nothing_is_lost(self):
        known = {s['url']: s['headline'] for s in
                 json.loads(done('story', 'list', self.room.dir, '--json')) if s['state'] == 'published'}
        for address, headline in self.acknowledged.items():
            check(known.get(address) == headline, '%s was acknowledged and is lost' % address)
            status, text, _ = get(address)
            check(status == 200 and headline in text, '%s answers %d' % (address, status))
        return known

    def equals_fresh(self, known):
        """Every page that the server kept is what a new server draws."""
        addresses = PAGES + sorted(known)[:50]
        kept = {a: get(a) for a in addresses}
        self.room.stop()
        self.room.serve()
        for address, (status, body, fields) in kept.items():
            again = get(address)
            check((status, body, fields['ETag']) == (again[0], again[1], again[2]['ETag']),
                  '%s differs from a fresh drawing' % address)


class Typist:
    """Somebody at the desk, in several stories at once; knows what the server said it has."""

    def __init__(self, room):
        self.cookie = self.token = ''
        self.pages = []  # [address, base, page, last acknowledged]
        link = re.search(r'/desk/welcome/[0-9a-f]{64}', room.said).group(0)
        self.ask('GET', link)
        self.ask('POST', link, {'name': 'Mira Holt', 'login': 'mira', 'password': 'harbour lantern nine'})
        check('desk=' in self.cookie, 'not signed in')

    def ask(self, method, path, fields=None, accept='text/html'):
        connection = http.client.HTTPConnection('127.0.0.1', PORT, timeout=10)
        headers = {'Sec-Fetch-Site': 'same-origin', 'Accept': accept, 'Cookie': self.cookie}
        body = None
        if fields is not None:
            body = urllib.parse.urlencode(dict(fields, token=self.token))
            headers['Content-Type'] = 'application/x-www-form-urlencoded'
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        for cookie in answer.headers.get_all('Set-Cookie') or []:
            if cookie.startswith('desk='):
                self.cookie = cookie.split(';')[0]
        found = re.search(r'name="token" value="([0-9a-f]+)"', text)
        if found:
            self.token = found.group(1)
        return answer, text

    def begin(self, n):
        for i in range(n):
            self.ask('GET', '/desk/stories/new')
            answer, _ = self.ask('POST', '/desk/stories', {'headline': 'Typed %d' % i, 'body': 'Words.', 'do': 'save'})
            path = answer.headers['Location'].split('?')[0]
            _, text = self.ask('GET', path)
            base = re.search(r'name="base" value="(\d+)"', text).group(1)
            self.pages.append([path, base, '%016x' % i, 0])

    def type(self, page, turn):
        path, base, name, _ = page
        answer, _ = self.ask('POST', path + '/working', {
            'headline': 'Typed', 'base': base, 'page': name, 'turn': str(turn),
            'body': 'Word %d.\n\n' % turn + 'What else there is. ' * 200}, 'application/json')
        check(answer.status == 200, 'autosave answered %d' % answer.status)
        page[3] = turn

    def until_it_dies(self, page):
        turn = page[3] + 1000
        while True:
            turn += 1
            try:
                self.type(page, turn)
            except (OSError, http.client.HTTPException):
                return

    def nothing_is_lost(self):
        for page in self.pages:
            _, text = self.ask('GET', page[0])
            found = re.search(r'Word (\d+)\.', text)
            check(found and int(found.group(1)) >= page[3],
                  '%s: %d was acknowledged, %s is there' % (page[0], page[3], found and found.group(1)))


@test
def killed_while_people_type():
    """What an autosave acknowledged is there after kill -9."""
    choose = random.Random(ARGS.seed)
    with Room(url='http://127.0.0.1:%d' % PORT) as room:
        room.serve()
        typist = Typist(room)
        typist.begin(4)
        for _ in range(12):
            threads = [threading.Thread(target=typist.until_it_dies, args=(p,)) for p in typist.pages]
            for thread in threads:
                thread.start()
            time.sleep(choose.uniform(0.02, 0.4))
            room.kill()
            for thread in threads:
                thread.join(30)
            room.serve()
            typist.nothing_is_lost()
        check(all(p[3] for p in typist.pages), 'somebody never got a word through')
        room.stop()
        check('no fault' in done('check', room.dir), 'the newsroom is not whole')


class Hand(Typist):
    """Saves a story again and again, or sends picture after picture; knows what was acknowledged."""

    def __init__(self, room):
        super().__init__(room)
        self.begin(1)
        self.path = self.pages[0][0]
        self.turn = self.saved = 0
        self.pictures = {}  # number: the word in its name

    def send(self, path, fields, file=None):
        """multipart/form-data, as the desk's forms are."""
        parts = [b'--it\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (k.encode(), v.encode())
                 for k, v in dict(fields, token=self.token).items()]
        if file:
            parts.append(b'--it\r\nContent-Disposition: form-data; name="photo"; filename="%s"\r\n'
                         b'Content-Type: image/png\r\n\r\n%s\r\n' % (file[0].encode(), file[1]))
        connection = http.client.HTTPConnection('127.0.0.1', PORT, timeout=20)
        connection.request('POST', path, b''.join(parts) + b'--it--\r\n', {
            'Sec-Fetch-Site': 'same-origin', 'Cookie': self.cookie, 'Accept': 'application/json',
            'Content-Type': 'multipart/form-data; boundary=it'})
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer, text

    def save_until_it_dies(self):
        while True:
            try:
                _, text = self.ask('GET', self.path)
                base = re.search(r'name="base" value="(\d+)"', text).group(1)
                self.turn += 1
                answer, _ = self.send(self.path, {'headline': 'Save %d' % self.turn, 'base': base, 'do': 'save',
                                                  'body': 'What else there is. ' * 300})
            except (OSError, http.client.HTTPException, AttributeError):
                return
            check(answer.status == 303, 'saving answered %d' % answer.status)
            self.saved = self.turn

    def upload_until_it_dies(self):
        while True:
            self.turn += 1
            name = 'shot%d' % self.turn
            try:
                answer, text = self.send('/desk/pictures', {}, (name + '.png', png(self.turn)))
                number = json.loads(text)['id'] if answer.status == 201 else 0
            except (OSError, http.client.HTTPException):
                return
            check(answer.status == 201, 'an upload answered %d: %s' % (answer.status, text[:200]))
            self.pictures[number] = name

    def nothing_is_lost(self):
        _, text = self.ask('GET', self.path)
        found = re.search(r'>Save (\d+)</textarea>', text)
        check(not self.saved or found and int(found.group(1)) >= self.saved,
              'save %d was acknowledged, %s is there' % (self.saved, found and found.group(1)))
        for number, name in self.pictures.items():
            answer, text = self.ask('GET', '/desk/pictures/%d' % number)
            check(answer.status == 200 and name in text, 'picture %d was acknowledged, and is gone' % number)
            files = re.findall(r'src="/desk(/media/[^"]+)"', text)
            check(len(files) > 2, 'picture %d has no files' % number)
            check(self.has(files), 'a file of picture %d is gone' % number)

    def has(self, files):
        for file in files:
            connection = http.client.HTTPConnection('127.0.0.1', PORT, timeout=10)
            connection.request('GET', '/desk' + file, headers={'Cookie': self.cookie})
            answer = connection.getresponse()
            whole = len(answer.read()) > 60 and answer.status == 200
            connection.close()
            if not whole:
                return False
        return True


@test
def killed_while_the_desk_saves_and_uploads():
    """A save that answered 303 and a picture that answered 201 are there after kill -9, files too."""
    choose = random.Random(ARGS.seed + 2)
    with Room(url='http://127.0.0.1:%d' % PORT) as room:
        room.serve()
        saver = Hand(room)
        sender = Hand.__new__(Hand)
        sender.__dict__.update(saver.__dict__, pictures={}, turn=0, saved=0)
        for i in range(8):
            threads = [threading.Thread(target=saver.save_until_it_dies),
                       threading.Thread(target=sender.upload_until_it_dies)]
            for thread in threads:
                thread.start()
            if i == 0:  # on a slow machine too something is acknowledged
                wait_until(30, lambda: saver.saved and sender.pictures, 'nothing was acknowledged')
            time.sleep(choose.uniform(0.1, 2))
            room.kill()
            for thread in threads:
                thread.join(30)
            room.serve()
            saver.nothing_is_lost()
            sender.nothing_is_lost()
        room.stop()
        check('no fault' in done('check', room.dir), 'the newsroom is not whole')
        print('%d saves, %d pictures acknowledged' % (saver.saved, len(sender.pictures)))


@test
def killed_at_random_instants():
    with Room() as room:
        killing = Killing(room, random.Random(ARGS.seed))
        room.serve()
        killing.measure()
        for i in range(ARGS.runs):
            try:
                killing.once(i)
            except AssertionError as error:
                raise AssertionError('run %d, seed %d: %s' % (i, ARGS.seed, error)) from error
        known = killing.nothing_is_lost()
        killing.equals_fresh(known)
        print('%d runs, killed: %s; %d acknowledged, %d committed, a publication takes %d ms' %
              (ARGS.runs, killing.killed, len(killing.acknowledged), len(known), killing.span * 1000))
        room.stop()
        done('check', room.dir)


@test
def killed_edits_and_withdrawals():
    """A story that was withdrawn stays away, whoever died: never a page of it from a fallback."""
    choose = random.Random(ARGS.seed + 1)
    with Room() as room:
        room.serve()
        for i in range(max(5, ARGS.runs // 10)):
            headline = 'Wrong%dx' % i
            address = done('story', 'add', room.dir, room.story(headline), '--publish').strip()
            check(shows(headline, [address] + PAGES[:5]), 'not live')
            command = subprocess.Popen([STOPPRESS, 'story', 'withdraw', room.dir, address, '--reason', 'No.'],
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(choose.uniform(0, 0.05))
            command.kill()
            command.wait()
            state = json.loads(done('story', 'show', room.dir, address, '--json'))['state']
            if state == 'withdrawn':
                wait_until(1.0, lambda: get(address)[0] == 410 and
                           not any(headline in get(p)[1] for p in PAGES), 'withdrawn, but still there')
            else:
                check(get(address)[0] == 200, 'not withdrawn, but gone')
        room.stop()
        done('check', room.dir)


# ---- Killed while the desk saves ------------------------------------------------------------------

class Person:
    """Somebody at the desk, over HTTP."""

    def __init__(self):
        self.cookies = self.token = ''

    def ask(self, method, path, body=None, kind=None):
        connection = http.client.HTTPConnection('127.0.0.1', PORT, timeout=15)
        sent = {'Cookie': self.cookies, 'Sec-Fetch-Site': 'same-origin'}
        if kind:
            sent['Content-Type'] = kind
        connection.request(method, path, body, sent)
        answer = connection.getresponse()
        text = answer.read().decode('utf-8', 'replace')
        connection.close()
        set_cookies = [c.split(';')[0] for c in answer.headers.get_all('Set-Cookie') or []]
        self.cookies = '; '.join(set_cookies) or self.cookies
        found = re.search(r'name="token" value="([0-9a-f]+)"', text)
        self.token = found.group(1) if found else self.token
        return answer.status, text, answer.headers.get('Location') or ''

    def send(self, path, fields, picture=None):
        parts = ['--b\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % pair
                 for pair in dict(fields, token=self.token).items()]
        body = ''.join(parts).encode()
        if picture:
            body += (b'--b\r\nContent-Disposition: form-data; name="photo"; filename="p.png"\r\n'
                     b'Content-Type: image/png\r\n\r\n' + picture + b'\r\n')
        return self.ask('POST', path, body + b'--b--\r\n', 'multipart/form-data; boundary=b')

    def enter(self, room):
        link = re.search(r'/desk/welcome/[0-9a-f]+', done('user', 'welcome', room.dir)).group(0)
        status = self.send(link, {'name': 'Mira', 'login': 'mira', 'password': 'harbour lantern nine'})[0]
        check(status == 303, 'cannot enter: %d' % status)
        self.ask('GET', '/desk/account')


def png(seed):
    def chunk(kind, data):
        return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))
    rows = random.Random(seed).randbytes(160 * 3)
    data = zlib.compress(b''.join(b'\0' + rows for _ in range(100)))
    return (b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', 160, 100, 8, 2, 0, 0, 0)) +
            chunk(b'IDAT', data) + chunk(b'IEND', b''))


class Writing(threading.Thread):
    """Saves one story again and again, with a picture each third time, until the server is gone."""

    def __init__(self, person, name):
        super().__init__()
        self.person, self.name_, self.acknowledged, self.pictures, self.wrong = person, name, [], [], []

    def run(self):
        story, base, n = '/desk/stories', '', 0
        try:
            while True:
                n += 1
                words = '%s save %d end' % (self.name_, n)
                picture = png(words) if n % 3 == 0 else None
                status, text, to = self.person.send(story, {'headline': self.name_, 'body': words, 'base': base,
                                                            'section': 'news', 'do': 'save'}, picture)
                if status != 303:
                    self.wrong.append('%d: %s' % (status, text[-300:]))
                    return
                self.acknowledged.append(words)
                story = to.split('?')[0]
                text = self.person.ask('GET', story)[1]
                base = re.search(r'name="base" value="(\d+)"', text).group(1)
                if picture:
                    self.pictures.append(re.search(r'class="chosen" src="([^"]+)"', text).group(1))
        except (OSError, http.client.HTTPException):
            pass


@test
def killed_while_the_desk_saves():
    """What the desk acknowledged is there after a kill: texts as revisions, pictures as files."""
    choose = random.Random(ARGS.seed + 2)
    rounds = max(4, ARGS.runs // 20)
    saves = pictures = 0
    with Room() as room:
        room.serve()
        person = Person()
        person.enter(room)
        for i in range(rounds):
            writers = []
            for k in range(2):
                copy = Person()
                copy.cookies, copy.token = person.cookies, person.token
                writers.append(Writing(copy, 'Round %d writer %d' % (i, k)))
            for writer in writers:
                writer.start()
            time.sleep(choose.uniform(0.05, 1.2))
            room.kill()
            for writer in writers:
                writer.join()
                check(not writer.wrong, writer.wrong)
            room.serve()
            store = sqlite3.connect('file:%s?mode=ro' % os.path.join(room.dir, 'newsroom.db'), uri=True)
            bodies = {row[0].strip() for row in store.execute('SELECT body FROM revision')}
            store.close()
            for writer in writers:
                for words in writer.acknowledged:
                    check(words in bodies, 'acknowledged and lost: ' + words)
                for path in writer.pictures:
                    check(person.ask('GET', path)[0] == 200, 'acknowledged and lost: ' + path)
                saves, pictures = saves + len(writer.acknowledged), pictures + len(writer.pictures)
        check(saves > rounds and pictures > 0, 'nothing was tried')
        room.stop()
        done('check', room.dir)
    print('%d kills; %d saves and %d pictures acknowledged, none lost' % (rounds, saves, pictures))


# ---- Full -----------------------------------------------------------------------------------------

def mounted(size):
    """A small disk of our own, or None where that is not allowed."""
    base = tempfile.mkdtemp(prefix='stoppress-disk-')
    if subprocess.run(['mount', '-t', 'tmpfs', '-o', 'size=%d' % size, 'none', base],
                      capture_output=True).returncode == 0:
        return base
    os.rmdir(base)
    return None


def fill(path):
    """Takes all that is left."""
    fd = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        while True:
            os.write(fd, b'x' * 4096)
    except OSError:
        os.close(fd)


def unmount(base):
    subprocess.run(['umount', '-l', base], check=True)
    os.rmdir(base)


@test
def a_full_disk():
    base = mounted(8 << 20)
    if not base:
        print('a_full_disk: left out, a disk of our own may not be mounted here')
        return
    try:
        with Room(base) as room, tempfile.TemporaryDirectory() as outside:
            with open(os.path.join(outside, 's.md'), 'w') as f:
                f.write(story('Last'))
            room.serve()
            first = done('story', 'add', room.dir, room.story('First'), '--publish').strip()
            kept = {page: get(page)[1] for page in [first] + PAGES}
            ballast = os.path.join(base, 'ballast')
            added = []
            fill(ballast)
            for _ in range(40):  # the log may have room of its own
                result = run('story', 'add', room.dir, f.name, '--publish')
                if result.returncode:
                    break
                added.append(result.stdout.strip())
            check(result.returncode == 1 and 'disk is full' in result.stderr, repr(result))
            check(result.stdout == '', 'acknowledged, but not saved')
            for page in [first] + added:
                check(get(page)[0] == 200, 'a story is gone: ' + page)
            check(get('/about')[0] == 200, 'a page that was not kept can be drawn')
            if not added:
                for page, text in kept.items():
                    check(get(page)[1] == text, page)
            os.remove(ballast)
            again = wait_until(10, lambda: run('story', 'add', room.dir, f.name, '--publish').stdout.strip(),
                               'there is room again, but nothing can be saved')
            check('Last' in get(again)[1] and shows('Last', PAGES[:2]), 'not live')
            room.stop()
            done('check', room.dir)
    finally:
        unmount(base)


@test
def a_command_that_may_write_no_more():
    """The n-th byte is the last: for many n, nothing half done and nothing acknowledged."""
    with Room() as room:
        room.serve()
        done('story', 'add', room.dir, room.story('First'), '--publish')
        refused = 0
        for limit in range(0, 400000, 20000):
            def before():
                signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
                resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
            headline = 'Limit%dx' % limit
            result = run('story', 'add', room.dir, room.story(headline), '--publish', preexec_fn=before)
            listed = headline in done('story', 'list', room.dir)
            check(listed or not result.stdout, 'acknowledged, but not saved: ' + headline)
            check(listed == shows(headline, PAGES[:2]), 'what is listed and what shows differ')
            refused += not listed
        check(refused, 'no limit was low enough')
        room.stop()
        done('check', room.dir)


# ---- Locked, renamed, replaced ----------------------------------------------------------------------

@test
def locked_for_writing():
    with Room() as room:
        room.serve()
        address = done('story', 'add', room.dir, room.story('First'), '--publish').strip()
        other = sqlite3.connect(os.path.join(room.dir, 'newsroom.db'), isolation_level=None)
        other.execute('BEGIN IMMEDIATE')
        result = run('story', 'add', room.dir, room.story('Second'), '--publish')
        check(result.returncode == 1 and 'busy' in result.stderr, repr(result))
        check(get(address)[0] == 200 and get('/about')[0] == 200, 'readers must not notice')
        other.execute('ROLLBACK')
        other.close()
        done('story', 'add', room.dir, room.story('Second'), '--publish')
        check(shows('Second', PAGES[:5]), 'not live')


@test
def locked_for_reading():
    """Pages that are kept are served; others are refused soon, and come back."""
    with Room() as room:
        room.serve()
        address = done('story', 'add', room.dir, room.story('First'), '--publish').strip()
        kept = {page: get(page)[1] for page in [address] + PAGES}
        with open(os.path.join(room.dir, 'newsroom.db-shm'), 'r+b') as shm:
            fcntl.lockf(shm, fcntl.LOCK_EX, 5, 123)  # all places for readers in the log's index
            for page, text in kept.items():
                began = time.monotonic()
                status, body, _ = get(page)
                check(status == 200 and body == text, '%s: %d' % (page, status))
                check(time.monotonic() - began < 1, 'a kept page took long')
            began = time.monotonic()
            status, _, _ = get('/terms')
            check(status == 503, '/terms: %d' % status)
            # SQLite itself tries for ten seconds to find a place.
            check(time.monotonic() - began < 20, "a refusal took %.1f s" % (time.monotonic() - began))
        wait_until(5, lambda: get('/terms')[0] == 200, 'unlocked, but still refused')
        done('story', 'add', room.dir, room.story('Second'), '--publish')
        check(shows('Second', PAGES[:5]), 'not live')


@test
def renamed_away_and_brought_back():
    with Room() as room:
        room.serve()
        address = done('story', 'add', room.dir, room.story('First'), '--publish').strip()
        kept = {page: get(page)[1] for page in [address] + PAGES}
        aside = os.path.join(room.base, 'aside')
        os.mkdir(aside)
        names = [n for n in os.listdir(room.dir) if n.startswith('newsroom.db')]
        for name in sorted(names):
            os.rename(os.path.join(room.dir, name), os.path.join(aside, name))
        time.sleep(0.5)
        for page, text in kept.items():
            status, body, _ = get(page)
            check(status == 200 and body == text, '%s: %d' % (page, status))
        check(get('/terms')[0] in (200, 503))
        result = run('story', 'add', room.dir, room.story('Second'), '--publish')
        check(result.returncode == 1 and 'is not a newsroom' in result.stderr, repr(result))
        check(sorted(n for n in os.listdir(room.dir) if n.startswith('newsroom.db')) == [],
              'nobody may make another database')
        for name in sorted(names):
            os.rename(os.path.join(aside, name), os.path.join(room.dir, name))
        wait_until(5, lambda: get('/terms')[0] == 200, 'it is back, but pages are refused')
        done('story', 'add', room.dir, room.story('Second'), '--publish')
        check(shows('Second', PAGES[:5]), 'not live')
        room.stop()
        done('check', room.dir)


@test
def replaced_by_a_backup():
    """The database of an older day is put in its place: every page is of that day."""
    with Room() as room:
        first = done('story', 'add', room.dir, room.story('First'), '--publish').strip()
        backup, old = os.path.join(room.base, 'b.tar'), os.path.join(room.base, 'old')
        done('backup', room.dir, backup)
        done('restore', backup, old)
        room.serve()
        second = done('story', 'add', room.dir, room.story('Second'), '--publish').strip()
        check(shows('Second', PAGES[:5]) and get(second)[0] == 200, 'not live')
        for name in ('newsroom.db-wal', 'newsroom.db-shm'):
            if os.path.exists(os.path.join(room.dir, name)):
                os.rename(os.path.join(room.dir, name), os.path.join(room.base, name))
        os.rename(os.path.join(old, 'newsroom.db'), os.path.join(room.dir, 'newsroom.db'))
        wait_until(5, lambda: get(second)[0] == 404 and not any('Second' in get(p)[1] for p in PAGES),
                   'pages of the database that is gone are still served')
        check(get(first)[0] == 200)
        done('story', 'add', room.dir, room.story('Third'), '--publish')
        check(shows('Third', PAGES[:5]), 'not live')
        room.stop()
        done('check', room.dir)


def main():
    print('seed %d' % ARGS.seed)
    passed = failed = 0
    for function in TESTS:
        if ARGS.k not in function.__name__:
            continue
        began = time.monotonic()
        try:
            function()
            passed += 1
            print('ok     %s, %.1f s' % (function.__name__, time.monotonic() - began))
        except Exception:  # the next test must run
            failed += 1
            print('FAILED %s\n%s' % (function.__name__, traceback.format_exc()))
        sys.stdout.flush()
    print('%d passed, %d failed' % (passed, failed))
    return 1 if failed or not passed else 0


sys.exit(main())
