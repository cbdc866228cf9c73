// The script of the inbox page, with a fake document: renders new messages on top, announces them once, and sets text as text only.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runInNewContext } from 'node:vm'
import { beforeEach, expect, test } from 'vitest'
import type { Part } from '../../../local/inbox/rendering.ts'

const code = readFileSync(join(import.meta.dirname, '../../../local/inbox/page/inbox.js'), 'utf8')

/** As much of an element as the script uses. */
class Fake {
  readonly name: string
  children: (Fake | string)[] = []
  readonly style: Record<string, string> = {}
  readonly attributes: Record<string, string> = {}
  className = ''
  hidden = false
  parent: Fake | undefined
  constructor(name: string) {
    this.name = name
  }
  append(...added: (Fake | string)[]) {
    this.children.push(...this.adopted(added))
  }
  prepend(...added: (Fake | string)[]) {
    this.children.unshift(...this.adopted(added))
  }
  replaceChildren() {
    this.children = []
  }
  remove() {
    if (this.parent) this.parent.children = this.parent.children.filter((each) => each !== this)
  }
  get lastElementChild() {
    return this.children.at(-1)
  }
  setAttribute(name: string, value: string) {
    this.attributes[name] = value
  }
  get textContent(): string {
    return this.children.map((each) => (typeof each === 'string' ? each : each.textContent)).join('')
  }
  set textContent(text: string) {
    this.children = [text]
  }
  /** All of these below it. */
  all(name: string): Fake[] {
    return this.children.flatMap((each) =>
      typeof each === 'string' ? [] : [...(each.name === name ? [each] : []), ...each.all(name)],
    )
  }
  private adopted(added: (Fake | string)[]) {
    for (const each of added) if (typeof each !== 'string') each.parent = this
    return added
  }
}

type Reply = { readonly startedAt: number; readonly messages: readonly object[] }
let page: { readonly list: Fake; readonly empty: Fake; readonly status: Fake }
let asked: string[]

/** Runs the script until each reply is rendered; undefined is no response at all. */
async function shown(...replies: readonly (Reply | undefined)[]): Promise<void> {
  const left = [...replies]
  const { promise, resolve } = Promise.withResolvers<void>()
  runInNewContext(code, {
    document: {
      getElementById: (id: 'list' | 'empty' | 'status') => page[id],
      createElement: (name: string) => new Fake(name),
    },
    fetch: async (address: string) => {
      asked.push(address)
      const reply = left.shift()
      if (reply === undefined) throw new Error('no response')
      return { json: async () => reply }
    },
    setTimeout: (again: () => void) => (left.length > 0 ? again() : resolve()),
  })
  return promise
}

const message = (number: number, parts: readonly Part[] = [], source = 'slack') => ({
  number,
  at: '2026-11-20T10:05:00.000Z',
  source,
  title: `title ${number}`,
  parts,
  raw: '{"raw":1}',
})

beforeEach(() => {
  page = { list: new Fake('ol'), empty: new Fake('p'), status: new Fake('p') }
  asked = []
})

test('new messages appear on top, once, and are announced in one sentence', async () => {
  await shown(
    { startedAt: 1, messages: [message(1), message(2)] },
    { startedAt: 1, messages: [] },
    { startedAt: 1, messages: [message(3, [], 'teams')] },
  )

  expect(asked.map((each) => each.split('?')[1])).toEqual(['after=0', 'after=2', 'after=2'])
  expect(page.list.all('h2').map((each) => Object.entries(each).find(([name]) => name === 'id')?.[1])).toEqual([
    'message-3',
    'message-2',
    'message-1',
  ])
  expect(page.empty.hidden).toBe(true)
  expect(page.status.textContent).toBe('A new message in Microsoft Teams: title 3')
})

test('several at once are announced together', async () => {
  await shown({ startedAt: 1, messages: [message(1), message(2)] })
  expect(page.status.textContent).toBe('2 new messages, the newest in Slack: title 2')
})

test('another start empties the page and begins with its first message', async () => {
  await shown(
    { startedAt: 1, messages: [message(7)] },
    { startedAt: 2, messages: [] },
    { startedAt: 2, messages: [message(1)] },
  )
  expect(asked.at(-1)).toBe('/inbox/messages?after=0')
  expect(page.list.children).toHaveLength(1)
})

test('no more than 200 stay', async () => {
  const all = Array.from({ length: 200 }, (_, index) => message(index + 1))
  await shown({ startedAt: 1, messages: all }, { startedAt: 1, messages: [message(201)] })
  expect(page.list.children).toHaveLength(200)
})

test('a lost connection is announced, and cleared when it is back', async () => {
  await shown(undefined)
  expect(page.status.textContent).toContain('does not respond')
  await shown({ startedAt: 1, messages: [] })
  expect(page.status.textContent).toBe('')
})

test('each kind of part is drawn, and hostile text stays text', async () => {
  const hostile = '<img src=x onerror=alert(1)>'
  const runs = [{ text: hostile, styles: ['bold', 'good'] as const, url: null }]
  const parts: readonly Part[] = [
    { kind: 'heading', text: hostile },
    { kind: 'text', runs },
    { kind: 'note', runs },
    { kind: 'grid', cells: [runs] },
    { kind: 'facts', facts: [{ name: hostile, runs }] },
    { kind: 'line' },
    { kind: 'json', text: hostile },
    { kind: 'box', colour: '#d13438', parts: [{ kind: 'text', runs }] },
    { kind: 'columns', columns: [[{ kind: 'text', runs }]] },
    {
      kind: 'links',
      links: [
        { title: hostile, url: 'https://a.test/' },
        { title: hostile, url: null },
      ],
    },
  ]
  await shown({ startedAt: 1, messages: [message(1, parts)] })

  expect(page.list.all('img')).toEqual([])
  for (const name of ['h3', 'li', 'dt', 'dd']) expect(page.list.all(name).at(-1)?.textContent, name).toContain(hostile)
  expect(page.list.all('pre').map((each) => each.textContent)).toEqual([hostile, '{"raw":1}'])
  expect(page.list.all('span').every(({ className }) => className === 'bold good' || className === '')).toBe(true)
  expect(page.list.all('div').map(({ style }) => style.borderInlineStartColor)).toContain('#d13438')
  expect(page.list.all('a')).toMatchObject([{ href: 'https://a.test/', rel: 'noreferrer' }])
})

test('nothing in it takes text for HTML', () => {
  expect(code).not.toMatch(/innerHTML|outerHTML|insertAdjacent|document\.write|srcdoc|eval|Function\(|DOMParser/)
})
