// The overview and the alerts in a real browser: numbers as the API has them, and what people do about alerts.
import type { Page } from 'playwright-core'
import * as v from 'valibot'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { datesOf } from '../../../web/overview/days.ts'
import {
  expectAccessible,
  expectNoSidewaysScroll,
  type Stack,
  startStack,
  type Visit,
  type VisitOptions,
} from './stack.ts'

const hostile = `<script>document.title="taken"</script>\u202e 🦊 ${'x'.repeat(500)}`

const Alerts = v.object({
  data: v.array(
    v.looseObject({
      title: v.string(),
      count: v.number(),
      threshold: v.number(),
      group: v.array(v.object({ name: v.string(), label: v.nullable(v.string()) })),
      samples: v.array(v.looseObject({ ipAddress: v.nullable(v.string()) })),
    }),
  ),
})
const Incidents = v.object({ data: v.array(v.looseObject({ title: v.string() })) })
const Summary = v.object({
  days: v.array(v.object({ events: v.number(), failedLogins: v.number() })),
  users: v.array(v.object({ userId: v.string(), name: v.nullable(v.string()), events: v.number() })),
})

let stack: Stack
let visit: Visit
let page: Page
beforeAll(async () => {
  stack = await startStack()
})
afterAll(() => stack?.end())
afterEach(async () => {
  expect(visit.complaints).toEqual([])
  await visit.end()
})

/** Opens a view as Alice, an owner. */
async function open(view: string, query = '', options: VisitOptions = {}): Promise<void> {
  visit = await stack.visit(stack.pathOf(view, query), options)
  page = visit.page
}

/** The response of the API to Alice. */
async function responseOf<S extends v.GenericSchema>(path: string, schema: S): Promise<v.InferOutput<S>> {
  const response = await stack.ask(`/organizations/${stack.organizationId}${path}`)
  return v.parse(schema, await response.json())
}

const numbersIn = (texts: readonly string[]) => texts.map((text) => Number(text.replaceAll(',', '')))
const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0)
const chart = (title: string) => page.locator('figure', { has: page.getByRole('heading', { name: title }) })
const row = (title: string) => page.locator('.alert-row', { has: page.getByRole('link', { name: title, exact: true }) })
const panel = () => page.locator('aside')
const shown = () => page.getByRole('list', { name: 'Alerts, newest first' }).getByRole('listitem')
const parameters = () => Object.fromEntries(new URL(page.url()).searchParams)

describe('the overview', () => {
  test('has the numbers of the API, and each chart a table of them', async () => {
    await open('overview')
    // Of the days that the page shows: those of the API's own default are one more.
    const { start, end } = datesOf(30, Date.now())
    const summary = await responseOf(`/summary?start=${start}&end=${end}`, Summary)

    for (const [title, values] of [
      ['Events per day', summary.days.map(({ events }) => events)],
      ['Failed logins per day', summary.days.map(({ failedLogins }) => failedLogins)],
    ] as const) {
      await chart(title).getByText('Numbers as a table').click()
      const cells = await chart(title).locator('tbody tr td:nth-child(2)').allInnerTexts()
      expect(numbersIn(cells)).toEqual(values.slice(-30).toReversed())
      const words = await chart(title).getByRole('img').getAttribute('aria-label')
      expect(words).toContain(`${sum(values.slice(-30)).toLocaleString('en')} `)
      expect(await chart(title).locator('canvas').count()).toBeGreaterThan(1)
    }
    const busiest = page.getByRole('region', { name: 'Busiest users' }).locator('tbody tr').first()
    const [first] = summary.users
    expect(await busiest.innerText()).toContain(first?.name ?? '')
    expect(numbersIn([await busiest.locator('td').innerText()])).toEqual([first?.events])
  })

  test('counts the open incidents by level, and leads to them', async () => {
    await open('overview')
    const { data } = await responseOf('/incidents?state=open&limit=200&level=high', Incidents)
    await page.getByRole('link', { name: `${data.length} High` }).click()

    await page.getByRole('heading', { name: 'Incidents', exact: true }).waitFor()
    expect(parameters()).toEqual({ level: 'high' })
    const listed = page.getByRole('list', { name: 'Incidents, newest first' }).getByRole('listitem')
    await listed.first().waitFor()
    expect(await listed.count()).toBe(data.length)
  })

  test('leads from a user, an address and a day to their events', async () => {
    await open('overview')
    const leadsTo = async (name: RegExp) => {
      await page.getByRole('link', { name }).first().click()
      await page.waitForURL(/\/events/)
      const reached = parameters()
      await page.goBack()
      return reached
    }

    expect(await leadsTo(/^Events of Dave/)).toMatchObject({ actingUserId: 'c0000000-0000-4000-8000-000000000004' })
    await chart('Events per day').getByText('Numbers as a table').click()
    expect(await leadsTo(/^Events of \d/)).toMatchObject({ end: expect.stringMatching(/T23:59:59\.999Z$/) })
    expect(await leadsTo(/^Events from 192\.0\.2\.17$/)).toMatchObject({ ipAddress: '192.0.2.17' })
  })

  test('leads from failed logins of a day to just these', async () => {
    await open('overview')
    await chart('Failed logins per day').getByText('Numbers as a table').click()
    await chart('Failed logins per day').locator('tbody a').first().click()
    await page.waitForURL(/\/events/)

    expect(parameters()).toMatchObject({ type: '1005,1006' })
  })

  test('keeps its range in the address', async () => {
    await open('overview', '?range=7')
    expect(await page.getByRole('button', { name: '7 days' }).getAttribute('aria-pressed')).toBe('true')

    await page.getByRole('button', { name: '90 days' }).click()

    expect(parameters()).toEqual({ range: '90' })
    await chart('Events per day').getByText('in 90 days').waitFor()
  })

  test('draws its charts anew for another width and another theme', async () => {
    await open('overview')
    const canvas = chart('Events per day').locator('.uplot canvas')
    await canvas.waitFor()
    const pixels = () => page.evaluate(`document.querySelector('.uplot canvas').toDataURL()`)
    const light: unknown = await pixels()

    await page.emulateMedia({ colorScheme: 'dark' })
    await expect.poll(pixels).not.toBe(light)
    await page.setViewportSize({ width: 360, height: 740 })

    await expect.poll(async () => (await canvas.boundingBox())?.width ?? 999).toBeLessThan(340)
  })
})

/** An open alert about Dave alone, who is attacked in the demo, with a title that no other alert has. */
async function alertAboutDave() {
  const { data } = await responseOf('/alerts?state=open&limit=50', Alerts)
  const found = data.find(
    ({ title, group, samples }) =>
      group.length === 1 &&
      group[0]?.name === 'actingUserId' &&
      group[0].label?.startsWith('Dave Duarte') &&
      samples.length > 1 &&
      data.filter((each) => each.title === title).length === 1,
  )
  if (!found) throw new Error('no alert is about Dave')
  return found
}

describe('alerts', () => {
  test('are those of the API, and filters are part of the address', async () => {
    await open('alerts')
    const { data } = await responseOf('/alerts?state=open&limit=50', Alerts)
    await shown().first().waitFor()
    expect(await shown().getByRole('link').allInnerTexts()).toEqual(data.map(({ title }) => title))

    await page.getByLabel('Level').selectOption({ label: 'High' })
    await page.getByLabel('Rule').selectOption({ label: 'A domain was removed' })

    expect(parameters()).toMatchObject({ level: 'high' })
    await expect.poll(() => shown().getByRole('link').allInnerTexts()).toEqual(['A domain was removed'])
    await page.getByRole('button', { name: 'Clear filters' }).click()
    await expect.poll(() => shown().count()).toBe(data.length)
  })

  test('say what and who, with sample events in words and a link to all of them', async () => {
    await open('alerts')
    const { title, count, threshold, samples } = await alertAboutDave()
    await row(title).getByRole('link').click()

    const text = await panel().innerText()
    expect(text).toContain('Dave Duarte <dave@demo.test>')
    expect(text).toContain(`${count}, threshold ${threshold}`)
    expect(await panel().locator('.samples li').count()).toBe(samples.length)
    expect(await panel().locator('.samples li').first().innerText()).toContain(samples[0]?.ipAddress)
    await panel().getByRole('link', { name: 'All events of this alert' }).click()
    await page.waitForURL(/\/events\?.*actingUserId=/)
    await page.goBack()
    await panel().locator('.samples').getByRole('link', { name: 'Dave Duarte' }).first().click()
    await page.getByRole('heading', { name: 'Dave Duarte' }).waitFor()
  })

  test('stay open, and say so, when acknowledging fails', async () => {
    await open('alerts')
    await page.route('**/acknowledge', (route) => route.fulfill({ status: 503, json: { message: 'no' } }))
    await row('A domain was removed').getByRole('link').click()
    await panel().getByRole('button', { name: 'Acknowledge' }).click()

    await panel().getByText('Not acknowledged; the alert is open as before.').waitFor()
    expect(await row('A domain was removed').count()).toBe(1)
    await page.unroute('**/acknowledge')
    expect(await panel().getByRole('button', { name: 'Acknowledge' }).isEnabled()).toBe(true)
  })

  test('move from open to past when they are acknowledged', async () => {
    await open('alerts')
    const title = 'A domain was added or verified'
    await row(title).getByRole('link').click()
    await panel().getByRole('button', { name: 'Acknowledge' }).click()

    await panel().getByText('Acknowledged by').waitFor()
    expect(await row(title).count()).toBe(0)
    await page.getByRole('button', { name: 'Past' }).click()
    await row(title).waitFor()
    const { data } = await responseOf('/alerts?state=acknowledged', Alerts)
    expect(data.map((alert) => alert.title)).toContain(title)
  })

  test('are muted for a group, and unmuted again', async () => {
    await open('alerts')
    const { title } = await alertAboutDave()
    await row(title).getByRole('link').click()
    await panel()
      .getByLabel(/This rule for .?Dave Duarte/)
      .check()
    await panel().getByLabel('For', { exact: true }).selectOption({ label: '7 days' })
    await panel().getByRole('button', { name: 'Mute', exact: true }).click()

    await row(title).getByText('Muted').waitFor()
    const mutes = page.getByRole('region', { name: 'Mutes' })
    expect(await mutes.innerText()).toContain('Dave Duarte')
    await mutes.getByRole('button', { name: `End mute of ${title}` }).click()
    await mutes.getByText('Nothing is muted.').waitFor()
    expect(await row(title).getByText('Muted').count()).toBe(0)
  })

  test('about changes of alerting itself say who changed what, and cannot be muted', async () => {
    await open('alerts')
    await row('Alerting was changed').first().getByRole('link').click()
    await panel().getByText('This rule watches over alerting itself: it cannot be muted.').waitFor()
    expect(await panel().getByRole('button', { name: 'Mute', exact: true }).count()).toBe(0)
    const text = await panel().innerText()
    expect(text).toMatch(/Alice Adams <alice@demo\.test>: (Created integration Inbox|Muted alerts of )/)
    expect(text).toContain('attack.t1562.008')
  })

  test('are opened, acknowledged and closed with the keyboard alone', async () => {
    await open('alerts')
    await row('A domain was removed').waitFor()
    await tabTo('A domain was removed')
    await page.keyboard.press('Enter')
    await expect.poll(focused).toBe('A domain was removed')
    expect(parameters()).toHaveProperty('alert')
    await tabTo('Acknowledge')
    await page.keyboard.press('Enter')
    await panel().getByText('Acknowledged by').waitFor()
    await page.keyboard.press('Escape')

    await panel().waitFor({ state: 'detached' })
    expect(parameters()).toEqual({})
  })
})

/** The text of what has the focus. */
const focused = () => page.locator(':focus').innerText()

async function tabTo(text: string): Promise<void> {
  for (let steps = 0; steps < 80; steps++) {
    await page.keyboard.press('Tab')
    if ((await focused()).trim() === text) return
  }
  throw new Error(`no way to ${text} by keyboard`)
}

describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
  test.each([1200, 360])('axe finds nothing at %d px, and nothing is wider than the page', async (width) => {
    await open('overview', '', { colorScheme, width })
    await chart('Events per day').getByText('Numbers as a table').click()
    await expectAccessible(page)
    await expectNoSidewaysScroll(page)

    await page.getByRole('link', { name: 'All open alerts' }).click()
    await shown().first().waitFor()
    await expectAccessible(page)
    await expectNoSidewaysScroll(page)

    await shown().getByRole('link').first().click()
    await panel().getByRole('button', { name: 'Acknowledge' }).waitFor()
    await expectAccessible(page)
    await expectNoSidewaysScroll(page)
  })
})

test.each<readonly [string, string | undefined, readonly string[] | string | undefined]>([
  ['a system’s name of a language', 'en-US@posix', ['en-US@posix']],
  ['what are no tags', 'C', ['C', '', '*', 'en_US.UTF-8']],
  ['none', '', []],
  ['nothing', undefined, undefined],
])('the page starts, with its charts, in a browser that says of its languages %s', async (_, language, tags) => {
  const said = JSON.stringify({ language, languages: tags })
  const script = `for (const name of ['language', 'languages'])
    Object.defineProperty(navigator, name, { value: ${said}[name], configurable: true })`
  await open('overview', '', { prepare: async (fresh) => void (await fresh.addInitScript(script)) })
  await chart('Events per day').locator('.uplot canvas').waitFor()
  await page.getByRole('link', { name: 'Events', exact: true }).first().click()
  await page.locator('time').first().waitFor()
})

test('names that are meant to do harm are text', async () => {
  const spoil = (text: string) => text.replaceAll('Dave Duarte', JSON.stringify(hostile).slice(1, -1))
  await open('overview', '', {
    width: 360,
    prepare: async (fresh) => {
      await fresh.route(/\/organizations\/[^/]+\/(summary|alerts|incidents)\b/, async (route) => {
        const response = await route.fetch()
        await route.fulfill({ response, body: spoil(await response.text()) })
      })
    },
  })
  await page.getByRole('region', { name: 'Busiest users' }).getByText('<script>').waitFor()
  await expectNoSidewaysScroll(page)

  await page.getByRole('link', { name: 'All open alerts' }).click()
  await page.getByRole('link', { name: 'A new address, then many secrets' }).click()
  await panel().getByText('<script>').first().waitFor()
  await expectNoSidewaysScroll(page)
  expect(await page.title()).not.toBe('taken')
})
