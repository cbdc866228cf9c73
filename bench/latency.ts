// How long a client's event takes through the running app, from its upload until it can be read in the feed, and until an alert is raised.
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import * as v from 'valibot'
import { startAzurite } from '../local/azurite.ts'
import { build, root } from '../scripts/build.ts'
import { tableDirectory } from '../src/adapters/azure/directory/directory.ts'
import { openStorage } from '../src/adapters/azure/storage.ts'
import { memberStatus, memberType, OrganizationEntry } from '../src/domain/directory/directory.ts'
import { type Guid, guidOfContent } from '../src/domain/guid.ts'
import { userClaims } from '../test/support/calls.ts'
import { startIssuer } from '../test/support/servers/issuer.ts'
import { newInstance } from '../test/support/soak/instance.ts'
import type { Ratio } from './measure.ts'

const [triesFeed, triesAlert] = [30, 15]
const lookAgainMs = 10
const msMax = 60_000
/** What an alert may take at most, at the median. */
const alertMsBound = 5_000

type Send = (request: string, body?: unknown) => Promise<unknown>

/** Measures on an app in a process of its own, with nothing else to do. */
export async function benchLatency(): Promise<Ratio[]> {
  if (!existsSync(join(root, 'dist/main.cjs'))) await build()
  const azurite = await startAzurite()
  const issuer = await startIssuer()
  const stateDir = await mkdtemp(join(tmpdir(), 'keytrail-latency-'))
  const settings = {
    AzureWebJobsStorage: azurite.connectionString,
    EventsStorage: azurite.connectionString,
    AUTH_ISSUER: issuer.url,
    AZURE_FUNCTIONS_ENVIRONMENT: 'Development',
    RATE_LIMIT_READ: '0',
  }
  const app = newInstance({ settings, stateDir, hiddenMs: 600_000, log: (line) => console.error(line) })
  try {
    const directory = tableDirectory(
      openStorage({ kind: 'connection-string', connectionString: azurite.connectionString }),
    )
    const organizations = Array.from({ length: triesAlert + 1 }, (_, index) => guidOfContent('organization', index))
    const userId = guidOfContent('user')
    const members = [{ id: guidOfContent('member'), userId, status: memberStatus.confirmed, type: memberType.owner }]
    const entry = v.parse(OrganizationEntry, { name: 'O', members })
    for (const id of organizations) await directory.putOrganization(id, entry)
    const token = await issuer.sign(userClaims(userId, { orgowner: organizations }))
    await app.start(0)
    const send: Send = async (request, body) => {
      const [method = '', path = ''] = request.split(' ')
      const response = await fetch(`${app.url()}${path}`, {
        method,
        headers: { authorization: `Bearer ${token}` },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      if (response.status !== 200) throw new Error(`${request} responded ${response.status}`)
      return response.json()
    }
    const [first, ...others] = organizations
    if (!first) throw new Error('there is no organization')
    return [await untilFed(send, first), await untilAlert(send, others)]
  } finally {
    await app.kill()
    await Promise.all([azurite.stop(), issuer.stop(), rm(stateDir, { recursive: true })])
  }
}

const exported = (organizationId: Guid) => [{ type: 1602, organizationId, date: new Date().toISOString() }]
const FeedPage = v.object({ data: v.array(v.unknown()), cursor: v.string() })
const AlertPage = v.object({ data: v.array(v.unknown()) })

async function untilFed(send: Send, id: Guid): Promise<Ratio> {
  const uploads: number[] = []
  const waits: number[] = []
  let cursor = 'begin'
  for (let tries = 0; tries <= triesFeed; tries += 1) {
    const startedAt = performance.now()
    await send('POST /collect', exported(id))
    const uploadedAt = performance.now()
    const wait = await msUntil(startedAt, async () => {
      const page = v.parse(
        FeedPage,
        await send(`GET /organizations/${id}/events/feed?expand=none&cursor=${encodeURIComponent(cursor)}`),
      )
      cursor = page.cursor
      return page.data.length > 0
    })
    // The first one warms up.
    if (tries > 0) uploads.push(uploadedAt - startedAt)
    if (tries > 0) waits.push(wait)
  }
  const ratio = median(waits) / median(uploads)
  return {
    what: 'from POST /collect to the event in the feed',
    against: 'POST /collect itself',
    ratio,
    note: inWords(waits),
  }
}

async function untilAlert(send: Send, organizations: readonly Guid[]): Promise<Ratio> {
  const waits: number[] = []
  for (const id of organizations) {
    const startedAt = performance.now()
    await send('POST /collect', exported(id))
    const raised = async () => v.parse(AlertPage, await send(`GET /organizations/${id}/alerts`)).data.length > 0
    waits.push(await msUntil(startedAt, raised))
  }
  const ratio = median(waits) / alertMsBound
  return {
    what: 'from POST /collect to an alert raised',
    against: `its bound of ${alertMsBound / 1_000} s`,
    ratio,
    note: inWords(waits),
  }
}

/** Milliseconds from then until it holds; throws when that never comes. */
async function msUntil(startedAt: number, holds: () => Promise<boolean>): Promise<number> {
  for (;;) {
    const found = await holds()
    const ms = performance.now() - startedAt
    if (found) return ms
    if (ms > msMax) throw new Error('what was measured never came')
    await pause(lookAgainMs)
  }
}

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? Number.NaN
const inWords = (waits: readonly number[]) =>
  `p50 ${Math.round(median(waits))} ms, max ${Math.round(Math.max(...waits))} ms, of ${waits.length}`
