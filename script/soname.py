#!/usr/bin/env python3
"""Prints the name under which the dynamic linker knows a library, such as "libxml2.so.2".

soname.py LIBRARY COMPILER...

The library is the one that the compiler would link with -lLIBRARY, so that headers and library fit."""
import re
import subprocess
import sys

library, compiler = sys.argv[1], sys.argv[2:]
path = subprocess.run(compiler + ['-print-file-name=lib%s.so' % library], check=True, capture_output=True,
                      text=True).stdout.strip()
told = subprocess.run(['readelf', '-d', path], check=True, capture_output=True, text=True).stdout
match = re.search(r'\(SONAME\).*\[([^\]]+)\]', told)
if not match:
    sys.exit('lib%s has no SONAME (%s)' % (library, path))
print(match.group(1))
