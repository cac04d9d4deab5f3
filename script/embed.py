#!/usr/bin/env python3
"""Embeds files into a C source: embed.py [--gzip] OUT.c SYMBOL ROOT FILE...

Writes `const struct embedded SYMBOL[]` (see base/embed.h): the path below ROOT and the bytes of each
file, sorted by path, ended by an entry whose path is NULL. With --gzip also SYMBOL_gzip[]: the scripts
and stylesheets among them, compressed, under the same paths."""
import gzip
import os
import sys


def literal(data):
    lines = []
    for i in range(0, len(data), 20):
        lines.append(''.join('%d,' % b for b in data[i:i + 20]))
    return '\n'.join(lines)


def write_table(c, symbol, files):
    """`files` are pairs of path and bytes."""
    for i, (_, data) in enumerate(files):
        c.write('static const unsigned char %s_%d[] = {\n%s0};\n' % (symbol, i, literal(data)))
    c.write('extern const struct embedded %s[];\n' % symbol)
    c.write('const struct embedded %s[] = {\n' % symbol)
    for i, (path, _) in enumerate(files):
        c.write('    {"%s", %s_%d, sizeof %s_%d - 1},\n' % (path, symbol, i, symbol, i))
    c.write('    {0, 0, 0}};\n')


def main():
    compress = sys.argv[1] == '--gzip'
    out, symbol, root = sys.argv[1 + compress:4 + compress]
    files = []
    for name in sys.argv[4 + compress:]:
        with open(name, 'rb') as f:
            files.append((os.path.relpath(name, root).replace(os.sep, '/'), f.read()))
    files.sort()
    with open(out, 'w', encoding='ascii') as c:
        c.write('#include "base/embed.h"\n')
        write_table(c, symbol, files)
        if compress:
            write_table(c, symbol + '_gzip', [(path, gzip.compress(data, 9, mtime=0)) for path, data in files
                                              if path.endswith(('.css', '.js'))])


main()
