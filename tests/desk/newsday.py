"""A working day at the desk, for run.py: what journalists do besides writing, settings, sessions, limits,
and that no account shows anywhere that readers look."""
import html
import http.client
import re
import time
import urllib.parse

NAMES = ['Quilla Zorn', 'quilla', 'zorn@', 'desk.invalid', 'Mira Holt', 'Rosa Quill', 'Edo Lang', 'Tam Oru']


def number_of(answer):
    return re.search(r'/desk/stories/(\d+)', answer.location or '/desk/stories/0').group(1)


def write(person, fields, files=()):
    person.get('/desk/stories/new')
    return person.send('/desk/stories', fields, files)


def live_of(person, path):
    found = re.search(r'<a href="http://127.0.0.1:\d+(/[^"]+)">See it on the site', person.get(path).text)
    return found.group(1) if found else '/nothing'


def base_of(page):
    return re.search(r'name="base" value="(\d+)"', page.text).group(1)


# ---- Stories --------------------------------------------------------------------------------------

def addresses_last(check, editor, reader, story):
    answer = write(editor, story('Bridge opens', do='publish', social_title='The bridge, at last',
                                 social_description='Told in a line.'))
    path = '/desk/stories/' + number_of(answer)
    old = live_of(editor, path)
    page = reader.get(old)
    check('social title and description reach readers', 'content="The bridge, at last"' in page.text and
          'Told in a line.' in page.text)
    page = editor.get(path)
    check('and are shown at the desk', page.text.count('The bridge, at last') >= 3, page.text.count('The bridge'))
    answer = editor.send(path, story('Bridge opens', base_of(page), slug='bridge-is-open', do='publish'))
    new = live_of(editor, path)
    check('another slug, another address', new != old and new.endswith('bridge-is-open'), new)
    answer = reader.get(old)
    check('the old one leads there', answer.status == 301 and answer.location.endswith(new),
          '%s %s' % (answer.status, answer.location))
    return path, new


def minor_and_update(check, editor, reader, story, path, live):
    def shown():
        text = reader.get(live).text
        found = re.search(r'"dateModified":\s*"([^"]+)"', text)
        return found.group(1) if found else text.count('<time')
    before = shown()
    time.sleep(1.1)
    editor.send(path, story('Bridge opens', base_of(editor.get(path)), slug='bridge-is-open',
                            body='A comma, moved.', do='publish', kind='minor'))
    check('a minor edit is live', 'A comma, moved.' in reader.get(live).text)
    check('and leaves the time', shown() == before, '%s %s' % (before, shown()))
    editor.send(path, story('Bridge opens', base_of(editor.get(path)), slug='bridge-is-open',
                            body='It carries trams as well.', do='publish', kind='update', relist='1'))
    check('an update changes it', shown() != before, before)
    feed = reader.get('/rss.xml').text
    check('and moves up the feed', feed.find('Bridge opens') < feed.find('Pier three') or
          'Pier three' not in feed)


def related(check, editor, reader, story, path, live):
    others = []
    for headline in ('Pier one', 'Pier two'):
        other = '/desk/stories/' + number_of(write(editor, story(headline, do='publish', tags='piers',
                                                                 body='Of piers.')))
        others.append((other, live_of(editor, other), headline))
    editor.get(path)
    answer = editor.post(path + '/related', related='http://127.0.0.1' + others[0][1], do='pin')
    check('a story is pinned by its address', answer.status == 303, html.unescape(answer.text[-300:]))
    editor.get(path)
    check('another by its number', editor.post(path + '/related', related=others[1][0].split('/')[-1],
                                               do='first').status == 303)
    editor.get(path)
    answer = editor.post(path + '/related', related='http://127.0.0.1%s?saved=1#notes' % others[1][0], do='first')
    check("or by its screen's address", answer.status == 303, html.unescape(answer.text[-300:]))
    editor.get(path)
    check('a number that no story has is refused', editor.post(path + '/related', related='999999',
                                                              do='pin').status == 422)
    text = reader.get(live).text
    check('readers see both, in order', 0 < text.find('Pier two') < text.find('Pier one'))
    editor.get(path)
    editor.post(path + '/related', related=others[1][0].split('/')[-1], do='remove')
    check('removed at once', 'Pier two' not in reader.get(live).text)
    page = editor.get(path)
    check('and said so', 'Never shown:' in page.text and 'pinned' in page.text)
    answer = editor.post(path + '/related', related='pier ONE', do='pin')
    check('words of a headline are looked for', answer.status == 303 and
          answer.location.endswith('?related=pier%20ONE#related-head'), answer.location)
    found = editor.get(answer.location.split('#')[0]).text.split('id="related-help"')[1].split('</section>')[0]
    check('what has them is offered', '>Pier one<' in found and 'aria-label="Pin: Pier one"' in found and
          'Pier two' not in found, found)
    check('without any it says so', 'No published story has these words' in
          editor.get(path + '?related=zeppelin').text)
    editor.get(path)
    check('nonsense is refused', editor.post(path + '/related', related='/no/such', do='pin').status == 422)
    editor.get(path)
    check('so is the story itself', editor.post(path + '/related', related=path.split('/')[-1],
                                                do='pin').status == 422)


def tags_and_names(check, editor, story):
    answer = write(editor, story('Ferries again', tags='', body='The islands wait.'))
    path = answer.location.split('?')[0]
    page = editor.get(path)
    check('tags that stand in the text are suggested', 'name="tag_more" value="ferries"' in page.text and
          'name="tag_more" value="islands"' in page.text)
    editor.send(path, dict(story('Ferries again', base_of(page), tags='', body='The islands wait.'),
                           tag_more='ferries'))
    check('and taken', 'name="tags" value="ferries"' in editor.get(path).text)
    page = editor.get('/desk/stories?tag=ferries&author=Ana+Reyes&section=news&q=again&state=draft')
    check('all filters at once', 'Ferries again' in page.text and 'Bridge opens' not in page.text)
    check('by a word that is not there', 'Ferries again' not in editor.get('/desk/stories?q=bridge').text)
    check('by a date to come', 'Nothing fits' in editor.get('/desk/stories?from=2099-01-01').text)
    return path


def being_edited(check, reporter, editor, path):
    editor.get(path)
    check('Today says who is in a story', 'Being edited by others' in reporter.get('/desk').text)
    check('and the story too', 'Edo Lang' in reporter.get(path).text)


def notes(check, reporter, editor, story):
    path = '/desk/stories/' + number_of(write(reporter, story('For the desk', do='hand-in',
                                                              note='Numbers are checked')))
    page = editor.get('/desk')
    check('a notice to editors', 'Numbers are checked' in page.text and 'handed it in' in page.text)
    check('is read', editor.post('/desk/notes/read').status == 303 and
          'Numbers are checked' not in editor.get('/desk').text)
    base = base_of(editor.get(path))
    check('returning needs a reason', editor.post(path + '/step', do='return', base=base).status == 422)
    editor.get(path)
    editor.post(path + '/step', do='return', base=base, note='Who says so?')
    check('the writer is told', 'Who says so?' in reporter.get('/desk').text)
    editor.get(path)
    owner = re.search(r'<option value="(\d+)">Edo Lang', editor.get(path).text)
    check('given to another', owner and editor.post(path + '/owner', owner=owner.group(1)).status == 303)
    answer = reporter.send(path, story('For the desk', base))
    check('then it is no longer hers', answer.status == 403, answer.status)


def embargo(check, editor, reader, story):
    path = '/desk/stories/' + number_of(write(editor, story('Under embargo')))
    until = time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(time.time() + 3))
    editor.get(path)
    check('an embargo', editor.post(path + '/embargo', until=until).status == 303)
    check('stands in Today', 'Under embargo' in editor.get('/desk').text)
    page = editor.get(path)
    answer = editor.post(path + '/step', do='publish', base=base_of(page))
    check('nobody publishes before', answer.status == 409 and 'embargo' in answer.text, answer.status)
    end = time.time() + 8
    while 'the embargo ended' not in editor.get(path).text and time.time() < end:
        time.sleep(0.2)
    page = editor.get(path)
    check('it ends by itself', 'the embargo ended' in page.text)
    check('then it is published', editor.post(path + '/step', do='publish', base=base_of(page)).status == 303)


def long_story(check, editor, story):
    body = ('ရွာသူရွာသားများသည် ဆိပ်ကမ်းသို့ ရောက်ရှိလာကြသည်။ ' * 40 + '\n\n') * 170
    size = len(body.encode())
    answer = write(editor, story('A long one', body=body, language='my'))
    check('a story of %d bytes fits' % size, answer.status == 303 and 900000 < size < 1 << 20, answer.status)
    answer = write(editor, story('Too long', body='a' * ((1 << 20) + 1)))
    check('more than 1 MiB of text is refused by name', answer.status == 413 and 'too large' in answer.text,
          answer.status)
    answer = write(editor, story('Far too long', body='a' * (3 << 20)))
    check('a form of 3 MiB too', answer.status == 413, answer.status)
    editor.get('/desk/front')
    answer = editor.send('/desk/front', {'do': 'save', 'add_story': 'a' * (3 << 20)})
    check('one without pictures is not even read, and answered in the desk\'s words', answer.status == 413 and
          '2 MiB are the most' in answer.text and 'your browser still has what you typed' in answer.text and
          'class="who"' in answer.text, '%s %s' % (answer.status, answer.text[:300]))
    check('by a page that is not kept', answer.headers.get('Cache-Control') == 'no-store')


def nothing_typed_is_lost(check, person, sign_in, story):
    """The session ended while somebody wrote: signed in again elsewhere, the old form is sent."""
    answer = write(person, story('Typed long'))
    path = answer.location.split('?')[0]
    fields = story('Typed long', base_of(person.get(path)), body='Typed for an hour.')
    other = sign_in('e')
    stale = dict(fields, token=person.token)
    answer = other.send(path, stale)
    check('an old form is told so', answer.status == 403 and 'still here' in answer.text, answer.status)
    check('with what was typed', 'Typed for an hour.' in answer.text)
    check('and sent again', other.send(path, fields).status == 303 and
          'Typed for an hour.' in other.get(path).text)


def conflict_kept(check, editor, publisher, story):
    path = '/desk/stories/' + number_of(write(editor, story('Two at once')))
    base = base_of(editor.get(path))
    publisher.get(path)
    editor.send(path, story('Two at once, first', base))
    answer = publisher.send(path, story('Two at once, second', base, body='Not to be lost.'))
    check('409', answer.status == 409, answer.status)
    page = publisher.get(path)
    kept = re.search(r'href="(%s/kept/\d+)"' % path, page.text)
    check('the lost text is kept and listed', kept)
    if kept:
        text = publisher.get(kept.group(1))
        check('read', text.status == 200 and 'Not to be lost.' in text.text, text.status)
        answer = publisher.post(kept.group(1), base=base_of(page))
        check('and restored', answer.status == 303 and 'Not to be lost.' in publisher.get(path).text,
              answer.status)


def schedule_ahead(check, editor, story):
    """Falls due while the program is down."""
    when = time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(time.time() + 5))
    answer = write(editor, story('Came while it slept', do='schedule', publish_at=when))
    check('scheduled by the second', answer.status == 303, html.unescape(answer.text[-300:]))
    return answer.location.split('?')[0]


def was_late(check, editor, reader, path):
    end = time.time() + 3
    while 'Came while it slept' not in reader.get('/').text and time.time() < end:
        time.sleep(0.05)
    check('what fell due is published at once', 'Came while it slept' in reader.get('/').text)
    check('and the delay is said', 'late: the program was not running' in editor.get(path).text)
    check('in Today as well', 'late: the program was not running' in editor.get('/desk').text)


# ---- People ---------------------------------------------------------------------------------------

def sessions(check, reporter, sign_in):
    other = sign_in('r')
    page = reporter.get('/desk/account')
    ids = re.findall(r'name="id" value="(\d+)"', page.text)
    check('sessions are listed', ids and 'This browser' in page.text, ids)
    check('one is ended', reporter.post('/desk/account/sessions', id=ids[0]).status == 303 and
          other.get('/desk').status == 303)
    more = [sign_in('r'), sign_in('r')]
    reporter.get('/desk/account')
    reporter.post('/desk/account/sessions')
    check('all others at once', [b.get('/desk').status for b in more] == [303, 303] and
          reporter.get('/desk').status == 200)


def limits(check, browser, sign_in, known):
    """Someone guesses; the colleague whose browser is known still gets in, others are not concerned."""
    stranger = browser()
    answers = [stranger.post('/desk/sign-in', login='tam', password='guess number %d' % i).status
               for i in range(11)]
    check('ten tries', answers == [422] * 10 + [429], answers)
    check('the right password comes too late from there',
          browser().post('/desk/sign-in', login='tam', password=known).status == 429)
    check('but not from a browser that is known', sign_in('c').get('/desk').status == 200)
    check('another account is not concerned', sign_in('e').get('/desk').status == 200)


def back_again(check, browser, password):
    out = browser()
    answer = out.get('/desk/stories')
    check('the door knows where one was', answer.location == '/desk/sign-in?to=%2Fdesk%2Fstories', answer.location)
    page = out.get(answer.location)
    check('and so does its form', 'name="to" value="/desk/stories"' in page.text)
    answer = out.post('/desk/sign-in', login='edo', password=password, to='/desk/stories')
    check('back there', answer.location == '/desk/stories', answer.location)
    for bad in ('//evil.example', 'https://evil.example/', '/desk/\\evil', '/desk//evil.example', '/'):
        answer = browser().post('/desk/sign-in', login='edo', password=password, to=bad)
        check('never to ' + bad, answer.location == '/desk', answer.location)


def cross_site_reading(check, reporter):
    told = reporter.ask('GET', '/desk', headers={'Sec-Fetch-Site': 'cross-site'})
    check('another site reads nothing', told.status == 403, told.status)
    told = reporter.ask('GET', '/desk', headers={'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'no-cors',
                                                 'Sec-Fetch-Dest': 'image'})
    check('nor as a picture', told.status == 403, told.status)
    told = reporter.ask('GET', '/desk', headers={'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate',
                                                 'Sec-Fetch-Dest': 'document'})
    check('but a link from a mail opens', told.status == 200, told.status)
    told = reporter.ask('POST', '/desk/notes/read', urllib.parse.urlencode({'token': reporter.token}),
                        'application/x-www-form-urlencoded',
                        {'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate',
                         'Sec-Fetch-Dest': 'document'})
    check('a form from there never', told.status == 403, told.status)


def pen_name(check, publisher, enter, link_in, png, story):
    publisher.get('/desk/people')
    answer = publisher.post('/desk/people', name='Quilla Zorn', login='quilla.zorn@desk.invalid', role='editor',
                            byline='P. Nimbus')
    person = enter(link_in(answer.text))
    page = person.get('/desk/stories/new')
    check('the byline is filled in', 'name="bylines" value="P. Nimbus"' in page.text)
    answer = write(person, story('Clouds over the bay', bylines='P. Nimbus', do='publish'),
                   [('photo', 'clouds.png', png(77, 12))])
    check('published under a pen name', answer.status == 303, html.unescape(answer.text[-300:]))
    person.get('/desk/account')
    check('which one changes oneself', person.post('/desk/account', name='Quilla Zorn',
                                                   byline='Paul Nimbus').status == 303 and
          'value="Paul Nimbus"' in person.get('/desk/stories/new').text)


def nobody_shows(check, port):
    """Follows every link from the front page, and looks into everything for accounts."""
    todo, seen = ['/', '/rss.xml', '/feed.xml', '/atom.xml', '/feed.json', '/sitemap.xml', '/robots.txt',
                  '/search?q=ferry', '/nothing-here', '/favicon.svg', '/desk/sign-in', '/humans.txt'], set()
    while todo and len(seen) < 600:
        path = todo.pop()
        if path in seen:
            continue
        seen.add(path)
        connection = http.client.HTTPConnection('127.0.0.1', port, timeout=30)
        connection.request('GET', path)
        answer = connection.getresponse()
        body = answer.read()
        everything = (str(answer.headers).encode() + body).lower()
        connection.close()
        for name in NAMES:
            if name.lower().encode() in everything:
                check('no account at ' + path, False, name)
        if re.search(r'html|xml|json', answer.headers.get('Content-Type', '')):
            text = html.unescape(body.decode('utf-8', 'replace')).replace('\\/', '/')
            for url in re.findall(r'(?:https?://127\.0\.0\.1:%d|["\'(, ])(/[^"\'<>()\s,\\]*)' % port, text):
                if not url.startswith(('//', '/desk')):
                    todo.append(url.split('#')[0])
    check('the whole site was read', len(seen) > 60 and any('/media/' in p for p in seen) and
          any('/author/p-nimbus' in p for p in seen) and any('/tag/' in p for p in seen), len(seen))


# ---- Settings -------------------------------------------------------------------------------------

def fields_of(page):
    form = page.text.split('action="/desk/settings"')[1].split('</form>')[0]
    fields = {n: html.unescape(v) for n, v in re.findall(r'<input id="\w+" name="(\w+)" value="([^"]*)"', form)}
    fields.update({n: html.unescape(v) for n, v in
                   re.findall(r'<textarea id="\w+" name="(\w+)"[^>]*>([^<]*)</textarea>', form)})
    for name, options in re.findall(r'<select id="\w+" name="(\w+)"[^>]*>(.*?)</select>', form):
        chosen = re.search(r'value="([^"]*)" selected', options)
        fields[name] = chosen.group(1) if chosen else ''
    return fields


def settings(check, publisher, reader, png):
    publisher.get('/desk/pictures')
    publisher.send('/desk/pictures', {}, [('photo', 'logo.png', png(5, 5, 400, 100))])
    picture = re.search(r'/desk/pictures/(\d+)', publisher.get('/desk/pictures?unused=1').text).group(1)
    fields = dict(fields_of(publisher.get('/desk/settings')), name='The High Tide', tagline='Every tide',
                  timezone='Asia/Yangon', languages='my th', copyright='All of it is ours',
                  accounts='https://social.example/@tide', accent_light='#0a5c36', accent_dark='#7fd6a8',
                  letters='sans', robots='User-agent: Greedy\nDisallow: /', logo=picture)
    answer = publisher.post('/desk/settings', fields)
    check('all settings', answer.status == 303, html.unescape(answer.text[-400:]))
    told = publisher.get(answer.location).text
    check('the changed addresses are named', 'These addresses changed' in told)
    front = reader.get('/').text
    for what in ('The High Tide', 'All of it is ours', 'https://social.example/@tide', '#0a5c36', '#7fd6a8'):
        where = front
        if what[0] == '#':
            where += ''.join(reader.get(p).text for p in re.findall(r'href="(/[^"]+\.css)"', front))
        check('at once: ' + what, what in where)
    check('the logo', re.search(r'<img[^>]+src="/media/', front.split('</header>')[0]))
    # Each picture of the library can be found for it, also without script; what was typed stays.
    publisher.get('/desk/settings')
    looked = publisher.post('/desk/settings/choose', dict(fields, tagline='Half typed', picture_q='logo', find='pictures'))
    radios = re.findall(r'name="logo" value="(\d+)"( checked)?', looked.text)
    check('the logo stays chosen', (picture, ' checked') in radios, radios)
    check('and what was typed', looked.status == 200 and 'Half typed' in looked.text)
    publisher.get('/desk/settings')
    none = publisher.post('/desk/settings/choose', dict(fields, picture_q='zzz', find='pictures'))
    check('nothing found is said', 'No picture fits' in none.text and 'value="%s" checked' % picture in none.text)
    check('robots', 'Greedy' in reader.get('/robots.txt').text)
    publisher.get('/desk/settings')
    pale = publisher.post('/desk/settings', dict(fields, accent_light='#ffe000', tagline='Typed, not lost'))
    check('a pale colour is refused', pale.status == 422 and 'too close to the ground' in pale.text, pale.status)
    check('and what was typed stays', 'Typed, not lost' in pale.text)
    publisher.get('/desk/settings')
    fields.update(name='The Tide', timezone='UTC', logo='0', letters='', accent_light='', accent_dark='')
    check('all back', publisher.post('/desk/settings', fields).status == 303 and
          'The High Tide' not in reader.get('/').text)
    trail = publisher.get('/desk/audit?action=settings').text
    check('in the trail', 'settings.change' in trail and 'logo' in trail and 'tagline' in trail)


def nested(check, publisher, reader):
    """Readers find the sections below another in a second row and in blocks on its page."""
    def rows(path):
        nav = reader.get(path).text.split('<nav class="sections"')[1].split('</nav>')[0].split('class="below"')
        return [re.findall(r'<a href="(/[\w-]+)"( aria-current)?', row) for row in nav]
    check('the front has the top row alone', len(rows('/')) == 1 and
          '/fisheries' not in dict(rows('/')[0]), rows('/'))
    top, below = rows('/harbour')
    check('a section has a second row', dict(top)['/harbour'] and list(dict(below)) == ['/ferries', '/fisheries'],
          (top, below))
    top, below = rows('/ferries')
    check('which marks both', dict(top)['/harbour'] and dict(below)['/ferries'] and
          not dict(below)['/fisheries'], (top, below))
    check('the way up', '<p class="kicker"><a href="/harbour">Harbour</a></p>' in reader.get('/ferries').text)
    check('no block without stories', 'class="compact"' not in reader.get('/harbour').text)
    publisher.get('/desk/stories/new')
    answer = publisher.send('/desk/stories', {
        'headline': 'The first ferry of the year', 'body': 'It was late.', 'section': 'ferries',
        'language': 'en', 'do': 'publish'})
    live = re.search(r'href="(http[^"]+/ferries/[^"]+)"', publisher.get(answer.location).text).group(1)
    page = reader.get('/harbour').text
    check('a block with its story', '<section class="block">' in page and 'The first ferry of the year' in page)
    story = reader.get('/' + live.split('/', 3)[3]).text
    check('a story says both', '<a class="above" href="/harbour">Harbour</a> <a href="/ferries">Ferries</a>' in story)
    check('chosen with the one above', '<option value="ferries">Harbour / Ferries</option>' in
          publisher.get('/desk/stories/new').text)


def furniture(check, publisher, reader):
    page = publisher.get('/desk/settings')
    for slug in ('section', 'section-2'):
        answer = publisher.post('/desk/settings/sections', name='★')
        check('a name that no address can hold', answer.status == 303 and
              'value="%s"' % slug in publisher.get('/desk/settings').text, answer.status)
    answer = publisher.post('/desk/settings/sections', name='✉', slug='letters')
    check('a slug of its own', answer.status == 303 and 'value="letters"' in publisher.get('/desk/settings').text)
    check('a page, too', publisher.post('/desk/settings/pages', title='★').location == '/desk/settings/pages/page')
    check('a section below another', publisher.post('/desk/settings/sections', name='Fishing').status == 303)
    page = publisher.get('/desk/settings')
    ids = dict((name, n) for n, name in
               re.findall(r'<input id="s(\d+)" name="name" value="([^"]*)"', page.text))
    for child, parent, status in (('Fishing', 'Harbour', 303), ('News', 'Fishing', 422), ('Harbour', 'News', 422)):
        publisher.get('/desk/settings')
        answer = publisher.post('/desk/settings/sections/' + ids[child], name=child, slug=child.lower(),
                                parent=ids[parent])
        check('%s below %s' % (child, parent), answer.status == status, answer.status)
    publisher.get('/desk/settings')
    publisher.post('/desk/settings/sections/' + ids['Fishing'], name='Fisheries', slug='fisheries',
                   parent=ids['Harbour'])
    check('another slug leads on', reader.get('/fishing').status == 301 and reader.get('/fisheries').status == 200)
    publisher.get('/desk/settings')
    check('one that begins below', publisher.post('/desk/settings/sections', name='Ferries',
                                                  parent=ids['Harbour']).status == 303)
    text = publisher.get('/desk/settings').text
    check('those below stand behind', text.find('value="Harbour"') < text.find('value="Fisheries"') <
          text.find('value="Ferries"'))
    ferries = re.search(r'<input id="s(\d+)" name="name" value="Ferries"', text).group(1)
    publisher.post('/desk/settings/sections/' + ferries, do='up')
    text = publisher.get('/desk/settings').text
    check('order', text.find('value="Harbour"') < text.find('value="Ferries"') < text.find('value="Fisheries"'))
    nested(check, publisher, reader)

    check('a new page', publisher.post('/desk/settings/pages', title='Our ethics').location ==
          '/desk/settings/pages/our-ethics')
    publisher.get('/desk/settings/pages/our-ethics')
    shown = publisher.post('/desk/settings/pages/our-ethics', title='Our ethics', body='We **ask**.', do='preview')
    check('previewed', shown.status == 200 and '<strong>ask</strong>' in shown.text)
    check('not saved by that', reader.get('/our-ethics').status == 404)
    publisher.post('/desk/settings/pages/our-ethics', title='Our ethics', body='We **ask**.', do='save')
    check('live', '<strong>ask</strong>' in reader.get('/our-ethics').text)
    publisher.get('/desk/settings/pages/our-ethics')
    check('removed', publisher.post('/desk/settings/pages/our-ethics/remove').status == 303 and
          reader.get('/our-ethics').status == 404)
    publisher.get('/desk/settings')
    for title in ('News', 'Search', 'Desk'):
        answer = publisher.post('/desk/settings/pages', title=title)
        check('no page over /' + title.lower(), answer.status == 422, answer.status)
    publisher.get('/desk/settings')
    publisher.post('/desk/settings/ads', title='Subscribe to the tide', text='Twice a day', url='https://t.example/')
    check('a house advertisement', 'Subscribe to the tide' in reader.get('/').text)
    number = re.search(r'/desk/settings/ads/(\d+)/remove', publisher.get('/desk/settings').text)
    publisher.post(number.group(0))
    check('is taken down', 'Subscribe to the tide' not in reader.get('/').text)


def audit(check, publisher, run, folder):
    page = publisher.get('/desk/audit')
    head = re.search(r'<code class="head">([^<]+)<', page.text).group(1)
    told = run('check', folder, '--audit', head)
    check('the head is checked', told.returncode == 0, told.stdout + told.stderr)
    wrong = head[:-1] + ('0' if head[-1] != '0' else '1')
    told = run('check', folder, '--audit', wrong)
    check('a wrong one is found out', told.returncode != 0 and 'if that was typed whole' in told.stdout and
          ' 1 fault;' in told.stderr, told.stdout + told.stderr)
    who = re.search(r'<option value="(\d+)">Edo Lang', page.text).group(1)
    rows = re.findall(r'<td>(?:<time[^<]*</time>)?\s*</td>|<td>([^<]*)</td><td><code>([^<]*)</code>',
                      publisher.get('/desk/audit?who=' + who).text)
    rows = [r for r in rows if r[1]]
    check('filtered by person', rows and all(r[0] == 'Edo Lang' for r in rows), rows[:3])
    text = publisher.get('/desk/audit?action=story.publish').text
    check('by action', 'story.publish' in text and '<code>story.save' not in text)
    check('by day', '<code>' not in publisher.get('/desk/audit?from=2099-01-01').text.split('</form>')[-1])


def run(check, kit):
    """kit: publisher, editor, reporter, browser, sign_in, enter, link_in, png, story, run, folder, port,
    password."""
    k = kit
    reader = k['browser']()
    path, live = addresses_last(check, k['editor'], reader, k['story'])
    minor_and_update(check, k['editor'], reader, k['story'], path, live)
    related(check, k['editor'], reader, k['story'], path, live)
    draft = tags_and_names(check, k['editor'], k['story'])
    being_edited(check, k['reporter'], k['editor'], draft)
    notes(check, k['reporter'], k['editor'], k['story'])
    embargo(check, k['editor'], reader, k['story'])
    long_story(check, k['editor'], k['story'])
    nothing_typed_is_lost(check, k['editor'], k['sign_in'], k['story'])
    conflict_kept(check, k['editor'], k['publisher'], k['story'])
    sessions(check, k['reporter'], k['sign_in'])
    limits(check, k['browser'], k['sign_in'], k['password'])
    back_again(check, k['browser'], k['password'])
    cross_site_reading(check, k['reporter'])
    pen_name(check, k['publisher'], k['enter'], k['link_in'], k['png'], k['story'])
    settings(check, k['publisher'], reader, k['png'])
    furniture(check, k['publisher'], reader)
    nobody_shows(check, k['port'])
    audit(check, k['publisher'], k['run'], k['folder'])
