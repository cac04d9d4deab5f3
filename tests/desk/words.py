"""Every word of the desk comes from its catalogue, for run.py. A newsroom whose own texts are all Greek
is served with a catalogue whose texts stand in brackets. Every page is walked, and every form is sent as
it is, empty, and filled with what it must refuse. A Latin word outside of the brackets is then a slip of
the program's, unless it is one of the newsroom's own (its logins, slugs, codes)."""
import html.parser
import json
import os
import re
import urllib.parse

HOME = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SHOWN = ('title', 'alt', 'aria-label', 'placeholder')
# Texts of the newsroom and of the web that are Latin by nature.
OWN = re.compile(r'https?://\S+|[\w.-]*/[\w./%:-]*|\w+\.(?:png|jpg)\b|\b[0-9a-f]{16,}\b|\bo{50,}\b|'
                 r'\b(?:maria|eleni|nikos|petros|nothing-here|Another|png|jpeg|GMT|UTC|'
                 r'News|About|Terms|Privacy|Newsletters|news|about|terms|privacy|newsletters|el)\b')


def marked(text):
    """Each piece of a text on its own: what is put in between has to have brackets itself."""
    return ''.join(p if re.fullmatch(r'\{\w+\}', p) else '⟦%s⟧' % p
                   for p in re.split(r'(\{(?:\d|what|why|line)\})', text) if p)


def catalogue(path):
    with open(os.path.join(HOME, 'desk-ui/locale/en.json'), encoding='utf-8') as f:
        words = json.load(f)
    errors = {k: marked(v) for k, v in words.pop('errors').items()}
    words = {k: marked(v) for k, v in words.items()}
    words.update(lang='el', dir='ltr', errors=errors)
    with open(path, 'w', encoding='utf-8') as f:
        json.dump(words, f, ensure_ascii=False)


class Page(html.parser.HTMLParser):
    """The words that a page shows or says, and its forms."""

    def __init__(self, text):
        super().__init__()
        self.words, self.forms, self.links, self.quiet, self.select = [], [], [], [], None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        a = dict(attrs)
        # The newsroom's own: a standing page as readers see it, and the records of the trail.
        if tag in ('script', 'style', 'code', 'textarea', 'svg') or a.get('class') in ('paper', 'record'):
            self.quiet.append(tag)
        for name, value in attrs:
            if name in SHOWN or (name.startswith('data-') and ' ' in (value or '')):
                self.words.append(value or '')
        if tag == 'a' and a.get('href', '').startswith('/desk'):
            self.links.append(a['href'])
        if tag == 'form':
            self.forms.append((a.get('method', 'get'), a.get('action', ''), {}))
        name = a.get('name')
        if not self.forms or not name:
            return
        fields = self.forms[-1][2]
        if tag == 'select':
            self.select = name
        elif tag == 'textarea':
            fields.setdefault(name, '')
        elif tag == 'input' and (a.get('type') not in ('radio', 'checkbox', 'file') or 'checked' in a):
            fields[name] = a.get('value', '')
        elif tag == 'button':
            fields.setdefault('buttons', []).append((a.get('name'), a.get('value', '')))

    def handle_endtag(self, tag):
        if self.quiet and self.quiet[-1] == tag:
            self.quiet.pop()

    def handle_data(self, data):
        if not self.quiet:
            self.words.append(data)


def slips(words):
    """Latin words outside of the brackets."""
    found = set()
    for text in words:
        before = None
        while text != before:
            before, text = text, re.sub('⟦[^⟦⟧]*⟧', ' ', text)
        found |= set(re.findall(r"[A-Za-z][A-Za-z'-]+", OWN.sub(' ', text)))
    return found


class Walk:
    def __init__(self, check, kit):
        self.check, self.kit, self.seen, self.slips, self.pages = check, kit, set(), {}, 0

    def look(self, where, answer):
        kind = answer.headers.get('Content-Type') or ''
        # A preview is the theme's, in the newsroom's language.
        if 'sheet' in where or 'preview' in where or answer.status in (204, 303):
            return None
        self.pages += 1
        if kind.startswith('text/html'):
            page = Page(answer.text)
            words = page.words
        elif kind.startswith('application/json'):
            page, words = None, [json.loads(answer.text).get('error', '')] if answer.text.startswith('{') else []
        elif kind.startswith('text/plain'):
            page, words = None, [answer.text]
        else:
            return None
        for slip in slips(words):
            self.slips.setdefault(slip, '%s (%s)' % (where, answer.status))
        return page

    def pages_of(self, person, start):
        """All that links lead to, one of each kind."""
        waiting, forms = [start], {}
        while waiting:
            path = waiting.pop()
            kind = re.sub(r'\d+', 'N', path.split('?')[0]) + '?' + '&'.join(
                sorted(urllib.parse.parse_qs(path.partition('?')[2])))
            if kind in self.seen or '/assets/' in path or '/media/' in path:
                continue
            self.seen.add(kind)
            page = self.look(path, person.get(path))
            if page:
                waiting += page.links
                for method, action, fields in page.forms:
                    forms.setdefault(re.sub(r'\d+', 'N', action) + ' '.join(sorted(fields)), (method, action, fields))
        return forms.values()

    def send(self, person, action, fields, how, value):
        sent = {k: (v if k in ('token', 'base', 'id', 'do', 'page', 'turn') else value(v))
                for k, v in fields.items() if k != 'buttons'}
        person.get('/desk/account')
        sent['token'] = person.token
        for kind in ('html', 'json'):
            answer = person.post(action, sent, {'Accept': 'application/json'} if kind == 'json' else None)
            if answer.status == 303 and answer.location.startswith('/desk'):
                answer = person.get(answer.location.split('#')[0])
            self.look('POST %s %s as %s' % (action, how, kind), answer)

    def forms_of(self, person, forms):
        long = 'ω' * 3000
        for method, action, fields in forms:
            if method != 'post' or 'sign-out' in action or '/disable' in action or 'sessions' in action:
                continue
            for button in fields.get('buttons', [(None, '')])[:12]:
                fields = dict(fields, **({button[0]: button[1]} if button[0] else {}))
                self.send(person, action, fields, 'empty %s' % button[1], lambda v: '')
                self.send(person, action, fields, 'too long %s' % button[1], lambda v: long)
                self.send(person, action, fields, 'strange %s' % button[1], lambda v: '\x01¿λ')
                self.send(person, action, fields, 'as it is %s' % button[1], lambda v: v)
        person.post('/desk/sign-in', login='maria', password=self.kit['password'])


def story(headline, base='', **more):
    return dict({'base': base, 'headline': headline, 'standfirst': 'Τι κοστίζει.', 'body': 'Το **πλοίο**.\n\nΚανείς.',
                 'section': 'news', 'bylines': 'Άννα', 'tags': 'νησιά', 'language': 'el', 'do': 'save'}, **more)


def stories(publisher, kit):
    """One in each state, with notes, previews, a conflict and pictures."""
    publisher.get('/desk/stories/new')
    numbers = []
    for i in range(4):
        answer = publisher.send('/desk/stories', story('Πλοίο %d' % i), [('photo', 'καΐκι.png', kit['png'](i, 9))])
        numbers.append(re.search(r'/desk/stories/(\d+)', answer.location).group(1))

    def base(path):
        return re.search(r'name="base" value="(\d+)"', publisher.get(path).text).group(1)
    paths = ['/desk/stories/' + n for n in numbers]
    publisher.send(paths[0] + '/step', {'do': 'publish', 'base': base(paths[0])})
    publisher.send(paths[1] + '/step', {'do': 'hand-in', 'base': base(paths[1]), 'note': 'Έτοιμο'})
    publisher.send(paths[2] + '/step', {'do': 'schedule', 'base': base(paths[2]), 'publish_at': '2099-01-01T10:00'})
    publisher.send(paths[3] + '/step', {'do': 'publish', 'base': base(paths[3])})
    publisher.send(paths[0], story('Πλοίο πάλι', base(paths[0]), do='save'))
    publisher.send(paths[0], story('Πλοίο αλλιώς', '1', do='save'))
    publisher.send(paths[0] + '/corrections', {'text': 'Ήταν λάθος.'})
    publisher.send(paths[1] + '/notes', {'text': 'Σημείωση'})
    publisher.send(paths[1] + '/previews', {'for': 'Δικηγόρος', 'days': '7'})
    publisher.send(paths[3] + '/step', {'do': 'withdraw', 'base': base(paths[3]), 'reason': 'Λάθος.'})
    publisher.post(paths[0] + '/working', {'page': '0123456789abcdef', 'turn': '1', 'base': base(paths[0]),
                                          'headline': 'Άσωστο'})


def run(check, kit, folder, first):
    browser = kit['browser']
    publisher = browser()
    walk = Walk(check, kit)
    walk.look('welcome', browser().get(first))
    walk.look('weak', publisher.post(first, name='Μαρία', login='maria', password='password'))
    walk.look('welcome done', publisher.post(first, name='Μαρία', login='maria', password=kit['password']))
    walk.look('first day', publisher.get('/desk'))
    people = {'publisher': publisher}
    for role, name, login in (('editor', 'Ελένη', 'eleni'), ('reporter', 'Νίκος', 'nikos'),
                              ('contributor', 'Πέτρος', 'petros')):
        publisher.get('/desk/people')
        answer = publisher.post('/desk/people', name=name, login=login, role=role)
        walk.look('invited', answer)
        people[role] = browser()
        people[role].post(kit['link_in'](answer.text), password=kit['password'])
    stories(publisher, kit)
    walk.look('used link', browser().get(first))
    walk.look('door', browser().get('/desk/sign-in'))
    walk.look('wrong', browser().post('/desk/sign-in', login='maria', password='όχι αυτό εδώ'))
    walk.look('foreign', publisher.post('/desk/account', {}, {'Sec-Fetch-Site': 'cross-site'}))
    walk.look('signed out', browser().post('/desk/account', {}))
    walk.look('old form', publisher.post('/desk/account', {'token': 'x'}, token=False))
    walk.look('method', publisher.ask('DELETE', '/desk/stories'))
    walk.look('asset', publisher.get('/assets/desk/nothing'))
    walk.look('type', publisher.ask('POST', '/desk/account', 'x', 'text/plain'))
    for name, data in (('α.png', b'%PDF-1.4'), ('β.png', b''), ('γ.png', kit['png'](1, 1)[:90])):
        publisher.get('/desk/pictures')
        walk.look('picture ' + name, publisher.send('/desk/pictures', {}, [('photo', name, data)]))
    for role in ('contributor', 'reporter', 'editor'):
        walk.seen.clear()
        walk.pages_of(people[role], '/desk')
    for role in ('contributor', 'reporter', 'editor', 'publisher'):
        for route in kit['routes']():
            method, path, fields = kit['address'](route, {'id': '1', 'revision': '1'}, '1')
            if '/disable' in path or 'sign-out' in path or 'takedown' in path:
                continue
            if method == 'GET':
                walk.look('%s as %s' % (route, role), people[role].get(path))
            else:
                people[role].get('/desk/account')
                walk.look('%s as %s' % (route, role), people[role].post(path, fields))
    walk.seen.clear()
    forms = walk.pages_of(publisher, '/desk')
    walk.forms_of(publisher, list(forms))
    for where in sorted(set(walk.slips.values())):
        check('every word of the desk is from its catalogue', False,
              '%s: %s' % (where, ' '.join(sorted(k for k, v in walk.slips.items() if v == where))))
    check('the walk over all words came around', walk.pages > 200, walk.pages)
