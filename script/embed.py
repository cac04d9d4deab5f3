#!/usr/bin/env python3
"""Embeds files into a C source: embed.py OUT.c SYMBOL ROOT FILE...

Writes `const struct embedded SYMBOL[]` (see base/embed.h): the path below ROOT and the bytes of each
file, sorted by path, ended by an entry whose path is NULL."""
import os
import sys


def literal(data):
    lines = []
    for i in range(0, len(data), 20):
        lines.append(''.join('%d,' % b for b in data[i:i + 20]))
    return '\n'.join(lines)


def main():
    out, symbol, root = sys.argv[1:4]
    files = sorted(sys.argv[4:], key=lambda f: os.path.relpath(f, root))
    with open(out, 'w', encoding='ascii') as c:
        c.write('#include "base/embed.h"\n')
        for i, name in enumerate(files):
            with open(name, 'rb') as f:
                data = f.read()
            c.write('static const unsigned char file_%d[] = {\n%s0};\n' % (i, literal(data)))
        c.write('extern const struct embedded %s[];\n' % symbol)
        c.write('const struct embedded %s[] = {\n' % symbol)
        for i, name in enumerate(files):
            path = os.path.relpath(name, root).replace(os.sep, '/')
            c.write('    {"%s", file_%d, sizeof file_%d - 1},\n' % (path, i, i))
        c.write('    {0, 0, 0}};\n')


main()
