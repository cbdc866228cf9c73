// An organization's log in numbers on the running app: counted by the evaluation that its events bring about, read by day.
import * as v from 'valibot'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { tableEventStore } from '../../src/adapters/azure/events/event-store.ts'
import { storageEvaluationQueue } from '../../src/adapters/azure/queues/storage-queue.ts'
import { openStorage, type Storage } from '../../src/adapters/azure/storage.ts'
import { writeEvaluation } from '../../src/application/alerts/evaluation/evaluation-times.ts'
import { userClaims } from '../support/calls.ts'
import { acme, alice, bob, event, guid } from '../support/events.ts'
import { eventually, type RunningApp, startApp } from '../support/servers/running-app.ts'

const agency = guid(1, '9')
const agent = guid(5, 'b')
const path = `/organizations/${acme}/summary`
const Summary = v.object({ days: v.array(v.looseObject({ events: v.number() })), upTo: v.nullable(v.string()) })

let app: RunningApp
let storage: Storage
let tokens: { alice: string; agent: string }

beforeAll(async () => {
  // Never: this test says when.
  app = await startApp({ ALERT_SCHEDULE: '0 0 0 1 1 *' })
  storage = openStorage({ kind: 'connection-string', connectionString: app.connectionString })
  const { sign } = app.issuer
  tokens = { alice: await sign(userClaims(alice, { orgowner: acme })), agent: await sign(userClaims(agent)) }
  const token = await sign({ client_id: 'server', scope: 'api.events.write' })
  const users = [{ id: guid(1, '8'), userId: agent, name: 'Pat', status: 2, type: 1 }]
  await app.send(`PUT /directory/providers/${agency}`, { token, body: { name: 'Agency', users } })
  const members = [
    { id: guid(1, '7'), userId: alice, name: 'Alice', email: 'alice@acme.test', status: 2, type: 0 },
    { id: guid(2, '7'), userId: bob, name: 'Bob', email: 'bob@acme.test', status: 2, type: 2 },
  ]
  const body = { name: 'Acme', providerId: agency, members }
  await app.send(`PUT /directory/organizations/${acme}`, { token, body })
})
afterAll(() => app?.stop())

/** Stores events a minute ago, and has the organization evaluated. */
async function store(...types: readonly number[]): Promise<void> {
  const date = new Date().toISOString()
  const events = types.map((type) => event({ type, date, ipAddress: '192.0.2.1' }))
  await tableEventStore(storage, { now: () => Date.now() - 60_000 }).append(events)
  await evaluate()
}
const evaluate = () =>
  storageEvaluationQueue(storage).send(writeEvaluation({ organizationId: acme, at: 0, fallback: null }), 0)

const counted = (events: number) =>
  eventually(`${events} events counted`, async () => {
    const { status, json } = await app.send(`GET ${path}`, { token: tokens.alice })
    // A storage that is busy with other files may be slow to respond.
    if (status === 503) return undefined
    const sum = v.parse(Summary, json).days.reduce((total, day) => total + day.events, 0)
    return sum === events && json
  })

test('events are counted once, however often they are evaluated', async () => {
  await store(1000, 1107, 1111)
  const summary = await counted(3)
  expect(summary).toMatchObject({
    users: [{ userId: alice, name: 'Alice', email: 'alice@acme.test', events: 3, views: 1, copies: 1 }],
    addresses: [{ ipAddress: '192.0.2.1', events: 3 }],
    membersNotSeen: [{ memberId: guid(2, '7'), name: 'Bob', lastSeen: null }],
  })
  await Promise.all([evaluate(), evaluate()])
  await store(1005)
  expect(await counted(4)).toMatchObject({ users: [{ failedLogins: 1, events: 4 }] })
})

test('the list of organizations says who may read it', async () => {
  const entry = { object: 'organization', id: acme, name: 'Acme' }
  expect((await app.send('GET /organizations', { token: tokens.alice })).json).toEqual({
    object: 'list',
    data: [{ ...entry, role: 'owner', mayManage: true }],
  })
  expect((await app.send('GET /organizations', { token: tokens.agent })).json).toEqual({
    object: 'list',
    data: [{ ...entry, role: 'provider', mayManage: false }],
  })
  expect((await app.send(`GET ${path}`, { token: tokens.agent })).status).toBe(200)
})
