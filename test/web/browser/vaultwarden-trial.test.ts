// The trial of Vaultwarden as a new user makes it: a made-up database, the agent, and its owner at the page, who sees names of items once
// they are sent.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import * as v from 'valibot'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { main } from '../../../agent/main.ts'
import { type Identity, startIdentity } from '../../../local/identity.ts'
import { birchwood, nora } from '../../../local/vaultwarden/people.ts'
import { makeTrialDatabase } from '../../../local/vaultwarden/trial.ts'
import { runKeys } from '../../../scripts/keys.ts'
import { guidOfContent } from '../../../src/domain/guid.ts'
import { signingKey } from '../../support/api-keys.ts'
import { launchBrowser } from '../../support/servers/browser.ts'
import { eventually, type RunningApp, startApp } from '../../support/servers/running-app.ts'
import { visitAs } from './people-at-provider.ts'

let folder: string
let identity: Identity
let app: RunningApp
let browser: Browser
let page: Page
let keys = { id: '', secret: '' }

const pathOf = (view: string) => `/app/organizations/${birchwood}/${view}`
/** A list of the organization, as its owner's token reads it. */
async function asNora(path: string) {
  const token = await identity.userToken(nora.email)
  const { json } = await app.send(`GET /organizations/${birchwood}/${path}`, { token })
  return v.parse(v.object({ data: v.array(v.looseObject({})) }), json)
}
const Viewed = v.looseObject({ cipherId: v.string(), itemName: v.nullable(v.string()) })
/** The newest event about an item; undefined while there is none. */
const viewed = async () => (await asNora('events?type=1107')).data.map((event) => v.parse(Viewed, event))[0]

/** Runs the agent with these arguments to its end; gives its exit code. */
const agent = (...args: readonly string[]) =>
  main(args, {
    KEYTRAIL_URL: app.url,
    KEYTRAIL_CLIENT_ID: keys.id,
    KEYTRAIL_CLIENT_SECRET: keys.secret,
    DATABASE_URL: folder,
    STATE_FILE: join(folder, 'state.json'),
  })

/** A server key as `npm run keys` prints it. */
async function serverKey() {
  const environment = { STORAGE: app.connectionString }
  const given = ['create', '--server', '--name', 'vaultwarden', '--connection-string-from-env', 'STORAGE']
  const { text } = await runKeys(given, environment, Date.now)
  const printed = (name: string) => new RegExp(`^${name} +(\\S+)$`, 'm').exec(text)?.[1] ?? ''
  return { id: printed('client_id'), secret: printed('client_secret') }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keytrail-trial-'))
  identity = await startIdentity({ port: 0, keyFile: join(folder, 'key.json') })
  app = await startApp({
    AUTH_ISSUER: identity.issuer,
    SIGN_IN_ISSUER: identity.plainIssuer,
    SIGN_IN_CLIENT_ID: 'keytrail',
    TOKEN_ISSUER: 'https://keytrail.test',
    TOKEN_SIGNING_KEY: signingKey('ES256'),
  })
  keys = await serverKey()
  makeTrialDatabase(join(folder, 'db.sqlite3'), Date.now())
  browser = await launchBrowser()
})
afterAll(async () => {
  await browser?.close()
  await app?.stop()
  await identity?.stop()
  await rm(folder, { recursive: true })
})

test('its owner signs in and finds a first alert', async () => {
  expect(await agent('--once')).toBe(0)
  const first = await eventually('the rules have seen the events', async () => (await asNora('alerts')).data[0])
  const { title } = v.parse(v.object({ title: v.string() }), first)
  page = await visitAs(browser, app.url, nora)
  await page.getByRole('link', { name: 'Alerts', exact: true }).click()
  await page.getByRole('link', { name: title, exact: true }).first().waitFor()
})

test('an item is shown by its id until a person sends its name: then by that', async () => {
  const event = await eventually('the events are there', viewed)
  const item = event.cipherId
  expect(event.itemName).toBeNull()
  const list = [
    {
      id: item,
      organizationId: birchwood,
      name: 'Web server',
      collectionIds: [guidOfContent('collection', 'Servers')],
    },
  ]
  await writeFile(join(folder, 'items.json'), JSON.stringify(list))
  expect(await agent('--item-names', join(folder, 'items.json'))).toBe(0)

  await eventually('the name is there', async () => (await viewed())?.itemName === 'Web server')
  await page.goto(`${app.url}${pathOf('events')}?itemId=${item}`)
  await page
    .getByRole('row', { name: /Viewed item .?Web server/ })
    .first()
    .waitFor()
})
