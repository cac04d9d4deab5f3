"""The nginx recipe of docs/operating.md in front of the desk, for run.py."""
import os
import re
import shutil
import subprocess
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def recipe():
    with open(os.path.join(ROOT, 'docs', 'operating.md'), encoding='utf-8') as f:
        return re.search(r'```nginx\n(.*?)```', f.read(), re.S).group(1)


def configuration(folder, port, path):
    """The recipe as it stands, but for certificate, address and the socket's place."""
    text = re.sub(r'(?m)^\s*ssl_\w+ .*\n', '', recipe())
    text, listens = re.subn(r'listen 443 ssl;', 'listen 127.0.0.1:%d;' % port, text)
    text, sockets = re.subn(r'unix:/run/stoppress/http\.sock', 'unix:' + path, text)
    if listens != 1 or sockets != 1:
        raise AssertionError('docs/operating.md has another recipe than this test knows')
    name = os.path.join(folder, 'nginx.conf')
    with open(name, 'w', encoding='utf-8') as f:
        f.write('daemon off; worker_processes 1; pid %(d)s/nginx.pid; error_log %(d)s/nginx.log;\n'
                'events { worker_connections 64; }\n'
                'http { access_log off; client_body_temp_path %(d)s/b; proxy_temp_path %(d)s/p;\n'
                'fastcgi_temp_path %(d)s/f; uwsgi_temp_path %(d)s/u; scgi_temp_path %(d)s/s;\n%(t)s}\n'
                % {'d': folder, 't': text})
    return name


def start(folder, port, path, browser):
    for _ in range(200):
        if os.path.exists(path):
            break
        time.sleep(0.05)
    user = [] if os.geteuid() else ['-g', 'user root;']  # the folder of the test is private
    nginx = subprocess.Popen(['nginx', '-e', folder + '/nginx.log', '-p', folder, '-c',
                              configuration(folder, port, path)] + user)
    for _ in range(200):
        try:
            if nginx.poll() is not None:
                break
            if browser().get('/healthz').status == 200:
                break
        except OSError:
            pass
        time.sleep(0.05)
    return nginx


def run(check, tools, folder, port, path, link):
    """`link`: the first publisher's, not yet opened. The browsers of `tools` talk to nginx."""
    if not shutil.which('nginx', path=os.environ.get('PATH', '') + ':/usr/sbin'):
        print('nginx is not installed: its recipe was left out')
        return
    nginx = start(folder, port, path, tools['browser'])
    try:
        person = tools['enter'](link, 'Mira Sol', 'mira')
        cookie = [c for c in person.cookies if c.startswith('desk')]
        check('a session through nginx', cookie, person.cookies)
        person.get('/desk/pictures')
        large = tools['noise'](800, 600)
        check('the picture is above what nginx takes by itself', len(large) > 1 << 20, len(large))
        answer = person.send('/desk/pictures', {}, [('photo', 'large.png', large)])
        check('a large picture through nginx', answer.status == 303, (answer.status, answer.text[:300]))
        check('and it is there', 'large.png' in person.get('/desk/pictures').text)
        answer = person.send('/desk/pictures', {}, [('photo', '%d.png' % i, bytes(45 << 20)) for i in range(2)])
        check('the desk itself answers for several large files', answer.status == 422 and '<h1' in answer.text,
              (answer.status, answer.text[:300]))
        person.get('/desk/sign-in')
        wrong = tools['browser']().post('/desk/sign-in', login='mira', password='x')
        check('a form through nginx', wrong.status == 422, wrong.status)
    finally:
        nginx.terminate()
        check('nginx ends', nginx.wait(timeout=20) == 0)
    with open(folder + '/nginx.log', encoding='utf-8') as f:
        errors = [line for line in f if '[error]' in line or '[crit]' in line]
    check('nginx had no trouble', not errors, errors[:3])
