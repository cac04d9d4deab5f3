#!/usr/bin/env python3
"""Bundles a script of the desk with esbuild: bundle.py OUT.js DEPFILE ENTRY.js

One minified module with all that it imports. The depfile names what went in, for ninja. esbuild is in
desk-ui/node_modules, put there by `npm ci` (script/build does that)."""
import json
import os
import subprocess
import sys

UI = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), 'desk-ui')
ESBUILD = os.path.join(UI, 'node_modules', '.bin', 'esbuild')
ADVICE = '''%s

The desk's scripts are bundled by esbuild, which needs Node 18 or newer and `npm ci` in desk-ui:
    script/deps                 installs nodejs and npm where they are missing
    cd desk-ui && npm ci        fetches esbuild as its lockfile says (script/build does it by itself)'''


def fail(reason):
    print(ADVICE % reason, file=sys.stderr)
    sys.exit(1)


def node():
    try:
        said = subprocess.run(['node', '--version'], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, check=False)
    except OSError:
        fail('node is not installed.')
    version = said.stdout.strip()
    try:
        major = int(version.lstrip('v').split('.')[0])
    except ValueError:
        fail('node does not run: %s' % version)
    if major < 18:
        fail('node %s is too old.' % version)


def main():
    out, depfile, entry = sys.argv[1:4]
    node()
    if not os.path.exists(ESBUILD):
        fail('desk-ui/node_modules has no esbuild.')
    meta = out + '.meta'
    done = subprocess.run([ESBUILD, os.path.abspath(entry), '--bundle', '--minify', '--format=esm',
                           '--target=es2020', '--charset=utf8', '--legal-comments=none',
                           '--log-level=warning', '--outfile=' + os.path.abspath(out),
                           '--metafile=' + os.path.abspath(meta)], cwd=UI, check=False)
    if done.returncode:
        sys.exit('%s could not be bundled; what esbuild says is above' % entry)
    with open(meta, encoding='utf-8') as f:
        inputs = [os.path.join(UI, name) for name in json.load(f)['inputs']]
    os.remove(meta)
    with open(depfile, 'w', encoding='utf-8') as f:
        f.write('%s: %s\n' % (out, ' '.join(name.replace(' ', '\\ ') for name in inputs)))


main()
