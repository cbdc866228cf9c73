// What published connectors count on, a test for each demand: broken, it stops one that runs somewhere.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as v from 'valibot'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { endAll, freePorts, startProcess } from '../local/start/started.ts'
import {
  type Ask,
  elastic,
  limaCharlie,
  microseconds,
  type PublicEvent,
  type SplunkCheckpoint,
  sentinel,
  shellScript,
  splunk,
  splunkTime,
  xsoar,
} from '../support/connectors.ts'
import { alice, bob, guid } from '../support/events.ts'
import { eventually, type RunningApp, startApp } from '../support/running-app.ts'

let app: RunningApp
let folder: string
let tokens = 0
let organizations = 0
/** The status of every answer that a connector got. */
const statuses: number[] = []

beforeAll(async () => {
  app = await startApp()
  folder = await mkdtemp(join(tmpdir(), 'keytrail-connectors-'))
})
afterAll(async () => {
  await endAll()
  await app?.stop()
  await rm(folder, { recursive: true })
})

/** A token of its own for an organization, however often asked for. */
const bearerOf = (organization: string) => {
  tokens += 1
  const claims = { client_id: `organization.${organization}`, client_sub: organization, jti: `${tokens}` }
  return app.issuer.sign({ ...claims, scope: ['api.organization'] })
}

const get = async (path: string, token: string, url = app.url) => {
  const answer = await fetch(url + path, { headers: { authorization: `Bearer ${token}` } })
  statuses.push(answer.status)
  return answer
}

/** A connector's way to the app, as this organization. */
const asking =
  (token: string, url?: string): Ask =>
  async (path) => {
    const answer = await get(path, token, url)
    const text = await answer.text()
    expect(answer.status, `${path} ${text}`).toBe(200)
    const body: unknown = JSON.parse(text)
    return body
  }

const Count = v.object({ data: v.array(v.unknown()) })

/** Reports an event at each of these dates, and waits until all are stored; their ids are guid(place, 'e'). */
async function report(organization: string, dates: readonly string[], { firstPlace = 0, url = app.url } = {}) {
  const body = dates.map((date, index) => ({
    ...{ Type: 1600, OrganizationId: organization, ActingUserId: alice, Date: date },
    IdempotencyId: guid(firstPlace + index, 'e'),
  }))
  const token = await app.issuer.sign({ client_id: 'server', scope: 'api.events.write' })
  const headers = { authorization: `Bearer ${token}` }
  const answer = await fetch(`${url}/events`, { method: 'POST', headers, body: JSON.stringify(body) })
  expect(await answer.json()).toMatchObject({ accepted: dates.length, dropped: [] })
  const ask = asking(await bearerOf(organization), url)
  for (const [index, date] of [...dates.entries()].toSorted(([, a], [, b]) => a.localeCompare(b)).filter(isAtAnEnd)) {
    await eventually(`event ${index} is listed`, async () => {
      const { data } = v.parse(Count, await ask(`/public/events?${new URLSearchParams({ start: date, end: date })}`))
      return data.length > 0
    })
  }
}

/** Events of one report are stored in order of their place, not all at once: the first and the last tell of the rest. */
const isAtAnEnd = (_: unknown, place: number, all: readonly unknown[]) => place === 0 || place === all.length - 1

/** A new organization with an event at each of these dates. */
async function organizationWith(dates: readonly string[]) {
  organizations += 1
  const organization = guid(organizations, 'a')
  if (dates.length > 0) await report(organization, dates)
  return { organization, ask: asking(await bearerOf(organization)) }
}

/** Dates a second apart, oldest first; the last of them is at `end`. */
const secondsUpTo = (end: string, count: number) =>
  Array.from({ length: count }, (_, index) => new Date(Date.parse(end) - (count - 1 - index) * 1_000).toISOString())

const idsOf = (events: readonly PublicEvent[]) => events.map(({ id }) => id)
/** Ids of reported events, newest first. */
const newestFirst = (count: number, firstPlace = 0) =>
  Array.from({ length: count }, (_, index) => guid(firstPlace + count - 1 - index, 'e'))

const anHourAgo = new Date(Date.now() - 3_600_000).toISOString()
