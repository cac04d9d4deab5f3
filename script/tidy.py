#!/usr/bin/env python3
"""clang-tidy over every source of src/, two or more at a time. What was clean and has not changed since
(itself, the headers, the settings) is not asked again: build/tidy/ remembers.

    script/tidy.py BUILD_FOLDER"""
import concurrent.futures
import hashlib
import json
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
CLANG_TIDY = 'clang-tidy-14'
MEMORY = os.path.join(ROOT, 'build', 'tidy')


def read(path):
    with open(path, 'rb') as f:
        return f.read()


def common():
    """A digest of all that any source may depend on."""
    digest = hashlib.sha256(read(os.path.join(ROOT, '.clang-tidy')))
    for folder, _, names in sorted(os.walk(os.path.join(ROOT, 'src'))):
        for name in sorted(names):
            if name.endswith(('.h', '.def')):
                digest.update(name.encode() + read(os.path.join(folder, name)))
    return digest.digest()


def look(build, path, key):
    done = subprocess.run([CLANG_TIDY, '-p', build, '--quiet', path], cwd=ROOT, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=600)
    if done.returncode == 0:
        open(os.path.join(MEMORY, key), 'w').close()
        return ''
    return done.stdout or done.stderr


def main():
    build = sys.argv[1]
    os.makedirs(MEMORY, exist_ok=True)
    base = common()
    with open(os.path.join(build, 'compile_commands.json'), encoding='utf-8') as f:
        commands = json.load(f)
    jobs = {}
    for command in commands:
        path = os.path.realpath(os.path.join(command['directory'], command['file']))
        if path.startswith(os.path.join(ROOT, 'src') + os.sep) and path.endswith('.c'):
            key = hashlib.sha256(base + path.encode() + read(path)).hexdigest()
            if not os.path.exists(os.path.join(MEMORY, key)):
                jobs[path] = key
    found = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        for text in pool.map(lambda job: look(build, *job), sorted(jobs.items())):
            if text:
                found += 1
                print(re.sub(r'\S*' + re.escape(os.path.relpath(ROOT, '/')) + '/', '', text).strip())
    return 1 if found else 0


sys.exit(main())
