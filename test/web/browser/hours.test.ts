// Alerting hours in a real browser: set with mistakes and without, read again, with the keyboard alone, and accessible at every width.
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { acmeId } from '../../../local/demo/people/world.ts'
import { expectAccessible, expectNoSidewaysScroll, type Stack, startStack } from './stack.ts'

let stack: Stack
beforeAll(async () => {
  stack = await startStack()
})
afterAll(() => stack?.end())

const rules = `/app/organizations/${acmeId}/rules`
const form = `${rules}?edit=hours`

async function withPage(path: string, width: number, use: (page: Page) => Promise<void>): Promise<void> {
  const visit = await stack.visit(path, { width })
  try {
    await use(visit.page)
    expect(visit.complaints).toEqual([])
  } finally {
    await visit.end()
  }
}

const save = (page: Page) => page.getByRole('button', { name: 'Save alerting hours', exact: true })
const saved = (page: Page) => page.getByText('The alerting hours are saved.').first().waitFor({ state: 'attached' })

test('are set after what is wrong with them is mended, and read again', () =>
  withPage(rules, 1_200, async (page) => {
    await page.getByRole('link', { name: 'Alerting hours', exact: true }).click()
    await page.getByText('Nothing is set yet').waitFor()
    expect(await page.getByLabel('Time zone').inputValue()).toBe('Europe/Berlin')

    await page.getByLabel('Time zone').fill('Atlantis')
    await page.getByRole('switch', { name: 'Saturday' }).check()
    await page.getByLabel('Saturday, from').fill('')
    await page.getByLabel('Holidays').fill('2026-12-25 Christmas Day\nNew Year')
    await save(page).click()
    await page.getByText('Choose one of the time zones').waitFor()
    await page.getByText('Write a time.').waitFor()
    await page.getByText('Line 2 must begin with a date').waitFor()

    await page.getByLabel('Time zone').fill('America/New_York')
    await page.getByLabel('Saturday, from').fill('10:00')
    await page.getByLabel('Saturday, to').fill('14:00')
    await page.getByRole('switch', { name: 'Friday' }).uncheck()
    await page.getByLabel('Holidays').fill('2026-12-25 Christmas Day')
    await page.getByRole('switch', { name: 'Quiet hours' }).check()
    await page.getByLabel('Quiet from').fill('07:00')
    await save(page).click()
    await page.getByText('Quiet hours must end at another time').waitFor()
    await page.getByLabel('Quiet from').fill('21:00')
    await page.getByLabel('Digest', { exact: true }).selectOption('Once a day')
    await page.getByLabel('Digest at').fill('08:30')
    await save(page).click()
    await saved(page)
    await page.getByRole('heading', { name: 'Rules', exact: true }).waitFor()

    await page.goto(stack.url + form)
    await page.getByLabel('Time zone').waitFor()
    expect(await page.getByLabel('Time zone').inputValue()).toBe('America/New_York')
    expect(await page.getByLabel('Saturday, from').inputValue()).toBe('10:00')
    expect(await page.getByLabel('Friday, from').count()).toBe(0)
    expect(await page.getByLabel('Holidays').inputValue()).toBe('2026-12-25 Christmas Day')
    expect(await page.getByText('Nothing is set yet').count()).toBe(0)
    expect(await page.getByLabel('Quiet from').inputValue()).toBe('21:00')
    expect(await page.getByLabel('Digest at').inputValue()).toBe('08:30')
  }))

test('are set with the keyboard alone, and not left unsaved without a question', () =>
  withPage(form, 1_200, async (page) => {
    await page.getByLabel('Time zone').focus()
    await page.keyboard.press('ControlOrMeta+A')
    await page.keyboard.type('UTC')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Space')
    await page.getByLabel('Monday, from').waitFor({ state: 'detached' })
    await page.getByRole('link', { name: 'Rules', exact: true }).click()
    await page.getByRole('button', { name: 'Stay here', exact: true }).click()
    await page.getByLabel('Time zone').focus()
    await page.keyboard.press('Enter')
    await saved(page)
    await page.getByRole('heading', { name: 'Rules', exact: true }).and(page.locator(':focus')).waitFor()
  }))

test('say why they could not be saved, and keep what is typed', () =>
  withPage(form, 1_200, async (page) => {
    await page.route(/\/alerting-hours$/, (route) =>
      route.request().method() === 'PUT' ? route.fulfill({ status: 503, json: {} }) : route.continue(),
    )
    await page.getByLabel('Holidays').fill('2027-01-01')
    await save(page).click()
    await page.getByRole('alert').waitFor()
    expect(await page.getByLabel('Holidays').inputValue()).toBe('2027-01-01')
    await page.getByRole('link', { name: 'Cancel', exact: true }).click()
    await page.getByRole('button', { name: 'Leave', exact: true }).click()
    await page.getByRole('table').first().waitFor()
  }))

test.each([1_200, 360])('are accessible at %i pixels, with and without mistakes, and no wider than the page', (width) =>
  withPage(form, width, async (page) => {
    await page.getByLabel('Time zone').waitFor()
    await expectAccessible(page)
    await expectNoSidewaysScroll(page)
    await page.getByLabel('Time zone').fill('Atlantis')
    await page.getByLabel('Tuesday, from').fill('')
    await page.getByLabel('Holidays').fill('x')
    await page.getByRole('switch', { name: 'Quiet hours' }).check()
    await page.getByLabel('Quiet to').fill('')
    await page.getByLabel('Digest', { exact: true }).selectOption('Once a day')
    await save(page).click()
    await page.getByText('Choose one of the time zones').waitFor()
    await expectAccessible(page)
    await expectNoSidewaysScroll(page)
  }),
)
