// Improvements only: everything works without this file.
import './guard.js';
import './autosave.js';
import './keys.js';
import './upload.js';
import './focal.js';
import './front.js';
import './choose.js';

document.querySelector('#error')?.focus();

// A link that is shown once: with the address under which the desk is seen.
for (const field of document.querySelectorAll('[data-copy]')) {
  field.value = location.origin + field.dataset.copy;
  field.addEventListener('focus', () => field.select());
}

// A text that a picture's file says, into its field.
for (const button of document.querySelectorAll('[data-use]')) {
  button.hidden = false;
  button.addEventListener('click', () => {
    const field = document.getElementById(button.dataset.use);
    field.value = button.parentElement.querySelector('q').textContent;
    field.dispatchEvent(new Event('input', { bubbles: true }));
    field.focus();
  });
}
