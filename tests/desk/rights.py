"""Every handler of the desk's route table, tried by every role and signed out, for run.py. The table is
read from src/desk/desk.c: a handler without a row here is a failure, and so is a row without a handler.

A row says who may: c contributor, r reporter, e editor, p publisher. Rows about a story have three
words: for a reporter's draft, for an editor's, and for the contributor's own."""
import os
import re

OPEN = 'open'
ALL = 'crep'
STORY = ('rep', 'rep', 'crep')  # seeing: reporters see all, contributors their own
WRITE = ('rep', 'ep', 'cep')   # writing: one's own
HAND = ('rep', 'ep', 'ep')      # what a contributor has no part in
EDIT = ('ep', 'ep', 'ep')

ROWS = {
    'GET ': ALL, 'GET sign-in': OPEN, 'POST sign-in': OPEN, 'POST sign-out': ALL,
    'GET welcome/:w': OPEN, 'POST welcome/:w': OPEN, 'GET preview/:w': OPEN, 'GET preview/:w/:w': OPEN,
    'GET stories': ALL, 'POST stories': ALL, 'GET stories/new': ALL, 'POST stories/preview': ALL,
    'POST stories/document': ALL, 'POST stories/choose': ALL, 'GET names': ALL, 'GET embeds': ALL,
    'POST stories/working': ALL, 'GET stories/token': ALL,
    'POST stories/:n/working': WRITE, 'POST stories/:n/here': WRITE,
    'GET working/:n': ALL, 'POST working/:n': ALL,
    'GET stories/:n': STORY, 'POST stories/:n': WRITE, 'POST stories/:n/step': EDIT,
    'POST stories/:n/notes': WRITE, 'POST stories/:n/embargo': HAND,
    'POST stories/:n/related': WRITE, 'POST stories/:n/owner': EDIT,
    'POST stories/:n/previews': HAND, 'POST stories/:n/previews/:n': 'rep',
    'GET stories/:n/revisions/:n': STORY, 'POST stories/:n/revisions/:n': WRITE,
    'GET stories/:n/kept/:n': WRITE, 'POST stories/:n/kept/:n': WRITE,
    'POST notes/read': ALL,
    'POST stories/:n/corrections': EDIT, 'POST stories/:n/takedown': ('p', 'p', 'p'),
    'GET front': 'ep', 'POST front': 'ep', 'POST front/restore': 'ep', 'POST front/breaking': 'ep',
    'GET front/sheet': 'ep',
    'GET pictures': ALL, 'POST pictures': ALL, 'GET pictures/:n': ALL, 'GET pictures/:n/thumb': ALL, 'POST pictures/:n': 'rep',
    'POST pictures/:n/replace': 'ep', 'POST pictures/:n/delete': 'ep', 'GET media/:w': ALL,
    'GET people': 'p', 'POST people': 'p', 'POST people/:n': 'p', 'POST people/:n/link': 'p',
    'POST people/:n/disable': 'p',
    'GET account': ALL, 'POST account': ALL, 'POST account/password': ALL, 'POST account/sessions': ALL,
    'GET settings': 'p', 'POST settings': 'p', 'POST settings/choose': 'p',
    'POST settings/sections': 'p',
    'POST settings/sections/order': 'p', 'POST settings/sections/:n': 'p', 'POST settings/pages': 'p',
    'GET settings/pages/:w': 'p', 'POST settings/pages/:w': 'p', 'POST settings/pages/:w/remove': 'p',
    'POST settings/ads': 'p', 'POST settings/ads/:n/remove': 'p', 'GET audit': 'p',
}
# Steps of a story's way: for whose draft, who. `base` of another text lets none of them happen.
STEPS = {
    'hand-in': HAND, 'recall': HAND, 'take': EDIT, 'return': EDIT, 'ready': EDIT, 'schedule': EDIT,
    'unschedule': EDIT, 'publish': EDIT, 'withdraw': EDIT, 'spike': WRITE, 'revive': WRITE,
}


def routes():
    folder = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    with open(os.path.join(folder, 'src/desk/desk.c'), encoding='utf-8') as f:
        table = f.read().split('routes[] = {')[1].split('\n};')[0]
    return ['%s %s' % (method, path) for path, method in
            re.findall(r'\{"([^"]*)",\s*HTTP_(\w+),', table)]


def address(route, story, picture):
    """The path, and what a form of it holds that changes nothing."""
    method, path = route.split(' ', 1)
    if path.startswith('stories/:n'):
        path = path.replace(':n', story['id'], 1)
        path = path.replace(':n', story['revision'] if 'revisions' in path else '999999')
    elif path.startswith('pictures/:n') and not path.endswith('delete'):
        path = path.replace(':n', picture)
    path = path.replace(':n', '999999').replace(':w', 'nothing-here')
    fields = {}
    if path.endswith('/related'):
        fields = {'related': '999999', 'do': 'pin'}
    elif path.endswith('/working'):
        fields = {'page': '0123456789abcdef', 'turn': '1', 'base': '999999', 'headline': 'Another'}
    elif path.endswith('/step'):
        fields = {'do': 'publish', 'base': '999999'}
    elif '/revisions/' in path or path == 'stories/' + story['id']:
        fields = {'base': '999999', 'headline': 'Another'}
    elif path.startswith('people'):
        fields = {'name': 'Nobody', 'role': 'editor'}
    elif path.endswith('/owner'):
        fields = {'owner': '999999'}
    return method, '/desk' + ('/' + path if path else ''), fields


def draft_of(person, headline, story):
    person.get('/desk/stories/new')
    answer = person.send('/desk/stories', story(headline))
    number = re.search(r'/desk/stories/(\d+)', answer.location).group(1)
    revision = re.search(r'/desk/stories/%s/revisions/(\d+)' % number,
                         person.get('/desk/stories/' + number).text).group(1)
    return {'id': number, 'revision': revision}


def one(check, person, letter, route, place, allowed, stories, picture):
    method, path, fields = address(route, stories[place], picture)
    person.get('/desk/account')
    answer = person.get(path) if method == 'GET' else person.post(path, fields)
    right = (answer.status not in (401, 403)) == (letter in allowed) and answer.status < 500
    check('%s as %s, story %d' % (route, letter, place), right, answer.status)
    check('%s is no-store' % route, answer.headers.get('Cache-Control') == 'no-store')


def run(check, people, browser, sign_in, picture, story):
    known = routes()
    check('each handler has its row', set(known) == set(ROWS) and len(known) == len(ROWS),
          sorted(set(known) ^ set(ROWS)))
    stories = [draft_of(people[letter], 'Rights of ' + letter, story) for letter in 'rec']
    for route in known:
        if ROWS.get(route, OPEN) == OPEN:
            continue
        row = ROWS[route] if isinstance(ROWS[route], tuple) else (ROWS[route],)
        for place, allowed in enumerate(row):
            for letter, person in people.items():
                if route == 'POST sign-out':
                    person = sign_in(letter)
                one(check, person, letter, route, place, allowed, stories, picture)
        method, path, fields = address(route, stories[0], picture)
        out = browser()
        answer = out.get(path) if method == 'GET' else out.post(path, fields)
        check(route + ' signed out', answer.status == (303 if method == 'GET' else 401) and
              (method != 'GET' or answer.location.startswith('/desk/sign-in')), answer.status)
    for step, row in STEPS.items():
        for place, allowed in enumerate(row):
            for letter, person in people.items():
                person.get('/desk/account')
                answer = person.post('/desk/stories/%s/step' % stories[place]['id'],
                                     {'do': step, 'base': '999999', 'publish_at': '2199-01-01 10:00',
                                      'note': 'why', 'reason': 'why'})
                check('step %s as %s, story %d' % (step, letter, place),
                      (answer.status == 403) == (letter not in allowed) and answer.status in (403, 409, 422),
                      answer.status)
