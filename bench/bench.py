#!/usr/bin/env python3
"""Measures Stoppress beside nginx on this machine and prints one table.

bench.py STOPPRESS_BUILD_DIR WORK_DIR [--rounds N] [--seconds S] [--stories N]

Every figure is CPU time from the kernel's accounting (user + system of all processes of a server) or
wall time, as a median of rounds that are interleaved, so that a noisy machine disturbs both sides.
The server has core 0, the load has core 1. Load goes to 127.0.0.1 only and is bounded in time."""
import argparse
import collections
import html
import http.client
import json
import os
import re
import random
import resource
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
import urllib.parse

PORT = 18380
NGINX_PORT = 18381
READERS, READER_CONNECTIONS = 10000, 16
TICK = os.sysconf('SC_CLK_TCK')


def pids_of(pid):
    """A process and all below it."""
    found = [pid]
    for entry in os.listdir('/proc'):
        if entry.isdigit():
            try:
                with open('/proc/%s/stat' % entry) as f:
                    fields = f.read().rsplit(')', 1)[1].split()
            except OSError:
                continue
            if int(fields[1]) == pid:
                found.append(int(entry))
    return found


def cpu_seconds(pid):
    total = 0
    for one in pids_of(pid):
        with open('/proc/%d/stat' % one) as f:
            fields = f.read().rsplit(')', 1)[1].split()
        total += int(fields[11]) + int(fields[12])
    return total / TICK


def memory_mb(pid, field='VmRSS'):
    with open('/proc/%d/status' % pid) as f:
        return int(re.search(field + r':\s+(\d+)', f.read()).group(1)) / 1024


def wait_for(port):
    for _ in range(400):
        try:
            socket.create_connection(('127.0.0.1', port), 0.2).close()
            return
        except OSError:
            time.sleep(0.025)
    sys.exit('nothing answers on port %d' % port)


def get(connection, path, headers=None):
    connection.request('GET', path, headers=headers or {})
    answer = connection.getresponse()
    return answer.status, dict((k.lower(), v) for k, v in answer.getheaders()), answer.read()


class Server:
    def __init__(self, command, port, core='0'):
        self.process = subprocess.Popen(['taskset', '-c', core] + command, stderr=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL)
        self.pid = self.process.pid
        self.port = port
        wait_for(port)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)


def start_stoppress(build, folder, threads=1, port=PORT):
    return Server([build + '/stoppress', 'serve', folder, '--listen', '127.0.0.1:%d' % port,
                   '--threads', str(threads)], port)


def start_nginx(work):
    conf = work + '/nginx.conf'
    with open(conf, 'w') as f:
        f.write("""daemon off; worker_processes 1; pid %(w)s/nginx.pid; error_log /dev/null crit;
events { worker_connections 4096; }
http {
  access_log off; sendfile on; tcp_nopush on; keepalive_timeout 60; keepalive_requests 100000000;
  types { text/html html; } default_type text/html; gzip_vary on; etag on;
  open_file_cache max=1000 inactive=60s; open_file_cache_valid 60s;
  client_body_temp_path %(w)s; proxy_temp_path %(w)s; fastcgi_temp_path %(w)s;
  uwsgi_temp_path %(w)s; scgi_temp_path %(w)s;
  server { listen 127.0.0.1:%(p)d; root %(w)s/www; gzip_static on; }
}
""" % {'w': work, 'p': NGINX_PORT})
    return Server(['nginx', '-p', work, '-c', conf], NGINX_PORT)


def wrk(port, path, seconds, headers):
    command = ['taskset', '-c', '1', 'wrk', '-t1', '-c32', '-d%ds' % seconds]
    for name, value in headers.items():
        command += ['-H', '%s: %s' % (name, value)]
    out = subprocess.run(command + ['http://127.0.0.1:%d%s' % (port, path)], capture_output=True,
                         text=True, check=True).stdout
    if 'Socket errors' in out:
        sys.exit('socket errors while measuring:\n' + out)
    return int(re.search(r'(\d+) requests in', out).group(1)), 'Non-2xx or 3xx' not in out


def micros(server, path, seconds, headers):
    before = cpu_seconds(server.pid)
    requests, fine = wrk(server.port, path, seconds, headers)
    if not fine:
        sys.exit('an answer that is no success while measuring')
    return (cpu_seconds(server.pid) - before) / requests * 1e6, requests / seconds


def make_folder(build, work, stories):
    folder = '%s/room-%d' % (work, stories)
    if os.path.exists(folder + '/newsroom.db'):
        return folder
    print('making %d stories …' % stories, file=sys.stderr)
    subprocess.run([build + '/stoppress', 'init', folder, '--name', 'The Bench', '--url',
                    'http://127.0.0.1:%d' % PORT], check=True, stdout=subprocess.DEVNULL)
    subprocess.run([build + '/stoppress', 'load', folder, str(stories)], check=True,
                   stdout=subprocess.DEVNULL)
    return folder


def story_paths(connection, most):
    _, _, index = get(connection, '/sitemap.xml')
    paths = []
    for month in re.findall(rb'<loc>http://[^/]*([^<]*)', index):
        _, _, xml = get(connection, month.decode())
        paths += [p.decode() for p in re.findall(rb'<loc>http://[^/]*([^<]*)', xml)]
        if len(paths) > most * 3:
            break
    random.Random(1).shuffle(paths)
    return paths[:most]


def bench_cached(build, work, folder, rounds, seconds):
    stoppress, nginx = start_stoppress(build, folder), None
    try:
        connection = http.client.HTTPConnection('127.0.0.1', PORT)
        pages = [(len(get(connection, p)[2]), p) for p in story_paths(connection, 60)]
        path = sorted(pages)[len(pages) // 2][1]
        _, identity_head, identity = get(connection, path)
        _, gzip_head, gzipped = get(connection, path, {'Accept-Encoding': 'gzip'})
        file = work + '/www' + path + '.html'
        os.makedirs(os.path.dirname(file), exist_ok=True)
        with open(file, 'wb') as f:
            f.write(identity)
        with open(file + '.gz', 'wb') as f:
            f.write(gzipped)
        moment = time.time() - 100
        os.utime(file, (moment, moment))
        os.utime(file + '.gz', (moment, moment))
        nginx = start_nginx(work)
        other = http.client.HTTPConnection('127.0.0.1', NGINX_PORT)
        nginx_etag = get(other, path + '.html', {'Accept-Encoding': 'gzip'})[1]['etag']
        modes = [('gzip', {'Accept-Encoding': 'gzip'}, {'Accept-Encoding': 'gzip'}),
                 ('identity', {}, {}),
                 ('304', {'Accept-Encoding': 'gzip', 'If-None-Match': gzip_head['etag']},
                  {'Accept-Encoding': 'gzip', 'If-None-Match': nginx_etag})]
        rows = []
        for name, ours, theirs in modes:
            mine, its = [], []
            wrk(PORT, path, 1, ours)
            wrk(NGINX_PORT, path + '.html', 1, theirs)
            for _ in range(rounds):
                mine.append(micros(stoppress, path, seconds, ours))
                its.append(micros(nginx, path + '.html', seconds, theirs))
            a, b = statistics.median(m[0] for m in mine), statistics.median(m[0] for m in its)
            ratios = [y[0] / x[0] for x, y in zip(mine, its)]
            rows.append({'what': 'cached story page, ' + name, 'stoppress_us': a, 'nginx_us': b,
                         'ratio': statistics.median(ratios), 'ratio_min': min(ratios),
                         'ratio_max': max(ratios),
                         'stoppress_rps': statistics.median(m[1] for m in mine),
                         'nginx_rps': statistics.median(m[1] for m in its)})
        return rows, len(identity), len(gzipped)
    finally:
        stoppress.stop()
        if nginx:
            nginx.stop()


def bench_cold(build, folder, pages):
    """CPU of drawing, in batches; each batch's mean, then the median of batches."""
    stoppress = start_stoppress(build, folder, 2)
    try:
        connection = http.client.HTTPConnection('127.0.0.1', PORT)
        paths = story_paths(connection, pages)
        batches = []
        for i in range(0, len(paths) - 199, 200):
            before = cpu_seconds(stoppress.pid)
            for path in paths[i:i + 200]:
                status, _, _ = get(connection, path, {'Accept-Encoding': 'gzip'})
                if status != 200:
                    sys.exit('%s answered %d' % (path, status))
            batches.append((cpu_seconds(stoppress.pid) - before) / 200 * 1000)
        return statistics.median(batches), len(batches) * 200, memory_mb(stoppress.pid)
    finally:
        stoppress.stop()


def fsync_ms(folder, n=30):
    """One synced append, on the newsroom's own disk."""
    times = []
    path = folder + '/.append'
    fd = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
    for _ in range(n):
        begin = time.perf_counter()
        os.write(fd, b'x' * 4096)
        os.fdatasync(fd)
        times.append((time.perf_counter() - begin) * 1000)
    os.close(fd)
    os.unlink(path)
    return statistics.median(times)


LISTS = ['/', '/news', '/tag/bench-tag', '/rss.xml']
BODY = 'Words of a story. ' * 200


def new_mark():
    return 'Bench %d %d' % (os.getpid(), random.getrandbits(40))


def until_shown(connection, paths, mark, begin):
    """Milliseconds since `begin`, when every path has shown the mark."""
    waiting = list(paths)
    while waiting:
        if mark.encode() in get(connection, waiting[0])[2]:
            waiting.pop(0)
        elif time.perf_counter() - begin > 10:
            sys.exit('%s never showed the story' % waiting[0])
    return (time.perf_counter() - begin) * 1000


def command_publish_ms(build, folder, connection, work):
    """From the start of the command until story, front, section, tag and feed show the story."""
    mark, story = new_mark(), work + '/story.md'
    with open(story, 'w') as f:
        f.write('---\nheadline: %s\nsection: news\ntags: [bench-tag]\n---\n%s\n' % (mark, BODY))
    for path in LISTS:
        get(connection, path)  # in the cache, as on a busy site
    begin = time.perf_counter()
    command = subprocess.Popen([build + '/stoppress', 'story', 'add', folder, story, '--publish'],
                               stdout=subprocess.PIPE, text=True)
    address = re.sub(r'^http://[^/]*', '', command.stdout.readline().strip())
    taken = until_shown(connection, [address] + LISTS, mark, begin)
    command.wait()
    return taken


def desk_publish_ms(desk, connection):
    """From the press of Publish at the desk until the same five show the story."""
    mark = new_mark()
    path, base = desk.begin(mark, {'section': 'news', 'tags': 'bench-tag', 'body': BODY})
    for one in LISTS:
        get(connection, one)
    begin = time.perf_counter()
    answer, _ = desk.ask('POST', path + '/step', {'base': base, 'do': 'publish'})
    if answer.status != 303:
        sys.exit('publishing at the desk answered %d' % answer.status)
    address = '/news/%s/%s' % (time.strftime('%Y/%m', time.gmtime()), mark.lower().replace(' ', '-'))
    return until_shown(connection, [address] + LISTS, mark, begin)


def bench_publish(build, folders, work, n):
    """Medians of the folders, which take turns, at the desk and by command, and of a command that does nothing."""
    servers = [start_stoppress(build, folder, 2, PORT + 2 + i) for i, folder in enumerate(folders)]
    connections = [http.client.HTTPConnection('127.0.0.1', server.port) for server in servers]
    at_desk, by_command, starts = [[] for _ in folders], [[] for _ in folders], []
    try:
        desks = [Desk(build, folder, server.port) for folder, server in zip(folders, servers)]
        for _ in range(n):
            begin = time.perf_counter()
            subprocess.run([build + '/stoppress', 'version'], stdout=subprocess.DEVNULL, check=True)
            starts.append((time.perf_counter() - begin) * 1000)
            for i, folder in enumerate(folders):
                at_desk[i].append(desk_publish_ms(desks[i], connections[i]))
                by_command[i].append(command_publish_ms(build, folder, connections[i], work))
        middle = statistics.median
        return [middle(t) for t in at_desk], [middle(t) for t in by_command], middle(starts)
    finally:
        for server in servers:
            server.stop()


class Desk:
    """An editor's browser at the desk, in several stories."""

    def __init__(self, build, folder, port):
        self.cookie = self.token = ''
        self.connection = http.client.HTTPConnection('127.0.0.1', port)
        said = subprocess.run([build + '/stoppress', 'user', 'welcome', folder], capture_output=True, text=True).stdout
        said = said or subprocess.run([build + '/stoppress', 'user', 'reset', folder, 'bench'], capture_output=True,
                                      text=True, check=True).stdout
        link = re.search(r'/desk/welcome/[0-9a-f]{64}', said).group(0)
        self.ask('GET', link)
        self.ask('POST', link, {'name': 'The Bench', 'login': 'bench', 'password': 'harbour lantern nine'})
        self.stories = []
        self.turn = int(time.time() * 1000)

    def ask(self, method, path, fields=None, accept='text/html'):
        headers = {'Sec-Fetch-Site': 'same-origin', 'Accept': accept, 'Cookie': self.cookie}
        body = None
        if fields is not None:
            body = urllib.parse.urlencode(dict(fields, token=self.token))
            headers['Content-Type'] = 'application/x-www-form-urlencoded'
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        text = answer.read().decode()
        for cookie in answer.headers.get_all('Set-Cookie') or []:
            if cookie.startswith('desk='):
                self.cookie = cookie.split(';')[0]
        found = re.search(r'name="token" value="([0-9a-f]+)"', text)
        self.token = found.group(1) if found else self.token
        return answer, text

    def begin(self, headline, fields):
        """A draft: its address at the desk, and the revision that the next save rests on."""
        self.ask('GET', '/desk/stories/new')
        answer, _ = self.ask('POST', '/desk/stories', dict(fields, headline=headline, do='save'))
        path = answer.headers['Location'].split('?')[0]
        _, text = self.ask('GET', path)
        return path, re.search(r'name="base" value="(\d+)"', text).group(1)

    def type_into(self, count):
        for i in range(count):
            self.stories.append(self.begin('Typed %d' % i, {'body': 'Words.'}) + ('%016x' % random.getrandbits(64),))

    def autosave(self, n):
        """How long the answer took, in ms: then the text is on the disk."""
        path, base, page = self.stories[n]
        self.turn += 1
        begin = time.perf_counter()
        answer, text = self.ask('POST', path + '/working', {
            'headline': 'Typed', 'base': base, 'page': page, 'turn': str(self.turn), 'section': 'news',
            'body': 'Word %d.\n\n' % self.turn + 'What else there is to say of it. ' * 180}, 'application/json')
        if answer.status != 200:
            sys.exit('an autosave answered %d: %s' % (answer.status, text[:300]))
        return (time.perf_counter() - begin) * 1000


def readers(path, seconds, work):
    """READERS requests a second, evenly: how many were answered a second, and the 99th percentile in ms."""
    log = work + '/readers.log'
    if os.path.exists(log):
        os.unlink(log)
    subprocess.run(['taskset', '-c', '1', 'h2load', '--h1', '-c%d' % READER_CONNECTIONS, '-D', str(seconds),
                    '--rps', str(READERS // READER_CONNECTIONS), '--log-file', log,
                    'http://127.0.0.1:%d%s' % (PORT, path)], stdout=subprocess.DEVNULL, check=True)
    with open(log) as f:
        answers = [line.split() for line in f]
    if any(status != '200' for _, status, _ in answers):
        sys.exit('a reader got an answer that is no success')
    times = sorted(int(took) / 1000 for _, _, took in answers)
    return len(times) / seconds, times[len(times) * 99 // 100]


def bench_typing(build, folder, rounds, seconds, work):
    """Ten stories that are typed into, each stored every three seconds, while 10,000 readers a second
    are served; rounds with and without take turns."""
    stoppress = start_stoppress(build, folder, 1)
    try:
        connection = http.client.HTTPConnection('127.0.0.1', PORT)
        path = story_paths(connection, 1)[0]
        desk = Desk(build, folder, PORT)
        desk.type_into(10)
        before = cpu_seconds(stoppress.pid)
        alone = sorted(desk.autosave(i % 10) for i in range(200))
        cpu = (cpu_seconds(stoppress.pid) - before) / 200 * 1000
        quiet, typed, times = [], [], []
        readers(path, 1, work)
        for _ in range(rounds):
            quiet.append(readers(path, seconds, work))
            over = threading.Event()

            def type_on():
                n = 0
                while not over.is_set():
                    times.append(desk.autosave(n % 10))
                    n += 1
                    over.wait(0.3)
            typist = threading.Thread(target=type_on)
            typist.start()
            typed.append(readers(path, seconds, work))
            over.set()
            typist.join()
        middle = statistics.median
        return {'autosave_cpu_ms': cpu, 'autosave_ms': middle(alone), 'autosave_p99_ms': alone[197], 'autosave_busy_ms': middle(times),
                'quiet_rps': middle(q[0] for q in quiet), 'quiet_p99_ms': middle(q[1] for q in quiet),
                'typed_rps': middle(t[0] for t in typed), 'typed_p99_ms': middle(t[1] for t in typed),
                'quiet_p99_all': [q[1] for q in quiet], 'typed_p99_all': [t[1] for t in typed]}
    finally:
        stoppress.stop()


def list_queries(desk):
    """Filters of the desk's list of stories, alone and together, that leave much, little and nothing."""
    _, text = desk.ask('GET', '/desk/stories')
    sections = re.findall(r'<option value="([a-z0-9-]+)"', text.split('name="section"')[1].split('</select>')[0])
    section = next(s for s in sections if 'class="headline"' in desk.ask('GET', '/desk/stories?section=' + s)[1])
    tags, authors = ([html.unescape(name) for name in re.findall(r'<option value="([^"]+)"', part.split('</datalist>')[0])]
                     for part in (text.split('id="all-tags"')[1], text.split('id="authors"')[1]))
    headlines = [html.unescape(h) for h in re.findall(r'<span class="headline"[^>]*>([^<]+)<', text)]
    counted = collections.Counter(w.lower() for h in headlines for w in set(re.findall('[A-Za-z]{3,}', h)))
    often, other = [word for word, _ in counted.most_common(2)]
    seldom = counted.most_common()[-1][0]
    old = {'from': '1990-01-01', 'to': '1990-12-31'}
    year = time.gmtime().tm_year - 3
    span = {'from': '%d-02-01' % year, 'to': '%d-02-28' % year}
    return [{}, {'state': 'published'}, {'state': 'draft'}, {'mine': '1'}, {'section': section}, {'tag': tags[0]},
            {'author': authors[0]}, span, old, {'q': often}, {'q': often + ' ' + other}, {'q': 'nosuchwordatall'},
            {'tag': tags[0], 'author': authors[0]}, {'section': section, 'tag': tags[1], 'author': authors[1]},
            {'section': section, **span}, {'tag': tags[0], **old}, {'q': often, 'tag': tags[0]},
            {'q': often, 'author': authors[0], **span}, {'state': 'withdrawn', 'section': section}, {'q': seldom},
            {'q': often, 'section': section}, {'q': seldom, 'section': section}, {'q': seldom, 'tag': tags[0]},
            {'q': other, 'tag': tags[1], 'author': authors[1]}, {'section': section, 'state': 'published', 'q': other},
            {'state': 'draft', 'q': often}, {'mine': '1', 'tag': tags[0]}]


def bench_lists(build, folder):
    """The desk's list of stories: of each query the median time to the whole answer in ms, on its first page
    and up to three further ones. Returns the slowest and its query, the median query, and how many pages."""
    stoppress = start_stoppress(build, folder, 2)
    try:
        desk = Desk(build, folder, PORT)
        pages = []
        for query in list_queries(desk):
            path = '/desk/stories?' + urllib.parse.urlencode(query)
            for _ in range(4):
                times = []
                for _ in range(5):
                    begin = time.perf_counter()
                    answer, text = desk.ask('GET', path)
                    times.append((time.perf_counter() - begin) * 1000)
                    if answer.status != 200:
                        sys.exit('%s answered %d' % (path, answer.status))
                pages.append((statistics.median(times), path))
                further = re.search(r'href="(/desk/stories\?[^"]*below=[^"]*)"', text)
                if not further:
                    break
                path = html.unescape(further.group(1))
        return max(pages) + (statistics.median(page[0] for page in pages), len(pages))
    finally:
        stoppress.stop()


def print_lists(lists, stories):
    print('| the desk\'s list of stories, %d of its filters\' pages, %d stories: the slowest (`%s`) | %.1f ms (median: %.1f) |' % (
        lists[3], stories, lists[1].split('?')[1], lists[0], lists[2]))


def bench_idle(build, folder, n):
    resource.setrlimit(resource.RLIMIT_NOFILE, (n + 1000, n + 1000))
    stoppress = start_stoppress(build, folder, 1)
    try:
        connection = http.client.HTTPConnection('127.0.0.1', PORT)
        get(connection, '/')
        before = memory_mb(stoppress.pid)
        sockets = []
        request = b'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n'
        for i in range(n - 10):
            s = socket.create_connection(('127.0.0.1', PORT))
            s.sendall(request)
            s.recv(4096)
            sockets.append(s)
        time.sleep(1)
        after = memory_mb(stoppress.pid)
        for s in sockets:
            s.close()
        return after - before, n - 10
    finally:
        stoppress.stop()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('build')
    parser.add_argument('work')
    parser.add_argument('--rounds', type=int, default=5)
    parser.add_argument('--seconds', type=int, default=3)
    parser.add_argument('--stories', type=int, default=100000)
    parser.add_argument('--lists', action='store_true', help="the desk's list of stories alone")
    options = parser.parse_args()
    build, work = os.path.abspath(options.build), os.path.abspath(options.work)
    os.makedirs(work, exist_ok=True)
    resource.setrlimit(resource.RLIMIT_NOFILE, (20000, max(20000, resource.getrlimit(
        resource.RLIMIT_NOFILE)[1])))
    if options.lists:
        print_lists(bench_lists(build, make_folder(build, work, options.stories)), options.stories)
        return
    small, large = make_folder(build, work, 1000), make_folder(build, work, options.stories)
    rows, identity, gzipped = bench_cached(build, work, large, options.rounds, options.seconds)
    cold, cold_pages, memory = bench_cold(build, large, 2000)
    append = fsync_ms(large)
    (desk_small, desk_large), (publish_small, publish_large), start = bench_publish(build, [small, large], work, 15)
    typing = bench_typing(build, large, options.rounds, options.seconds, work)
    lists = bench_lists(build, large)
    idle, idle_count = bench_idle(build, large, 10000)
    print('Story page of %d bytes (%d gzip); %d stories; medians of %d interleaved rounds of %d s.'
          % (identity, gzipped, options.stories, options.rounds, options.seconds))
    print()
    print('| what | Stoppress | nginx | requests for each of nginx\'s, per CPU second |')
    print('|---|---|---|---|')
    for r in rows:
        print('| %s | %.1f µs | %.1f µs | %.2f (%.2f to %.2f) |' % (
            r['what'], r['stoppress_us'], r['nginx_us'], r['ratio'], r['ratio_min'], r['ratio_max']))
    print()
    print('| what | figure |')
    print('|---|---|')
    print('| story page not in the cache, gzip (%d pages) | %.2f ms of CPU |' % (cold_pages, cold))
    print('| one synced append on this disk | %.1f ms |' % append)
    for what, few, many in (('publish at the desk', desk_small, desk_large), ('publish by command', publish_small, publish_large)):
        print('| %s until story, front, section, tag and feed show it, 1,000 stories | %.1f ms |' % (what, few))
        print('| the same, %d stories | %.1f ms (%.2f times) |' % (options.stories, many, many / few))
    print('| start and end of a command that does nothing | %.1f ms |' % start)
    print('| resident memory after %d drawn pages, %d stories | %.0f MB |' % (
        cold_pages, options.stories, memory))
    print('| autosave of 6 KB until it is on the disk and answered, nothing else to do | %.1f ms (99%%: %.1f), %.2f ms of CPU |'
          % (typing['autosave_ms'], typing['autosave_p99_ms'], typing['autosave_cpu_ms']))
    print('| the same while 10,000 readers a second are served | %.1f ms |' % typing['autosave_busy_ms'])
    print('| readers, nobody types | %.0f a second, 99%% within %.2f ms (rounds: %s) |' % (
        typing['quiet_rps'], typing['quiet_p99_ms'], ', '.join('%.2f' % x for x in typing['quiet_p99_all'])))
    print('| readers, ten stories are typed into | %.0f a second, 99%% within %.2f ms (rounds: %s) |' % (
        typing['typed_rps'], typing['typed_p99_ms'], ', '.join('%.2f' % x for x in typing['typed_p99_all'])))
    print_lists(lists, options.stories)
    print('| %d idle connections | %.1f MB more (%.2f KB each) |' % (
        idle_count, idle, idle * 1024 / idle_count))
    with open(work + '/figures.json', 'w') as f:
        json.dump({'rows': rows, 'cold_ms': cold, 'append_ms': append, 'start_ms': start, 'desk_1000_ms': desk_small,
                   'desk_ms': desk_large, 'publish_1000_ms': publish_small, 'publish_ms': publish_large,
                   'memory_mb': memory, 'idle_mb': idle, 'lists': lists, 'typing': typing}, f, indent=1)


main()
