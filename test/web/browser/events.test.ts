// The events view in a real browser, on the stack of `npm start`: what a person does there, and what may not happen.
import { readFile } from 'node:fs/promises'
import type { Page, Route } from 'playwright-core'
import * as v from 'valibot'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { acme } from '../../../local/demo/people/world.ts'
import {
  expectAccessible,
  expectNoSidewaysScroll,
  type Stack,
  signIn,
  startStack,
  until,
  type Visit,
  type VisitOptions,
} from './stack.ts'

let stack: Stack
const visits: Visit[] = []

const hostile = {
  script: '<script>document.title="taken"</script><img src=x onerror=alert(1)>',
  rightToLeft: 'עדי \u202Eevil\u202C العربية',
  long: `${'Long'.repeat(125)}`,
  emoji: '👩‍👩‍👧‍👦 Zoë 🏴󠁧󠁢󠁳󠁣󠁴󠁿',
}
const hostileAddress = '198.51.100.77'
const idOf = (kind: 'c' | 'd', number: number) => `${kind}9990000-0000-4000-8000-00000000000${number}`

beforeAll(async () => {
  stack = await startStack()
  await putHostileNames()
})
afterAll(() => stack?.end())
afterEach(async () => {
  for (const visit of visits.splice(0)) {
    expect(visit.complaints).toEqual([])
    await visit.end()
  }
})

/** People whose names are meant to do harm, and an event of each. */
async function putHostileNames(): Promise<void> {
  const names = Object.values(hostile)
  const [template] = acme.members
  const members = names.map((name, index) => ({
    ...template,
    id: idOf('d', index),
    userId: idOf('c', index),
    name,
    email: `hostile${index}@demo.test`,
    type: 2,
  }))
  const { id, ...organization } = acme
  await stack.asServer('PUT', `/directory/organizations/${id}`, {
    ...organization,
    members: [...acme.members, ...members],
  })
  await report(
    ...names.map((_, index) => ({ Type: 1502, ActingUserId: idOf('c', index), OrganizationUserId: idOf('d', index) })),
    { Type: 2000, ActingUserId: idOf('c', 0), DomainName: hostile.script },
  )
  await until(async () => {
    const events = await eventsAt(`ipAddress=${hostileAddress}`)
    const named = events.some(({ actingUserName }) => actingUserName === hostile.emoji)
    return named && events.length === names.length + 1
  })
}

async function report(...events: readonly Record<string, unknown>[]): Promise<void> {
  const common = { OrganizationId: acme.id, IpAddress: hostileAddress, DeviceType: 9 }
  await stack.asServer(
    'POST',
    '/events',
    events.map((event) => ({ Date: new Date().toISOString(), ...common, ...event })),
  )
}

const Events = v.object({
  data: v.array(v.looseObject({ id: v.string(), actingUserName: v.nullish(v.string()) })),
  continuationToken: v.nullable(v.string()),
})

/** Every event that the API lists for a query. */
async function eventsAt(query: string): Promise<v.InferOutput<typeof Events>['data']> {
  const all: v.InferOutput<typeof Events>['data'] = []
  for (let token: string | null = ''; token !== null; ) {
    const more: string = token === '' ? '' : `&continuationToken=${token}`
    const response = await stack.ask(`/organizations/${acme.id}/events?pageSize=1000&${query}${more}`)
    const page = v.parse(Events, await response.json())
    all.push(...page.data)
    token = page.continuationToken
  }
  return all
}

async function open(query = '', options: VisitOptions = {}): Promise<Page> {
  const visit = await stack.visit(stack.pathOf('events', query), options)
  visits.push(visit)
  await visit.page.locator('.log .event, .empty, .problem-notice').first().waitFor()
  return visit.page
}

const rows = (page: Page) => page.locator('.log .event')
const pathIn = (page: Page) => new URL(page.url()).pathname + new URL(page.url()).search

describe('the list', () => {
  test('shows the newest events first, with names, and loads older ones while one scrolls', async () => {
    const page = await open('?range=30d')
    const dates = await page
      .locator('.log .event time')
      .evaluateAll((times) => times.map((time) => time.getAttribute('datetime')))
    expect(dates.length).toBeGreaterThan(10)
    expect(dates).toEqual(dates.toSorted().toReversed())
    const loaded = () => page.locator('.log').getAttribute('aria-rowcount')
    expect(await loaded()).toBe('-1')
    await until(async () => {
      await page.mouse.wheel(0, 20_000)
      return (await loaded()) !== '-1'
    })
    await page.getByText(/That is all: [\d,]+ events/).waitFor()
    expect(await page.getByText(/That is all/).textContent()).toContain(
      (await eventsAt('')).length.toLocaleString('en'),
    )
  })

  test('goes on by itself over pages without any event, to those that have some and to the end', async () => {
    const asked: (string | null)[] = []
    const response = async (route: Route) => {
      const token = new URL(route.request().url()).searchParams.get('continuationToken')
      asked.push(token)
      const number = Number(token ?? 0)
      const event = {
        object: 'event',
        id: `rare-${number}`,
        type: 1000,
        date: new Date(Date.UTC(2026, 0, 9 - number)).toISOString(),
      }
      const data = number === 2 || number === 4 ? [event] : []
      await route.fulfill({ json: { object: 'list', data, continuationToken: number === 6 ? null : `${number + 1}` } })
    }
    const page = await open('?type=1000', {
      prepare: async (fresh) => void (await fresh.route(/\/events\?.*pageSize=/, response)),
    })
    await page.getByText('That is all: 2 events.').waitFor()
    expect(asked).toEqual([null, '1', '2', '3', '4', '5', '6'])
  })

  test('keeps few rows in the document with 10,000 events loaded', async () => {
    const page = await open('', { prepare: async (fresh) => void (await fresh.route(/\/events\?/, manyEvents)) })
    await until(async () => {
      await page.mouse.wheel(0, 50_000)
      return page.getByText('That is all: 10,000 events.').isVisible()
    })
    expect(await rows(page).count()).toBeLessThan(80)
    expect(await page.evaluate('document.querySelectorAll("*").length')).toBeLessThan(1_800)
    await page.evaluate('scrollTo(0, 200000)')
    await until(async () => (await rows(page).count()) > 10 && rows(page).first().isVisible())
  })

  test('shows the app and the address on hover and on focus, and UTC on hover', async () => {
    const page = await open(`?actingUserId=${idOf('c', 3)}`)
    await rows(page).first().locator('.app').hover()
    await page.getByRole('tooltip').filter({ hasText: 'Web Vault - Chrome' }).waitFor()
    expect(await page.getByRole('tooltip').textContent()).toContain('198.51.100.77')
    await rows(page).first().locator('.when time').hover()
    await page.getByRole('tooltip').filter({ hasText: 'UTC' }).waitFor()
    await rows(page).first().locator('.app button').focus()
    await page.getByRole('tooltip').filter({ hasText: '198.51.100.77' }).waitFor()
    await page.keyboard.press('Escape')
    await until(async () => (await page.getByRole('tooltip').count()) === 0)
  })
})

/** Responds with 10,000 events, page by page. */
async function manyEvents(route: Route): Promise<void> {
  const query = new URL(route.request().url()).searchParams
  const from = Number(query.get('continuationToken') ?? 0)
  const to = Math.min(10_000, from + Number(query.get('pageSize')))
  const newest = Date.UTC(2026, 0, 31)
  const data = Array.from({ length: to - from }, (_, index) => ({
    object: 'event',
    id: `event-${from + index}`,
    type: 1107,
    date: new Date(newest - (from + index) * 60_000).toISOString(),
    cipherId: idOf('c', 1),
    actingUserId: idOf('c', 2),
    actingUserName: 'A user',
    deviceType: 9,
    ipAddress: '192.0.2.1',
  }))
  await route.fulfill({ json: { object: 'list', data, continuationToken: to === 10_000 ? null : `${to}` } })
}

describe('filters', () => {
  test('are part of the address, survive a reload, and list the events that the API lists', async () => {
    const page = await open('?range=30d')
    await page.getByLabel('What').selectOption({ label: 'Item: all' })
    await page.getByLabel('User', { exact: true }).fill('Dave')
    await page.getByLabel('User', { exact: true }).press('Enter')
    await page.getByRole('button', { name: /Drop the filter User: Dave Duarte/ }).waitFor()
    const path = pathIn(page)
    expect(path).toContain('category=item')
    expect(path).toMatch(/actingUserId=[0-9a-f-]{36}/)

    await page.reload()
    await rows(page).first().waitFor()
    expect(pathIn(page)).toBe(path)
    expect(new Set(await page.locator('.log .event .who').allTextContents())).toEqual(new Set(['Dave Duarte']))
    await page.goBack()
    await until(() => !pathIn(page).includes('actingUserId'))
  })

  test('are one press away in a row and in the details', async () => {
    const page = await open(`?range=30d&actingUserId=${idOf('c', 3)}`)
    await rows(page).first().locator('.app button').click()
    await until(() => pathIn(page).includes('ipAddress=198.51.100.77'))
    await rows(page).first().locator('.open').click()
    await page.getByRole('button', { name: /Only events with Member/ }).click()
    await until(() => pathIn(page).includes(`memberId=${idOf('d', 3)}`))
    await page.getByRole('button', { name: 'Drop all filters' }).click()
    await until(() => !/memberId|ipAddress|actingUserId/.test(pathIn(page)))
  })

  test('that are invalid are reported, with the parameter, and at their field', async () => {
    const page = await open('?itemId=nothing')
    await page.getByRole('alert').filter({ hasText: 'itemId' }).waitFor()
    await page.getByLabel('Item').and(page.locator('[aria-invalid]')).waitFor()
    const other = await open('?ipAddress=198.51.100')
    await other.getByRole('alert').filter({ hasText: 'ipAddress' }).waitFor()
    await other.getByLabel('IP address').and(other.locator('[aria-invalid]')).waitFor()
  })

  test('take networks and several addresses, however they are spelled', async () => {
    const page = await open('?range=30d')
    await page.getByLabel('IP address').fill('192.0.2.250/31, ::ffff:198.51.100.77')
    await page.getByLabel('IP address').press('Enter')
    await until(() => pathIn(page).includes('ipAddress='))
    const wanted = await eventsAt('ipAddress=198.51.100.77')
    await until(async () => (await rows(page).count()) === Math.min(wanted.length, 50))
    expect(wanted.length).toBeGreaterThan(0)
  })

  test('take a range of their own', async () => {
    const page = await open('?start=2020-01-01T00:00:00.000Z&end=2020-01-02T00:00:00.000Z')
    await page.getByText('No event passes these filters in this range.').waitFor()
    expect(await page.getByLabel('From', { exact: true }).inputValue()).toBe('2020-01-01T01:00')
  })
})

describe('an event', () => {
  test('opens with every property and its JSON, which can be copied', async () => {
    const page = await open(`?actingUserId=${idOf('c', 3)}`)
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await rows(page).first().locator('.open').click()
    await page.getByRole('heading', { name: 'Event', exact: true }).waitFor()
    await page.getByText('Raw JSON').click()
    await page.getByRole('button', { name: 'Copy JSON' }).click()
    await page.getByText('Copied Raw JSON.').waitFor({ state: 'attached' })
    const copied: unknown = JSON.parse(String(await page.evaluate('navigator.clipboard.readText()')))
    const [listed] = await eventsAt(`actingUserId=${idOf('c', 3)}`)
    expect(copied).toEqual(listed)
  })

  test('shows names as they are, with any characters', async () => {
    const page = await open('?ipAddress=198.51.100.77')
    const text = (await page.locator('.log .event').allTextContents()).join('\n')
    // The directory's names come without the characters that turn the direction of what follows.
    for (const name of Object.values(hostile)) expect(text).toContain(name.replace(/[\u202c\u202e]/g, ' '))
    expect(await page.locator('.log script, .log img').count()).toBe(0)
    expect(await page.title()).toBe('Events – Keytrail')
    await page.locator('.open', { hasText: hostile.long }).click()
    await expectNoSidewaysScroll(page)
  })
})

describe('an export', () => {
  test('has the rows that the API lists, as CSV and as NDJSON', async () => {
    const page = await open('?range=30d&category=user')
    const types = Array.from({ length: 12 }, (_, index) => 1000 + index).join(',')
    const expected = await eventsAt(`type=${types}`)
    await page.getByRole('button', { name: 'Export' }).click()
    const dialog = page.getByRole('dialog')

    const csv = await saved(page, () => dialog.getByRole('button', { name: 'Export' }).click())
    expect(csv.name).toMatch(/^events_[\d-]+_[\d-]+\.csv$/)
    const lines = csv.text.split('\r\n').filter(Boolean)
    expect(lines[0]).toMatch(/^message,appIcon/)
    expect(lines).toHaveLength(expected.length + 1)
    await dialog.getByText(`${expected.length} events were saved`).waitFor()

    await dialog.getByLabel(/NDJSON/).check()
    const ndjson = await saved(page, () => dialog.getByRole('button', { name: 'Export' }).click())
    expect(
      ndjson.text
        .trimEnd()
        .split('\n')
        .map((line) => v.parse(Named, JSON.parse(line)).id),
    ).toEqual(expected.map(({ id }) => id))
  })

  test('follows its parts to the end, shows the progress, and can be cancelled', async () => {
    const held: Route[] = []
    const page = await open('?range=30d')
    await page.route(/\/export\?/, async (route) => {
      if (route.request().url().includes('continuationToken')) return void held.push(route)
      const headers = { link: '<?format=csv&continuationToken=two>; rel="next"', 'content-type': 'text/csv' }
      await route.fulfill({ headers, body: 'message\r\n"a\r\nb"\r\nc\r\n' })
    })
    await page.getByRole('button', { name: 'Export' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Export' }).click()
    await dialog.getByText('2 events so far').waitFor()
    await dialog.getByRole('button', { name: 'Cancel' }).click()

    await dialog.getByRole('button', { name: 'Export' }).click()
    await until(() => held.length === 2)
    const file = saved(
      page,
      () => held[1]?.fulfill({ body: 'message\r\nd\r\n', contentType: 'text/csv' }) ?? Promise.resolve(),
    )
    expect((await file).text).toBe('message\r\n"a\r\nb"\r\nc\r\nd\r\n')
  })
})

const Named = v.object({ id: v.string() })

async function saved(page: Page, start: () => Promise<void>): Promise<{ name: string; text: string }> {
  const [download] = await Promise.all([page.waitForEvent('download'), start()])
  return { name: download.suggestedFilename(), text: await readFile(await download.path(), 'utf8') }
}

describe('live mode', () => {
  test('shows what comes, counts it, and stays on over a reload', async () => {
    const page = await open('?ipAddress=198.51.100.77')
    await page.getByRole('switch', { name: 'Live' }).check()
    await until(() => pathIn(page).includes('live=1'))
    const feed = page.waitForResponse(/events\/feed\?cursor=end/)
    await page.reload()
    await feed
    await report(
      { Type: 1001, ActingUserId: idOf('c', 2) },
      { Type: 1001, ActingUserId: idOf('c', 2), IpAddress: '192.0.2.200' },
    )
    await rows(page).first().filter({ hasText: 'Changed account password.' }).waitFor()
    await page.getByText('1 arrived').waitFor()
  })
})

describe('without a mouse', () => {
  test('the list is reached, walked through, opened and left again', async () => {
    const page = await open('?range=30d')
    await page.keyboard.press('Tab')
    expect(await focused(page)).toBe('Skip to the content')
    await page.keyboard.press('Enter')
    const stops: string[] = []
    while (!stops.at(-1)?.startsWith('row')) {
      await page.keyboard.press('Tab')
      stops.push(await focused(page))
      if (stops.length > 40) throw new Error(stops.join(', '))
    }
    const first = await focusedRow(page)
    await page.keyboard.press('ArrowDown')
    await until(async () => (await focusedRow(page)) > first)
    // Further than the window shows, and not further than the first page has rows.
    for (let presses = 0; presses < 45; presses++) await page.keyboard.press('ArrowDown')
    await until(async () => (await focusedRow(page)) >= first + 46)
    const reached = await focusedRow(page)
    await until(async () => {
      if (await page.evaluate('document.activeElement.matches(".open")')) return true
      await page.keyboard.press('Tab')
      return false
    })
    await page.keyboard.press('Enter')
    await until(async () => (await focused(page)) === 'Event')
    await page.keyboard.press('Escape')
    await until(async () => (await focusedRow(page)) === reached)
  })

  test('going to another view puts the focus on its heading', async () => {
    const page = await open()
    await page.getByRole('link', { name: 'Alerts' }).press('Enter')
    await until(async () => (await focused(page)) === 'Alerts')
  })
})

const focused = async (page: Page): Promise<string> =>
  String(
    await page.evaluate(`(() => {
      const at = document.activeElement
      return at?.closest('.log .event') ? 'row ' + at.ariaLabel : (at?.ariaLabel ?? at?.textContent ?? '').trim()
    })()`),
  )
const focusedRow = async (page: Page): Promise<number> =>
  Number(await page.evaluate(`document.activeElement?.closest('tr')?.getAttribute('aria-rowindex') ?? -1`))

test('at 320 pixels, an id in the filters makes the page no wider', async () => {
  const page = await open('?range=30d&itemId=10000016-0000-4000-8000-000000000016', { width: 320 })
  await expectNoSidewaysScroll(page)
  await expectAccessible(page)
})

describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
  test.each([1_200, 360])('at %i pixels, axe finds nothing and nothing is cut off', async (width) => {
    const page = await open('?range=30d&category=item', { colorScheme, width })
    await expectAccessible(page)
    await expectNoSidewaysScroll(page)
    await rows(page).first().locator('.open').click()
    await page.getByText('Raw JSON').click()
    await expectAccessible(page)
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Export' }).click()
    await expectAccessible(page)
    await expectNoSidewaysScroll(page)
  })
})

describe('when the API does not respond', () => {
  test.each([
    ['no connection', (route: Route) => route.abort(), 'Keytrail cannot be reached'],
    [
      'an outage',
      (route: Route) => route.fulfill({ status: 503, body: '' }),
      'Keytrail cannot respond now (status 503)',
    ],
  ])('%s is shown and retried, and no filter is lost', async (_, fail, words) => {
    const page = await open('?range=30d')
    await page.route(/\/events\?/, fail)
    await page.getByLabel('What').selectOption({ label: 'Item: all' })
    await page.locator('.banner', { hasText: words }).waitFor()
    const path = pathIn(page)
    await page.unroute(/\/events\?/)
    await page.getByRole('button', { name: 'Try now' }).click()
    await rows(page).first().waitFor()
    await page.locator('.banner').waitFor({ state: 'detached' })
    expect(pathIn(page)).toBe(path)
    expect(path).toContain('category=item')
  })
})

describe('signing in', () => {
  test('again, once the token has expired, leads back to the same view with its filters', async () => {
    const page = await open('?range=30d&category=item', { prepare: (fresh) => fresh.clock.install() })
    await page.clock.fastForward('24:00:00')
    const redeemed = page.waitForResponse(/connect\/token$/)
    await page.getByLabel('Client app').selectOption('9')
    await redeemed
    await rows(page).first().waitFor()
    expect(pathIn(page)).toBe(stack.pathOf('events', '?range=30d&category=item&device=9'))
  })

  test('that the person cancels is reported, and can be started again', async () => {
    const visit = await stack.visit(stack.pathOf('events'))
    visits.push(visit)
    const { page } = visit
    await page.context().clearCookies()
    await page.reload()
    await page.getByRole('button', { name: 'Cancel' }).click()
    await page.getByRole('heading', { name: 'Signing in did not work' }).waitFor()
    await expectAccessible(page)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await signIn(page)
  })

  test('with a token that the app refuses is reported, and does not loop', async () => {
    const refuse = (route: Route) => route.fulfill({ status: 401, body: '' })
    const prepare = async (page: Page) => void (await page.route(/\/organizations$/, refuse))
    const visit = await stack.visit(stack.pathOf('events'), { prepare })
    visits.push(visit)
    await visit.page.getByText('The app does not take the token').waitFor()
  })

  test('out ends the session at the issuer too, and leaves nothing of it in the tab', async () => {
    const page = await open()
    await page.getByText('Menu').or(page.locator('.menu summary')).first().click()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'You are signed out' }).waitFor()
    await expectAccessible(page)
    await page.getByRole('link', { name: 'Back to' }).click()
    await page.getByRole('heading', { name: 'Who are you?' }).waitFor()
    await expectAccessible(page)
  })

  test('as one who only reads the log shows events, and no alerts', async () => {
    const visit = await stack.visit('/', { who: 'Carol' })
    visits.push(visit)
    await visit.page.waitForURL(/\/events$/)
    await visit.page.getByRole('link', { name: 'Events' }).waitFor()
    expect(await visit.page.getByRole('link', { name: 'Alerts' }).count()).toBe(0)
  })

  test('keeps the theme that was chosen', async () => {
    const page = await open()
    await page.locator('.menu summary').click()
    await page.getByLabel('Colours').selectOption('Dark')
    expect(await page.evaluate('document.documentElement.dataset.theme')).toBe('dark')
    await page.reload()
    await page.locator('#content h1').waitFor()
    expect(await page.evaluate('document.documentElement.dataset.theme')).toBe('dark')
  })
})
