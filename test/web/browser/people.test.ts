// People, items and addresses in a real browser: found and followed with the keyboard alone, at every width, and accessible.
import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectAccessible, expectNoSidewaysScroll, type Stack, startStack, until } from './stack.ts'

let stack: Stack
beforeAll(async () => {
  stack = await startStack()
})
afterAll(() => stack?.end())

type Look = { readonly width?: number; readonly colorScheme?: 'light' | 'dark' }

async function withPage(path: string, look: Look, use: (page: Page) => Promise<void>): Promise<void> {
  const visit = await stack.visit(path, look)
  try {
    await use(visit.page)
    expect(visit.complaints).toEqual([])
  } finally {
    await visit.end()
  }
}

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name, exact: true })
const items = (page: Page) =>
  page.locator('section', { has: page.getByRole('heading', { name: 'Items', exact: true }) })
const find = (page: Page) => page.getByRole('searchbox', { name: 'Find' })
/** Presses Tab until what has the focus is called so. */
async function tabTo(page: Page, name: string): Promise<void> {
  await until(async () => {
    await page.keyboard.press('Tab')
    return (await page.evaluate(() => document.activeElement?.textContent)) === name
  })
}

test('a person, an item that the person saw, and who else saw it are found with the keyboard alone', () =>
  withPage(stack.pathOf('people'), {}, async (page) => {
    await heading(page, 'People').waitFor()
    await find(page).focus()
    await page.keyboard.type('dave')
    await page.getByText('1 person', { exact: true }).waitFor()
    await page.keyboard.press('Enter')
    await heading(page, 'Dave Duarte').waitFor()
    await page.getByText('Engineering').waitFor()
    await page.getByText(/^\d+ items were seen, \d+ of them not changed since then\./).waitFor()
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Dave Duarte')

    await tabTo(page, 'Domain registrar')
    await page.keyboard.press('Enter')
    await heading(page, 'Domain registrar').waitFor()
    await page.getByText('critical', { exact: true }).waitFor()
    await tabTo(page, 'Grace Gupta')
    await page.keyboard.press('Enter')
    await heading(page, 'Grace Gupta').waitFor()
    await page.goBack()
    await heading(page, 'Domain registrar').waitFor()
  }))

test('the attacker’s address leads to whose account was used', () =>
  withPage(stack.pathOf('people'), {}, async (page) => {
    await find(page).fill('203.0.113.66')
    await page.keyboard.press('Enter')
    await heading(page, '203.0.113.66').waitFor()
    await page.getByRole('link', { name: 'Dave Duarte' }).waitFor()
    await page.getByRole('link', { name: 'All events' }).click()
    await page.getByRole('button', { name: /Drop the filter IP address: 203\.0\.113\.66/ }).waitFor()
  }))

test('what a person saw and what was not changed since is a list, and a file', () =>
  withPage(stack.pathOf('people'), {}, async (page) => {
    await find(page).fill('dave@demo.test')
    await page.keyboard.press('Enter')
    const list = items(page)
    await list.getByRole('switch').check()
    await until(async () => {
      const since = await list.locator('td[data-label="Changed since"]').allTextContents()
      return since.length > 0 && since.every((text) => text === 'no')
    })
    const downloading = page.waitForEvent('download')
    await list.getByRole('button', { name: 'Rotation list (CSV)' }).click()
    const download = await downloading
    expect(download.suggestedFilename()).toMatch(/^rotate-[0-9a-f-]{36}\.csv$/)
    const [head, ...lines] = (await readFile(await download.path(), 'utf8')).trimEnd().split('\r\n')
    expect(head).toContain('kind,id,name,critical')
    expect(lines.length).toBeGreaterThan(10)
    expect(lines.filter((line) => !line.endsWith(',no'))).toEqual([])
  }))

test('an id of anything finds it; one that nobody knows is said to be unknown', () =>
  withPage(stack.pathOf('people'), {}, async (page) => {
    await find(page).fill('10000016-0000-4000-8000-000000000016')
    await page.keyboard.press('Enter')
    await heading(page, 'Domain registrar').waitFor()
    await page.goto(`${stack.url}${stack.pathOf('people')}/item/00000000-0000-4000-8000-00000000dead`)
    await page.getByText('Neither the directory nor the log knows this.').waitFor()
    await page.getByRole('link', { name: 'All people' }).click()
    await find(page).fill('00000000-0000-4000-8000-00000000dead')
    await page.getByText('Nobody here has that name.').waitFor()
    await page.keyboard.press('Enter')
    await page.getByText('Nobody and nothing here is called so.').first().waitFor()
  }))

test('an item is found by its name', () =>
  withPage(stack.pathOf('people'), {}, async (page) => {
    await find(page).fill('cloud')
    await page.keyboard.press('Enter')
    await page.getByRole('link', { name: 'Cloud root account' }).click()
    await heading(page, 'Cloud root account').waitFor()
  }))

test('the details of an event lead to its person and its item', () =>
  withPage(stack.pathOf('events', '?range=30d&type=1111'), {}, async (page) => {
    await page.locator('.log .event .open').first().click()
    const details = page.locator('.event-detail')
    const name = await details.locator('.property .name a').first().textContent()
    await details.locator('.property .name a').first().click()
    await heading(page, name ?? '').waitFor()
  }))

test('the sentence about an event leads to its item, which is marked if it is critical', () =>
  withPage(stack.pathOf('events', '?range=30d&itemId=10000016-0000-4000-8000-000000000016'), {}, async (page) => {
    const first = page.locator('.log .event').first()
    await first.getByRole('img', { name: 'Critical item' }).waitFor()
    await first.locator('.open').click()
    const sentence = page.locator('.event-detail .sentence')
    await sentence.getByText('Critical item').waitFor()
    await sentence.getByRole('link', { name: 'Domain registrar' }).click()
    await heading(page, 'Domain registrar').waitFor()
  }))

describe.each([
  { width: 320, colorScheme: 'dark' },
  { width: 768, colorScheme: 'light' },
  { width: 1_280, colorScheme: 'dark' },
  { width: 1_920, colorScheme: 'light' },
] as const)('with $width px, $colorScheme', (look) => {
  test('people, a person, an item and an address are accessible, and no wider than the screen', async () => {
    const paths = [
      '',
      '/person/c0000000-0000-4000-8000-000000000004',
      '/item/10000016-0000-4000-8000-000000000016',
      '/address/203.0.113.66',
    ]
    for (const path of paths) {
      await withPage(stack.pathOf('people') + path, look, async (page) => {
        await page.locator('main table').first().waitFor()
        await expectAccessible(page)
        await expectNoSidewaysScroll(page)
      })
    }
  })
})
