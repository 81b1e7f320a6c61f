'use strict';
const value = (id) => document.getElementById(id).value;
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const texts = new Map(all('.case').map((one) => [one, one.textContent.toLowerCase()]));

function show() {
  const task = value('task'), lang = value('language'), model = value('model'), verdict = value('verdict');
  const words = value('text').toLowerCase().split(/\s+/).filter(Boolean);
  const isOther = model !== '' && model !== '0';
  for (const one of all('.card, section.task'))
    one.hidden = task !== '' && one.dataset.task !== task;
  for (const line of all('.line[data-model], .legend li[data-model]'))
    line.hidden = model !== '' && line.dataset.model !== model;
  for (const row of all('.row[data-lang]'))
    row.hidden = (lang !== '' && row.dataset.lang !== '' && row.dataset.lang !== lang) ||
      !row.querySelector('.line:not([hidden])');
  for (const figure of all('figure'))
    figure.hidden = !figure.querySelector('.row[data-lang]:not([hidden])') &&
      !figure.querySelector('p.none');
  let count = 0;
  for (const [one, text] of texts) {
    const kind = one.dataset.verdict;
    one.hidden = isOther || (task !== '' && one.dataset.task !== task) ||
      (lang !== '' && one.dataset.lang !== lang) ||
      (verdict === 'not right' ? kind === 'right' : verdict !== '' && kind !== verdict) ||
      !words.every((word) => text.includes(word));
    count += one.hidden ? 0 : 1;
  }
  document.getElementById('count').textContent = `${count} of ${texts.size} samples`;
  document.getElementById('elsewhere').hidden = !isOther;
}

document.querySelector('form').addEventListener('input', show);
document.querySelector('form').addEventListener('submit', (event) => event.preventDefault());
show();
