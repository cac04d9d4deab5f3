// The focal point: a click on the picture, or a mark that the arrow keys move. The form's two fields
// are what is sent.
const box = document.querySelector('[data-focal]');
const x = document.getElementById('focal_x');
const y = document.getElementById('focal_y');

if (box && x && y) {
  const mark = document.createElement('button');
  mark.type = 'button';
  mark.className = 'mark';
  mark.setAttribute('aria-label', box.dataset.say);
  box.append(mark);
  box.classList.add('live');

  const show = () => {
    mark.classList.toggle('unset', x.value === '');
    mark.style.left = `${x.value === '' ? 50 : x.value}%`;
    mark.style.top = `${y.value === '' ? 50 : y.value}%`;
  };
  const set = (left, top) => {
    const within = (n) => Math.max(0, Math.min(100, Math.round(n)));
    x.value = within(left);
    y.value = within(top);
    x.dispatchEvent(new Event('input', { bubbles: true }));
    show();
  };
  const at = (e) => {
    const area = box.querySelector('img').getBoundingClientRect();
    set((e.clientX - area.left) / area.width * 100, (e.clientY - area.top) / area.height * 100);
  };

  box.addEventListener('pointerdown', (e) => {
    e.preventDefault();
    mark.focus();
    box.setPointerCapture(e.pointerId);
    at(e);
  });
  box.addEventListener('pointermove', (e) => { if (box.hasPointerCapture(e.pointerId)) at(e); });
  mark.addEventListener('keydown', (e) => {
    const step = e.shiftKey ? 10 : 1;
    const by = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }[e.key];
    if (!by) return;
    e.preventDefault();
    set(Number(x.value || 50) + by[0], Number(y.value || 50) + by[1]);
  });
  for (const field of [x, y]) field.addEventListener('input', show);
  show();
}
