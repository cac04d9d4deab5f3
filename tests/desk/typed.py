"""An error keeps what was typed, in every form of the desk; and lists that are longer than a screen go on."""
import re


def base_of(page):
    return re.search(r'name="base" value="(\d+)"', page.text).group(1)


def beside_a_story(check, publisher, story):
    """The small forms below the text."""
    publisher.get('/desk/stories/new')
    answer = publisher.send('/desk/stories', story('Small forms'))
    path = re.search(r'/desk/stories/\d+', answer.location).group(0)
    publisher.get(path)
    publisher.post(path + '/step', do='publish', base=base_of(publisher.get(path)))
    long = 'Typed with care. ' + 'x' * 30000
    for where, fields in (('/notes', {'text': long}), ('/previews', {'label': 'Typed with care', 'days': '900'}),
                          ('/previews', {'label': 'Typed with care', 'days': 'soon'}),
                          ('/corrections', {'correction': long}),
                          ('/takedown', {'reason': 'Typed with care', 'status': '410'}),
                          ('/related', {'related': '/Typed with care', 'do': 'pin'})):
        publisher.get(path)
        answer = publisher.post(path + where, fields)
        check('%s %s: refused on the same screen' % (where, fields.get('days', '')),
              answer.status == 422 and 'Small forms' in answer.text and 'id="error"' in answer.text, answer.status)
        check('%s: what was typed stays' % where, 'Typed with care' in answer.text)
    check('the takedown stands open', '<details class="dangerous" open>' in
          publisher.post(path + '/takedown', reason='Typed with care', status='410').text)
    answer = publisher.send('/desk/stories', story('Embargoed form'))
    path = re.search(r'/desk/stories/\d+', answer.location).group(0)
    publisher.get(path)
    answer = publisher.post(path + '/embargo', until='next tuesday')
    check('an embargo too', answer.status == 422 and 'value="next tuesday"' in answer.text, answer.status)


def settings_and_people(check, publisher):
    page = publisher.get('/desk/settings')
    section = re.search(r'action="(/desk/settings/sections/\d+)"', page.text).group(1)
    publisher.post('/desk/settings/ads', title='A lamp', text='It burns', url='https://lamp.example')
    number = re.search(r'name="id" value="(\d+)">\s*<label for="at\d+">[^<]*</label><input id="at\d+" name="title" '
                       r'value="A lamp"', publisher.get('/desk/settings').text).group(1)
    for where, fields, shown in (
            ('/desk/settings/ads', {'title': 'Typed title', 'text': 'Typed text', 'url': 'no address'},
             ('id="nat" name="title" value="Typed title"', 'value="Typed text"', 'value="no address"')),
            ('/desk/settings/ads', {'id': number, 'title': 'Typed lamp', 'text': 'Typed text', 'url': 'no address'},
             ('<details class="ad" open>', 'id="at%s" name="title" value="Typed lamp"' % number)),
            ('/desk/settings/sections', {'name': 'Typed section ' + 'x' * 900}, ('value="Typed section',)),
            (section, {'name': 'Typed name', 'slug': 'Not Valid'}, ('value="Typed name"', 'value="Not Valid"')),
            ('/desk/settings/pages', {'title': 'Desk'}, ('name="title" value="Desk"',)),
            ('/desk/account', {'name': '', 'byline': 'Typed byline'}, ('value="Typed byline"',)),
            ('/desk/front/breaking', {'text': 'Typed bar', 'url': '/x', 'until': 'tonight', 'do': 'set'},
             ('value="Typed bar"', 'value="/x"'))):
        publisher.get('/desk/settings')
        answer = publisher.post(where, fields)
        check('%s: refused' % where, answer.status == 422, answer.status)
        for text in shown:
            check('%s keeps %s' % (where, text[:60]), text in answer.text)
    publisher.get('/desk/settings')
    publisher.post('/desk/settings/ads/%s/remove' % number)
    page = publisher.get('/desk/settings')
    fields = {name: '' for name in ('place', 'since', 'timezone')}
    answer = publisher.post('/desk/settings', dict(fields, name='Typed', letters='sans'))
    check('the choice of letters stays', answer.status == 422 and
          '<option value="sans" selected>' in answer.text, answer.status)
    page = publisher.get('/desk/people')
    number = re.search(r'id="l(\d+)" name="login" value="edo"', page.text).group(1)
    answer = publisher.post('/desk/people/' + number, name='', login='typed login', role='editor', byline='Typed byline')
    row = answer.text.split('action="/desk/people/%s"' % number)[1].split('</form>')[0]
    check('a person is typed into the own row', answer.status == 422 and 'value="typed login"' in row and
          'value="Typed byline"' in row, answer.status)
    check('and not into the form for a new one', answer.text.count('typed login') == 1, answer.text.count('typed login'))


def all_revisions(check, editor, story):
    """Every revision can be read, however many there are."""
    editor.get('/desk/stories/new')
    answer = editor.send('/desk/stories', story('Text one'))
    path = re.search(r'/desk/stories/\d+', answer.location).group(0)
    for i in range(24):
        editor.send(path, story('Text %d' % (i + 2), base_of(editor.get(path))))
    for i in range(31):
        editor.post(path + '/notes', text='Note number %d.' % i)
    page = editor.get(path)
    first = re.findall(r'href="(%s/revisions/\d+)"' % path, page.text)
    further = re.search(r'href="(%s\?revisions=\d+)#revisions"' % path, page.text)
    check('twenty are listed, older ones offered', len(first) == 20 and further, len(first))
    page = editor.get(further.group(1))
    rest = re.findall(r'href="(%s/revisions/\d+)"' % path, page.text)
    check('the others behind them', len(rest) == 5 and not set(rest) & set(first), rest)
    check('the very first is read', 'Text one' in editor.get(rest[-1]).text)
    page = editor.get(path)
    further = re.search(r'href="(%s\?notes=\d+)#notes"' % path, page.text)
    check('older notes are offered', further and '<p>Note number 0.</p>' not in page.text)
    check('and there', further and '<p>Note number 0.</p>' in editor.get(further.group(1)).text)


def pictures_of_texts(check, editor, png, story):
    """A revision shows the pictures within its text; one within an unsaved text is not deleted."""
    editor.get('/desk/pictures')
    answer = editor.send('/desk/pictures', {}, [('photo', 'within.png', png(61, 62))])
    number = re.search(r'/desk/pictures/(\d+)', answer.location).group(1)
    answer = editor.send('/desk/stories', story('With a picture within', body='One.\n\n![A quay](picture:%s)' % number))
    path = re.search(r'/desk/stories/\d+', answer.location).group(0)
    old = re.search(r'href="(%s/revisions/\d+)"' % path, editor.get(path).text).group(1)
    check('a revision shows the picture in its text',
          re.search(r'<figure><img src="/desk/media/[^"]+" alt="A quay">', editor.get(old).text))
    editor.get('/desk/pictures')
    answer = editor.send('/desk/pictures', {}, [('photo', 'unsaved.png', png(63, 64))])
    number = re.search(r'/desk/pictures/(\d+)', answer.location).group(1)
    page = editor.get('/desk/stories/new')
    name = re.search(r'name="page" value="([0-9a-f]+)"', page.text).group(1)
    kept = editor.post('/desk/stories/working', dict(story('Not saved', body='![x](picture:%s)' % number), page=name, turn='1'))
    check('a text is kept unsaved', kept.status == 200, kept.text[:200])
    page = editor.get('/desk/pictures/' + number)
    check('its picture offers no deleting', '/desk/pictures/%s/delete' % number not in page.text and
          'not saved yet' in page.text)
    answer = editor.post('/desk/pictures/%s/delete' % number)
    check('and is not deleted', answer.status == 409 and 'not saved yet' in answer.text, answer.status)


def run(check, publisher, editor, png, story):
    beside_a_story(check, publisher, story)
    settings_and_people(check, publisher)
    all_revisions(check, editor, story)
    pictures_of_texts(check, editor, png, story)
