#!/usr/bin/env python3
"""The words of readers' pages: each that a source or template asks for is in themes/default/locale/en.json, and
every other language has the same ones."""
import glob
import json
import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def read(path):
    with open(path, encoding='utf-8') as file:
        return file.read()


def asked():
    """(file, group, key), as they stand in the sources and templates."""
    for path in glob.glob(ROOT + '/src/site/*.c'):
        text = read(path)
        for group, name in (('say', r'\bsay'), ('t', r'\bsheet_word')):
            for key in re.findall(name + r'\([^,()]*,\s*"(\w+)"', text):
                yield path, group, key
    for path in glob.glob(ROOT + '/themes/default/**/*.mustache', recursive=True):
        for key in re.findall(r'\{\{[#^/&]?\s*t\.(\w+)', read(path)):
            yield path, 't', key


def main():
    folder = ROOT + '/themes/default/locale/'
    english = json.loads(read(folder + 'en.json'))
    wrong = ['%s asks for "%s", which "%s" in en.json lacks' % (os.path.relpath(path, ROOT), key, group)
             for path, group, key in asked() if key not in english[group]]
    for path in sorted(glob.glob(folder + '*.json')):
        words = json.loads(read(path))
        for group in english:
            for key in sorted(set(words[group]) ^ set(english[group])):
                wrong.append('%s and en.json differ in "%s" of "%s"' % (os.path.basename(path), key, group))
    for line in wrong:
        print('words.py: ' + line, file=sys.stderr)
    return 1 if wrong else 0


sys.exit(main())
