#!/usr/bin/env python3
"""Every word of the desk stands in desk-ui/locale/en.json: silent when that is so.

  script/desk_words.py          says what is missing there, and what nobody says any more
  script/desk_words.py --fill   adds the errors that are missing, takes out those that nobody makes

An error's text is its own key, and a format's arguments are numbered: "at most %d" is "at most {1}".
Found are the texts in the calls that make errors, directly or by a function that passes them on, and
those marked by ERROR_TEXT(). Scripts get their words from the page, so a sentence in one is a slip."""

import glob
import json
import re
import sys

CATALOGUE = 'desk-ui/locale/en.json'
# Which files' errors people see at the desk.
SPEAK = ['src/newsroom/*.c', 'src/desk/*.c', 'src/server/desk.c', 'src/server/work.c', 'src/media/*.c',
         'src/http/form.c', 'src/http/multipart.c', 'src/render/editor_*.c', 'src/render/markdown*.c',
         'src/render/json.c', 'src/store/sqlite/*.c']
# Only the command line reads story files, opens and copies folders, and imports subscribers.
SILENT = ['fuzz_', 'newsroom/story_file.c', 'newsroom/subscribing.c', 'desk/load.c', 'sqlite/connection.c',
          'sqlite/copy.c', 'sqlite/migrate.c', 'sqlite/subscribers.c', 'sqlite/check.c', 'sqlite/transaction.c']
LITERAL = r'"(?:[^"\\]|\\.)*"'
MAKERS = {'error_make': [1, 2], 'error_format': [1, 3], 'error_errno': [0]}
# Parameters that are data and no words.
DATA = {'path', 'name', 'slug', 'dir', 'wanted', 'words'}


def code(text):
    """Without comments; the literals stay."""
    return re.sub(rf'({LITERAL})|/\*.*?\*/|//[^\n]*', lambda m: m.group(1) or ' ', text, flags=re.S)


def arguments(text, start):
    """Of the call whose bracket opens before `start`."""
    found, depth, begin, i = [], 1, start, start
    while depth:
        if text[i] == '"':
            i += re.match(LITERAL, text[i:]).end()
            continue
        depth += (text[i] in '({[') - (text[i] in ')}]')
        if depth == 0 or (depth == 1 and text[i] == ','):
            found.append(text[begin:i].strip())
            begin = i + 1
        i += 1
    return found


def texts(argument):
    """The literals of an expression, those side by side as one. Not the format of another function."""
    argument = re.sub(rf'\barena_printf\(.*', '', argument, flags=re.S)
    for run in re.findall(rf'(?:{LITERAL}\s*)+', argument):
        parts = re.findall(LITERAL, run)
        yield ''.join(json.loads(p) for p in parts)


def key(text):
    """A format as the catalogue names it."""
    n = 0

    def number(_):
        nonlocal n
        n += 1
        return '{%d}' % n
    return re.sub(r'%[-0-9.*+ #lzhjt]*[a-zA-Z]', number, text)


def passed_on(sources):
    """Functions that make an error of their own parameters: name -> which parameters."""
    functions = []
    for text in sources.values():
        for m in re.finditer(r'^(?:static )?struct error (\w+)\(([^{;]*?)\)\n\{\n(.*?)^\}', text, re.M | re.S):
            names = [re.search(r'(\w+)$', p.strip()) for p in m.group(2).split(',')]
            functions.append((m.group(1), [n and n.group(1) for n in names], m.group(3)))
    makers = dict(MAKERS)
    while True:
        before = {k: list(v) for k, v in makers.items()}
        for name, parameters, body in functions:
            for maker, places in before.items():
                for call in re.finditer(rf'\b{maker}\(', body):
                    given = arguments(body, call.end())
                    for place in places:
                        inner = re.search(r'\b(\w+)$', given[place].rstrip(')')) if place < len(given) else None
                        if inner and inner.group(1) in parameters and inner.group(1) not in DATA and name not in MAKERS:
                            index = parameters.index(inner.group(1))
                            if index not in makers.setdefault(name, []):
                                makers[name].append(index)
        if makers == before:
            return makers


def errors():
    sources = {}
    for pattern in SPEAK:
        for name in glob.glob(pattern):
            if not any(part in name for part in SILENT):
                sources[name] = code(open(name, encoding='utf-8').read())
    found = {}
    # The whole sentences, and what a role may not do.
    for sentence in re.findall(rf'^ERR\(\w+, \d+, ({LITERAL})\)', open('src/base/errors.def').read(), re.M):
        found[json.loads(sentence)] = 'src/base/errors.def'
    for action in re.findall(rf'ACTION\(\w+, ({LITERAL})', open('src/newsroom/roles.h').read()):
        found[json.loads(action)] = 'src/newsroom/roles.h'
    makers = passed_on(sources)
    calls = re.compile(rf'\b({"|".join(makers)})\(')
    for name, text in sources.items():
        for call in calls.finditer(text):
            given = arguments(text, call.end())
            for place in makers[call.group(1)]:
                for literal in texts(given[place]) if place < len(given) else ():
                    found.setdefault(key(literal), name)
        for call in re.finditer(r'\bERROR_TEXT\(', text):
            for literal in texts(arguments(text, call.end())[0]):
                found.setdefault(key(literal), name)
    # What only passes an argument through says nothing by itself.
    return {k: v for k, v in found.items() if re.search(r'[a-zA-Z]', re.sub(r'\{\d\}', '', k))}


def words_used():
    """Keys that templates and desk_say() name. Those that are put together begin like one of these."""
    used, begun = set(), set()
    for name in glob.glob('desk-ui/*.mustache'):
        used |= set(re.findall(r'\bt\.(\w+)', open(name, encoding='utf-8').read()))
    for name in glob.glob('src/desk/*.c') + glob.glob('src/newsroom/*.c'):
        for literal in re.findall(LITERAL, open(name, encoding='utf-8').read()):
            used.add(literal[1:-1])
            if re.fullmatch(r'"\w+_%.*"', literal):
                begun.add(literal[1:].split('%')[0])
    return used, begun


def scripts():
    """Sentences within scripts: two words in a row, or a single one that begins large, that go to the page."""
    for name in sorted(glob.glob('desk-ui/src/*.js')):
        text = re.sub(r'//[^\n]*', '', re.sub(r'https?://', '', open(name, encoding='utf-8').read()))
        for m in re.finditer(r"\b(?:textContent|title|alt|placeholder)\b[' \]]*[=:,]\s*[^;\n]*?(['`])([A-Z][a-z][^'`$]*)\1", text):
            yield f'{name}: "{m.group(2)}" is a literal'
        for m in re.finditer(r"(['`])([A-Z][a-z]+ [a-z]+[^'`]*)\1", text):
            yield f'{name}: "{m.group(2)}" is a literal'


def templates():
    """Letters outside of tags and of {{…}}, and in attributes that people see or hear."""
    for name in sorted(glob.glob('desk-ui/*.mustache')):
        text = open(name, encoding='utf-8').read()
        text = re.sub(r'\{\{.*?\}\}', '', text, flags=re.S)
        text = re.sub(r'<(kbd|code)[^>]*>.*?</\1>', '', text, flags=re.S)
        for m in re.finditer(r'\b(?:title|alt|placeholder|aria-label|data-[\w-]*say[\w-]*)="([^"]*[A-Za-z]{2}[^"]*)"', text):
            yield f'{name}: "{m.group(1)}" is a literal'
        for m in re.finditer(r'[^<>]*', re.sub(r'<[^>]*>', '<>', text)):
            for word in re.findall(r'[A-Za-z]{2}[\w ]*', re.sub(r'&\w+;', '', m.group(0))):
                yield f'{name}: "{word}" is a literal'


def main():
    catalogue = json.load(open(CATALOGUE, encoding='utf-8'))
    known, found = catalogue.get('errors', {}), errors()
    if '--fill' in sys.argv:
        kept = {k: known.get(k, k) for k in sorted(found)}
        words = {k: v for k, v in catalogue.items() if k != 'errors'}
        with open(CATALOGUE, 'w', encoding='utf-8') as out:
            out.write(json.dumps({**words, 'errors': kept}, indent=2, ensure_ascii=False) + '\n')
        known = kept
    faults = [f'{found[k]}: "{k}" is not among the errors of {CATALOGUE}' for k in found if k not in known]
    faults += [f'{CATALOGUE}: nobody makes the error "{k}"' for k in known if k not in found]
    used, begun = words_used()
    faults += [f'{CATALOGUE}: nobody says "{k}"' for k in catalogue
               if k != 'errors' and k not in used and not k.startswith(tuple(begun))]
    for name in glob.glob('desk-ui/*.mustache'):
        for k in re.findall(r'\{\{t\.(\w+)\}\}', open(name, encoding='utf-8').read()):
            if k not in catalogue:
                faults.append(f'{name}: {CATALOGUE} has no "{k}"')
    faults += list(templates()) + list(scripts())
    for fault in faults:
        print(f'script/desk_words: {fault}', file=sys.stderr)
    return 1 if faults else 0


if __name__ == '__main__':
    sys.exit(main())
