"""Corrections, a takedown, and the front laid by hand without script, for run.py."""
import os
import json
import re
import xml.etree.ElementTree as ElementTree

ATOM = '{http://www.w3.org/2005/Atom}'


def base_of(page):
    return re.search(r'name="base" value="(\d+)"', page.text).group(1)


def published(editor, story, headline, files=(), **more):
    """A story that readers see: its number and address."""
    editor.get('/desk/stories/new')
    answer = editor.send('/desk/stories', story(headline, **more), list(files))
    number = re.search(r'/desk/stories/(\d+)', answer.location).group(1)
    page = editor.get('/desk/stories/' + number)
    editor.post('/desk/stories/%s/step' % number, do='publish', base=base_of(page))
    page = editor.get('/desk/stories/' + number)
    live = re.search(r'href="http://[^/"]+(/[a-z0-9-]+/\d{4}/\d\d/[^"]+)"', page.text)
    return number, live.group(1) if live else ''


def corrections(check, editor, reader, story):
    number, live = published(editor, story, 'Bridge opens on Tuesday')
    before = reader.get('/corrections').text
    check('a page of corrections, linked from every page', 'Corrections' in before and
          '<a href="/corrections">' in reader.get('/').text)
    answer = editor.post('/desk/stories/%s/corrections' % number,
                         correction='The bridge opens on *Wednesday*, not on Tuesday.')
    check('an editor corrects', answer.status == 303 and 'change=' in answer.location, answer.status)
    page = reader.get(live).text
    check('readers see it in the story, dated', 'class="correction"' in page and
          '<em>Wednesday</em>' in page and re.search(r'class="correction".{0,200}<time datetime="20', page, re.S))
    known = json.loads(re.search(r'ld\+json">(.*?)</script>', page, re.S).group(1)).get('correction')
    check('and in JSON-LD, dated as on the page', [
        (c['@type'], c['text'], c['datePublished']) for c in known] == [
        ('CorrectionComment', 'The bridge opens on Wednesday, not on Tuesday.',
         re.search(r'class="correction".{0,200}?<time datetime="([^"]+)', page, re.S).group(1))], known)
    check('and in the list', '<em>Wednesday</em>' in reader.get('/corrections').text)
    feed = reader.get('/corrections.xml')
    entry = ElementTree.fromstring(feed.text).find(ATOM + 'entry')
    check('under the headline', entry.find(ATOM + 'title').text == 'Correction: Bridge opens on Tuesday',
          entry.find(ATOM + 'title').text)
    check('and in the feed', feed.headers.get('Content-Type', '').startswith('application/atom+xml') and
          'Wednesday' in entry.find(ATOM + 'summary').text and
          live + '#correction-' in entry.find(ATOM + 'link').get('href'))
    panel = editor.get(answer.location).text
    check('the panel names the page', live in panel, panel[:100])
    answer = editor.post('/desk/stories/%s/corrections' % number, correction='   ')
    check('an empty one is refused', answer.status == 422, answer.status)


def takedown(check, publisher, editor, reader, story, png, folder):
    words = ['Quillonade', 'Vespertrude', 'Obskurantel', 'Halbgetippt']
    number, live = published(editor, story, 'A story that must go',
                             [('photo', 'go.png', png(91, 17))], body='It names %s.' % words[0],
                             caption='On the left %s' % words[1], slug='must-go')
    editor.get('/desk/stories/' + number)
    editor.post('/desk/stories/%s/notes' % number, text='Is %s right?' % words[2])
    form = editor.get('/desk/stories/' + number)
    typed = editor.post('/desk/stories/%s/working' % number, dict(
        story('A story that must go'), page='0' * 16, turn='1', body='Not saved: %s.' % words[3],
        base=re.search(r'name="base" value="(\d+)"', form.text).group(1)), {'Accept': 'application/json'})
    check('somebody types in it', typed.status == 200, typed.text)
    page = reader.get(live).text
    picture = re.search(r'/media/[0-9a-f]+\.\w+', page)
    check('it is there first', words[0] in page and words[1] in page and picture)
    path = '/desk/stories/%s/takedown' % number
    editor.get('/desk/stories/' + number)
    check('an editor may not', editor.post(path, reason='No', status='451', sure='1').status == 403)
    publisher.get('/desk/stories/' + number)
    check('only with the box ticked', publisher.post(path, reason='A court', status='451').status == 422)
    publisher.get('/desk/stories/' + number)
    answer = publisher.post(path, reason='Removed by order of a court.', status='451', sure='1')
    check('a publisher takes it down', answer.status == 303, '%s %s' % (answer.status, answer.text[-300:]))
    gone = reader.get(live)
    check('its address says so', gone.status == 451 and 'order of a court' in gone.text, gone.status)
    check('its picture is gone', reader.get(picture.group(0)).status == 410 if picture else False)
    found = []
    for top, _, names in os.walk(folder):
        for name in (n for n in names if not n.endswith('.sock')):
            with open(os.path.join(top, name), 'rb') as f:
                data = f.read().lower()
            found += [(name, word) for word in words if word.lower().encode() in data]
    check('no file of the folder holds a word of it', not found, found)
    trail = publisher.get('/desk/audit?action=story.takedown').text
    check('the trail keeps a tombstone', 'story/%s' % number in trail and 'order of a court' in trail)
    check('the head of the ledger is shown', re.search(r'ledger.{0,80}<code class="head">\d+-[0-9a-f]{64}', trail, re.S))
    check('the desk says so', 'taken down' in publisher.get('/desk/stories/' + number).text)


def lead_of(page):
    found = re.search(r'<div class="lead">.*?<h2[^>]*>.*?<a [^>]*>(.*?)</a>', page, re.S)
    return found.group(1).strip() if found else ''


def fields_of(page):
    """What the form holds now."""
    fields = dict(re.findall(r'<input[^>]* name="(b_section_\d+)" value="([^"]*)"', page))
    for name in re.findall(r'name="(b_shown_\d+)" value="1" checked', page):
        fields[name] = '1'
    for name, value in re.findall(r'<input[^>]* name="(p_\w+)" value="([^"]*)"', page):
        fields[name] = value
    for name, options in re.findall(r'<select name="(p_area_\d+)">(.*?)</select>', page, re.S):
        fields[name] = re.search(r'value="([^"]*)" selected', options).group(1)
    return fields


def fills_of(page, area):
    """What fills a place by itself: (button, headline)."""
    place = page.split('data-area="%s"' % area)[1].split('</section>')[0]
    return [(value, name) for name, value in
            re.findall(r'class="fill"[^>]*><span[^>]*>(.*?)</span> <button[^>]*value="([^"]*)"', place)]


def front(check, editor, reader, story):
    one, _ = published(editor, story, 'Alpha of the front')
    two, _ = published(editor, story, 'Beta of the front')
    three, _ = published(editor, story, 'Gamma of the front')
    page = editor.get('/desk/front')
    check('the front screen', page.status == 200 and 'Alpha of the front' in page.text)
    leads = lead_of(reader.get('/').text)
    stay = fills_of(page.text, '1')
    check('what leads by itself is said', [name for _, name in stay] == [leads], '%s %s' % (stay, leads))
    beside = fills_of(page.text, '2')
    kept = editor.post('/desk/front', fields_of(page.text), do=beside[1][0])
    fields = fields_of(kept.text)
    check('and is kept by one button', fields.get('p_area_0') == '2' and
          'stay-%s.2' % fields.get('p_story_0') == beside[1][0], fields)
    check('then it fills nothing', beside[1] not in fills_of(kept.text, '2') and
          len(fills_of(kept.text, '2')) == len(beside) - 1, fills_of(kept.text, '2'))
    check('a strange one changes nothing', len([k for k in fields_of(editor.post(
        '/desk/front', fields_of(kept.text), do='stay-x.9').text) if k.startswith('p_story')]) == 1)
    page = editor.post('/desk/front', fields_of(page.text), do='add-' + one, add_area='1')
    page = editor.post('/desk/front', fields_of(page.text), do='add-' + two, add_area='2')
    page = editor.post('/desk/front', fields_of(page.text), do='find', add_story='GAMMA front', add_area='2')
    offered = page.text.split('class="choose"')[1].split('</section>')[0]
    check('stories are found by words of their headlines', 'value="add-%s"' % three in offered and
          'value="add-%s"' % one not in offered and 'value="GAMMA front"' in offered, offered)
    empty = editor.post('/desk/front', fields_of(page.text), do='find', add_story='zeppelin', add_area='2')
    check('without any it says so', 'No published story has these words' in empty.text)
    page = editor.post('/desk/front', fields_of(page.text), do='find', add_story=three, add_area='2')
    fields = fields_of(page.text)
    named = editor.post('/desk/front', dict(fields), do='find', add_area='1',
                        add_story='http://127.0.0.1/desk/stories/%s?saved=1#notes' % two)
    named = fields_of(named.text)
    check('or moved, by the address of its screen',
          [named[k.replace('story', 'area')] for k in named if k.startswith('p_story') and named[k] == two] == ['1'],
          named)
    check('three are placed', len([k for k in fields if k.startswith('p_story')]) == 3, fields)
    check('readers see nothing of it yet', lead_of(reader.get('/').text) != 'Alpha of the front')
    page = editor.post('/desk/front', fields, do='up-2')
    check('up by a button', [fields_of(page.text)['p_story_%d' % i] for i in range(3)] == [one, three, two],
          fields_of(page.text))
    preview = editor.post('/desk/front', fields_of(page.text), do='preview')
    frames = re.findall(r'<iframe src="([^"]+)"', preview.text)
    check('a preview at three widths', len(frames) == 3 and
          "frame-src 'self'" in preview.headers['Content-Security-Policy'], frames)
    sheet = editor.get(frames[0].replace('&amp;', '&')) if frames else page
    check('drawn by the site itself', lead_of(sheet.text) == 'Alpha of the front', lead_of(sheet.text))
    check('which only the desk frames', "frame-ancestors 'self'" in sheet.headers['Content-Security-Policy']
          and sheet.headers.get('Cache-Control') == 'no-store')
    check('the site itself is not framed', "frame-ancestors 'none'" in
          reader.get('/').headers['Content-Security-Policy'])
    answer = editor.post('/desk/front', fields_of(page.text), do='save')
    check('put live', answer.status == 303 and 'change=' in answer.location, answer.status)
    home = reader.get('/').text
    second = home.split('class="second"')[1] if 'class="second"' in home else ''
    check('the lead', lead_of(home) == 'Alpha of the front', lead_of(home))
    check('beside it, in order', 0 <= second.find('Gamma of the front') < second.find('Beta of the front'))
    check('each once at the top', home.split('has-nothing')[0].count('>Alpha of the front<') == 1)
    published(editor, story, 'Delta of the front')
    page = editor.get('/desk/front')
    at = next(k[8:] for k, v in fields_of(page.text).items() if k.startswith('p_story') and v == one)
    page = editor.post('/desk/front', fields_of(page.text), do='remove-' + at)
    editor.post('/desk/front', fields_of(page.text), do='save')
    check('taken off again', lead_of(reader.get('/').text) != 'Alpha of the front')
    page = editor.get('/desk/front')
    layouts = re.findall(r'name="layout" value="(\d+)"', page.text)
    answer = editor.post('/desk/front/restore', layout=layouts[0]) if layouts else page
    check('undo', answer.status == 303 and lead_of(reader.get('/').text) == 'Alpha of the front', answer.status)


def blocks_of(reader):
    """The addresses of the sections whose blocks the front shows, in order."""
    page = reader.get('/').text
    return re.findall(r'<h2[^>]*>\s*<a href="(/[^"/]+)"', page)


def order_of(page):
    fields = fields_of(page)
    return [fields[k] for k in sorted((k for k in fields if k.startswith('b_section')), key=lambda k: int(k[10:]))]


def blocks(check, editor, publisher, reader, story):
    page = editor.get('/desk/front')
    before, ids = blocks_of(reader), order_of(page.text)
    check('blocks follow the navigation by default', len(ids) >= 2 and len(before) >= 1, (ids, before))
    moved = editor.post('/desk/front', fields_of(page.text), do='lower-0')
    check('a block is lowered by a button', order_of(moved.text) == [ids[1], ids[0]] + ids[2:], order_of(moved.text))
    moved = editor.post('/desk/front', fields_of(moved.text), do='raise-0')
    check('the first is not raised further', order_of(moved.text) == [ids[1], ids[0]] + ids[2:])
    fields = fields_of(moved.text)
    del fields['b_shown_1']
    preview = editor.post('/desk/front', fields, do='preview')
    check('the preview keeps the blocks', order_of(preview.text) == [ids[1], ids[0]] + ids[2:]
          and 'name="b_shown_1"' not in preview.text and 'name="b_shown_0"' in preview.text)
    check('readers see none of it', blocks_of(reader) == before)
    frames = re.findall(r'<iframe src="([^"]+)"', preview.text)
    sheet = editor.get(frames[0].replace('&amp;', '&')) if frames else preview
    answer = editor.post('/desk/front', fields, do='save')
    check('blocks are put live', answer.status == 303 and 'change=' in answer.location, answer.location)
    now = blocks_of(reader)
    check('the block is off', len(now) == len(before) - 1, (before, now))
    check('as it was previewed', re.findall(r'<h2[^>]*>\s*<a href="(/[^"/]+)"', sheet.text) == now)
    page = editor.get('/desk/front')
    check('the form says so', 'Block, not on the front' in page.text and order_of(page.text)[:2] == [ids[1], ids[0]])
    publisher.get('/desk/settings')
    publisher.post('/desk/settings/sections', name='Harvest', slug='harvest', above='0')
    page = editor.get('/desk/front')
    check('a new section comes last, and is shown', order_of(page.text)[:len(ids)] == [ids[1], ids[0]] + ids[2:]
          and len(order_of(page.text)) == len(ids) + 1 and 'b_shown_%d' % len(ids) in fields_of(page.text))
    fields = fields_of(page.text)
    fields['b_section_1'] = fields['b_section_0']
    check('one section, one block', editor.post('/desk/front', fields, do='save').status == 422)
    fields['b_section_1'] = '4711'
    check('of those that there are', editor.post('/desk/front', fields, do='save').status in (404, 422))
    page = editor.get('/desk/front')
    layouts = re.findall(r'name="layout" value="(\d+)"', page.text)
    answer = editor.post('/desk/front/restore', layout=layouts[0])
    check('undone: as before', answer.status == 303 and blocks_of(reader) == before, (before, blocks_of(reader)))


def pinned_until(check, editor, reader):
    """An end in the form is a minute; the store's is a millisecond: the clock's own test is in C."""
    page = editor.get('/desk/front')
    fields = {k: v if 'until' not in k else '2001-01-01T00:00' for k, v in fields_of(page.text).items()}
    answer = editor.post('/desk/front', fields, do='save')
    check('an end that is over takes it off', answer.status == 303 and
          lead_of(reader.get('/').text) != 'Alpha of the front')


def bar(check, editor, reader, live):
    page = editor.get('/desk/front')
    end = re.search(r'id="bar-until"[^>]*value="([^"]+)"', page.text).group(1)
    answer = editor.post('/desk/front/breaking', text='Storm makes landfall', url='/news', until=end, do='set')
    check('the bar is set', answer.status == 303, answer.status)
    for path in ('/', '/news', live, '/about', '/corrections', '/nowhere'):
        text = reader.get(path).text
        check('the bar on ' + path, '<section class="breaking"' in text and 'Storm makes landfall' in text)
    check('a script is no link', editor.post('/desk/front/breaking', text='x', url='javascript:alert(1)',
                                             until=end, do='set').status == 422)
    editor.get('/desk/front')
    check('it needs an end', editor.post('/desk/front/breaking', text='x', until='', do='set').status == 422)
    editor.get('/desk/front')
    answer = editor.post('/desk/front/breaking', do='clear')
    check('taken off', answer.status == 303 and 'Storm makes' not in reader.get('/').text)


def full(check, editor, publisher, story):
    """As many sections and pins as a front may have."""
    one, _ = published(editor, story, 'Pinned everywhere')
    answer = publisher.get('/desk/settings')
    for i in range(101):
        answer = publisher.post('/desk/settings/sections', name='Quarter %d' % i, slug='quarter-%d' % i, above='0')
        if answer.status != 303:
            break
    page = editor.get('/desk/front')
    fields = {k: v for k, v in fields_of(page.text).items() if not k.startswith('p_')}
    sections = order_of(page.text)
    check('a hundred sections are the most', answer.status == 422 and len(sections) == 100,
          (answer.status, len(sections)))
    for i, section in enumerate(sections[:80]):
        fields.update({'p_story_%d' % i: one, 'p_area_%d' % i: '5-' + section, 'p_until_%d' % i: '2099-01-01T00:00'})
    fields.update(add_area='1', add_story='')
    check('more fields than a form of 400', len(fields) > 430, len(fields))
    page = editor.post('/desk/front', fields, do='lower-0')
    check('the full form is taken', page.status == 200 and
          order_of(page.text)[:2] == [sections[1], sections[0]] and page.text.count('name="p_story_') == 80, page.status)
    answer = editor.post('/desk/front', dict(fields_of(page.text), add_area='1', add_story=''), do='preview')
    frames = re.findall(r'<iframe src="([^"]+)"', answer.text)
    check('and previewed', len(frames) == 3 and
          editor.get(frames[0].replace('&amp;', '&')).status == 200, answer.status)
    answer = editor.post('/desk/front', dict(fields_of(page.text), add_area='1', add_story=''), do='save')
    saved = editor.get('/desk/front').text
    check('and put live', answer.status == 303 and saved.count('name="p_story_') == 80 and
          order_of(saved)[:2] == [sections[1], sections[0]], answer.status)


def run(check, publisher, editor, browser, png, story, folder):
    reader = browser()
    corrections(check, editor, reader, story)
    _, live = published(editor, story, 'A quiet day')
    front(check, editor, reader, story)
    blocks(check, editor, publisher, reader, story)
    pinned_until(check, editor, reader)
    bar(check, editor, reader, live)
    takedown(check, publisher, editor, reader, story, png, folder)
    full(check, editor, publisher, story)
