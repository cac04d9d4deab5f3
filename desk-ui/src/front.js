// Laying the front: dragging, and moving by the same buttons without asking the server.
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

function moved(pin) {
  renumber();
  const area = pin.closest('[data-area]').querySelector('h2').textContent;
  const place = [...pin.parentElement.children].indexOf(pin) + 1;
  form.querySelector('[data-said]').textContent =
    `${form.dataset.sayMoved} ${pin.querySelector('.what').textContent} · ${area} ${place}`;
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
  if (!item) return;
  event.preventDefault();
  if (item.matches('[data-candidate]')) {
    form.querySelector('[name="add_area"]').value = area.dataset.area;
    form.requestSubmit(item.querySelector('button'));
    return;
  }
  const list = area.querySelector('.pins');
  const from = item.closest('.pins');
  // One story leads: the other takes the place that is free now.
  if ('single' in area.dataset && from !== list) from.insertBefore(list.querySelector('[data-pin]') ?? item, item);
  list.insertBefore(item, before(list, event.clientY));
  moved(item);
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
  for (const item of form.querySelectorAll('[data-pin], [data-candidate]')) start(item);
  for (const area of form.querySelectorAll('[data-area]')) {
    area.addEventListener('dragover', (event) => event.preventDefault());
    area.addEventListener('drop', (event) => drop(area, event));
  }
  form.addEventListener('click', press);
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
