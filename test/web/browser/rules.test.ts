// Rules and integrations in a real browser: switched, set, written with errors and without, tried, saved and deleted; sent to and followed.
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { acmeId } from '../../../local/demo/people/world.ts'
import { demoAccessKey, demoSigningSecret } from '../../../local/demo/seed/integrations.ts'
import { mailUser, startMailServer } from '../../support/servers/mail-server.ts'
import { expectAccessible, expectNoSidewaysScroll, type Stack, startStack, type VisitOptions } from './stack.ts'

const rules = `/app/organizations/${acmeId}/rules`
const integrations = `/app/organizations/${acmeId}/integrations`
/** Said of a name: text, and nothing else. */
const hostile = '<img src=x onerror=alert(1)> evil 😀'
/** What turns the direction of all that follows: names may not have it. */
const turning = '\u202eevil\u202c'

let stack: Stack
beforeAll(async () => {
  stack = await startStack()
})
afterAll(() => stack?.end())

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
const link = (page: Page, name: string) => page.getByRole('link', { name, exact: true }).first()
const heading = (page: Page, name: string) => page.getByRole('heading', { name, exact: true })

/** Uses a page that Alice has open, which must have nothing to complain of. */
async function withPage(path: string, use: (page: Page) => Promise<void>, options: VisitOptions = {}) {
  const visit = await stack.visit(path, options)
  try {
    await use(visit.page)
    expect(visit.complaints).toEqual([])
  } finally {
    await visit.end()
  }
}

describe('the rules', () => {
  const switched = 'A policy was changed twice within two days'

  test('are filtered by search and state, which are part of the address', () =>
    withPage(rules, async (page) => {
      await page.getByRole('searchbox').fill('two-step login')
      await page.getByText(/^\d{1,2} of \d{3} rules$/).waitFor()
      await page.getByLabel('State').selectOption('off')

      expect(page.url()).toContain('?q=two-step+login&state=off')
      expect(await page.locator('.rules .data-table:not(.tuning *) tbody tr').count()).toBeLessThan(5)
    }))

  test('are switched off and on', () =>
    withPage(rules, async (page) => {
      const toggle = page.getByRole('switch', { name: `${switched}: evaluated` })
      await toggle.uncheck()
      await page.getByText(`${switched} is off.`).waitFor({ state: 'attached' })
      await page.goto(page.url())
      await page.getByRole('table').first().waitFor()
      expect(await toggle.isChecked()).toBe(false)

      await toggle.check()
      await page.getByText(`${switched} is on.`).waitFor({ state: 'attached' })
    }))

  test('get a threshold of the organization, and their default back', () =>
    withPage(rules, async (page) => {
      await link(page, switched).click()
      const threshold = page.getByLabel('Threshold')
      await threshold.fill('many')
      await button(page, 'Save settings').click()
      await page.getByText('Write a whole number').waitFor()
      await threshold.fill('0')
      await button(page, 'Save settings').click()
      await page.getByText('must be 1 to').first().waitFor()
      await threshold.fill('5')
      await button(page, 'Save settings').click()
      const row = page.getByRole('row', { name: switched })
      await row.getByRole('cell', { name: '5', exact: true }).waitFor()
      await row.getByText('changed', { exact: true }).waitFor()

      const change = page.getByRole('region', { name: 'What this change does' })
      expect(await change.count()).toBe(0)
      await threshold.fill('1')
      await change.getByText('The rule goes on with what it has counted so far. In the last 7 days: ').waitFor()
      await change.getByText('The numbers as a table').click()
      expect(await change.locator('tbody tr').count()).toBe(7)
      await page.getByLabel('Within', { exact: true }).fill('3d')
      await change.getByText('The rule counts anew, beginning with past events in the log').waitFor()
      await page.getByLabel('Within', { exact: true }).fill('2000d')
      await change.getByText('The rule does not take these settings: see the fields.').waitFor()
      await page.getByText('must be 1s to 31d').waitFor()
      await page.getByLabel('Within', { exact: true }).fill('')
      await button(page, 'Try these settings').click()
      await page
        .getByText(/^Of [\d,]+ events it counts /)
        .first()
        .waitFor()

      await button(page, 'Back to the defaults').click()
      await row.getByRole('cell', { name: '2', exact: true }).waitFor()
    }))

  test('say what switching one on does, and why some cannot be switched off', () =>
    withPage(rules, async (page) => {
      const administration = 'Notify me of every administrative change'
      const always = 'Alerting was changed: always on, as it watches over alerting itself'
      expect(await page.getByRole('switch', { name: always }).isDisabled()).toBe(true)
      await link(page, 'Alerting was changed').click()
      await page.getByText('it cannot be switched off, set or muted').first().waitFor()
      expect(await page.getByRole('switch', { name: 'Evaluated', exact: true }).isDisabled()).toBe(true)
      expect(await page.getByLabel('Threshold').count()).toBe(0)
      await page.keyboard.press('Escape')

      await link(page, 'More about this rule').click()
      const change = page.getByRole('region', { name: 'What switching it on does' })
      await change.getByText(/The rule counts anew, .* In the last 7 days it would have raised /).waitFor()
      await page.keyboard.press('Escape')
      const toggle = page.getByRole('switch', { name: administration, exact: true })
      await toggle.check()
      await page.getByText(`${administration} is on.`).waitFor({ state: 'attached' })
      expect(await page.getByRole('switch', { name: `${administration}: evaluated` }).isChecked()).toBe(true)
      await toggle.uncheck()
      await page.getByText(`${administration} is off.`).waitFor({ state: 'attached' })
    }))

  test('are set without a preview where it fails', () =>
    withPage(rules, async (page) => {
      await page.route(/\/alert-rules\/preview$/, (route) =>
        route.fulfill({ status: 413, json: { object: 'error', message: 'Too many events.', errors: null } }),
      )
      await link(page, switched).click()
      await page.getByLabel('Threshold').fill('7')
      await page.getByText('The settings can be saved all the same.').waitFor()
      await page.getByRole('alert').getByText('Too many events.').waitFor()
      await button(page, 'Save settings').click()
      await page.getByText('The settings are saved.').first().waitFor()
      await button(page, 'Back to the defaults').click()
      await page.getByRole('row', { name: switched }).getByRole('cell', { name: '2', exact: true }).waitFor()
    }))

  test('are written with errors, which lead to their lines, then saved, previewed and deleted', () =>
    withPage(rules, async (page) => {
      await link(page, 'New rule').click()
      const text = page.getByLabel('Rule document (YAML)')
      const right = (await text.inputValue()).replace('A user exports again and again', JSON.stringify(hostile))
      await text.fill(right.replace('type: [1007', 'typ: [1007').replace(hostile, hostile + turning))
      await button(page, 'Save rule').click()
      const problem = page.getByRole('button', { name: /^Line 7, column \d+: / })
      await problem.waitFor()
      await expectFocus(heading(page, 'What keeps the rule from being saved'))
      await page.getByRole('button', { name: /^Line 11, column \d+: / }).waitFor()
      expect(await page.locator('.rule-lines .wrong').allInnerTexts()).toEqual(['7', '11'])
      expect(await text.getAttribute('aria-invalid')).toBe('true')

      await problem.press('Enter')
      await expectFocus(text)
      expect(await caretLine(page)).toBe(7)

      await text.fill(`owner: team\n${right.replace('gte: 3', 'gte: 1')}`)
      await page.getByLabel('Range').selectOption('30')
      await button(page, 'Preview').click()
      await page.getByText(/^Of [\d,]+ events it counts \d+, and raises \d+ alerts?\.$/).waitFor()
      const warning = page.getByRole('region', { name: 'Warnings' }).getByText(/^Line 1, column 1: /)
      await warning.waitFor()
      await page.getByText('The numbers as a table').click()
      expect(await page.locator('.rule-preview details tbody tr').count()).toBe(30)
      expect(await page.locator('.rule-preview-alerts li').count()).toBeGreaterThan(0)

      await button(page, 'Save rule').click()
      await page.getByRole('complementary').getByRole('heading', { name: hostile }).waitFor()
      await page.getByRole('table', { name: 'Custom rules' }).getByRole('link', { name: hostile }).waitFor()
      await warning.waitFor()
      expect(await page.locator('main img').count()).toBe(0)

      await link(page, 'Edit').click()
      await button(page, 'Preview').click()
      await page.getByText('The rule goes on with what it has counted so far.').waitFor()
      await link(page, 'Cancel').click()

      await button(page, 'Delete').click()
      await button(page, 'Delete rule').click()
      await page.getByText('You have no custom rules yet.').waitFor()
    }))

  test('are not left unsaved without a question', () =>
    withPage(rules, async (page) => {
      await link(page, 'New rule').click()
      await page.getByLabel('Rule document (YAML)').fill('title: x')
      await link(page, 'Alerts').click()
      await button(page, 'Stay here').click()
      expect(await page.getByLabel('Rule document (YAML)').inputValue()).toBe('title: x')

      await page.evaluate('history.back()')
      await button(page, 'Leave').click()
      await heading(page, 'Rules').waitFor()
    }))

  test('are written without a mouse: Tab indents, and leaves after Escape', () =>
    withPage(rules, async (page) => {
      await reach(page, link(page, 'New rule'))
      await page.keyboard.press('Enter')
      await expectFocus(heading(page, 'New rule'))
      const text = page.getByLabel('Rule document (YAML)')
      await reach(page, text)
      const begun = await text.inputValue()
      await page.keyboard.press('Control+Home')
      await page.keyboard.press('Tab')
      expect(await text.inputValue()).toBe(`  ${begun}`)
      await page.keyboard.press('Shift+Tab')
      expect(await text.inputValue()).toBe(begun)
      await page.keyboard.press('Control+End')
      await page.keyboard.type('a:\nb')
      expect(await text.inputValue()).toBe(`${begun}a:\n  b`)
      await page.keyboard.press('Control+a')
      await page.keyboard.press('Delete')
      await page.keyboard.press('Control+z')
      expect(await text.inputValue()).not.toBe('')

      await page.keyboard.press('Escape')
      await page.keyboard.press('Tab')
      await expectFocus(page.getByLabel('Range'))
    }))
})

describe('the integrations', () => {
  /** Whether any text, attribute or field of the page has a signing secret or the address. */
  const secretsIn = (page: Page) =>
    page.evaluate(`/whsec_|inbox.(webhook|nobody)/.test(
      document.documentElement.outerHTML + [...document.querySelectorAll('input, textarea')].map(({ value }) => value)
    )`)

  async function addWebhook(page: Page, name: string, path: string, secret: string): Promise<void> {
    await link(page, 'Add integration').click()
    await page.getByLabel('Name', { exact: true }).fill(name)
    await page.getByLabel('Kind').selectOption('webhook')
    await page.getByRole('textbox', { name: 'Address' }).fill(stack.issuer + path)
    await page.getByLabel('Signing secret').fill(secret)
    await button(page, 'Add integration').click()
    await page.getByText('Never used').waitFor()
  }

  async function deleteIt(page: Page): Promise<void> {
    await button(page, 'Delete').click()
    await button(page, 'Delete integration').click()
    await heading(page, 'Integrations').waitFor()
  }

  test('say what is missing before they are saved', () =>
    withPage(`${integrations}?edit=new`, async (page) => {
      await button(page, 'Add integration').click()
      await page.getByText('Not saved yet. Still needed: Name, Address.').waitFor()
      await page.getByLabel('Name', { exact: true }).fill('Channel')
      await page.getByText('Not saved yet. Still needed: Address.').waitFor()
    }))

  test('are added, tested until the message arrives, changed and deleted; no secret stays in the page', () =>
    withPage(integrations, async (page) => {
      await addWebhook(page, hostile, '/inbox/webhook', demoSigningSecret)
      await heading(page, hostile).waitFor()
      expect(await page.locator('main img').count()).toBe(0)
      expect(await secretsIn(page)).toBe(false)

      await button(page, 'Send a test').click()
      await page.getByText('The test arrived').waitFor()
      await page.getByRole('table', { name: 'The last 100 attempts' }).getByText('Arrived').waitFor()
      await page.getByText('Healthy').waitFor()

      await link(page, 'Edit').click()
      await page.getByText('Set. Leave it empty to keep it.').first().waitFor()
      expect(await secretsIn(page)).toBe(false)
      await page.getByRole('switch', { name: 'Single events' }).check()
      await button(page, 'Add a filter').click()
      await page.getByLabel('Value', { exact: true }).fill('nobody')
      await button(page, 'Save').click()
      await page.getByText('is nothing that the field ever holds').first().waitFor()
      await page.getByLabel('Value', { exact: true }).fill('owner')
      await button(page, 'Save').click()
      await page.getByText('of every type, that pass a filter').waitFor()

      const sends = page.getByRole('switch', { name: 'Sends' })
      // It shows what the server says, so it turns only then.
      await sends.click()
      await page.getByText('is off.').waitFor({ state: 'attached' })
      await page.locator('.facts').getByText('Off', { exact: true }).waitFor()
      expect(await button(page, 'Send a test').isDisabled()).toBe(true)
      await deleteIt(page)
      await link(page, hostile).waitFor({ state: 'detached' })
    }))

  test('by e-mail say what is missing, and arrive at a mail server', async () => {
    const server = await startMailServer()
    try {
      await withPage(`${integrations}?edit=new`, async (page) => {
        await page.getByLabel('Name', { exact: true }).fill('On call')
        await page.getByLabel('Kind').selectOption('email')
        await button(page, 'Add integration').click()
        await page.getByText('Still needed: Password, Mail server, User, From, To.').waitFor()
        await page.getByLabel('Mail server', { exact: true }).fill('127.0.0.1')
        await page.getByLabel('Port', { exact: true }).fill('22')
        await page.getByLabel('User', { exact: true }).fill(mailUser.user)
        await page.getByLabel('Password', { exact: true }).fill(mailUser.password)
        await page.getByLabel('From', { exact: true }).fill('keytrail@demo.test')
        await page.getByLabel('To', { exact: true }).fill('alice@demo.test\nbob@demo.test')
        await button(page, 'Add integration').click()
        await page.getByText('is a port that is not allowed', { exact: true }).waitFor()
        await expectAccessible(page)
        await page.getByLabel('Port', { exact: true }).fill(String(server.port))
        await button(page, 'Add integration').click()
        await page.getByText('Never used').waitFor()
        await page.getByText('alice@demo.test, bob@demo.test').waitFor()
        expect(await page.content()).not.toContain(mailUser.password)

        await button(page, 'Send a test').click()
        await page.getByText('The test arrived').waitFor()
        const tests = server.mails.filter(({ source }) => source.includes('Subject: [Keytrail] Test from Keytrail'))
        expect(tests).toMatchObject([{ to: ['alice@demo.test', 'bob@demo.test'] }])
        await deleteIt(page)
      })
    } finally {
      await server.stop()
    }
  })

  test('by Azure Communication Services take a connection string, and the test arrives as e-mail', () =>
    withPage(`${integrations}?edit=new`, async (page) => {
      const endpoint = stack.issuer.replace('http:', 'https:')
      await page.getByLabel('Name', { exact: true }).fill('Security by e-mail')
      await page.getByLabel('Kind').selectOption('acs-email')
      await button(page, 'Add integration').click()
      await page.getByText('Still needed: Access key, Endpoint, From, To.').waitFor()
      await page.getByLabel('Access key', { exact: true }).fill(`endpoint=${endpoint}/;accesskey=${demoAccessKey}`)
      const host = page.getByLabel('Endpoint', { exact: true })
      expect(await host.inputValue()).toBe(new URL(stack.issuer).host)
      await host.fill('acme.azure.com')
      await page.getByLabel('From', { exact: true }).fill('keytrail@demo.test')
      await page.getByLabel('To', { exact: true }).fill('alice@demo.test')
      await button(page, 'Add integration').click()
      await page.getByText('is no endpoint of Azure Communication Services', { exact: true }).waitFor()
      await expectAccessible(page)
      await host.fill(`${endpoint}/`)
      await button(page, 'Add integration').click()
      await page.getByText('Never used').waitFor()
      expect(await page.content()).not.toContain(demoAccessKey)

      await button(page, 'Send a test').click()
      await page.getByText('The test arrived').waitFor()
      const inbox = await (await fetch(`${stack.issuer}/inbox/messages`)).text()
      expect(inbox).toContain('[Keytrail] Test from Keytrail')
      await deleteIt(page)
    }))

  test.each([
    ['pagerduty', 'Integration key', 'events.eu.pagerduty.com'],
    ['opsgenie', 'API key', 'api.eu.opsgenie.com'],
  ])('of kind %s are added with their key and site, and are accessible', (kind, label, site) =>
    withPage(`${integrations}?edit=new`, async (page) => {
      await page.getByLabel('Name', { exact: true }).fill(`On call: ${kind}`)
      await page.getByLabel('Kind').selectOption(kind)
      await button(page, 'Add integration').click()
      await page.getByText(`Still needed: ${label}.`).waitFor()
      await expectAccessible(page)
      await page.getByLabel(label, { exact: true }).fill('0123456789abcdef0123456789abcdef')
      await page.getByLabel('Site', { exact: true }).selectOption(site)
      await button(page, 'Add integration').click()
      await page.getByText('Never used').waitFor()
      await page.getByText(site).waitFor()
      expect(await page.content()).not.toContain('0123456789abcdef')
      await deleteIt(page)
    }),
  )

  test('show a signing secret once, and what failed, to be sent again', () =>
    withPage(integrations, async (page) => {
      await addWebhook(page, 'Nobody there', '/inbox/nobody', '')
      const dialog = page.getByRole('dialog', { name: 'The signing secret' })
      expect(await dialog.locator('code').innerText()).toMatch(/^whsec_[\w+/]{43}=$/)
      await button(page, 'Done').click()
      await expectFocus(heading(page, 'Nobody there'))
      expect(await secretsIn(page)).toBe(false)

      await button(page, 'Send a test').click()
      await page.getByText('The test failed').waitFor()
      const failed = page.getByRole('table', { name: 'What did not arrive' })
      await failed.getByRole('button', { name: 'Send again: Test' }).click()
      await page.getByText('1 message is sent again.').waitFor({ state: 'attached' })
      await expectFocus(heading(page, 'Failed for good'))

      await button(page, 'New signing secret').click()
      await button(page, 'Create a new secret').click()
      await dialog.waitFor()
      await button(page, 'Done').click()
      expect(await secretsIn(page)).toBe(false)
      await deleteIt(page)
    }))

  test('say what the operator must set where they are switched off', () =>
    withPage(rules, async (page) => {
      await page.route(/\/organizations\/[^/]+\/integrations$/, (route) =>
        route.request().resourceType() === 'fetch'
          ? route.fulfill({ status: 404, json: { object: 'error', message: 'Resource not found.', errors: null } })
          : route.fallback(),
      )
      await link(page, 'Integrations').click()
      await heading(page, 'Integrations are switched off here').waitFor()
      await page.getByText('SECRET_KEYS').waitFor()
    }))
})

describe.each([
  { width: 1200, colorScheme: 'light' },
  { width: 1200, colorScheme: 'dark' },
  { width: 360, colorScheme: 'light' },
  { width: 320, colorScheme: 'dark' },
] as const)('with $width px, $colorScheme', (look) => {
  test('every part is accessible, and no wider than the screen', () =>
    withPage(
      rules,
      async (page) => {
        const looksRight = async () => {
          await expectAccessible(page)
          await expectNoSidewaysScroll(page)
        }
        await page.getByRole('table').first().waitFor()
        await looksRight()
        await page.locator('.rule-name a').first().click()
        await button(page, 'Preview').click()
        await page.locator('.rule-preview-result').waitFor()
        await page.getByLabel('Threshold').fill('1')
        await page.locator('.rule-change', { hasText: 'In the last 7 days' }).waitFor()
        await looksRight()
        await page.keyboard.press('Escape')
        await link(page, 'More about this rule').click()
        await page.locator('.rule-change', { hasText: 'In the last 7 days' }).waitFor()
        await looksRight()
        await page.keyboard.press('Escape')

        await link(page, 'New rule').click()
        await page.getByLabel('Rule document (YAML)').fill('title: x\nlevel: loud')
        await button(page, 'Save rule').click()
        await page.locator('.rule-problems').waitFor()
        await looksRight()
        await link(page, 'Integrations').click()
        await looksRight()
        await button(page, 'Leave').click()

        await link(page, 'Inbox: webhook').click()
        await page.getByRole('table').first().waitFor()
        await looksRight()
        await link(page, 'Edit').click()
        await page.getByRole('switch', { name: 'Single events' }).waitFor()
        for (const choice of await page.locator('summary').all()) await choice.click()
        await button(page, 'Add a filter').click()
        await button(page, 'Add a group').click()
        await looksRight()
      },
      look,
    ))
})

/** Presses Tab until the element has the focus. */
async function reach(page: Page, target: Locator): Promise<void> {
  for (let press = 0; press < 200; press++) {
    if (await hasFocus(target)) return
    await page.keyboard.press('Tab')
  }
  throw new Error('Tab does not reach it')
}

const hasFocus = async (target: Locator) => (await target.and(target.page().locator(':focus')).count()) === 1

const expectFocus = (target: Locator) => target.and(target.page().locator(':focus')).waitFor({ state: 'attached' })

/** The line that the cursor is in, from 1 on. */
const caretLine = (page: Page) =>
  page.evaluate(
    `(({ value, selectionStart }) => value.slice(0, selectionStart).split('\\n').length)(document.activeElement)`,
  )
