// Names and pictures to choose from, asked for while somebody types: there may be thousands.
import { ask, later } from './ask.js';

// A list of names between commas: what is offered completes the last one.
for (const field of document.querySelectorAll('input[data-names]')) {
  const suggest = later(async () => {
    const cut = field.value.lastIndexOf(',') + 1;
    const before = cut ? `${field.value.slice(0, cut)} ` : '';
    const words = field.value.slice(cut).trim();
    const { names } = await ask('/desk/names', { kind: field.dataset.names, q: words });
    return () => field.list.replaceChildren(...names.map((name) => {
      const option = document.createElement('option');
      option.value = before + name;
      return option;
    }));
  });
  field.addEventListener('input', (e) => { if (e.inputType) suggest(); });
  field.addEventListener('focus', () => suggest());
}
for (const box of document.querySelectorAll('[data-names-find]:not([open])')) box.hidden = true;

// The library within a story's form, or that of the settings.
const box = document.querySelector('details[data-choose]');
if (box) {
  const words = box.querySelector('input[type=search]');
  const said = box.querySelector('[role=status]');
  const choices = box.querySelector('.choices');
  const more = box.querySelector('button[value=further]');
  let next = Number(box.querySelector('input[name=picture_next]').value);
  const choice = (picture) => {
    const label = document.createElement('label');
    const radio = document.createElement('input');
    const image = document.createElement('img');
    label.className = 'choice';
    radio.type = 'radio';
    radio.name = choices.querySelector('input').name;
    radio.value = picture.id;
    image.src = picture.thumb;
    image.alt = picture.name ?? '';
    label.append(radio, image);
    return label;
  };
  const find = async (before) => {
    const { pictures, next: further } = await ask('/desk/pictures', { q: words.value.trim(), before });
    return () => {
      // What is chosen stays, and "no picture".
      const kept = [...choices.children].filter((c) => before || c.querySelector(':checked') || c.querySelector('[value="0"]'));
      const known = new Set(kept.map((c) => c.querySelector('input').value));
      choices.replaceChildren(...kept, ...pictures.filter((p) => !known.has(String(p.id))).map(choice));
      next = further ?? 0;
      more.hidden = !next;
      said.textContent = pictures.length ? '' : said.dataset.none;
    };
  };
  const look = later(() => find(0));
  words.addEventListener('input', () => look());
  words.addEventListener('keydown', (e) => { if (e.key === 'Enter') { e.preventDefault(); look(); } });
  box.addEventListener('click', async (e) => {
    const button = e.target.closest('button[name=find]');
    if (!button) return;
    e.preventDefault();
    try {
      (await find(button === more ? next : 0))();
    } catch { /* the words stay for another try */ }
  });
}
