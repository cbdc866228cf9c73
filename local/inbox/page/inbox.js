// The inbox's page: asks for what is new each second and draws it, newest first. The contents of a message are only ever set as text.

const pauseMs = 1_000
const messagesMax = 200
const sources = { webhook: 'Webhook', slack: 'Slack', teams: 'Microsoft Teams', mail: 'E-mail' }

const list = document.getElementById('list')
const empty = document.getElementById('empty')
const status = document.getElementById('status')

let startedAt = null
let last = 0

/** An element with text or elements in it. */
function element(name, className, ...children) {
  const made = document.createElement(name)
  if (className) made.className = className
  made.append(...children)
  return made
}

const drawRun = ({ text, styles, url }) => {
  if (url === null) return element('span', styles.join(' '), text)
  const link = element('a', styles.join(' '), text)
  link.href = url
  link.rel = 'noreferrer'
  return link
}
const drawRuns = (runs) => runs.map(drawRun)

/** JSON that scrolls, also with the keyboard. */
function json(text, label) {
  const made = element('pre', '', text)
  made.tabIndex = 0
  made.setAttribute('role', 'group')
  made.setAttribute('aria-label', label)
  return made
}

/** How each kind of part of local/inbox/rendering.ts is rendered. */
const renderers = {
  heading: ({ text }) => element('h3', '', text),
  text: ({ runs }) => element('p', '', ...drawRuns(runs)),
  note: ({ runs }) => element('p', 'note', ...drawRuns(runs)),
  grid: ({ cells }) => element('ul', 'grid', ...cells.map((runs) => element('li', '', ...drawRuns(runs)))),
  facts: ({ facts }) =>
    element(
      'dl',
      '',
      ...facts.flatMap(({ name, runs }) => [element('dt', '', name), element('dd', '', ...drawRuns(runs))]),
    ),
  line: () => element('hr'),
  json: ({ text }) => json(text, 'Body'),
  box: ({ colour, parts }) => {
    const box = element('div', 'box', ...parts.map(render))
    if (colour !== null) box.style.borderInlineStartColor = colour
    return box
  },
  columns: ({ columns }) =>
    element('div', 'columns', ...columns.map((parts) => element('div', '', ...parts.map(render)))),
  links: ({ links }) =>
    element('p', 'links', ...links.map(({ title, url }) => drawRun({ text: title, styles: [], url }))),
}
const render = (part) => renderers[part.kind](part)

function renderMessage({ number, at, source, parts, raw }) {
  const time = element('time', '', new Date(at).toLocaleTimeString())
  time.dateTime = at
  const heading = element('h2', '', `${sources[source]} `, time)
  heading.id = `message-${number}`
  const details = element('details', '', element('summary', '', 'JSON as received'), json(raw, 'JSON as received'))
  const article = element('article', source, heading, ...parts.map(render), details)
  article.setAttribute('aria-labelledby', heading.id)
  return element('li', '', article)
}

/** Announces to screen readers how many messages are new, and the newest. */
function announce(messages) {
  const newest = messages.at(-1)
  const count = messages.length === 1 ? 'A new message' : `${messages.length} new messages, the newest`
  say(`${count} in ${sources[newest.source]}: ${newest.title}`)
}

function say(text) {
  if (status.textContent !== text) status.textContent = text
}

async function look() {
  const response = await fetch(`/inbox/messages?after=${last}`)
  const found = await response.json()
  if (startedAt !== null && found.startedAt !== startedAt) {
    // A restart, which counts from 1 again.
    startedAt = null
    last = 0
    list.replaceChildren()
    empty.hidden = false
    return
  }
  startedAt = found.startedAt
  if (found.messages.length === 0) return
  last = found.messages.at(-1).number
  list.prepend(...found.messages.toReversed().map(renderMessage))
  while (list.children.length > messagesMax) list.lastElementChild.remove()
  list.start = last
  empty.hidden = true
  announce(found.messages)
}

const lost = 'Keytrail does not respond. Looking again each second.'

async function lookAgainAndAgain() {
  try {
    await look()
    if (status.textContent === lost) say('')
  } catch {
    say(lost)
  }
  setTimeout(lookAgainAndAgain, pauseMs)
}

lookAgainAndAgain()
