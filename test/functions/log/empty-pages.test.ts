// Lists and exports over a log in which filters pass little: pages end after so many events looked at, and tokens lead to the end.
import * as v from 'valibot'
import { expect, test } from 'vitest'
import { memoryDirectory } from '../../../src/adapters/memory/directory.ts'
import { memoryEventStore } from '../../../src/adapters/memory/event-store.ts'
import { memberType, OrganizationEntry, ProviderEntry } from '../../../src/domain/directory/directory.ts'
import { authenticateWith } from '../../../src/functions/http/authenticate.ts'
import { exportEvents } from '../../../src/functions/log/export-events.ts'
import {
  readOrganizationEvents,
  readPersonalEvents,
  readProviderEvents,
} from '../../../src/functions/log/read-events.ts'
import { readPublicEvents } from '../../../src/functions/log/read-public-events.ts'
import { call, tokensOf, userClaims } from '../../support/calls.ts'
import { member } from '../../support/directory.ts'
import { acme, alice, event, guid } from '../../support/events.ts'
import { scanningStore } from '../../support/log/scanning-store.ts'

const provider = guid(1, '7')
/** Looked at for one page: three pages and a bit for each log. */
const scannedMax = 10
const owners = { organization: { organizationId: acme }, provider: { providerId: provider }, user: { userId: alice } }
const events = Object.values(owners).flatMap((owner) =>
  Array.from({ length: 35 }, (_, index) =>
    event({
      organizationId: undefined,
      cipherId: undefined,
      ...owner,
      type: index === 3 ? 1000 : 1107,
      ipAddress: index === 3 ? '::ffff:203.0.113.66' : '198.51.100.1',
      deviceType: index === 3 ? 25 : 9,
      date: new Date(Date.UTC(2026, 10, 20, 10, 0, index)).toISOString(),
    }),
  ),
)

async function setUp() {
  const [memory, directory] = [memoryEventStore(), memoryDirectory()]
  await memory.append(events)
  const members = [member(alice, { type: memberType.owner })]
  await directory.putOrganization(acme, v.parse(OrganizationEntry, { name: 'Acme', members }))
  const users = [{ id: guid(1, '4'), userId: alice, type: 0, status: 2 }]
  await directory.putProvider(provider, v.parse(ProviderEntry, { name: 'Provider', users }))
  const verifier = tokensOf({
    alice: userClaims(alice, { orgowner: acme, providerprovideradmin: provider }),
    key: { scope: 'api.organization', client_id: `organization.${acme}`, client_sub: acme },
  })
  const now = () => Date.UTC(2026, 10, 22, 12)
  const store = scanningStore(memory, scannedMax)
  return { store, directory, authenticate: authenticateWith(verifier), now }
}
type Ports = Awaited<ReturnType<typeof setUp>>

const Page = v.object({ data: v.array(v.object({ type: v.number() })), continuationToken: v.nullable(v.string()) })

const lists = {
  'an organization’s list': [(ports: Ports) => readOrganizationEvents(ports), 'alice', acme],
  'a provider’s list': [(ports: Ports) => readProviderEvents(ports), 'alice', provider],
  'a user’s own list': [(ports: Ports) => readPersonalEvents(ports), 'alice', alice],
  'the public list': [(ports: Ports) => readPublicEvents(ports), 'key', acme],
} as const

test.each(
  Object.entries(lists).flatMap(([name, list]) =>
    ['type=1000', 'ipAddress=203.0.113.0/24', 'device=25'].map((filter) => [name, filter, list] as const),
  ),
)('%s by %s has empty pages with tokens, and what passes', async (_, filter, [listWith, token, id]) => {
  const list = listWith(await setUp())
  const types: number[][] = []
  for (let next: string | null = ''; next !== null; ) {
    const path: string = `/?${filter}${next === '' ? '' : `&continuationToken=${next}`}`
    const response = await call(list, { path, params: { id }, token })
    expect(response.status, response.text).toBe(200)
    const page = v.parse(Page, response.json)
    types.push(page.data.map(({ type }) => type))
    next = page.continuationToken
  }
  expect(types).toEqual([[], [], [], [1000]])
})

test('an export goes on until its time is over, and its link leads on though it holds nothing yet', async () => {
  const ports = await setUp()
  let clock = ports.now()
  const limits = { eventsMax: 100, bytesMax: 1_000_000, readingMsMax: 2_000 }
  const exported = exportEvents({ ...ports, now: () => (clock += 1_000) }, limits)
  const texts: string[] = []
  for (let query: string | undefined = 'format=ndjson&ipAddress=203.0.113.66'; query !== undefined; ) {
    const response = await call(exported, { path: `/?${query}`, params: { id: acme }, token: 'alice' })
    expect(response.status, response.text).toBe(200)
    texts.push(response.text)
    query = /^<\?([^>]+)>/.exec(response.headers.get('link') ?? '')?.[1]
  }
  expect(texts.length).toBeGreaterThan(1)
  expect(texts[0]).toBe('')
  expect(texts.join('').match(/"type":1000/g)).toHaveLength(1)
})
