"""The picture library over HTTP, for run.py: what files say about themselves, focal points, replacing,
and files that mean harm. All pictures are made here."""
import html
import json
import re
import struct
import zlib

JSON = {'Accept': 'application/json'}


def png_chunk(kind, data):
    return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))


def png_claiming(width, height, data=b''):
    """A header that promises a size, and hardly any pixels."""
    return (b'\x89PNG\r\n\x1a\n' + png_chunk(b'IHDR', struct.pack('>IIBBBBB', width, height, 8, 2, 0, 0, 0)) +
            png_chunk(b'IDAT', zlib.compress(data or b'\0' * 1000)) + png_chunk(b'IEND', b''))


def gif_of(frames):
    frame = (b'\x21\xf9\x04\x00\x01\x00\x00\x00' + b'\x2c' + struct.pack('<HHHH', 0, 0, 1, 1) + b'\x00' +
             b'\x02\x02\x44\x01\x00')
    return b'GIF89a' + struct.pack('<HH', 1, 1) + b'\x80\x00\x00' + b'\0\0\0\xff\xff\xff' + frame * frames + b'\x3b'


def segment(marker, data):
    return b'\xff' + bytes([marker]) + struct.pack('>H', len(data) + 2) + data


def without_segments(jpeg, markers):
    out, at = jpeg[:2], 2
    while jpeg[at] == 0xff and jpeg[at + 1] != 0xda:
        end = at + 2 + struct.unpack('>H', jpeg[at + 2:at + 4])[0]
        if jpeg[at + 1] not in markers:
            out += jpeg[at:end]
        at = end
    return out + jpeg[at:]


def xmp(**texts):
    body = ''.join('<%s>%s</%s>' % (k.replace('_', ':'), v if k == 'photoshop_Credit' else
                                    '<rdf:Alt><rdf:li xml:lang="x-default">%s</rdf:li></rdf:Alt>' % v,
                                    k.replace('_', ':')) for k, v in texts.items())
    packet = ('<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
              '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" '
              'xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/">%s</rdf:Description></rdf:RDF></x:xmpmeta>' % body)
    return segment(0xe1, b'http://ns.adobe.com/xap/1.0/\0' + packet.encode())


def iim(caption, credit, rights):
    sets = b''.join(b'\x1c\x02' + bytes([number]) + struct.pack('>H', len(text)) + text
                    for number, text in ((120, caption), (110, credit), (116, rights)))
    sets = b'\x1c\x01\x5a\x00\x03\x1b%G' + sets
    return segment(0xed, b'Photoshop 3.0\x008BIM\x04\x04\x00\x00' + struct.pack('>I', len(sets)) + sets +
                   (b'\0' if len(sets) % 2 else b''))


def field(page, name):
    found = re.search(r'<textarea id="%s"[^>]*>([^<]*)</textarea>|<input id="%s" name="%s"[^>]* value="([^"]*)"' %
                      (name, name, name), page.text)
    return html.unescape((found.group(1) or found.group(2) or '')) if found else None


def upload(person, name, data, headers=None):
    person.get('/desk/pictures')
    return person.send('/desk/pictures', {}, [('photo', name, data)], headers)


def said_by_the_file(check, person, png):
    """XMP before IIM, as the form's beginning."""
    answer = upload(person, 'base.png', png(77, 11))
    page = person.get(answer.location)
    large = re.search(r'<img class="large" src="([^"]+)"', page.text).group(1)
    plain = without_segments(person.get(large).raw, (0xe1, 0xed))
    both = plain[:2] + xmp(dc_description='By XMP &amp; more', photoshop_Credit='Agency X') + \
        iim(b'By IIM', b'Agency I', b'(c) I') + plain[2:]
    page = person.get(upload(person, 'both.jpg', both).location)
    check('caption from XMP', field(page, 'caption') == 'By XMP & more', field(page, 'caption'))
    check('credit from XMP', field(page, 'credit') == 'Agency X', field(page, 'credit'))
    check('copyright from IIM, where XMP has none', field(page, 'copyright') == '(c) I', field(page, 'copyright'))
    only = plain[:2] + iim('Größe by IIM'.encode(), b'Agency I', b'(c) I') + plain[2:] + b'\0'
    page = person.get(upload(person, 'iim.jpg', only).location)
    check('caption from IIM', field(page, 'caption') == 'Größe by IIM', field(page, 'caption'))
    return plain


def focal_and_replacing(check, editor, png, plain):
    path = upload(editor, 'focal.png', png(3, 140, 900, 300)).location.split('?')[0]
    page = editor.get(path)
    crops = re.findall(r'<li><img src="([^"]+)"', page.text)
    texts = {'title': 'Focal', 'alt': 'A strip', 'caption': 'Mine', 'credit': 'Me', 'copyright': ''}
    wrong = editor.post(path, dict(texts, focal_x='120', focal_y='50'))
    check('a focal point outside', wrong.status == 422 and 'percent' in wrong.text and
          field(wrong, 'caption') == 'Mine' and field(wrong, 'focal_x') == '120', wrong.status)
    editor.get(path)
    check('half a focal point', editor.post(path, dict(texts, focal_x='12', focal_y='')).status == 422)
    editor.get(path)
    answer = editor.post(path, dict(texts, focal_x='4', focal_y='50'))
    page = editor.get(answer.location)
    check('a focal point', answer.status == 303 and field(page, 'focal_x') == '4', answer.status)
    check('other crops', re.findall(r'<li><img src="([^"]+)"', page.text) != crops)
    check('the whole is as it was', field(page, 'caption') == 'Mine')
    editor.get(path)
    again = plain[:2] + xmp(dc_description='Newer caption') + plain[2:]
    answer = editor.send(path + '/replace', {}, [('photo', 'new.jpg', again)])
    check('replaced, texts stay', answer.status == 200 and field(answer, 'caption') == 'Mine' and
          'Newer caption' in answer.text, answer.status)
    check('its focal point is gone', field(answer, 'focal_x') in ('', None), field(answer, 'focal_x'))
    editor.get(path)
    taken = editor.send(path + '/replace', {}, [('photo', 'base.png', png(77, 11))])
    check('not by a file that is another picture', taken.status == 409, taken.status)
    editor.get(path)
    check('not by nothing', editor.send(path + '/replace', {}).status == 422)


def in_use(check, editor, png, story):
    path = upload(editor, 'used.png', png(8, 90)).location.split('?')[0]
    number = path.split('/')[-1]
    editor.get('/desk/stories/new')
    answer = editor.send('/desk/stories', story('A picture in use', picture_id=number))
    page = editor.get(path)
    check('where it is used', 'A picture in use' in page.text and answer.status == 303)
    check('no button to delete it', path + '/delete' not in page.text)
    answer = editor.post(path + '/delete')
    check('not deleted while it is used', answer.status == 409 and 'A picture in use' in answer.text, answer.status)


def scripts(check, person, png):
    answer = upload(person, 'json.png', png(61, 62), JSON)
    told = json.loads(answer.text) if answer.status == 201 else {}
    check('a script gets JSON', told.get('id') and told.get('thumb', '').startswith('/desk/media/'), answer.status)
    answer = upload(person, 'bad.png', b'nothing', JSON)
    check('errors too', answer.status == 422 and 'bad.png' in json.loads(answer.text)['error'], answer.status)
    answer = person.ask('POST', '/desk/pictures', b'', 'application/x-www-form-urlencoded', JSON)
    check('a missing token too', answer.status == 403 and 'error' in json.loads(answer.text), answer.status)


def hostile(check, person, png):
    good = png(1, 2)
    script = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    files = [('truncated.png', good[:len(good) // 2], 'damaged or cut off'),
             ('huge.png', png_claiming(50000, 50000), '2500 megapixels'),
             ('lying.png', png_claiming(640, 400), 'damaged'),
             ('long.png', png_claiming(2000000000, 1), 'damaged'),
             ('drawing.png', script, 'SVG'), ('drawing.svg', b'<?xml version="1.0"?>' + script, 'XML'),
             ('page.jpg', b'<!DOCTYPE html><script>alert(1)</script>', 'web page'),
             ('paper.jpg', b'%PDF-1.7\n', 'PDF'), ('box.png', b'PK\3\4' + b'\0' * 64, 'ZIP'),
             ('film.heic', b'\0\0\0\x18ftypmp42' + b'\0' * 64, 'video'), ('empty.png', b'', 'empty'),
             ('frames.gif', gif_of(5000), 'frames'), ('words.txt', b'hello', 'not a JPEG'),
             ('head.jpg', b'\xff\xd8\xff\xe0', 'damaged'), ('heavy.png', good + b'\0' * 50000000, '50 MB')]
    for name, data, why in files:
        answer = upload(person, name, data)
        said = html.unescape(answer.text)
        check(name + ' is refused, and why', answer.status in (413, 422) and why in said and name in said,
              '%s %s' % (answer.status, re.findall(r'role="alert".*?</div>', said, re.S)))
    person.get('/desk/pictures')
    answer = person.send('/desk/pictures', {}, [('photo', 'fine.png', png(31, 32)), ('photo', 'bad.gif', b'GIF89a')])
    check('one bad file, the others are in', answer.status == 422 and 'bad.gif' in answer.text and
          'fine.png' not in re.search(r'role="alert".*?</div>', answer.text, re.S).group(0), answer.status)
    check('the good one is there', 'fine.png' in person.get('/desk/pictures').text)
    secret = b'<?php system($_GET["x"]); ?><script>alert(2)</script>PK\5\6'
    for name, data in (('both.png', png(9, 8)[:-12] + png_chunk(b'tEXt', b'Comment\0' + secret) +
                        png_chunk(b'IEND', b'') + secret), ('both.gif', gif_of(1) + secret)):
        answer = upload(person, name, data)
        page = person.get(answer.location) if answer.status == 303 else answer
        shown = re.findall(r'src="(/desk/media/[^"]+)"', page.text)
        check(name + ': only its picture is kept for readers', shown and
              not any(b'php' in person.get(path).raw or b'script' in person.get(path).raw for path in shown),
              answer.status)
    check('the server goes on', person.get('/desk').status == 200)


def run(check, reporter, editor, png, story):
    plain = said_by_the_file(check, reporter, png)
    focal_and_replacing(check, editor, png, plain)
    in_use(check, editor, png, story)
    scripts(check, reporter, png)
    hostile(check, reporter, png)
