// Two real processes of the app that are killed, frozen and wrong about the time, over a storage of which requests and responses get lost. The large form is `npm run soak`.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { build, root } from '../../../scripts/build.ts'
import { smallPlan } from '../../support/soak/plan.ts'
import { soak } from '../../support/soak/soak.ts'
import { storageAccount } from '../../support/storage.ts'

const account = storageAccount()

test('every event is stored once, none is passed over by a follower, and alerts and sums equal a recount', async () => {
  if (!existsSync(join(root, 'dist/main.cjs'))) await build()
  const { counts, checks, log } = await soak(account, smallPlan, () => {})
  expect(
    checks.filter(({ wrong }) => wrong > 0),
    log.join('\n'),
  ).toEqual([])
  const of = new Map(checks.map((check) => [check.what, check.of]))
  expect(of.get('lost')).toBe(300)
  for (const what of ['alerts other than recounted', 'daily sums other than recounted'])
    expect(of.get(what)).toBeGreaterThan(1)
  const { kills, freezes, clocksSet, requestsFailed, responsesLost } = counts
  for (const count of [kills, freezes, clocksSet]) expect(count).toBeGreaterThanOrEqual(smallPlan.instances)
  for (const count of [requestsFailed, responsesLost]) expect(count).toBeGreaterThan(0)
})
