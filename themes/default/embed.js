// Loads what stands elsewhere when the reader asks for it, and not before. Pages without embeds don't
// have this script; without it each placeholder is a link.
for (const figure of document.querySelectorAll('figure.embed[data-src]')) {
  const place = figure.querySelector('.embed-place');
  place.hidden = false;
  place.querySelector('button').addEventListener('click', () => {
    const frame = document.createElement('iframe');
    frame.title = figure.dataset.title;
    frame.referrerPolicy = figure.dataset.referrer ?? 'no-referrer';
    frame.allow = 'fullscreen; picture-in-picture';
    frame.setAttribute('sandbox', 'allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox');
    frame.src = figure.dataset.src;
    place.replaceChildren(frame);
    frame.focus();
  });
}
