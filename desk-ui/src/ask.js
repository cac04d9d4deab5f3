// Questions to the desk while somebody types.
const WAIT = 200;

export async function ask(path, values) {
  const answer = await fetch(`${path}?${new URLSearchParams(values)}`, { headers: { Accept: 'application/json' } });
  if (!answer.ok) throw new Error(answer.statusText);
  return answer.json();
}

// Calls once typing rests; an older answer never overwrites a newer one.
export function later(work) {
  let timer = 0;
  let turn = 0;
  return (...given) => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const mine = ++turn;
      try {
        const show = await work(...given);
        if (mine === turn) show();
      } catch { /* what is offered already stays */ }
    }, WAIT);
  };
}
