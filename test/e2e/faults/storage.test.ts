// A share of all storage requests fails, as is ordinary: uploads and evaluations succeed all the same, and none is given up.
import { expect, test } from 'vitest'
import { randomFrom } from '../../../local/demo/random.ts'
import { tableAlertStore } from '../../../src/adapters/azure/alerts/alert-store.ts'
import { tableRuleConfigurations } from '../../../src/adapters/azure/alerts/rule-configurations.ts'
import { tableSchedule } from '../../../src/adapters/azure/alerts/schedule.ts'
import { tableDirectory } from '../../../src/adapters/azure/directory/directory.ts'
import { tableEventStore } from '../../../src/adapters/azure/events/event-store.ts'
import type { Storage } from '../../../src/adapters/azure/storage.ts'
import { tableSummaries } from '../../../src/adapters/azure/summary/summaries.ts'
import { cachedDirectory } from '../../../src/adapters/in-process/cached-directory.ts'
import { memoryQueue } from '../../../src/adapters/memory/event-queue.ts'
import { guidOfContent } from '../../../src/domain/guid.ts'
import { totalsOf } from '../../../src/domain/summary/summary.ts'
import { authenticateWith } from '../../../src/functions/http/authenticate.ts'
import { collect } from '../../../src/functions/ingest/collect.ts'
import { evaluationWorld } from '../../support/alerts/evaluation.ts'
import { call, tokensOf, userClaims } from '../../support/calls.ts'
import { member, organization } from '../../support/directory.ts'
import { acme, alice, event, guid } from '../../support/events.ts'
import { failingStorage } from '../../support/storage/failing-storage.ts'
import { memoryAccount } from '../../support/storage/memory-tables.ts'

const account = memoryAccount()
const direct = account()
const startMs = Date.UTC(2026, 10, 22, 6)
const minuteMs = 60_000

test('with 5 % of requests failing, each of 50 uploads of 40 items succeeds on a directory that nothing is cached of', async () => {
  const items = Array.from({ length: 40 }, (_, index) => ({ id: guid(index, 'd'), collections: [] }))
  await tableDirectory(direct).putOrganization(
    acme,
    organization(acme, { members: [member(alice, { type: 0 })] }),
    items,
  )
  const body = items.map(({ id }) => {
    return { type: 1107, cipherId: id, organizationId: acme, date: new Date(startMs).toISOString() }
  })
  const authenticate = authenticateWith(tokensOf({ user: userClaims(alice) }))
  const now = () => startMs
  const failing = failingStorage(account)
  const random = randomFrom(5)
  let requests = 0
  for (let uploads = 0; uploads < 50; uploads += 1) {
    const directory = cachedDirectory(tableDirectory(failing.storage), now)
    const ports = { authenticate, directory, queue: memoryQueue(), now, address: { trustedProxies: 0 } }
    failing.armAtRandom(random.next, { failed: 0.025, busy: 0.025 })
    const response = await call(collect(ports), { method: 'POST', token: 'user', body })
    expect([response.status, response.json]).toMatchObject([200, { accepted: 40 }])
    requests += failing.begun.length
  }
  // Two readings of each item at least, and those that were made again.
  expect(requests).toBeGreaterThan(50 * 80 * 1.03)
})

const builtInRules = [
  `
title: Failed login
name: failed_login
logsource: {product: keytrail}
detection: {sel: {type: 1005}, condition: sel}
---
title: Many failed logins
id: ${guid(1, 'e')}
correlation: {type: event_count, rules: [failed_login], group-by: [actingUserId], timespan: 15m, condition: {gte: 3}}
`,
]
const organizations = Array.from({ length: 10 }, (_, index) => guidOfContent('organization', index))
const rounds = 10

/** What an organization's events of a round are: failed logins of two people in turn, one a second. */
const eventsOf = (round: number) =>
  organizations.flatMap((organizationId) =>
    [0, 1].map((second) =>
      event({
        organizationId,
        type: 1005,
        cipherId: undefined,
        actingUserId: guid(round % 2, 'b'),
        id: guidOfContent(organizationId, round, second),
        date: new Date(startMs + round * minuteMs + second * 1_000).toISOString(),
      }),
    ),
  )

/** Everything that an evaluation reads and writes, in an account's tables. */
const tables = (storage: Storage, now: () => number) => ({
  alerts: tableAlertStore(storage),
  configurations: tableRuleConfigurations(storage),
  schedule: tableSchedule(storage),
  directory: tableDirectory(storage),
  summaries: tableSummaries(storage),
  store: tableEventStore(storage, { now, sleep: async () => {} }),
})

test('with 1 % of requests failing and 1 % losing their responses, evaluations give the same results as without faults', async () => {
  const failing = failingStorage(account)
  const clock = { now: startMs }
  const disturbed = tables(failing.storage, () => clock.now)
  const world = evaluationWorld(builtInRules, startMs, { adapters: disturbed })
  const model = evaluationWorld(builtInRules, startMs)
  failing.armAtRandom(randomFrom(1).next, { failed: 0.005, busy: 0.005, lost: 0.01 })
  let evaluations = 0
  for (let round = 0; round < rounds; round += 1) {
    for (const { arrive } of [world, model]) await arrive(eventsOf(round))
    evaluations += world.waiting.length
    const until = startMs + (round + 1) * minuteMs
    for (const { runUntil } of [world, model]) await runUntil(until)
    clock.now = until
  }
  for (const { runUntil } of [world, model]) await runUntil(startMs + 30 * minuteMs)

  expect(evaluations).toBeGreaterThanOrEqual(100)
  expect(failing.begun.length).toBeGreaterThan(1_000)
  expect([world.dead, world.waiting, world.log]).toEqual([[], [], model.log])
  const undisturbed = tables(direct, () => clock.now)
  expect(await undisturbed.schedule.due(world.clock.now, 100)).toEqual([])
  for (const organizationId of organizations) {
    const alerts = await world.alerts(organizationId)
    expect(alerts).toHaveLength(2)
    expect(alerts).toEqual(await model.alerts(organizationId))
    const [counts] = (await undisturbed.summaries.daysOf(organizationId, ['2026-11-22'])).values()
    expect(counts && totalsOf(counts).events).toBe(2 * rounds)
  }
})
