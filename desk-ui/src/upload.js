// Pictures by picker, drop and paste, several at once, each with its progress.
import { isPicture, send } from './send.js';

const AT_ONCE = 2;

function element(name, text, className) {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  if (className) made.className = className;
  return made;
}

// A line of the list: name, bar, word.
function line(list, file, say) {
  const item = element('li');
  const bar = element('progress');
  const word = element('span', say.waits, 'quiet');
  bar.max = 1;
  bar.value = 0;
  bar.setAttribute('aria-label', file.name);
  item.append(element('span', file.name, 'name'), bar, word);
  list.append(item);
  return {
    progress(part) {
      bar.value = part;
      word.textContent = part < 1 ? `${Math.round(part * 100)} %` : say.makes;
      if (part >= 1) bar.removeAttribute('value');
    },
    done(picture) {
      bar.remove();
      word.textContent = say.done;
      word.className = 'state published';
      if (!picture) return;
      const link = element('a', picture.alt ? picture.name : say.alt);
      link.href = picture.path;
      const thumb = element('img');
      thumb.src = picture.thumb;
      thumb.alt = '';
      item.prepend(thumb);
      item.append(link);
    },
    failed(error) {
      bar.remove();
      word.textContent = error.message || say.failed;
      word.className = 'state withdrawn';
    },
  };
}

// All of them, two at a time, in the order in which they came.
async function sendAll(files, form, list, onDone) {
  const token = (form.form ?? form).querySelector('input[name=token]').value;
  const say = { waits: form.dataset.sayWaits, makes: form.dataset.sayMakes, done: form.dataset.sayDone,
    failed: form.dataset.sayFailed, alt: form.dataset.sayAlt };
  const waiting = files.map((file) => [file, line(list, file, say)]);
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [file, shown] = next;
      try {
        const picture = await send(file, token, shown.progress);
        shown.done(onDone(picture) ? null : picture);
      } catch (error) {
        shown.failed(error);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

// What is dropped anywhere on the page, or pasted.
function takeFrom(target, take) {
  const leave = () => target.classList.remove('over');
  addEventListener('dragover', (e) => {
    if (!e.dataTransfer?.types.includes('Files')) return;
    e.preventDefault();
    target.classList.add('over');
  });
  addEventListener('dragleave', (e) => { if (!e.relatedTarget) leave(); });
  addEventListener('drop', (e) => {
    leave();
    const files = [...(e.dataTransfer?.files ?? [])].filter(isPicture);
    if (e.defaultPrevented || !files.length) return;
    e.preventDefault();
    take(files, e.target);
  });
  addEventListener('paste', (e) => {
    const files = [...(e.clipboardData?.files ?? [])].filter(isPicture);
    // Word processors put a picture of the words beside the words.
    if (e.defaultPrevented || !files.length || e.clipboardData.types.includes('text/plain')) return;
    e.preventDefault();
    take(files, e.target);
  });
}

const library = document.querySelector('form[data-upload]');
if (library) {
  const input = library.querySelector('input[type=file]');
  const list = library.querySelector('.uploads');
  const take = (files) => sendAll(files, library, list, () => false);
  library.addEventListener('submit', (e) => {
    const files = [...input.files];
    if (!files.length) return;
    e.preventDefault();
    input.value = '';
    take(files);
  });
  takeFrom(library, take);
}

// The lead picture of a story: sent at once, chosen when it is there.
const lead = document.querySelector('fieldset[data-lead]');
if (lead) {
  const form = lead.form;
  const input = lead.querySelector('input[type=file]');
  const list = lead.querySelector('.uploads');
  const choose = (picture) => {
    const image = lead.querySelector('img.chosen') || element('img', '', 'chosen');
    image.src = picture.thumb;
    image.alt = picture.alt || '';
    if (!image.isConnected) lead.querySelector('legend').after(image);
    const label = element('label', '', 'choice');
    const radio = element('input');
    const small = element('img');
    radio.type = 'radio';
    radio.name = 'picture_id';
    radio.value = picture.id;
    radio.checked = true;
    small.src = picture.thumb;
    small.alt = picture.name;
    label.append(radio, small);
    lead.querySelector('.choices').prepend(label);
    for (const name of ['caption', 'credit', 'alt']) {
      const field = form.elements[name];
      if (picture[name] && !field.value) field.value = picture[name];
    }
    form.dispatchEvent(new Event('input', { bubbles: true }));
    return true;
  };
  const take = (files) => { list.replaceChildren(); sendAll(files.slice(0, 1), lead, list, choose); };
  input.addEventListener('change', () => {
    const files = [...input.files];
    input.value = '';
    if (files.length) take(files);
  });
  // Where an editor takes the drop or the paste itself, it says so.
  takeFrom(lead, take);
}
