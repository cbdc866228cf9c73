// Incidents in a real browser: the list, one in full, and the ways between an incident and its alerts.
import type { Page } from 'playwright-core'
import * as v from 'valibot'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import {
  expectAccessible,
  expectNoSidewaysScroll,
  type Stack,
  startStack,
  type Visit,
  type VisitOptions,
} from './stack.ts'

const hostile = `<script>document.title="taken"</script>\u202e 🦊 ${'x'.repeat(500)}`

const Incidents = v.object({
  data: v.array(v.looseObject({ id: v.string(), title: v.string(), level: v.string(), alertCount: v.number() })),
})
type Incident = v.InferOutput<typeof Incidents>['data'][number]

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

/** Opens the incidents as Alice, an owner. */
async function open(path = '', options: VisitOptions = {}): Promise<void> {
  visit = await stack.visit(stack.pathOf('incidents', path), options)
  page = visit.page
}

/** Incidents as the API has them. */
async function incidents(): Promise<readonly Incident[]> {
  const response = await stack.ask(`/organizations/${stack.organizationId}/incidents?limit=50&start=${yearAgo()}`)
  return v.parse(Incidents, await response.json()).data
}
const yearAgo = () => new Date(Date.now() - 366 * 86_400_000).toISOString().slice(0, 10)

/** The incident of the attack on Dave, in the demo. */
async function attack(): Promise<Incident> {
  const found = (await incidents()).find(({ title }) => title.includes('Dave Duarte'))
  if (!found) throw new Error('no incident is about Dave')
  return found
}

const shown = () => page.getByRole('list', { name: 'Incidents, newest first' }).getByRole('listitem')
const heading = (name: string) => page.getByRole('heading', { name, exact: true, level: 1 })
/** The text of what has the focus; of the page itself, none. */
const focused = () =>
  page.locator('body').evaluate((body) => {
    const element = body.ownerDocument.activeElement
    return element === null || element === body ? '' : (element.textContent ?? '')
  })

async function tabTo(text: string): Promise<void> {
  for (let steps = 0; steps < 80; steps++) {
    await page.keyboard.press('Tab')
    if ((await focused()).trim() === text) return
  }
  throw new Error(`no way to ${text} by keyboard`)
}

/** Goes by Tab to the field or box with this label. */
async function tabToField(label: string): Promise<void> {
  const field = page.getByLabel(label, { exact: true })
  for (let steps = 0; steps < 80; steps++) {
    await page.keyboard.press('Tab')
    if (await field.evaluate((element) => element === element.ownerDocument.activeElement)) return
  }
  throw new Error(`no way to ${label} by keyboard`)
}

/** Whether the group with this name, or something in it, has the focus. */
const isFocusInside = (name: string) =>
  page.getByRole('group', { name }).evaluate((group) => group.contains(group.ownerDocument.activeElement))

describe('the list of incidents', () => {
  test('is that of the API, and its filters are part of the address', async () => {
    await open()
    const all = await incidents()
    await shown().first().waitFor()
    await expect.poll(() => shown().getByRole('link').allInnerTexts()).toEqual(all.map(({ title }) => title))

    await page.getByLabel('Level').selectOption({ label: 'Medium' })
    const medium = all.filter(({ level }) => level === 'medium')
    await expect.poll(() => shown().count()).toBe(medium.length)
    expect(new URL(page.url()).search).toBe('?level=medium')
    await page.getByLabel('Level').selectOption({ label: 'Low' })
    await page.getByText('No incidents fit these filters').waitFor()
    await page.getByRole('button', { name: 'Clear filters' }).click()
    await expect.poll(() => shown().count()).toBe(all.length)
    await page.getByRole('button', { name: 'Closed' }).click()
    await page.getByText('No incidents', { exact: true }).waitFor()
    expect(new URL(page.url()).search).toBe('?state=closed')
  })

  test('is searched by words, person, address and assignee; what is none of these is said so', async () => {
    await open('?state=all')
    const { title } = await attack()
    const finds = async (label: string, text: string) => {
      await page.getByLabel(label, { exact: true }).fill(text)
      await page.keyboard.press('Enter')
      await expect.poll(() => shown().getByRole('link').allInnerTexts()).toEqual([title])
      await page.getByRole('button', { name: 'Clear filters' }).click()
      await expect.poll(() => shown().count()).toBeGreaterThan(1)
    }

    await finds('Search', 'FAILED dave')
    await page.getByText('More filters').click()
    await finds('Person', 'Dave Duarte')
    await page.getByText('More filters').click()
    await finds('Address', '203.0.113.0/24')
    await page.getByLabel('Assigned to').selectOption({ label: 'Me' })
    await page.getByText('No incidents fit these filters').waitFor()
    expect(new URL(page.url()).search).toBe('?state=all&assignee=me')

    await page.getByText('More filters').click()
    await page.getByLabel('Address').fill('203.0.113')
    await page.getByLabel('Item').fill('root')
    await page.getByLabel('Person').fill('Zoe')
    await page.keyboard.press('Enter')
    await page.getByText('Write an address or a network').waitFor()
    await page.getByText('Write the id of an item').waitFor()
    await page.getByText('No person of the organization has this name').waitFor()
  })

  test('shows an outage while it lasts, and more on request', async () => {
    const path = /\/organizations\/[^/]+\/incidents\?/
    const [first, ...others] = await incidents()
    let isDown = true
    await open('', {
      prepare: async (fresh) => {
        await fresh.route(path, async (route) => {
          if (isDown) return route.fulfill({ status: 503, json: { message: 'no' } })
          const isSecond = route.request().url().includes('continuationToken=next')
          const [data, continuationToken] = isSecond ? [others, null] : [[first], 'next']
          return route.fulfill({ json: { object: 'list', data, continuationToken } })
        })
      },
    })
    await page.getByText('Keytrail cannot respond now (status 503).').first().waitFor()
    isDown = false
    await page.getByRole('button', { name: 'Try now' }).click()
    await page.getByText('The newest 1 incidents; there are more.').waitFor()
    await page.getByRole('button', { name: 'Show more incidents' }).click()

    await page.getByText(`${1 + others.length} incidents`, { exact: true }).waitFor()
    await expect.poll(() => shown().count()).toBe(1 + others.length)
  })

  test('leads into an incident and back by keyboard, to where the focus was', async () => {
    await open()
    const { title } = await attack()
    await shown().first().waitFor()
    await tabTo(title)
    await page.keyboard.press('Enter')
    await expect.poll(focused).toBe(title)
    await page.getByRole('button', { name: 'Copy link' }).waitFor()
    await tabTo('Copy link')
    await page.goBack()

    await heading('Incidents').waitFor()
    await expect.poll(focused).toBe(title)
  })

  test('is for owners and admins', async () => {
    await open('', { who: 'Carol Chen' })
    await page.getByText('Only owners and admins of the organization see this.').waitFor()
  })
})

describe('an incident', () => {
  test('says who, from where, what was taken, what to do and what happened, and leads to its alerts and back', async () => {
    const { id, title, alertCount } = await attack()
    await open(`/${id}`)
    await heading(title).waitFor()
    await page.getByText('Someone guessed Dave Duarte’s password from 203.0.113.66').waitFor()
    const facts = await page.getByRole('region', { name: 'In short' }).innerText()
    expect(facts).toMatch(/Whose account\s+Dave Duarte <dave@demo\.test>/)
    expect(facts).toMatch(/203\.0\.113\.66\s+New/)
    expect(facts).toMatch(/26 items, 2 of them critical, 1 export/)
    expect(facts).toContain('Cloud root account')
    expect(facts).toMatch(/Of these, \d+ were changed since\./)
    await expect.poll(() => page.getByRole('region', { name: 'What to do' }).innerText()).toContain('end all sessions')
    const happened = page.getByRole('region', { name: 'What happened' })
    const exported = happened.getByRole('listitem').filter({ hasText: 'exported the account’s own vault' })
    await expect.poll(() => exported.innerText()).toMatch(/Suspicious.*203\.0\.113\.66/)
    const recovered = happened.getByRole('listitem').filter({ hasText: 'Bob Brown reset master password' })
    await expect.poll(() => recovered.innerText()).not.toContain('Suspicious')
    await expect.poll(() => happened.getByText('Alert', { exact: true }).count()).toBe(alertCount)

    await happened.getByRole('link').first().click()
    const alert = page.locator('aside')
    await alert.getByRole('link', { name: 'The incident that this alert belongs to' }).click()
    await heading(title).waitFor()
    expect(new URL(page.url()).pathname).toContain(`/incidents/${id}`)
  })

  test('leads from an account, an address and an item to what is known of each', async () => {
    const { id } = await attack()
    await open(`/${id}`)
    const facts = page.getByRole('region', { name: 'In short' })
    for (const [name, subject] of [
      ['Dave Duarte <dave@demo.test>', '/people/person/c0000000-0000-4000-8000-000000000004'],
      ['203.0.113.66', '/people/address/203.0.113.66'],
      ['Cloud root account', '/people/item/'],
    ] as const) {
      await facts.getByRole('link', { name }).click()
      await page.waitForURL((url) => url.pathname.includes(subject))
      await page.locator('time').first().waitFor()
      await page.goBack()
    }
  })

  test('that was merged into another leads there', async () => {
    const { id, title } = await attack()
    const merged = 'b0000000-0000-4000-8000-000000000009'
    await open(`/${merged}`, {
      prepare: async (fresh) => {
        await fresh.route(new RegExp(`/organizations/[^/]+/incidents/${merged}$`), async (route) => {
          await route.fulfill({ response: await route.fetch({ url: route.request().url().replace(merged, id) }) })
        })
      },
    })
    await heading(title).waitFor()
    await page.getByRole('link', { name: 'Its own address' }).click()
    await page.waitForURL(`**/incidents/${id}`)
    await expect.poll(() => page.getByText('turned out to be a part of another').count()).toBe(0)
  })

  test('that is not there is said to be so', async () => {
    await open('/b0000000-0000-4000-8000-000000000009')
    await page.getByText('There is no such incident.').waitFor()
    await page.getByRole('link', { name: 'All incidents' }).click()
    await shown().first().waitFor()
  })

  test('has names that are meant to do harm as text', async () => {
    const { id } = await attack()
    const spoil = (text: string) => text.replaceAll('Dave Duarte', JSON.stringify(hostile).slice(1, -1))
    await open(`/${id}`, {
      width: 320,
      prepare: async (fresh) => {
        await fresh.route(/\/organizations\/[^/]+\/incidents\b/, async (route) => {
          const response = await route.fetch()
          await route.fulfill({ response, body: spoil(await response.text()) })
        })
      },
    })
    await page.getByRole('region', { name: 'What happened' }).getByText('<script>').first().waitFor()
    await expectNoSidewaysScroll(page)
    await expect.poll(() => page.title()).not.toBe('taken')
  })
})

describe('triage', () => {
  const group = () => page.getByRole('group', { name: 'What is done about it' })
  const press = async (text: string) => {
    await tabTo(text)
    await page.keyboard.press('Enter')
  }

  test('is done by keyboard alone: acknowledged, assigned, commented on, closed and reopened', async () => {
    const { id, title } = await attack()
    await open(`/${id}`)
    await heading(title).waitFor()
    await group().waitFor()

    await press('Acknowledge')
    await group().getByText('Acknowledged by').waitFor()
    await page.getByText('Assigned to').waitFor()
    await expect.poll(() => isFocusInside('What is done about it')).toBe(true)

    await press('Assign …')
    await page.getByLabel('To', { exact: true }).waitFor()
    await tabToField('To')
    await page.keyboard.type('Bob')
    await press('Assign')
    await page.getByText(/Assigned to .?Bob Brown/).waitFor()
    await expect.poll(focused).toBe('Assign …')

    await tabToField('New comment')
    await page.keyboard.type('I called Dave.')
    await press('Add comment')
    await page.getByRole('region', { name: 'Comments' }).getByText('I called Dave.').waitFor()
    await expect.poll(focused).toBe('Add comment')
    await expect.poll(() => page.getByLabel('New comment').inputValue()).toBe('')

    await press('Close …')
    await page.getByRole('dialog').waitFor()
    await press('Close')
    await page.getByText('Choose what it turned out to be.').waitFor()
    await page.locator('select:focus').waitFor()
    await page.keyboard.type('Exp')
    await tabToField('Reason')
    await page.keyboard.type('A test of ours.')
    await press('Close')
    await group()
      .getByText(/Expected: closed by/)
      .waitFor()
    await group().getByText('A test of ours.').waitFor()
    await expect.poll(() => isFocusInside('What is done about it')).toBe(true)

    await press('Reopen')
    await page.getByText('The incident is open again.').waitFor()
    await group().getByRole('button', { name: 'Acknowledge' }).waitFor()
    await expect.poll(() => isFocusInside('What is done about it')).toBe(true)
  })

  test('is done to several at once, and the focus stays where it was', async () => {
    await open()
    const all = await incidents()
    await shown().first().waitFor()
    const acknowledge = page.getByRole('button', { name: 'Acknowledge', exact: true })
    await expect.poll(() => acknowledge.getAttribute('aria-disabled')).toBe('true')

    await tabToField('Select all')
    await page.keyboard.press('Space')
    await page.getByText(`${all.length} selected`).waitFor()
    await press('Close …')
    await page.getByRole('heading', { name: `Close ${all.length} incidents` }).waitFor()
    await tabToField('What it was')
    await page.keyboard.type('A false')
    await press('Close')

    await page.getByText(`${all.length} incidents are closed.`).waitFor()
    await page.getByText('No open incidents').waitFor()
    await expect.poll(focused).toBe('Close …')
    await press('Closed')
    await expect.poll(() => shown().count()).toBe(all.length)
    await tabToField('Select all')
    await page.keyboard.press('Space')
    await press('Reopen')
    await page.getByText(`${all.length} incidents are open again.`).waitFor()
    await expect.poll(focused).toBe('Reopen')
  })

  test('says so when it fails, and leaves the incident as it was', async () => {
    const { id } = await attack()
    await open(`/${id}`)
    await page.route('**/triage', (route) => route.fulfill({ status: 503, json: { message: 'no' } }))
    await group().getByRole('button', { name: 'Acknowledge' }).click()
    await page.getByText('Keytrail cannot respond now (status 503).').waitFor()
    await expect.poll(() => page.getByText('Open', { exact: true }).count()).toBe(1)
    await page.unroute('**/triage')
    await group().getByRole('button', { name: 'Acknowledge' }).click()
    await group().getByText('Acknowledged by').waitFor()
  })
})

describe('how incidents were closed', () => {
  const title = 'A new address, then many secrets'

  test('stands with the rules, which lead to exceptions that would have silenced false alarms', async () => {
    const { id } = await attack()
    const asked = { incidentIds: [id], action: { kind: 'close', verdict: 'false-positive', reason: '' } }
    const path = `/organizations/${stack.organizationId}/incidents/triage`
    await stack.ask(path, { method: 'POST', body: JSON.stringify(asked) })
    visit = await stack.visit(stack.pathOf('rules'), { width: 320 })
    page = visit.page

    const rules = page.getByRole('region', { name: 'Incidents by rule' })
    const counts = rules.locator('tr', { hasText: title }).locator('td')
    await expect.poll(() => counts.allInnerTexts()).toEqual(['1', '0', '0', '0'])
    await expectAccessible(page)
    await expectNoSidewaysScroll(page)
    await rules.getByRole('link', { name: title }).focus()
    await page.keyboard.press('Enter')
    const ofRule = page.getByRole('region', { name: 'Incidents of this rule' })
    await ofRule.getByText('1 incident in the last 30 days: 1 false alarm').waitFor()
    await expectAccessible(page)
    await expectNoSidewaysScroll(page)

    await ofRule.getByRole('button', { name: /^Except events by .?Dave Duarte.?, from .?203\.0\.113\.66/ }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor()
    await tabToField('Reason')
    await page.keyboard.type('Dave was on a journey.')
    await page.keyboard.press('Enter')
    await page.getByRole('region', { name: 'Exceptions' }).getByText('Dave was on a journey.').waitFor()
    await expect.poll(focused).toBe('Except …')
  })
})

describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
  test.each([1280, 768, 320])('axe finds nothing at %d px, and nothing is wider than the page', async (width) => {
    await open('?state=all&address=203.0.113.0/24', { colorScheme, width })
    const { title } = await attack()
    await shown().first().waitFor()
    await expectAccessible(page)
    await expectNoSidewaysScroll(page)

    await shown().getByRole('link', { name: title }).click()
    await page.getByRole('region', { name: 'What happened' }).waitFor()
    await expectAccessible(page)
    await expectNoSidewaysScroll(page)
  })
})
