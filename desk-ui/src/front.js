// Laying the front: dragging, and moving by the same buttons without asking the server. Blocks of
// sections are put in order in a list of their own.
const form = document.querySelector('[data-front]');

function renumber() {
  let n = 0;
  for (const area of form.querySelectorAll('[data-area]')) {
    for (const pin of area.querySelectorAll('[data-pin]')) {
      for (const field of pin.querySelectorAll('[name^="p_"]')) field.name = field.name.replace(/\d+$/, n);
      for (const button of pin.querySelectorAll('button')) button.value = button.value.replace(/\d+$/, n);
      pin.querySelector('select').value = area.dataset.area;
      n += 1;
    }
    const empty = area.querySelector('.empty');
    if (empty) empty.hidden = area.querySelector('[data-pin]') !== null;
  }
}

// What fills the places by itself follows what was moved; the server says what that is.
let asked = 0;
async function refill() {
  const turn = ++asked;
  const fields = new FormData(form);
  fields.append('do', 'show');
  try {
    const answer = await fetch(form.action, { method: 'POST', body: fields });
    if (!answer.ok || turn !== asked) return;
    const drawn = new DOMParser().parseFromString(await answer.text(), 'text/html');
    if (turn !== asked) return;
    for (const list of form.querySelectorAll('[data-fills]')) {
      const other = drawn.querySelector(`[data-area="${list.closest('[data-area]').dataset.area}"] [data-fills]`);
      if (!other) continue;
      list.hidden = other.hidden;
      list.replaceChildren(...other.children);
      for (const item of list.children) start(item);
    }
  } catch {
    for (const list of form.querySelectorAll('[data-fills]')) list.hidden = true;
  }
}

function moved(pin) {
  renumber();
  refill();
  const area = pin.closest('[data-area]').querySelector('h2').textContent;
  const place = [...pin.parentElement.children].indexOf(pin) + 1;
  say(`${form.dataset.sayMoved} ${pin.querySelector('.what').textContent} · ${area} ${place}`);
}

function say(words) {
  form.querySelector('[data-said]').textContent = words;
}

// The places below stand in the same order, and say when their block is off.
function renumberBlocks() {
  const after = form.querySelector('[data-area^="5-"]');
  let n = 0;
  for (const block of form.querySelectorAll('[data-block]')) {
    const [section, shown] = block.querySelectorAll('input');
    section.name = `b_section_${n}`;
    shown.name = `b_shown_${n}`;
    for (const button of block.querySelectorAll('button')) button.value = button.value.replace(/\d+$/, n);
    const area = form.querySelector(`[data-area="4-${section.value}"]`);
    if (area) {
      const name = block.querySelector('[dir]').textContent;
      area.querySelector('h2').textContent = `${shown.checked ? form.dataset.sayBlock : form.dataset.sayBlockOff}: ${name}`;
      after?.before(area);
    }
    n += 1;
  }
  renumber();
}

function movedBlock(block) {
  renumberBlocks();
  refill();
  const place = [...block.parentElement.children].indexOf(block) + 1;
  say(`${form.dataset.sayMoved} ${block.querySelector('[dir]').textContent} · ${place}`);
}

function dropBlock(list, event) {
  const block = form.querySelector('.dragged');
  if (!block?.matches('[data-block]')) return;
  event.preventDefault();
  list.insertBefore(block, before(list, event.clientY));
  movedBlock(block);
}

function start(item) {
  item.draggable = true;
  item.addEventListener('dragstart', (event) => {
    event.dataTransfer.effectAllowed = 'move';
    event.dataTransfer.setData('text/plain', '');
    item.classList.add('dragged');
  });
  item.addEventListener('dragend', () => item.classList.remove('dragged'));
}

// The pin before which the pointer stands; null: behind all.
function before(list, y) {
  return [...list.children].find((pin) => {
    const box = pin.getBoundingClientRect();
    return !pin.classList.contains('dragged') && y < box.top + box.height / 2;
  }) ?? null;
}

function drop(area, event) {
  const item = form.querySelector('.dragged');
  if (!item || item.matches('[data-block]')) return;
  event.preventDefault();
  if (item.matches('[data-candidate]')) {
    const button = item.querySelector('button');
    form.querySelector('[name="add_area"]').value = area.dataset.area;
    if (item.dataset.candidate) button.value = `add-${item.dataset.candidate}`;
    form.requestSubmit(button);
    return;
  }
  const list = area.querySelector('.pins');
  const from = item.closest('.pins');
  // One story leads: the other takes the place that is free now.
  if ('single' in area.dataset && from !== list) from.insertBefore(list.querySelector('[data-pin]') ?? item, item);
  list.insertBefore(item, before(list, event.clientY));
  moved(item);
}

function pressBlock(event) {
  const button = event.target.closest('[data-block] button');
  if (!button) return;
  const block = button.closest('[data-block]');
  event.preventDefault();
  if (button.value.startsWith('raise')) block.previousElementSibling?.before(block);
  else block.nextElementSibling?.after(block);
  movedBlock(block);
  button.focus();
}

function press(event) {
  const button = event.target.closest('[data-pin] button');
  const [what] = (button?.value ?? '').split('-');
  const pin = button?.closest('[data-pin]');
  if (what === 'up' && pin.previousElementSibling) pin.previousElementSibling.before(pin);
  else if (what === 'down' && pin.nextElementSibling) pin.nextElementSibling.after(pin);
  else if (what !== 'up' && what !== 'down') return;
  event.preventDefault();
  moved(pin);
  button.focus();
}

if (form) {
  for (const item of form.querySelectorAll('[data-pin], [data-candidate], [data-block]')) start(item);
  for (const area of form.querySelectorAll('[data-area]')) {
    area.addEventListener('dragover', (event) => event.preventDefault());
    area.addEventListener('drop', (event) => drop(area, event));
  }
  const blocks = form.querySelector('[data-blocks]');
  blocks.addEventListener('dragover', (event) => event.preventDefault());
  blocks.addEventListener('drop', (event) => dropBlock(blocks, event));
  blocks.addEventListener('change', () => {
    renumberBlocks();
    refill();
  });
  form.addEventListener('click', press);
  form.addEventListener('click', pressBlock);
  form.addEventListener('change', (event) => {
    if (!event.target.matches('[name^="p_area_"]')) return;
    const pin = event.target.closest('[data-pin]');
    const area = form.querySelector(`[data-area="${event.target.value}"]`);
    if ('single' in area.dataset) pin.parentElement.insertBefore(area.querySelector('[data-pin]') ?? pin, pin);
    area.querySelector('.pins').append(pin);
    moved(pin);
    event.target.focus();
  });
}
