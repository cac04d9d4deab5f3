#!/usr/bin/env python3
"""The floors of the house (docs/architecture.md): a file includes from its own folder and from floors
below it, never from above and never from a sibling. And each outside library with a door of its own
is let in only there."""
import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
FLOORS = [
    ['base'],
    ['text', 'pagecache', 'http'],
    ['store'],
    ['render', 'media'],
    ['newsroom'],
    ['site', 'desk', 'api', 'mail', 'transfer'],
    ['server'],
    ['cli'],
    ['main.c'],
]
FLOOR = {folder: i for i, folders in enumerate(FLOORS) for folder in folders}
# An executable of its own beside the house: what it may use.
OUTSIDE = {'media-worker': {'base', 'media', 'media-worker'}}
ONLY_IN = {
    'sqlite3.h': {'store'},
    'vips/': {'media-worker'},
    'seccomp.h': {'media-worker'},
    'libpq-fe.h': {'store'},
    'archive.h': {'cli', 'transfer'},
    'archive_entry.h': {'cli', 'transfer'},
    'cmark-gfm': {'render'},
    'libxml/': {'render', 'media-worker'},
    'gumbo.h': {'render'},
    'unicode/': {'text'},
    'dlfcn.h': {'base'},
}
INCLUDE = re.compile(r'^\s*#\s*include\s+(["<])([^">]+)[">]', re.M)


def room_of(path):
    return path.split('/')[0]


def may_include(room, other):
    if room in OUTSIDE:
        return other in OUTSIDE[room]
    return other == room or FLOOR[other] < FLOOR[room]


def complaints(path, text):
    room = room_of(path)
    if room not in FLOOR and room not in OUTSIDE:
        yield 'src/%s: %s is no room of the house; add it to script/floors.py' % (path, room)
        return
    for match in INCLUDE.finditer(text):
        line = text.count('\n', 0, match.start()) + 1
        kind, name = match.groups()
        other = room_of(name)
        if kind == '"' and '/' not in name:
            yield 'src/%s:%d: "%s" is written without its folder' % (path, line, name)
        elif kind == '"' and other not in FLOOR and other not in OUTSIDE:
            yield 'src/%s:%d: "%s" is in no room of the house' % (path, line, name)
        elif kind == '"' and not may_include(room, other):
            yield 'src/%s:%d: %s/ must not include from %s/' % (path, line, room, other)
        for start, rooms in ONLY_IN.items():
            if kind == '<' and name.startswith(start) and room not in rooms:
                yield 'src/%s:%d: only %s may include <%s>' % (path, line, ', '.join(sorted(rooms)), name)


def main():
    found = files = 0
    for folder, _, names in os.walk(os.path.join(ROOT, 'src')):
        for name in sorted(names):
            if not name.endswith(('.c', '.h')):
                continue
            full = os.path.join(folder, name)
            with open(full, encoding='utf-8') as f:
                text = f.read()
            files += 1
            for complaint in complaints(os.path.relpath(full, os.path.join(ROOT, 'src')), text):
                print(complaint)
                found += 1
    return 1 if found or not files else 0


sys.exit(main())
