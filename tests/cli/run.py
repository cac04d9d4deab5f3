#!/usr/bin/env python3
"""The command line's contract, with and without a server.

    python3 tests/cli/run.py BUILD-FOLDER [-k PART-OF-A-NAME]

Each test has a folder of its own. The last line is "N passed, N failed"."""
import http.client
import io
import json
import os
import pty
import re
import resource
import select
import shutil
import signal
import socket
import sqlite3
import struct
import subprocess
import sys
import tarfile
import tempfile
import time
import traceback
import zlib

BUILD = os.path.abspath(sys.argv[1]) if len(sys.argv) > 1 else 'build/release'
STOPPRESS = os.path.join(BUILD, 'stoppress')
PORT = int(os.environ.get('TEST_PORT', '18262'))
TESTS = []


def test(function):
    TESTS.append(function)
    return function


def check(holds, what=''):
    if not holds:
        raise AssertionError(what)


def same(found, expected):
    check(found == expected, 'found %r, expected %r' % (found, expected))


class Result:
    def __init__(self, done):
        self.code, self.out, self.err = done.returncode, done.stdout, done.stderr

    def __repr__(self):
        return 'exit code %d\n%s\n%s' % (self.code, self.out, self.err)


def run(*args, given=None, expect=0, **more):
    """Runs a command and checks its exit code."""
    result = Result(subprocess.run([STOPPRESS, *args], input=given, text=True, capture_output=True,
                                   timeout=120, **more))
    check(result.code == expect, '%s: %r' % (' '.join(args), result))
    if expect: # of the command, or of a place within a file: FILE: or FILE:LINE:
        check(re.match(r'stoppress: |\S+: |standard input:', result.err), repr(result))
        check(result.err.endswith('\n') and '\n\n' not in result.err, repr(result))
    return result


def png(width=400, height=300, seed=1):
    rows = b''.join(b'\0' + bytes((x * seed + y * c) % 256 for x in range(width) for c in (1, 2, 3))
                    for y in range(height))

    def chunk(kind, data):
        return (struct.pack('>I', len(data)) + kind + data +
                struct.pack('>I', zlib.crc32(kind + data)))
    return (b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', width, height, 8, 2, 0, 0, 0)) +
            chunk(b'IDAT', zlib.compress(rows)) + chunk(b'IEND', b''))


class Room:
    """A newsroom in a temporary folder, and files beside it."""

    def __init__(self, make=True):
        self.base = tempfile.mkdtemp(prefix='stoppress-cli-')
        self.dir = os.path.join(self.base, 'room')
        self.server = None
        if make:
            run('init', self.dir, '--name', 'The Test', '--url', 'https://news.example',
                '--timezone', 'Asia/Manila', '--since', '1997')

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
        shutil.rmtree(self.base)

    def path(self, name):
        return os.path.join(self.base, name)

    def file(self, name, text):
        with open(self.path(name), 'wb') as f:
            f.write(text if isinstance(text, bytes) else text.encode())
        return self.path(name)

    def story(self, name, headline, *fields, body='The text.'):
        return self.file(name, '---\nheadline: %s\n%s---\n%s\n' %
                         (headline, ''.join(f + '\n' for f in fields), body))

    def add(self, headline, *fields, publish=True, **more):
        file = self.story('story.md', headline, *fields, **more)
        return run('story', 'add', self.dir, file, *(['--publish'] if publish else [])).out.strip()

    def serve(self):
        self.server = subprocess.Popen([STOPPRESS, 'serve', self.dir, '--listen', '127.0.0.1:%d' % PORT],
                                       stderr=subprocess.DEVNULL)
        for _ in range(400):
            try:
                socket.create_connection(('127.0.0.1', PORT), 0.2).close()
                return
            except OSError:
                check(self.server.poll() is None, 'the server ended')
                time.sleep(0.02)
        raise AssertionError('the server does not answer')

    def stop(self):
        if self.server:
            self.server.send_signal(signal.SIGCONT)
            self.server.terminate()
            code = self.server.wait(timeout=30)
            self.server = None
            check(code == 0, 'the server ended with %d' % code)


def get(address):
    """Status and text of a page, by its path or absolute address."""
    connection = http.client.HTTPConnection('127.0.0.1', PORT, timeout=10)
    connection.request('GET', re.sub(r'^https?://[^/]*', '', address))
    answer = connection.getresponse()
    text = answer.read().decode('utf-8', 'replace')
    connection.close()
    return answer.status, text


# ---- Arguments ------------------------------------------------------------------------------------

COMMANDS = ['init', 'demo', 'serve', 'story add', 'story edit', 'story publish', 'story withdraw',
            'story takedown', 'story show', 'story list', 'section add', 'section list', 'subscribers list', 'backup',
            'restore', 'check', 'load', 'version', 'help']


@test
def help_of_every_command():
    overview = run('help').out
    for command in COMMANDS:
        check(re.search(r'^  %s +\S' % command, overview, re.M), command)
        shown = run(*command.split(), '--help')
        check(shown.out.startswith('stoppress ' + command), repr(shown))
        same(run('help', *command.split()).out, shown.out)
    check('story add' in run('help', 'story').out)
    same(run('--help').out, overview)


@test
def version():
    check(re.fullmatch(r'stoppress \d+\.\d+\.\d+\n', run('version').out))
    same(run('--version').out, run('version').out)


@test
def not_understood_is_2():
    for args in ([], ['nothing'], ['story'], ['story', 'nothing'], ['init'], ['init', '/tmp/x'],
                 ['init', '/tmp/x', '--name', 'A'], ['init', '/tmp/x', '--nothing'],
                 ['init', '/tmp/x', '--name'], ['init', '/tmp/x', 'y', '--name', 'A', '--url', 'http://a'],
                 ['init', '/tmp/x', '--name', 'A', '--name', 'B'], ['version', 'x'],
                 ['init', '/tmp/x', '--name', 'A', '--url', 'http://a', '--since', 'soon'],
                 ['story', 'add', '/tmp/x'], ['story', 'add', '/tmp/x', '-', '-'],
                 ['story', 'withdraw', '/tmp/x', '1'], ['story', 'takedown', '/tmp/x', '1', '--reason', 'A'],
                 ['story', 'takedown', '/tmp/x', '1', '--yes'], ['story', 'list', '/tmp/x', '--json=yes'],
                 ['serve', '/tmp/x', '--threads', '0'], ['serve', '/tmp/x', '--cache-mb', 'many'],
                 ['serve', '/tmp/x', '--trust-proxy', '10.0.0.1/8'],
                 ['serve', '/tmp/x', '--proxy-header', 'x-real-ip', '--trust-proxy', '10.0.0.1'],
                 ['serve', '/tmp/x', '--proxy-header', 'forwarded'], ['load', '/tmp/x', 'many'],
                 ['story', 'list', '/tmp/x', '-j'], ['help', 'nothing'], ['help', 'story', 'nothing']):
        result = run(*args, expect=2)
        same(result.out, '')
        check("See 'stoppress help'." in result.err, repr(result))


@test
def a_proxy_header_needs_a_proxy():
    with Room() as room:
        for kind in ('x-forwarded-for', 'forwarded', 'proxy-v2'):
            result = run('serve', room.dir, '--listen', 'unix:' + room.path('s'), '--proxy-header', kind, expect=2)
            check('Add --trust-proxy' in result.err, repr(result))


@test
def options_after_an_equals_sign_and_dashes():
    with Room(make=False) as room:
        run('init', '--name=The Test', '--url=https://news.example', '--', room.dir)
        same(run('section', 'list', '--', room.dir).out, 'news\tNews\n')


@test
def a_newsroom_was_not_founded_in_the_future():
    with Room(make=False) as room:
        given = ['init', room.dir, '--name', 'A', '--url', 'https://a.example', '--since']
        check('--since takes a whole number from 1450 to 2' in run(*given, '9999', expect=2).err)
        run(*given, '1450')


@test
def folders_that_are_no_newsroom():
    with Room(make=False) as room:
        os.mkdir(room.dir)
        for args in (['check', room.dir], ['story', 'list', room.dir], ['serve', room.dir],
                     ['check', room.path('missing')], ['backup', room.dir, room.path('b.tar')]):
            check('is not a newsroom' in run(*args, expect=1).err, args)


# ---- init -----------------------------------------------------------------------------------------

@test
def init_makes_a_private_folder():
    with Room() as room:
        same(os.stat(room.dir).st_mode & 0o777, 0o700)
        for folder, folders, files in os.walk(room.dir):
            for name in folders:
                same(os.stat(os.path.join(folder, name)).st_mode & 0o077, 0)
            for name in files:
                same(os.stat(os.path.join(folder, name)).st_mode & 0o177, 0)
        check('exists already' in run('init', room.dir, '--name', 'A', '--url', 'http://a.example',
                                      expect=1).err)
        same(run('section', 'list', room.dir).out, 'news\tNews\n')
        run('check', room.dir)


@test
def init_checks_what_it_is_given():
    with Room(make=False) as room:
        for more, word in ((['--url', 'ftp://a'], 'https://'), (['--url', 'https://a/path'], 'host'),
                           (['--url', 'https://a', '--timezone', 'Nowhere'], 'Asia/Manila'),
                           (['--url', 'https://a', '--language', 'klingonese-xx'], 'language')):
            result = run('init', room.dir, '--name', 'A', *more, expect=1)
            check(word in result.err, repr(result))
            check(not os.path.exists(room.dir))


@test
def init_in_another_language():
    for language, section, about in (('ar', 'الأخبار', 'عن هذه الصحيفة'), ('es-MX', 'Noticias', 'Quiénes somos'),
                                     ('en-GB', 'News', 'About'), ('el', 'News', 'About')):
        with Room(make=False) as room:
            result = run('init', room.dir, '--name', 'A', '--url', 'https://a.example', '--language', language)
            same(run('section', 'list', room.dir).out, 'news\t%s\n' % section)
            same('English texts' in result.err, language != 'en-GB')
            database = sqlite3.connect(os.path.join(room.dir, 'newsroom.db'))
            same(database.execute("SELECT title FROM page WHERE slug = 'about'").fetchone()[0], about)
            database.close()


@test
def another_user_is_refused():
    if os.geteuid() != 0:
        print('another_user_is_refused: left out, not root')
        return
    with Room() as room:
        os.chown(room.dir, 65534, 65534)
        for args in (['check', room.dir], ['serve', room.dir], ['story', 'list', room.dir]):
            check('belongs to another user' in run(*args, expect=1).err)


# ---- Stories --------------------------------------------------------------------------------------

@test
def add_prints_an_address_a_line():
    with Room() as room:
        files = [room.story('%d.md' % i, 'Ferry late') for i in range(3)]
        out = run('story', 'add', room.dir, *files, '--publish').out.splitlines()
        year = time.strftime('%Y/%m', time.gmtime(time.time() + 8 * 3600))
        same(out, ['https://news.example/news/%s/ferry-late%s' % (year, end) for end in ('', '-2', '-3')])


@test
def a_draft_has_an_id_until_it_is_published():
    with Room() as room:
        id = room.add('Ferry late', publish=False)
        check(id.isdigit())
        same(json.loads(run('story', 'show', room.dir, id, '--json').out)['state'], 'draft')
        address = run('story', 'publish', room.dir, id).out.strip()
        check(address.startswith('https://news.example/news/'))
        same(run('story', 'publish', room.dir, address).out.strip(), address)
        for name in (id, address, address[len('https://news.example'):]):
            same(json.loads(run('story', 'show', room.dir, name, '--json').out)['url'], address)


@test
def one_refused_file_leaves_the_others():
    with Room() as room:
        good, other = room.story('good.md', 'Good'), room.story('other.md', 'Other')
        bad = room.file('bad.md', '---\nheadline: A\ncolour: red\n---\n')
        result = run('story', 'add', room.dir, good, bad, room.path('gone.md'), other, expect=1)
        same(len(result.out.splitlines()), 2)
        same(len(result.err.splitlines()), 2)
        check(result.err.startswith(bad + ':3: colour: is not a field; known are headline,'), repr(result))
        check(result.err.endswith('\n%s: There is no such file.\n' % room.path('gone.md')), repr(result))
        same(len(json.loads(run('story', 'list', room.dir, '--json').out)), 2)


@test
def refusals_say_what_to_do():
    with Room() as room:
        run('section', 'add', room.dir, 'Harbour')
        for field, words in (('section: nowhere', ["'nowhere'", 'news, harbour']),
                             ('published: 2199-01-01', ['future']),
                             ('published: soon', ['2026-11-24']),
                             ('slug: Not This', ['small letters']),
                             ('headline: B', ['twice']),
                             ('photo: {file: gone.jpg}', ['gone.jpg']),
                             ('photo: {file: a.md}', ['JPEG']),
                             ('featured: maybe', ['true or false']),
                             ('tags: [a, [b]]', ['one text']),
                             ('language: nothing-at-all', ['language code'])):
            file = room.story('a.md', 'A', field)
            result = run('story', 'add', room.dir, file, '--publish', expect=1)
            same(len(result.err.splitlines()), 1)
            check(result.err.startswith('%s:3: %s: ' % (file, field.split(':')[0])), repr(result))
            for word in words:
                check(word in result.err, '%s: %r' % (field, result))
        check(':3: anchors' in run('story', 'add', room.dir, room.story('a.md', 'A', 'tags: [a, &b c]'),
                                   expect=1).err)
        deep = room.file('deep.md', '---\nheadline: A\n---\n\nGood.\n\n%s x\n' % ('>' * 400))
        check(run('story', 'add', room.dir, deep, expect=1).err.startswith(deep + ':7: text: '))
        same(run('story', 'list', room.dir).out, '')


@test
def an_error_is_one_line():
    with Room() as room:
        id = room.add('Good', publish=False)
        bad = room.file('bad.md', '---\nheadline: A\nsection: nowhere\n---\n')
        for args in (['story', 'add', room.dir, bad], ['story', 'edit', room.dir, id, bad],
                     ['story', 'edit', room.dir, '99', room.story('ok.md', 'B')],
                     ['story', 'publish', room.dir, '99'], ['story', 'publish', room.dir, '/no/2020/01/x'],
                     ['story', 'withdraw', room.dir, '99', '--reason', 'A'], ['story', 'show', room.dir, '99'],
                     ['story', 'takedown', room.dir, '99', '--reason', 'A', '--yes'],
                     ['section', 'add', room.dir, 'News'], ['section', 'add', room.dir, 'Media', '--slug', 'media'],
                     ['backup', room.dir, room.path('no/such/b.tar')], ['restore', bad, room.path('new')],
                     ['restore', room.path('gone.tar'), room.path('new')], ['story', 'edit', room.dir, id, room.dir],
                     ['story', 'add', room.dir, room.base], ['init', room.dir, '--name', 'A', '--url', 'https://a.example'],
                     ['user', 'reset', room.dir, 'nobody'], ['demo', room.dir], ['load', room.dir, '0']):
            result = run(*args, expect=2 if args[0] == 'load' else 1)
            same((result.out, len(result.err.splitlines())), ('', 1))
        given = run('story', 'edit', room.dir, id, '-', given='---\nheadline: A\nfeatured: x\n---\n', expect=1)
        same(given.err, 'standard input:3: featured: must be true or false.\n')


@test
def what_is_no_file_is_refused_by_name():
    """Whatever the photo is, the command ends: nothing is waited for, no terminal is taken."""
    with Room() as room:
        os.mkfifo(room.path('pipe.jpg'))
        os.mkdir(room.path('folder.jpg'))
        bound = socket.socket(socket.AF_UNIX)
        bound.bind(room.path('socket.jpg'))
        for file, word in (('pipe.jpg', 'named pipe'), ('folder.jpg', 'folder'), ('socket.jpg', 'socket'),
                           ('/dev/zero', 'device'), ('/dev/tty', 'device')):
            story = room.story('a.md', 'A', 'photo: {file: %s}' % file)
            result = run('story', 'add', room.dir, story, expect=1, start_new_session=True)
            check(result.err.startswith("%s:3: photo: '%s': it is a " % (story, file)), repr(result))
            check(word in result.err and len(result.err.splitlines()) == 1, repr(result))
        bound.close()
        result = run('story', 'add', room.dir, room.path('folder.jpg'), expect=1)
        check('folder.jpg: it is a folder' in result.err, repr(result))


@test
def a_story_may_come_out_of_a_pipe():
    with Room() as room:
        text = '---\nheadline: %s\n---\nText.\n'
        os.mkfifo(room.path('story.pipe'))
        process = subprocess.Popen([STOPPRESS, 'story', 'add', room.dir, room.path('story.pipe')],
                                   stdout=subprocess.PIPE, text=True)
        with open(room.path('story.pipe'), 'w') as pipe:
            pipe.write(text % 'Piped')
        same((process.communicate(timeout=30)[0], process.returncode), ('1\n', 0))
        same(run('story', 'add', room.dir, '/dev/stdin', given=text % 'Given').out, '2\n')
        room.file('p.png', png())
        given = text % 'Photo\nphoto: {file: p.png, alt: A}'
        same(run('story', 'add', room.dir, '/dev/stdin', given=given, cwd=room.base).out, '3\n')


@test
def each_line_comes_as_soon_as_its_story_is_safe():
    with Room() as room:
        first = room.story('first.md', 'First')
        process = subprocess.Popen([STOPPRESS, 'story', 'add', room.dir, first, '-', '--publish'],
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        check('/first' in process.stdout.readline())
        check(process.poll() is None)
        out, _ = process.communicate('---\nheadline: Second\n---\n', timeout=30)
        check('/second' in out)
        same(process.returncode, 0)


@test
def a_wait_for_a_lock_is_told_on_a_terminal():
    with Room() as room:
        lock = sqlite3.connect(os.path.join(room.dir, 'newsroom.db'), isolation_level=None)
        lock.execute('BEGIN IMMEDIATE')
        ours, theirs = pty.openpty()
        on_terminal = subprocess.Popen([STOPPRESS, 'section', 'add', room.dir, 'Harbour'], stderr=theirs,
                                       stdout=subprocess.PIPE, text=True)
        in_script = subprocess.Popen([STOPPRESS, 'section', 'add', room.dir, 'World'], stderr=subprocess.PIPE,
                                     stdout=subprocess.PIPE, text=True)
        os.close(theirs)
        shown = b''
        while b'\n' not in shown and select.select([ours], [], [], 30)[0]:
            shown += os.read(ours, 4096)
        check(b'Waiting up to 10 seconds: somebody else' in shown and room.dir.encode() in shown, shown)
        lock.execute('ROLLBACK')
        lock.close()
        for process in (on_terminal, in_script):
            out, err = process.communicate(timeout=60)
            same((process.returncode, err or ''), (0, ''))
        os.close(ours)
        same(len(run('section', 'list', room.dir).out.splitlines()), 3)


@test
def standard_output_that_takes_nothing_is_a_failure():
    with Room() as room, open('/dev/full', 'w') as full:
        done = subprocess.run([STOPPRESS, 'story', 'list', room.dir, '--json'], stdout=full,
                              stderr=subprocess.PIPE, text=True)
        same(done.returncode, 1)
        check('standard output' in done.stderr, done.stderr)


@test
def what_is_saved_is_said_when_standard_output_breaks():
    """Nobody shall do again what is done already: to a full disk, and to a pipe whose reader has gone."""
    def told(done, out, *args):
        if out == 'pipe':
            reads, writes = os.pipe()
            os.close(reads)
        else:
            writes = os.open('/dev/full', os.O_WRONLY)
        found = subprocess.run([STOPPRESS, *args], stdout=writes, stderr=subprocess.PIPE, text=True)
        os.close(writes)
        same(found.returncode, 1)
        check(done + ', but writing that to standard output failed: ' in found.stderr, found.stderr)
        check('Do not repeat the command.' in found.stderr, found.stderr)
        return found.stderr
    for out in ('full', 'pipe'):
        with Room() as room:
            file = room.story('a.md', 'A')
            told('Story 1 is saved', out, 'story', 'add', room.dir, file)
            err = told('Story 2 is saved and published', out, 'story', 'add', room.dir, file, file, '--publish')
            check('not tried: 1' in err, err)
            told('Story 1 is saved and published', out, 'story', 'publish', room.dir, '1')
            told('Story 1 is saved and published', out, 'story', 'edit', room.dir, '1', file)
            told('The section is added', out, 'section', 'add', room.dir, 'Harbour')
            told('The stories are added', out, 'load', room.dir, '2')
            told("The newsroom is made ('stoppress user welcome' gives the link to its desk)", out, 'init', room.path('b'), '--name', 'B', '--url', 'https://b.example')
            same(len(run('story', 'list', room.dir).out.splitlines()), 4)


@test
def all_fields_come_back():
    with Room() as room:
        room.file('a.png', png())
        run('section', 'add', room.dir, 'World News', '--slug', 'world')
        address = room.add('"Ferry: late"', 'slug: boat', 'section: world', 'tags: [one, Two Words]',
                           'bylines: [Ana Reyes, Tomas Bell]', 'agency: Coast Wire', 'dateline: PORT ALMA',
                           'standfirst: Again.', 'language: es', 'published: 2020-02-03 04:05',
                           'photo: {file: a.png, caption: C, credit: D, alt: E}', 'featured: true',
                           body='# Body\n\ntext')
        same(address, 'https://news.example/world/2020/02/boat')
        story = json.loads(run('story', 'show', room.dir, address, '--json').out)
        for name, value in (('headline', 'Ferry: late'), ('section', 'world'), ('tags', ['one', 'Two Words']),
                            ('bylines', ['Ana Reyes', 'Tomas Bell']), ('agency', 'Coast Wire'),
                            ('dateline', 'PORT ALMA'), ('standfirst', 'Again.'), ('language', 'es'),
                            ('published', '2020-02-03T04:05:00+08:00'), ('featured', True),
                            ('body', '# Body\n\ntext'), ('state', 'published')):
            same((name, story[name]), (name, value))
        same([story['photo'][n] for n in ('caption', 'credit', 'alt')], ['C', 'D', 'E'])
        text = run('story', 'show', room.dir, address).out
        check('headline    Ferry: late\n' in text and text.endswith('\n# Body\n\ntext\n'), text)
        run('check', room.dir)


@test
def edit_and_withdraw():
    with Room() as room:
        run('section', 'add', room.dir, 'Harbour')
        address = room.add('Ferry late')
        moved = run('story', 'edit', room.dir, address,
                    room.story('b.md', 'Ferry on time', 'section: harbour')).out.strip()
        check('/harbour/' in moved, moved)
        story = json.loads(run('story', 'show', room.dir, address, '--json').out)
        same((story['headline'], story['revision'], story['url']), ('Ferry on time', 2, moved))
        same(run('story', 'withdraw', room.dir, moved, '--reason', 'It was wrong.').out, '')
        story = json.loads(run('story', 'show', room.dir, moved, '--json').out)
        same((story['state'], story['reason']), ('withdrawn', 'It was wrong.'))
        run('story', 'withdraw', room.dir, moved, '--reason', 'Again.', expect=1)
        run('story', 'publish', room.dir, moved, expect=1)
        check('There is no story' in run('story', 'show', room.dir, '/news/1999/01/a', expect=1).err)
        check('There is no' in run('story', 'show', room.dir, '999', expect=1).err)


def holding(folder, word):
    """The files below a folder that have the word."""
    found = []
    for top, _, names in os.walk(folder):
        for name in names:
            with open(os.path.join(top, name), 'rb') as f:
                if word in f.read():
                    found.append(name)
    return found


@test
def a_takedown_erases():
    with Room() as room:
        room.file('p.png', png())
        draft = room.add('Never out', publish=False)
        run('story', 'takedown', room.dir, draft, '--reason', 'No.', '--yes', expect=1)
        address = room.add('Ferry late', 'photo:\n  file: p.png\n  alt: A plain', body='Quixotic flotsam.')
        check(holding(room.dir, b'flotsam') and os.listdir(room.dir + '/media'))
        run('story', 'takedown', room.dir, address, '--reason', 'By order.', '--status', '404', '--yes',
            expect=1)
        same(run('story', 'takedown', room.dir, address, '--reason', 'By order.', '--status', '451',
                 '--yes').out, '')
        same(holding(room.dir, b'flotsam'), [])
        same([name for name in os.listdir(room.dir + '/media') if '.' in name], [])
        check('no fault' in run('check', room.dir).out)
        run('story', 'takedown', room.dir, address, '--reason', 'Again.', '--yes', expect=1)


@test
def a_hostile_picture_costs_a_message():
    with Room() as room:
        room.file('a.png', png()[:200])
        file = room.story('a.md', 'A', 'photo: {file: a.png}')
        check('a.png' in run('story', 'add', room.dir, file, expect=1).err)
        room.file('a.png', '<html>')
        check('a.png' in run('story', 'add', room.dir, file, expect=1).err)


@test
def sections():
    with Room() as room:
        same(run('section', 'add', room.dir, 'Port & Sea').out, 'https://news.example/port-sea\n')
        for name, more in (('News', []), ('Tag', []), ('Media', []), ('X', ['--slug', 'No Slug']), ('', [])):
            run('section', 'add', room.dir, name, *more, expect=1)
        same([s['slug'] for s in json.loads(run('section', 'list', room.dir, '--json').out)],
             ['news', 'port-sea'])


@test
def lists_when_there_is_nothing():
    with Room() as room:
        same(run('story', 'list', room.dir).out, '')
        same(json.loads(run('story', 'list', room.dir, '--json').out), [])
        same(run('subscribers', 'list', room.dir).out, '0 pending, 0 confirmed, 0 left\n')
        same(json.loads(run('subscribers', 'list', room.dir, '--json').out), [])


# ---- load, backup, restore, check -----------------------------------------------------------------

@test
def load_is_the_same_for_a_seed():
    with Room() as one, Room() as two:
        for room in (one, two):
            run('load', room.dir, '300', '--seed', '7')
        first, second = ([s['headline'] for s in json.loads(run('story', 'list', r.dir, '--json').out)]
                         for r in (one, two))
        same(len(first), 300)
        same(first, second)
        run('check', one.dir)


def contents(folder):
    """Every kept file below a newsroom's folder but the database."""
    found = {}
    for kept in ('media', 'originals', 'theme', 'secret'):
        for where, _, files in os.walk(os.path.join(folder, kept)):
            for name in files:
                path = os.path.join(where, name)
                with open(path, 'rb') as f:
                    found[os.path.relpath(path, folder)] = f.read()
    return found


@test
def backup_while_serving_and_restore():
    with Room() as room:
        room.file('a.png', png())
        room.add('Ferry late', 'photo: {file: a.png, alt: A}')
        os.mkdir(os.path.join(room.dir, 'secret'), 0o700)
        for name in ('theme/style.css', 'theme/größe.css', 'secret/key'):
            with open(os.path.join(room.dir, name), 'w') as f:
                f.write(name)
        room.serve()
        backup, back = room.path('b.tar'), room.path('back')
        run('backup', room.dir, backup)
        room.add('After the backup')
        same(os.stat(backup).st_mode & 0o777, 0o600)
        run('restore', backup, back)
        same(contents(back), contents(room.dir))
        check(len(contents(back)) > 5)
        same([s['headline'] for s in json.loads(run('story', 'list', back, '--json').out)], ['Ferry late'])
        run('check', back)
        same(sorted(os.listdir(back)), ['media', 'newsroom.db', 'originals', 'secret', 'theme'])
        check('exists already' in run('restore', backup, back, expect=1).err)
        check('exists already' in run('restore', backup, room.dir, expect=1).err)
        run('backup', room.dir, backup)  # an earlier one is replaced
        other = room.file('letter', 'Dear editor')
        check('is no backup' in run('backup', room.dir, other, expect=1).err)
        same(open(other).read(), 'Dear editor')
        same([n for n in os.listdir(room.base) if n.endswith('.tmp')], [])
        before = open(backup, 'rb').read()

        def small():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (300000, 300000))
        check(len(before) > 300000 and subprocess.run([STOPPRESS, 'backup', room.dir, backup], stderr=subprocess.DEVNULL,
                                                      preexec_fn=small).returncode != 0)
        check(open(backup, 'rb').read() == before, 'a backup that fails leaves the earlier one as it was')
        check('There is no such backup' in run('restore', room.path('gone.tar'), room.path('c'), expect=1).err)
        same([n for n in os.listdir(os.path.join(room.dir, 'run')) if n.startswith('backup')], [])


def tar_of(members):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode='w') as tar:
        for member in members:
            name, data = member[0], member[1]
            info = tarfile.TarInfo(name)
            for key, value in (member[2] if len(member) > 2 else {}).items():
                setattr(info, key, value)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return out.getvalue()


@test
def restore_refuses_what_is_no_backup():
    with Room() as room:
        backup = room.path('b.tar')
        run('backup', room.dir, backup)
        whole = open(backup, 'rb').read()
        with tarfile.open(backup) as tar:
            members = [(m.name, tar.extractfile(m).read()) for m in tar.getmembers()]
        first, last = members[0], (members[-1][0], b'2\n')
        link = {'type': tarfile.SYMTYPE, 'linkname': '/etc/passwd'}
        hard = {'type': tarfile.LNKTYPE, 'linkname': 'newsroom.db'}
        hostile = [members[:-1] + [('../evil', b'x'), last], members[:-1] + [('/tmp/evil', b'x'), last],
                   members[:-1] + [('theme/../../evil', b'x'), last],
                   members[:-1] + [('unknown/file', b'x'), last], members[:-1] + [('run/lock', b'x'), last],
                   members[:-1] + [('newsroom.db-wal', b'x'), last], members[:-1] + [('theme', b'x'), last],
                   members[:-1] + [('theme/link', b'', link), last],
                   members[:-1] + [('theme/hard', b'', hard), last],
                   members[:-1] + [('theme/dev', b'', {'type': tarfile.CHRTYPE}), last],
                   members[:-1] + [members[1], last], members[1:], [first, last], members[:-1],
                   members[:-1] + [(last[0], b'7\n')], [(first[0], b'{"format":2,"version":"9"}')] + members[1:]]
        cases = [tar_of(m) for m in hostile] + [whole[:len(whole) // 2], b'', b'text', whole[:600]]
        for i, case in enumerate(cases):
            back = room.path('back')
            result = run('restore', room.file('case.tar', case), back, expect=1)
            check(not os.path.exists(back), 'case %d: %r' % (i, result))
            check(not os.path.exists(room.path('evil')) and not os.path.exists('/tmp/evil'), i)
        run('restore', room.file('case.tar', tar_of(members)), room.path('back'))


@test
def check_finds_damage():
    with Room() as room:
        room.file('a.png', png())
        room.add('Ferry late', 'photo: {file: a.png}')
        check('stories: 1, pictures: 1, no fault' in run('check', room.dir).out)
        files = sorted(os.path.join(w, n) for w, _, ns in os.walk(os.path.join(room.dir, 'media')) for n in ns)
        data = open(files[0], 'rb').read()
        open(files[0], 'wb').write(data[:-1] + bytes([data[-1] ^ 1]))
        os.remove(files[1])
        result = run('check', room.dir, expect=1)
        check('is damaged' in result.out and 'is missing' in result.out and '2 faults' in result.err,
              repr(result))


# ---- With a server --------------------------------------------------------------------------------

@test
def a_command_is_live_before_it_returns():
    with Room() as room:
        room.serve()
        same(get('/')[0], 200)
        address = room.add('Ferry late again', 'tags: [boats]')
        for page in (address, '/', '/news', '/tag/boats', '/rss.xml'):
            status, text = get(page)
            check(status == 200 and 'Ferry late again' in text, '%s: %d' % (page, status))
        run('story', 'edit', room.dir, address, room.story('b.md', 'Ferry on time'))
        for page in (address, '/', '/news', '/rss.xml'):
            status, text = get(page)
            check(status == 200 and 'Ferry on time' in text and 'late again' not in text, page)
        run('section', 'add', room.dir, 'Harbour Life')
        check('Harbour Life' in get('/')[1])
        run('story', 'withdraw', room.dir, address, '--reason', 'It was quite wrong.')
        status, text = get(address)
        check(status == 410 and 'It was quite wrong.' in text, status)
        for page in ('/', '/news', '/rss.xml'):
            check('Ferry on time' not in get(page)[1], page)


@test
def one_server_a_folder():
    with Room() as room:
        room.serve()
        result = run('serve', room.dir, '--listen', '127.0.0.1:%d' % (PORT + 1), expect=1)
        check('A server runs' in result.err, repr(result))
        room.stop()
        room.serve()


@test
def a_server_that_was_killed_leaves_nothing_in_the_way():
    with Room() as room:
        room.serve()
        room.server.kill()
        room.server.wait()
        room.server = None
        check(os.path.exists(os.path.join(room.dir, 'run/control.sock')))
        address = room.add('Ferry late')
        room.serve()
        same(get(address)[0], 200)


@test
def a_silent_server_is_named():
    with Room() as room:
        room.serve()
        room.server.send_signal(signal.SIGSTOP)
        began = time.monotonic()
        result = run('story', 'add', room.dir, room.story('a.md', 'Ferry late'), '--publish', expect=1)
        took = time.monotonic() - began
        room.server.send_signal(signal.SIGCONT)
        check('/ferry-late' in result.out, repr(result))
        check('did not confirm' in result.err and 'Do not repeat' in result.err, repr(result))
        check(1.8 < took < 6, took)
        time.sleep(0.5)
        same(get(result.out.strip())[0], 200)


@test
def a_server_stops_cleanly():
    with Room() as room:
        for signal_number in (signal.SIGINT, signal.SIGTERM):
            room.serve()
            room.server.send_signal(signal_number)
            same(room.server.wait(timeout=20), 0)
            room.server = None
            check(not os.path.exists(os.path.join(room.dir, 'run/control.sock')))


def main():
    part = sys.argv[sys.argv.index('-k') + 1] if '-k' in sys.argv else ''
    passed = failed = 0
    for function in TESTS:
        if part not in function.__name__:
            continue
        try:
            function()
            passed += 1
        except Exception:  # the next test must run
            failed += 1
            print('FAILED %s\n%s' % (function.__name__, traceback.format_exc()))
        sys.stdout.flush()
    print('%d passed, %d failed' % (passed, failed))
    return 1 if failed or not passed else 0


sys.exit(main())
