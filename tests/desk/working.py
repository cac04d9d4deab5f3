"""Nothing typed is lost, for run.py: working copies, merging by paragraphs, conflicts that are chosen,
comparing revisions, who is in a story. All of it over HTTP, without a script."""
import html
import json
import re

JSON = {'Accept': 'application/json'}
PAGE = 'ab' * 8
BODY = 'The quay is wet.\n\nThe ferry is late.\n\nNobody waits.'
turn = 1000


def number_of(answer):
    return re.search(r'/desk/stories/(\d+)', answer.location or '/desk/stories/0').group(1)


def hidden(page, name):
    found = re.search(r'name="%s" value="([^"]*)"' % name, page.text)
    return html.unescape(found.group(1)) if found else ''


def area(page, name):
    found = re.search(r'<textarea id="%s"[^>]*>\n?(.*?)</textarea>' % name, page.text, re.S)
    return html.unescape(found.group(1)) if found else None


def words(page):
    """What stands there, without what was taken out."""
    text = re.sub(r'<del>.*?</del>|<span class="said">[^<]*</span>', '', page.text, flags=re.S)
    return html.unescape(re.sub(r'<[^>]+>', '', text))


def write(person, story, headline, **more):
    person.get('/desk/stories/new')
    answer = person.send('/desk/stories', story(headline, body=BODY, **more))
    return '/desk/stories/' + number_of(answer)


def typed(person, path, fields, page=PAGE, **more):
    """What the editor's script sends; the answer, and what it says."""
    global turn
    turn += 1
    answer = person.post(path + '/working', dict(fields, page=page, turn=str(turn), **more), JSON)
    return answer, (json.loads(answer.text) if answer.text.startswith('{') else {})


def form_of(person, path, story, headline, **more):
    page = person.get(path)
    return story(headline, hidden(page, 'base'), **dict({'body': BODY}, **more))


def copies(check, reporter, story):
    path = write(reporter, story, 'Copies')
    fields = form_of(reporter, path, story, 'Copies, typed', body=BODY + '\n\nA new end.', note='Is it so?')
    answer, told = typed(reporter, path, fields)
    check('a working copy is stored', answer.status == 200 and told.get('working') and told.get('at'), answer.text)
    again, same = typed(reporter, path, fields)
    check('there is one for the page', same.get('working') == told['working'], same)
    late = reporter.post(path + '/working', dict(fields, page=PAGE, turn='1', headline='Older'), JSON)
    check('an earlier writing that comes late changes nothing', late.status == 200, late.text)
    page = reporter.get(path)
    check('it is what one sees', area(page, 'headline') == 'Copies, typed' and
          'A new end.' in area(page, 'body'), area(page, 'headline'))
    check('the note to colleagues too', area(page, 'note') == 'Is it so?')
    check('and is told so', 'You see what you typed and did not save' in page.text)
    check('readers of the revisions see the saved one', 'A new end.' not in
          reporter.get(re.search(r'href="(%s/revisions/\d+)"' % path, page.text).group(1)).text)
    check('Today tells', 'Copies, typed' in reporter.get('/desk').text)
    view = reporter.get('/desk/working/%d' % told['working'])
    check('it can be compared', view.status == 200 and re.search(r'<ins>.*A new end\.</ins>', view.text, re.S))
    # another window: a copy of its own
    other, second = typed(reporter, path, dict(fields, headline='Second window'), page='cd' * 8)
    check('another window overwrites nothing', second['working'] != told['working'], second)
    page = reporter.get(path)
    check('both are offered', area(page, 'headline') == 'Copies' and 'Second window' in page.text and
          'Copies, typed' in page.text, area(page, 'headline'))
    page = reporter.get(path + '?working=%d' % second['working'])
    check('either can be gone on with', area(page, 'headline') == 'Second window')
    saved = dict(fields, headline='Second window', page=hidden(page, 'page'),
                 working=hidden(page, 'working'), seen=hidden(page, 'seen'))
    check('saving ends that one', reporter.send(path, saved).status == 303 and
          'Second window' not in [x for x in re.findall(r'/desk/working/\d+[^>]*>([^<]*)<',
                                                       reporter.get('/desk').text)])
    reporter.get(path)
    answer = reporter.post('/desk/working/%d' % told['working'], {'do': 'discard'})
    check('the other is discarded', answer.status == 303 and
          reporter.get('/desk/working/%d' % told['working']).status == 404)
    fields = form_of(reporter, path, story, 'Second window', body=area(reporter.get(path), 'body'))
    first, told = typed(reporter, path, dict(fields, headline='x'), page='ef' * 8)
    undone, told = typed(reporter, path, fields, page='ef' * 8)
    check('what is undone needs no copy', undone.status == 200 and 'working' not in told or
          not told['working'], undone.text)
    for wrong in ({'page': 'short'}, {'turn': '0'}, {'base': '999999'}, {'base': ''}):
        bad = dict(fields, page=PAGE, turn='99', **{'headline': 'y'})
        bad.update(wrong)
        check('nonsense is refused %s' % wrong, reporter.post(path + '/working', bad, JSON).status == 422)
    big = reporter.post(path + '/working', dict(fields, page=PAGE, turn='99', body='x' * (2 << 20)), JSON)
    check('2 MiB are the most', big.status == 413, big.status)


def new_story(check, reporter, contributor, story):
    page = reporter.get('/desk/stories/new')
    name = hidden(page, 'page')
    fields = story('Begun and not saved', body='The first words.')
    answer, told = typed(reporter, '/desk/stories', fields, page=name)
    check('a new story has a copy, too', answer.status == 200 and told['working'], answer.text)
    again, same = typed(reporter, '/desk/stories', fields, page=name)
    check('once, however often it is sent', same['working'] == told['working'])
    listed = reporter.get('/desk/stories/new')
    check('it is offered', 'Begun and not saved' in listed.text and not area(listed, 'headline'))
    check('a colleague has no part in it', contributor.get('/desk/working/%d' % told['working']).status == 403)
    page = reporter.get('/desk/stories/new?working=%d' % told['working'])
    check('it goes on', area(page, 'body') == 'The first words.')
    fields.update(page=hidden(page, 'page'), working=hidden(page, 'working'), seen=hidden(page, 'seen'))
    check('until it is saved', reporter.send('/desk/stories', fields).status == 303 and
          reporter.get('/desk/working/%d' % told['working']).status == 404)


def merging(check, reporter, editor, story):
    path = write(reporter, story, 'Merging')
    mine = form_of(reporter, path, story, 'Merging')
    theirs = form_of(editor, path, story, 'Merging, better', body=BODY.replace('wet', 'dry'), tags='ferries, quay')
    check('one saves', editor.send(path, theirs).status == 303)
    mine.update(body=BODY.replace('Nobody waits', 'Few wait'), tags='ferries, islands, boats')
    answer = reporter.send(path, mine)
    check('the other is merged', answer.status == 303 and 'merged=' in answer.location, answer.status)
    page = reporter.get(answer.location)
    text = area(page, 'body')
    check('both paragraphs', 'quay is dry' in text and 'Few wait' in text and 'ferry is late' in text, text)
    check('the field that one changed', area(page, 'headline') == 'Merging, better')
    tags = re.search(r'name="tags" value="([^"]*)"', page.text).group(1)
    check('each tag by itself', {x.strip() for x in tags.split(',')} == {'ferries', 'quay', 'boats'}, tags)
    check('the notice names what and who', 'merged with what was saved' in page.text and 'Edo Lang' in page.text and
          'paragraphs (1)' in page.text and '>Headline<' in page.text)
    see = re.search(r'href="(%s/revisions/\d+\?with=\d+)"' % path, page.text)
    check('and leads to it', see and '<ins>' in editor.get(see.group(1)).text)
    # a step that readers see waits
    base = form_of(editor, path, story, 'Merging, better', body=text)
    reporter.send(path, dict(form_of(reporter, path, story, 'Merging, better', body=text.replace('late', 'later'))))
    answer = editor.send(path, dict(base, body=text.replace('Few', 'Two'), do='publish'))
    page = editor.get(answer.location)
    check('nothing is published unseen', answer.status == 303 and 'held=1' in answer.location and
          'look the whole text over' in page.text and 'See it on the site' not in page.text, answer.location)


def choosing(check, reporter, editor, story):
    path = write(reporter, story, 'Choosing')
    mine = form_of(reporter, path, story, 'Choosing, mine', body=BODY.replace('late', 'very late').replace(
        'wet', 'soaked'), standfirst='Mine')
    theirs = form_of(editor, path, story, 'Choosing, theirs', body=BODY.replace('late', 'early'))
    editor.send(path, theirs)
    answer = reporter.send(path, mine)
    check('the same paragraph is a conflict', answer.status == 409, answer.status)
    check('both by word', re.search(r'is <ins><span class="said">[^<]*</span>very </ins>late|<ins>.*very', answer.text) and
          re.search(r'<ins>(<span[^>]*>[^<]*</span>)?early</ins>', answer.text), '')
    check('what merges is said', 'Only you changed this' in answer.text and 'soaked' in answer.text)
    check('no field that merges is asked for', 'name="f-standfirst"' not in answer.text and
          'name="f-headline"' in answer.text and 'name="c-1"' in answer.text and 'name="c-2"' not in answer.text)
    check('nothing is overwritten yet', 'Choosing, theirs' in area(reporter.get(path), 'headline') or
          'Choosing, mine' in reporter.get(path).text)
    choice = {k: hidden(answer, k) for k in ('kept', 'theirs', 'page', 'working', 'seen')}
    done = reporter.post(path, dict(choice, **{'f-headline': 'theirs', 'c-1': 'both', 'do': 'save'}))
    check('the choice is saved', done.status == 303, '%s %s' % (done.status, done.text[-200:]))
    page = reporter.get(path)
    text = area(page, 'body')
    check('both, mine first', 'very late.\n\nThe ferry is early.' in text and 'soaked' in text, text)
    check('theirs for the headline, mine for the rest', area(page, 'headline') == 'Choosing, theirs' and
          area(page, 'standfirst') == 'Mine')
    kept = re.search(r'href="(%s/kept/\d+)"' % path, page.text)
    check('what was not chosen stays kept', kept and 'very late' in reporter.get(kept.group(1)).text)
    check('a colleague cannot use it', editor.post(path, dict(choice, **{'c-1': 'both'})).status in (403, 404))
    # all of mine: nothing more to keep
    mine = form_of(reporter, path, story, 'Mine at last', body=text)
    editor.send(path, form_of(editor, path, story, 'Theirs at last', body=text))
    answer = reporter.send(path, mine)
    before = len(re.findall(r'%s/kept/' % path, reporter.get(path).text))
    choice = {k: hidden(answer, k) for k in ('kept', 'theirs', 'page', 'working', 'seen')}
    reporter.post(path, dict(choice, **{'f-headline': 'mine', 'do': 'save'}))
    page = reporter.get(path)
    check('one\'s own, whole', area(page, 'headline') == 'Mine at last' and
          len(re.findall(r'%s/kept/' % path, page.text)) == before - 1, area(page, 'headline'))


def taking_over(check, reporter, editor, story):
    """Before another person edits, what was typed becomes a revision of who typed it."""
    path = write(reporter, story, 'Taking over')
    fields = form_of(reporter, path, story, 'Taking over, typed', body=BODY + '\n\nTyped only.')
    typed(reporter, path, fields)
    page = editor.get(path)
    check('a colleague begins from it', area(page, 'headline') == 'Taking over, typed' and
          'Typed only.' in area(page, 'body'), area(page, 'headline'))
    revision = re.search(r'revisions/\d+">[^<]*</a>.{0,200}?Rosa Quill', page.text, re.S)
    check('it is the author\'s revision', revision)
    answer, told = typed(reporter, path, dict(fields, body=BODY + '\n\nTyped only. And more.'))
    check('the author goes on from it', told.get('base') == int(hidden(page, 'base')) and 'newer' not in told, told)
    check('and saves without a conflict', reporter.send(path, dict(
        fields, page=PAGE, body=BODY + '\n\nTyped only. And more still.')).status == 303)
    check('not merged with oneself', area(reporter.get(path), 'body').endswith('And more still.') or
          'And more still.' in area(reporter.get(path), 'body'))
    # a story that readers see stays as it is
    path = write(editor, story, 'Live and typed')
    editor.send(path, form_of(editor, path, story, 'Live and typed', do='publish'))
    typed(editor, path, form_of(editor, path, story, 'Live, half typ'))
    reader = reporter.get(path)
    check('no revision of what is live', 'Live, half typ' not in (area(reader, 'headline') or '') and
          'Published' in reader.text)


def presence(check, reporter, editor, publisher, story):
    path = write(editor, story, 'Together')
    publisher.get(path)
    answer = editor.post(path + '/here', {'base': hidden(editor.get(path), 'base')}, JSON)
    check('one sees the other', answer.status == 200 and json.loads(answer.text)['here'] == ['Mira Holt'], answer.text)
    check('on the page as well', 'Also in this story: Mira Holt' in editor.get(path).text)
    publisher.post(path + '/here', {'leave': '1'}, JSON)
    answer = editor.post(path + '/here', {'base': '1'}, JSON)
    told = json.loads(answer.text)
    check('until it leaves', told['here'] == [], told)
    check('a newer text is told', told['newer']['who'] == 'Edo Lang', told)
    typed(publisher, path, form_of(publisher, path, story, 'Together, typed'))
    check('typing is being there', json.loads(editor.post(path + '/here', {}, JSON).text)['here'] == ['Mira Holt'])


def taken_in(check, editor, publisher, story):
    """While somebody types on an older text: both in one, before anything is saved."""
    path = write(editor, story, 'Taken in')
    body = 'First words.\n\nSecond words.\n\nThird words.'
    editor.send(path, form_of(editor, path, story, 'Taken in', body=body))
    mine = form_of(publisher, path, story, 'Taken in', body=body.replace('Third', 'My third'))
    page = publisher.get(path)
    editor.send(path, form_of(editor, path, story, 'Taken in', body=body.replace('First', 'Their first')))
    _, told = typed(publisher, path, mine, hidden(page, 'page'))
    go = told['newer'].get('go', '')
    check('both can be one', go.startswith(path + '?merge=1&'), told)
    merged = publisher.get('%s&working=%d' % (go, told['working']))
    check('and are on the page', area(merged, 'body').strip() == 'Their first words.\n\nSecond words.\n\nMy third words.',
          area(merged, 'body'))
    check('which goes on from the newest', hidden(merged, 'base') == hidden(editor.get(path), 'base') and
          'was merged with what was saved' in merged.text)
    check('nothing is saved by that', 'My third' not in area(editor.get(path), 'body'))
    _, told = typed(publisher, path, dict(mine, body=body.replace('First', 'My first')), hidden(page, 'page'))
    check('where both changed the same they are not', 'go' not in told['newer'], told)
    _, told = typed(publisher, path, dict(mine, body=body), hidden(page, 'page'))
    check('who typed nothing has nothing to keep', not told['working'] and told['newer'].get('go'), told)


def sign_ins(check, reporter, editor, browser, sign_in, story):
    path = write(reporter, story, 'Sessions')
    fields = form_of(reporter, path, story, 'Sessions, typed')
    out = browser()
    out.token = reporter.token
    answer, _ = typed(out, path, fields)
    check('signed out', answer.status == 401 and 'error' in json.loads(answer.text), answer.text)
    check('no token for nobody', out.ask('GET', '/desk/stories/token', headers=JSON).status in (303, 401))
    again = sign_in('r')
    again.token = reporter.token
    answer, _ = typed(again, path, fields)
    check('a token of the session before', answer.status == 403, answer.status)
    given = json.loads(again.ask('GET', '/desk/stories/token', headers=JSON).text)
    again.token = given['token']
    answer, told = typed(again, path, fields)
    check('goes on with a fresh one', answer.status == 200 and told['working'], answer.text)
    check('which says whose it is', given['account'] == int(re.search(
        r'data-me="(\d+)"', reporter.get('/desk').text).group(1)))


def left_behind(check, publisher, editor, enter, link_in, story):
    publisher.get('/desk/people')
    answer = publisher.post('/desk/people', name='Vera Dune', login='vera', role='reporter')
    vera = enter(link_in(answer.text))
    person = re.search(r'/desk/people/(\d+)"(?:(?!/desk/people/\d).)*vera', publisher.get('/desk/people').text, re.S)
    path = write(vera, story, 'Left behind')
    typed(vera, path, form_of(vera, path, story, 'Left behind, typed'))
    page = vera.get('/desk/stories/new')
    _, fresh = typed(vera, '/desk/stories', story('Never saved at all'), page=hidden(page, 'page'))
    publisher.get('/desk/people')
    publisher.post('/desk/people/%s/disable' % person.group(1))
    today = editor.get('/desk')
    check('what a person who left had typed is shown', 'Left behind, typed' in today.text and
          'Never saved at all' in today.text and 'Vera Dune' in today.text)
    view = editor.get('/desk/working/%d' % fresh['working'])
    check('and read', view.status == 200 and 'no access any more' in view.text)
    answer = editor.post('/desk/working/%d' % fresh['working'], {'do': 'save'})
    check('and made a story', answer.status == 303 and area(editor.get(answer.location), 'headline') ==
          'Never saved at all', answer.status)
    check('which is not offered again', 'Never saved at all</a> <span class="quiet">Vera' not in
          editor.get('/desk').text)


def comparing(check, editor, story):
    path = write(editor, story, 'Comparing')
    editor.send(path, form_of(editor, path, story, 'Comparing', body=BODY.replace('wet', 'dry')))
    editor.send(path, form_of(editor, path, story, 'Comparing more', body=BODY.replace('wet', 'icy')))
    olds = sorted(set(re.findall(r'%s/revisions/(\d+)' % path, editor.get(path).text)), key=int)
    page = editor.get('%s/revisions/%s' % (path, olds[-1]))
    check('a revision by words', re.search(r'<del>(<span[^>]*>[^<]*</span>)?dry</del><ins>(<span[^>]*>[^<]*</span>)?icy',
                                           page.text), page.text[-3000:])
    page = editor.get('%s/revisions/%s?with=%s' % (path, olds[-1], olds[0]))
    check('against any', re.search(r'wet</del>', page.text) and 'selected' in page.text)
    check('of the story', editor.get('%s/revisions/%s?with=1' % (path, olds[-1])).status in (200, 404) and
          editor.get('%s/revisions/%s?with=999999' % (path, olds[-1])).status == 404)


def run(check, on):
    reporter, editor, publisher = on['reporter'], on['editor'], on['publisher']
    copies(check, reporter, on['story'])
    new_story(check, reporter, on['contributor'], on['story'])
    merging(check, reporter, editor, on['story'])
    choosing(check, reporter, editor, on['story'])
    taking_over(check, reporter, editor, on['story'])
    presence(check, reporter, editor, publisher, on['story'])
    taken_in(check, editor, publisher, on['story'])
    sign_ins(check, reporter, editor, on['browser'], on['sign_in'], on['story'])
    left_behind(check, publisher, editor, on['enter'], on['link_in'], on['story'])
    comparing(check, editor, on['story'])
