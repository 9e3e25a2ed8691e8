"""What anyone needs of a page: names of controls, headings, a language, contrast, the Tab key."""

SCRIPT = r"""
const visible = e => e.getClientRects().length > 0 && getComputedStyle(e).visibility !== 'hidden';
const name = e => (e.labels && [...e.labels].map(l => l.textContent).join(' ').trim())
  || e.getAttribute('aria-label')
  || (e.getAttribute('aria-labelledby') || '').split(/\s+/).filter(Boolean)
       .map(i => (document.getElementById(i) || {}).textContent || '').join(' ').trim() || '';
const describe = e => e.outerHTML.slice(0, 160);
const problems = [];
const inputs = [...document.querySelectorAll('input, select, textarea')]
  .filter(e => !['hidden', 'submit', 'button'].includes(e.type) && visible(e));
for (const e of inputs) if (!name(e)) problems.push('no label: ' + describe(e));
for (const e of document.querySelectorAll('button, a[href], summary, input[type=submit]'))
  if (visible(e) && !(e.textContent || e.value || '').trim() && !e.getAttribute('aria-label'))
    problems.push('no words: ' + describe(e));
for (const e of document.images)
  if (!e.hasAttribute('alt')) problems.push('no alt: ' + describe(e));
const headings = [...document.querySelectorAll('h1')].filter(visible);
if (headings.length !== 1) problems.push(headings.length + ' h1');
let level = 1;
for (const e of document.querySelectorAll('h2, h3, h4, h5, h6')) {
  const next = +e.tagName[1];
  if (next > level + 1) problems.push('skipped heading level: ' + describe(e));
  level = next;
}
if (!document.documentElement.lang) problems.push('no lang');
if (!document.title.trim()) problems.push('no title');
if (document.querySelectorAll('main').length !== 1) problems.push('no main');
if (!document.querySelector('meta[name=viewport]')) problems.push('no viewport');
const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) problems.push('id twice: ' + id);
for (const e of document.querySelectorAll('[tabindex]'))
  if (e.tabIndex > 0) problems.push('positive tabindex: ' + describe(e));
if (document.documentElement.scrollWidth > innerWidth + 1) {
  const wide = [...document.querySelectorAll('body *')]
    .find(e => e.getBoundingClientRect().right > innerWidth + 1);
  problems.push('wider than the window: ' + (wide ? describe(wide) : ''));
}

// Contrast of text (WCAG 2.2, success criterion 1.4.3).
const rgb = text => {
  const found = text.match(/[\d.]+/g).map(Number);
  const scale = text.startsWith('color(') ? 255 : 1;
  return [found[0] * scale, found[1] * scale, found[2] * scale, found.length > 3 ? found[3] : 1];
};
const over = (top, below) =>
  [0, 1, 2].map(i => top[i] * top[3] + below[i] * (1 - top[3])).concat(1);
const background = e => {
  const layers = [];
  for (let n = e; n; n = n.parentElement) layers.unshift(rgb(getComputedStyle(n).backgroundColor));
  const dark = matchMedia('(prefers-color-scheme: dark)').matches
    && /dark/.test(getComputedStyle(document.documentElement).colorScheme);
  const canvas = dark ? [18, 18, 18, 1] : [255, 255, 255, 1];
  return layers.reduce((below, top) => over(top, below), canvas);
};
const luminance = c => {
  const [r, g, b] = c.slice(0, 3).map(v => v / 255)
    .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
const seen = new Set();
while (walker.nextNode()) {
  const e = walker.currentNode.parentElement;
  if (seen.has(e) || !walker.currentNode.data.trim() || !visible(e)) continue;
  if (e.closest('[disabled], script, style')) continue;
  seen.add(e);
  const style = getComputedStyle(e), below = background(e);
  const front = over(rgb(style.color), below);
  const [x, y] = [luminance(front), luminance(below)].sort((a, b) => b - a);
  const ratio = (x + 0.05) / (y + 0.05);
  const isLarge = parseFloat(style.fontSize) >= 24
    || (parseFloat(style.fontSize) >= 18.66 && +style.fontWeight >= 700);
  if (ratio < (isLarge ? 3 : 4.5))
    problems.push(`contrast ${ratio.toFixed(2)} ${style.color}: ` + describe(e));
}
return problems;
"""

FOCUSABLE = r"""
const open = e => !e.closest('details:not([open])') || e.closest('summary');
const radios = new Set();
const all = document.querySelectorAll(
  'a[href], button, input, select, textarea, summary, [tabindex="0"]');
return [...all].filter(e => {
  if (e.type === 'hidden' || e.disabled || e.tabIndex < 0) return false;
  if (!e.getClientRects().length) return false;
  if (e.type !== 'radio') return open(e);
  if (radios.has(e.name)) return false;
  return radios.add(e.name);
});
"""


def problems(chrome):
    return chrome.driver.execute_script(SCRIPT)


def shown(elements):
    return [element.get_attribute("outerHTML")[:80] for element in elements]


def focus_problems(chrome):
    """Whether the Tab key goes through everything in its order, and shows where it is."""
    expected = chrome.driver.execute_script(FOCUSABLE)
    found = chrome.tab_order()
    wrong = []
    if found != expected:
        wrong.append(f"the Tab key goes to {shown(found)}, not to {shown(expected)}")
    for element in found:
        style = chrome.driver.execute_script(
            "arguments[0].focus(); const s = getComputedStyle(arguments[0]);"
            "return [arguments[0].matches(':focus-visible'), s.outlineStyle, s.boxShadow]",
            element,
        )
        if style[0] and style[1] == "none" and style[2] == "none":
            wrong.append(f"no focus ring: {element.get_attribute('outerHTML')[:120]}")
    return wrong
