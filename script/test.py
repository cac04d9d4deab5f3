#!/usr/bin/env python3
"""Runs the steps of script/test, each with a time limit, and adds up what passed and failed.

A step prints one line. What goes wrong in it is shown; all of it is in build/test-STEP.log. A step
whose tests are not there fails: nothing is skipped in silence."""
import json
import os
import re
import signal
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SANITIZE_OPTIONS = ['--buildtype=debugoptimized', '-Db_lundef=false',
                    '-Dc_args=-fno-sanitize-recover=all']
STEPS = []


def step(limit):
    """A step is a function of its name and limit that returns how many passed, and what failed."""
    def add(function):
        STEPS.append((function.__name__.replace('_', '-'), function, limit))
        return function
    return add


class Failure(Exception):
    pass


def run(name, command, limit, env=None, cwd=ROOT):
    """Output to the step's log; the whole process group ends with the time."""
    with open(os.path.join(ROOT, 'build', 'test-%s.log' % name), 'ab') as log:
        log.write(('$ %s\n' % ' '.join(command)).encode())
        log.flush()
        start = log.tell()
        process = subprocess.Popen(command, cwd=cwd, stdout=log, stderr=subprocess.STDOUT,
                                   stdin=subprocess.DEVNULL, env=dict(os.environ, **(env or {})),
                                   start_new_session=True)
        try:
            code = process.wait(timeout=max(1, limit))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise Failure('still running after %d s' % limit)
    with open(os.path.join(ROOT, 'build', 'test-%s.log' % name), 'rb') as log:
        log.seek(start)
        return code, log.read().decode('utf-8', 'replace')


def build(name, limit, folder, *options):
    code, output = run(name, ['script/build', folder] + list(options), limit)
    if code:
        raise Failure('the build failed\n' + output[-3000:])


def meson_tests(name, limit, folder, env=None, prefixes=None):
    """Runs the tests of a build folder; returns passed, failed, what failed."""
    command = ['meson', 'test', '-C', 'build/' + folder, '--no-rebuild', '--print-errorlogs',
               '--num-processes', str(os.cpu_count() or 2)]
    if prefixes:
        _, listed = run(name, ['meson', 'test', '-C', 'build/' + folder, '--no-rebuild', '--list'], 60)
        names = [line.split(' / ')[-1] for line in listed.splitlines()]
        chosen = [n for n in names if n.startswith(tuple(prefixes))]
        if not chosen:
            raise Failure('none of its tests is there')
        command += chosen
    json_log = os.path.join(ROOT, 'build', folder, 'meson-logs', 'testlog.json')
    if os.path.exists(json_log):
        os.remove(json_log)
    code, output = run(name, command, limit, env)
    passed, failed = 0, []
    if os.path.exists(json_log):
        with open(json_log, encoding='utf-8') as f:
            for line in f:
                result = json.loads(line)
                if result['result'] in ('OK', 'EXPECTEDFAIL'):
                    passed += 1
                else:
                    failed.append('%s: %s\n%s' % (result['name'], result['result'],
                                                  (result.get('stdout') or '')[-1500:] +
                                                  (result.get('stderr') or '')[-1500:]))
    if code and not failed:
        failed.append(output[-3000:])
    if not passed and not failed:
        raise Failure('no test ran')
    return passed, failed


def counted(name, limit, command, env=None, cwd=ROOT):
    """A program whose last line is "N passed, N failed"."""
    code, output = run(name, command, limit, env, cwd)
    lines = output.strip().splitlines() or ['']
    match = re.fullmatch(r'(\d+) passed, (\d+) failed.*', lines[-1])
    if not match:
        raise Failure('it did not end with its numbers (exit code %d)\n%s' % (code, output[-3000:]))
    passed, failed = int(match.group(1)), int(match.group(2))
    if not passed and not failed:
        raise Failure('no test ran')
    wrong = []
    if failed or code:
        wrong = [output[-4000:]] + [''] * (max(failed, 1) - 1)
    return passed, wrong


def missing(path):
    if not os.path.exists(os.path.join(ROOT, path)):
        raise Failure('%s is not there' % path)


@step(1800)
def check(name, limit):
    """Format, floors, manuals, syntax; clang-tidy is script/check's own, it takes too long here."""
    code, output = run(name, ['script/check', '--quick'], limit)
    return (1, []) if code == 0 else (0, [output[-6000:]])


@step(1800)
def release(name, limit):
    """Unit tests and replays of the fuzz corpora as they are shipped."""
    build(name, limit, 'release', '--buildtype=release')
    return meson_tests(name, limit, 'release')


@step(3600)
def sanitized(name, limit):
    """The same under AddressSanitizer and UndefinedBehaviorSanitizer."""
    build(name, limit, 'asan', '-Db_sanitize=address,undefined', *SANITIZE_OPTIONS)
    return meson_tests(name, limit, 'asan', {'ASAN_OPTIONS': 'detect_leaks=1:abort_on_error=1',
                                             'UBSAN_OPTIONS': 'print_stacktrace=1:halt_on_error=1'})


@step(3600)
def threads(name, limit):
    """Cache, single flight, follower, engine, oracle under ThreadSanitizer."""
    build(name, limit, 'tsan', '-Db_sanitize=thread', *SANITIZE_OPTIONS)
    return meson_tests(name, limit, 'tsan', {'TSAN_OPTIONS': 'halt_on_error=1:second_deadlock_stack=1'},
                       ['pagecache/', 'server/', 'http/', 'oracle'])


@step(600)
def http(name, limit):
    """The engine over real sockets."""
    missing('tests/http/run.py')
    build(name, limit, 'release', '--buildtype=release')
    return counted(name, limit, ['python3', 'tests/http/run.py',
                                 'build/release/tests/unit/http/http_example'])


@step(600)
def cli(name, limit):
    """The command line's contract, with and without a server."""
    missing('tests/cli/run.py')
    build(name, limit, 'release', '--buildtype=release')
    return counted(name, limit, ['python3', 'tests/cli/run.py', 'build/release'])


@step(600)
def site(name, limit):
    """What a reader gets: pages, feeds, pictures, sign-up, caching, over real HTTP."""
    missing('tests/site/run.py')
    build(name, limit, 'release', '--buildtype=release')
    return counted(name, limit, ['python3', 'tests/site/run.py', 'build/release'])


@step(600)
def desk(name, limit):
    """The newsroom's half: people, a story's whole way, rights, over real HTTP."""
    missing('tests/desk/run.py')
    build(name, limit, 'release', '--buildtype=release')
    return counted(name, limit, ['python3', 'tests/desk/run.py', 'build/release'])


@step(900)
def faults(name, limit):
    """Killed, full, locked, renamed away."""
    missing('tests/faults/run.py')
    build(name, limit, 'release', '--buildtype=release')
    return counted(name, limit, ['python3', 'tests/faults/run.py', 'build/release'])


def browser_modules(name):
    folder = os.path.join(ROOT, 'tests/browser')
    if os.path.isdir(os.path.join(folder, 'node_modules')):
        return
    command = ['npm', 'ci', '--no-audit', '--no-fund']
    if not os.path.exists(os.path.join(folder, 'package-lock.json')):
        command[1] = 'install'
    code, output = run(name, command, 300, {'PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD': '1'}, folder)
    if code:
        raise Failure('npm failed\n' + output[-3000:])


def in_chromium(name, limit, script):
    """A script that drives Debian's Chromium with Playwright."""
    missing('tests/browser/package.json')
    missing(script)
    build(name, limit, 'release', '--buildtype=release')
    browser_modules(name)
    return counted(name, limit, ['node', script, 'build/release'])


@step(900)
def desk_browser(name, limit):
    """The desk in Chromium: a newsroom's first day with and without script, keyboard, axe."""
    return in_chromium(name, limit, 'tests/desk/browser.mjs')


@step(300)
def editor_browser(name, limit):
    """The visual editor in Chromium: every block, untouched bytes, paste, Arabic and Burmese, axe."""
    return in_chromium(name, limit, 'tests/desk/editor.mjs')


@step(600)
def typing_browser(name, limit):
    """Nothing typed is lost: server, browser and network killed, two people in one text, in Chromium."""
    return in_chromium(name, limit, 'tests/desk/typing.mjs')


@step(300)
def front_browser(name, limit):
    """The front laid by hand in Chromium: by drag, by keyboard, preview, undo, breaking bar, axe."""
    return in_chromium(name, limit, 'tests/desk/front.mjs')


@step(900)
def browser(name, limit):
    """Debian's Chromium: layout, axe, keyboard, without script."""
    return in_chromium(name, limit, 'tests/browser/run.mjs')


def main():
    wanted = sys.argv[1:]
    names = [name for name, _, _ in STEPS]
    if wanted == ['--list']:
        print('\n'.join('%-12s %s' % (n, (f.__doc__ or 'Format, tidy, floors, manuals.').strip())
                        for n, f, _ in STEPS))
        return 0
    unknown = [w for w in wanted if w not in names]
    if unknown:
        print('no such step: ' + ' '.join(unknown), file=sys.stderr)
        return 2
    os.makedirs(os.path.join(ROOT, 'build'), exist_ok=True)
    if not os.environ.get('TEST_DATA'):
        print('TEST_DATA is not set: tests that need public data are left out')
    passed, failed = 0, 0
    for name, function, limit in STEPS:
        if wanted and name not in wanted:
            continue
        log = os.path.join(ROOT, 'build', 'test-%s.log' % name)
        open(log, 'w').close()
        began = time.monotonic()
        try:
            good, wrong = function(name, limit)
        except Failure as failure:
            good, wrong = 0, [str(failure)]
        passed += good
        failed += len(wrong)
        print('%-7s %-12s %d passed, %d failed, %d s' % ('FAILED' if wrong else 'ok', name, good,
                                                         len(wrong), time.monotonic() - began))
        for text in wrong:
            if text.strip():
                print('    ' + text.strip().replace('\n', '\n    '))
        sys.stdout.flush()
    print('%d passed, %d failed' % (passed, failed))
    return 1 if failed or not passed else 0


sys.exit(main())
