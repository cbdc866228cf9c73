// The search box of the events view in a real browser, by the keyboard alone: suggestions, problems, presets, and what a search lists.
import type { Page } from 'playwright-core'
import * as v from 'valibot'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { acme } from '../../../local/demo/people/world.ts'
import {
  expectAccessible,
  expectNoSidewaysScroll,
  type Stack,
  startStack,
  until,
  type Visit,
  type VisitOptions,
} from './stack.ts'

let stack: Stack
const visits: Visit[] = []

beforeAll(async () => {
  stack = await startStack()
})
afterAll(() => stack?.end())
afterEach(async () => {
  for (const visit of visits.splice(0)) {
    expect(visit.complaints).toEqual([])
    await visit.end()
  }
})

async function open(query = '', options: VisitOptions = {}): Promise<Page> {
  const visit = await stack.visit(stack.pathOf('events', query), options)
  visits.push(visit)
  await visit.page.locator('.log .event, .empty, .problem-notice, .log-end').first().waitFor()
  return visit.page
}

const box = (page: Page) => page.getByRole('combobox', { name: 'Search', exact: true })
const options = (page: Page) => page.getByRole('listbox', { name: 'Suggestions' }).getByRole('option')
const searchOf = (page: Page) => new URL(page.url()).searchParams.get('q')
const rows = (page: Page) => page.locator('.log .event')
const list = v.object({ data: v.array(v.looseObject({ id: v.string(), date: v.string() })) })

/** How many events the API lists for a search of the last 30 days, 1,000 at most. */
async function countOf(q: string): Promise<number> {
  const start = new Date(Date.now() - 30 * 86_400_000).toISOString()
  const parameters = new URLSearchParams({ pageSize: '1000', start, q })
  const response = await stack.ask(`/organizations/${acme.id}/events?${parameters}`)
  return v.parse(list, await response.json()).data.length
}

/** Waits until the list has all events of a search, and says so. */
async function listsAll(page: Page, count: number): Promise<void> {
  expect(count).toBeGreaterThan(0)
  await until(async () => {
    await page.mouse.wheel(0, 20_000)
    return (await page.getByText(/^That is all: /).count()) > 0
  })
  await expect
    .poll(() => page.getByText(/^That is all: /).textContent())
    .toContain(`: ${count.toLocaleString('en')} event`)
}

const widths = [320, 1_280] as const

describe.each(widths)('at %i pixels', (width) => {
  test('a search is written with suggestions, from the keyboard alone, and is in the address', async () => {
    const page = await open('?range=30d', { width })
    await box(page).focus()
    await page.keyboard.type('wh')
    await options(page).filter({ hasText: 'who:' }).waitFor()
    await expect.poll(() => box(page).getAttribute('aria-expanded')).toBe('true')
    await page.keyboard.press('ArrowDown')
    await expect.poll(() => page.locator('.suggestion[aria-selected=true]').textContent()).toContain('who:')
    await expectAccessible(page)
    await expectNoSidewaysScroll(page)
    await page.keyboard.press('Enter')
    await page.keyboard.type('ali')
    await options(page).filter({ hasText: 'Alice Adams' }).waitFor()
    await page.keyboard.press('ArrowDown')
    const id = await box(page).getAttribute('aria-activedescendant')
    await expect.poll(() => page.locator(`[id="${id}"]`).textContent()).toContain('Alice Adams')
    await page.keyboard.press('Enter')
    await until(async () => (await box(page).inputValue()) === 'who:alice@demo.test ')
    await page.keyboard.type('what:view')
    await options(page).filter({ hasText: 'viewed' }).waitFor()
    await page.keyboard.press('Escape')
    await until(async () => (await options(page).count()) === 0)
    await page.keyboard.type('ed')
    await page.keyboard.press('Enter')
    await until(() => searchOf(page) === 'who:alice@demo.test what:viewed')
    await rows(page).first().waitFor()
    expect(new Set(await page.locator('.log .event .who').allTextContents())).toEqual(new Set(['Alice Adams']))
    await page.reload()
    await rows(page).first().waitFor()
    await expect.poll(() => box(page).inputValue()).toBe('who:alice@demo.test what:viewed')
    await listsAll(page, await countOf('who:alice@demo.test what:viewed'))
    await expectAccessible(page)
    await expectNoSidewaysScroll(page)
  })

  test('problems are said at the box, and what is right is found', async () => {
    const page = await open('', { width })
    await box(page).focus()
    await page.keyboard.type('what:copyed')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').filter({ hasText: '"copyed" is no kind of event; write copied' }).waitFor()
    expect(searchOf(page)).toBeNull()
    await page.keyboard.press('Control+a')
    await page.keyboard.type('who:alcie')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').filter({ hasText: 'nothing is called "alcie"; write "Alice Adams"' }).waitFor()
    await expect.poll(() => box(page).getAttribute('aria-invalid')).toBe('true')
    await expect.poll(() => page.getByText('No event passes').count()).toBe(0)
    await expectAccessible(page)
    await expectNoSidewaysScroll(page)
    await page.keyboard.press('Control+a')
    await page.keyboard.type('who:alice')
    await page.keyboard.press('Enter')
    await rows(page).first().waitFor()
    await expect.poll(() => page.getByRole('alert').count()).toBe(0)
    await page.goBack()
    await page.getByRole('alert').filter({ hasText: 'alcie' }).waitFor()
  })
})

test('suggestions beyond the end of their list come into view', async () => {
  const page = await open('?range=30d')
  await box(page).focus()
  await page.keyboard.press('ArrowDown')
  await options(page).nth(13).waitFor()
  await page.keyboard.press('ArrowUp')
  const last = options(page).last()
  await until(async () => (await last.getAttribute('aria-selected')) === 'true')
  await until(() =>
    last.evaluate((option) => {
      const list = option.parentElement?.getBoundingClientRect()
      return list !== undefined && option.getBoundingClientRect().bottom <= list.bottom + 1
    }),
  )
})

describe('a search', () => {
  test('of a preset lists what the API lists', async () => {
    const page = await open('?range=30d')
    await page.getByLabel('Common searches').selectOption({ label: 'Failed logins' })
    await until(() => searchOf(page) === 'what:"failed login"')
    await until(async () => (await box(page).inputValue()) === 'what:"failed login"')
    await listsAll(page, await countOf('what:"failed login"'))
    await page.getByLabel('Common searches').selectOption({ label: 'Choose …' })
    await until(() => searchOf(page) === null)
  })

  test('goes with filters, which stay', async () => {
    const page = await open('?range=30d&device=9&q=who:alice')
    await page.getByRole('button', { name: /Drop the filter Client app/ }).waitFor()
    await box(page).focus()
    await page.keyboard.press('Control+a')
    await page.keyboard.type('who:alice -what:viewed')
    await page.keyboard.press('Enter')
    await until(() => searchOf(page) === 'who:alice -what:viewed')
    expect(new URL(page.url()).searchParams.get('device')).toBe('9')
  })

  test('with times says the range, until another range is chosen', async () => {
    const [before] = new Date(Date.now() - 86_400_000).toISOString().split('T')
    const page = await open(`?q=${encodeURIComponent(`who:alice before:${before}`)}`)
    await expect.poll(() => page.getByLabel('Range').inputValue()).toBe('search')
    const dates = await page
      .locator('.log .event time')
      .evaluateAll((times) => times.map((time) => time.getAttribute('datetime') ?? ''))
    expect(dates.length).toBeGreaterThan(0)
    expect(dates.every((date) => date < `${before}`)).toBe(true)
    await page.getByLabel('Range').selectOption({ label: 'Last 30 days' })
    await until(() => searchOf(page) === 'who:alice')
    await until(async () => (await page.getByLabel('Range').inputValue()) === '30d')
  })

  test('pasted as an id or its first eight digits finds the event and the thing', async () => {
    const response = await stack.ask(`/organizations/${acme.id}/events?pageSize=1&type=1107`)
    const [event] = v.parse(list, await response.json()).data
    const item = String(event?.cipherId)
    const page = await open(`?range=30d&q=${event?.id}`)
    await page.getByText('That is all: 1 event.').waitFor()
    for (const text of [item, item.slice(0, 8)]) {
      await box(page).fill(text)
      await box(page).press('Enter')
      await until(() => searchOf(page) === text)
      await rows(page).first().waitFor()
    }
  })

  test('is exported and followed live as it lists', async () => {
    const page = await open('?range=30d&q=who:alice')
    await page.getByLabel('Live').focus()
    await page.keyboard.press('Space')
    const person = (email: string) => acme.members.find((member) => member.email === email)?.userId
    const report = (number: number, email: string) => ({
      Type: 1107,
      ActingUserId: person(email),
      OrganizationId: acme.id,
      CipherId: `e9990000-0000-4000-8000-00000000000${number}`,
      Date: new Date().toISOString(),
      DeviceType: 9,
    })
    await page.waitForResponse((each) => each.url().includes('/events/feed?') && each.url().includes('q=who'))
    await stack.asServer('POST', '/events', [report(1, 'bob@demo.test'), report(2, 'alice@demo.test')])
    await page.getByText('1 arrived').waitFor()
    expect(new Set(await page.locator('.log .event .who').allTextContents())).toEqual(new Set(['Alice Adams']))
    await page.getByRole('button', { name: 'Export' }).click()
    const [asked] = await Promise.all([
      page.waitForRequest((each) => each.url().includes('/events/export?')),
      page.getByRole('dialog').getByRole('button', { name: 'Export' }).click(),
    ])
    expect(new URL(asked.url()).searchParams.get('q')).toBe('who:alice')
  })
})

test('an event leads to all events around it', async () => {
  const page = await open('?range=30d&q=what:exported')
  await rows(page).first().locator('.open').focus()
  await page.keyboard.press('Enter')
  const around = page.getByRole('button', { name: 'All events ±10 minutes around this one' })
  await around.focus()
  await page.keyboard.press('Enter')
  await until(() => searchOf(page) === null)
  const { searchParams } = new URL(page.url())
  const [start, end] = [Date.parse(searchParams.get('start') ?? ''), Date.parse(searchParams.get('end') ?? '')]
  expect(end - start).toBe(1_200_000)
  await page.locator('.log .opened').waitFor()
  await expectAccessible(page)
})
