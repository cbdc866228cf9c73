// Exceptions and lists of values in a real browser: made from an alert, listed, ended; kept, refused and used.
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { selecting } from '../../support/alerts/rules.ts'
import { expectAccessible, expectNoSidewaysScroll, type Stack, startStack, type VisitOptions } from './stack.ts'

let stack: Stack
beforeAll(async () => {
  stack = await startStack()
})
afterAll(() => stack?.end())

/** Uses a view that Alice has open, which must have nothing to complain of. */
async function withView(view: string, use: (page: Page) => Promise<void>, options: VisitOptions = {}) {
  const visit = await stack.visit(stack.pathOf(view), options)
  try {
    await use(visit.page)
    expect(visit.complaints).toEqual([])
  } finally {
    await visit.end()
  }
}

const title = 'A new address, then many secrets'
const panel = (page: Page) => page.locator('aside')
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
const exceptionsIn = (page: Page) => page.getByRole('region', { name: 'Exceptions' })
const listsIn = (page: Page) => page.getByRole('region', { name: 'Lists of values' })
const openAlert = (page: Page) => page.getByRole('link', { name: title, exact: true }).first().click()
const exceptionsOfApi = async () =>
  JSON.parse(await (await stack.ask(`/organizations/${stack.organizationId}/alert-exceptions`)).text())

describe('an exception', () => {
  test('is made from an alert with what it is about, says what it covers, and leads on to acknowledging', () =>
    withView('alerts', async (page) => {
      await openAlert(page)
      await button(page, 'Except this …').click()
      const covered = panel(page).locator('.covered')
      await covered.getByText('203.0.113.66').waitFor()
      expect(await covered.innerText()).toContain('Dave Duarte')
      expect(await covered.innerText()).toMatch(/between 03:00 and 04:00 \(Europe\/Berlin, each day\)/)
      await button(page, 'Try it on the last 7 days').click()
      await panel(page).getByText('would raise no alert with this exception, in place of 1 alert.').waitFor()
      await panel(page)
        .getByLabel(/^Between/)
        .uncheck()
      expect(await covered.innerText()).not.toContain('between')

      await button(page, 'Add exception').click()
      await panel(page).getByText('Write why this is expected.').waitFor()
      await page.locator(':focus[aria-invalid="true"]').waitFor()
      await panel(page).getByLabel('Reason').fill('The nightly backup')
      await button(page, 'Add exception').click()
      await panel(page).getByText('The exception is added; it is listed under Rules.').waitFor()
      expect(await exceptionsOfApi()).toMatchObject({
        data: [{ title, conditions: { networks: ['203.0.113.66'], actingUserIds: { length: 1 } } }],
      })

      await button(page, 'Acknowledge this alert').click()
      await panel(page).getByText('Acknowledged by').waitFor()
    }))

  test('is listed under the rules with its reason, and ended there', () =>
    withView('rules', async (page) => {
      const listed = exceptionsIn(page)
      await listed.getByText('The nightly backup').waitFor()
      expect(await listed.innerText()).toMatch(/by .?Dave Duarte.?, from .?203\.0\.113\.66/)
      await listed.getByRole('button', { name: new RegExp(`^End exception of ${title}`) }).click()
      await listed.getByText('Nothing is excepted.').waitFor()
      expect(await page.locator(':focus').innerText()).toBe('Exceptions')
      expect(await exceptionsOfApi()).toMatchObject({ data: [] })
    }))

  test('needs something to cover, and for every rule more than hours', () =>
    withView('alerts?state=all', async (page) => {
      await openAlert(page)
      await button(page, 'Except this …').click()
      const parts = panel(page).getByRole('group', { name: 'Which events' })
      await parts.getByLabel(/^By/).uncheck()
      await parts.getByLabel(/^From/).uncheck()
      await panel(page).getByLabel('Reason').fill('x')
      await panel(page).getByLabel('Not counted by').selectOption({ label: 'Every rule' })
      await button(page, 'Add exception').click()
      await parts.getByText('For every rule, choose more than hours.').waitFor()
      await parts.getByLabel(/^Between/).uncheck()
      await parts.getByText('Choose one at least.').waitFor()
      await button(page, 'Cancel').click()
      await button(page, 'Except this …').waitFor()
    }))
})

describe('a list of values', () => {
  test('takes values one a line, says which are refused, and keeps the others', () =>
    withView('rules', async (page) => {
      const lists = listsIn(page)
      await lists.getByText('trusted_networks', { exact: true }).click()
      const values = lists.getByLabel('Values of trusted_networks, one a line')
      await values.fill('203.0.113.0/24\noffice')
      await button(page, 'Save trusted_networks').click()
      await lists.getByText('must be an address or a network').waitFor()
      await values.fill('203.0.113.0/24\n2001:DB8::/48')
      await button(page, 'Save trusted_networks').click()
      await lists.getByText('2 values').waitFor()
      await lists.getByText('trusted_networks', { exact: true }).click()
      expect(await values.inputValue()).toBe('2001:db8::/48\n203.0.113.0/24')
    }))

  test('of people takes them by name', () =>
    withView('rules', async (page) => {
      const lists = listsIn(page)
      await lists.getByText('break_glass_accounts', { exact: true }).click()
      await lists.getByLabel('Add a person to break_glass_accounts').selectOption({ label: 'Dave Duarte' })
      await lists.locator('.value-name', { hasText: 'Dave Duarte' }).waitFor()
      await button(page, 'Save break_glass_accounts').click()
      await lists.getByText('1 value', { exact: true }).waitFor()
      const { data } = JSON.parse(await (await stack.ask(`/organizations/${stack.organizationId}/value-lists`)).text())
      expect(data).toMatchObject([{ values: ['c0000000-0000-4000-8000-000000000004'] }, {}, {}, {}])
    }))

  test('is made under a name of its own, and deleted once no rule uses it', () =>
    withView('rules', async (page) => {
      const lists = listsIn(page)
      await lists.getByLabel('Name of a new list').fill('Backup jobs')
      await button(page, 'New list').click()
      await lists.getByText('Write lower-case letters, digits and underscores.').waitFor()
      await lists.getByLabel('Name of a new list').fill('backup_jobs')
      await lists.getByLabel('Values', { exact: true }).selectOption({ label: 'Text' })
      await button(page, 'New list').click()
      await lists.getByText('backup_jobs', { exact: true }).click()
      const path = `/organizations/${stack.organizationId}/alert-rules`
      const text = selecting("{itemName|expand: '%backup_jobs%'}").replace('title: T', 'title: Backups at night')
      const saved = await stack.ask(path, { method: 'POST', body: text })
      await button(page, 'Delete backup_jobs').click()
      await lists.getByText('Rules use this list: “Backups at night”.').waitFor()
      await stack.ask(`${path}/${JSON.parse(await saved.text()).id}`, { method: 'DELETE' })
      await button(page, 'Delete backup_jobs').click()
      await lists.getByText('backup_jobs', { exact: true }).waitFor({ state: 'detached' })
    }))
})

describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
  test.each([1200, 360])('axe finds nothing at %d px, and nothing is wider than the page', async (width) => {
    await withView(
      'rules',
      async (page) => {
        await listsIn(page).getByText('critical_items', { exact: true }).click()
        await listsIn(page).getByText('break_glass_accounts', { exact: true }).click()
        await listsIn(page).getByLabel('Add a person to break_glass_accounts').waitFor()
        await exceptionsIn(page).getByText('Nothing is excepted.').waitFor()
        await expectAccessible(page)
        await expectNoSidewaysScroll(page)
      },
      { colorScheme, width },
    )
    await withView(
      'alerts?state=all',
      async (page) => {
        await openAlert(page)
        await button(page, 'Except this …').click()
        await button(page, 'Add exception').click()
        await panel(page).getByText('Write why this is expected.').waitFor()
        await expectAccessible(page)
        await expectNoSidewaysScroll(page)
      },
      { colorScheme, width },
    )
  })
})
