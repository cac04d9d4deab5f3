#!/usr/bin/env python3
"""Draws themes/default/favicon.ico (16, 32 and 48 pixels) from favicon.svg beside it, for what asks for
/favicon.ico: favicon.py. The drawing is of rectangles only: paths of M, H, h, v and z in a box of 32."""
import os
import re
import struct
import zlib

THEME = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), 'themes/default')
BOX, FINE = 32, 6  # points across the drawing; samples across a pixel


def rectangles(svg):
    """(left, top, right, bottom, colour) of each, in the order of drawing."""
    for colour, path in re.findall(r'<path fill="#([0-9a-f]{6})" d="([^"]+)"', svg):
        for x, y, tail in re.findall(r'M(\d+) (\d+)([^M]*)', path):
            x, y = int(x), int(y)
            across, down = re.match(r'([hH]\d+)v(\d+)H?\d*h?-?\d*z', tail).groups()
            right = int(across[1:]) + (x if across[0] == 'h' else 0)
            yield x, y, right, y + int(down), tuple(int(colour[i:i + 2], 16) for i in (0, 2, 4))


def pixels(shapes, size):
    """Rows of RGBA, each pixel the mean of its samples."""
    rows = []
    for py in range(size):
        row = b''
        for px in range(size):
            total = [0, 0, 0]
            for sample in range(FINE * FINE):
                x = (px + (sample % FINE + .5) / FINE) * BOX / size
                y = (py + (sample // FINE + .5) / FINE) * BOX / size
                seen = [s[4] for s in shapes if s[0] <= x < s[2] and s[1] <= y < s[3]][-1]
                total = [a + b for a, b in zip(total, seen)]
            row += bytes(round(t / FINE / FINE) for t in total) + b'\xff'
        rows.append(row)
    return rows


def chunk(kind, data):
    return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))


def png(rows):
    size = len(rows)
    return (b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', size, size, 8, 6, 0, 0, 0)) +
            chunk(b'IDAT', zlib.compress(b''.join(b'\0' + row for row in rows), 9)) + chunk(b'IEND', b''))


def bitmap(rows):
    """As old readers of icons want it: upside down, BGRA, then a mask of one bit a pixel."""
    size = len(rows)
    body = b''
    for row in reversed(rows):
        for i in range(0, len(row), 4):
            body += row[i + 2:i + 3] + row[i + 1:i + 2] + row[i:i + 1] + row[i + 3:i + 4]
    mask = b'\0' * ((size + 31) // 32 * 4 * size)
    return struct.pack('<IiiHHIIiiII', 40, size, size * 2, 1, 32, 0, len(body) + len(mask), 0, 0, 0,
                       0) + body + mask


def main():
    with open(os.path.join(THEME, 'favicon.svg'), encoding='utf-8') as f:
        shapes = list(rectangles(f.read()))
    images = [(size, (bitmap if size == 16 else png)(pixels(shapes, size))) for size in (16, 32, 48)]
    at = 6 + 16 * len(images)
    head, body = struct.pack('<HHH', 0, 1, len(images)), b''
    for size, image in images:
        head += struct.pack('<BBBBHHII', size, size, 0, 0, 1, 32, len(image), at + len(body))
        body += image
    with open(os.path.join(THEME, 'favicon.ico'), 'wb') as f:
        f.write(head + body)


main()
