// The demo data of a start: put in once for all test files of a run, copied for each, and counted.
import { existsSync } from 'node:fs'
import { cp, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import { expect } from 'vitest'
import { lastDays, month, monthDays } from '../../../local/demo/month/month.ts'
import { acmeId } from '../../../local/demo/people/world.ts'
import { readSeedState } from '../../../local/demo/seed/state.ts'
import { isAuditType } from '../../../src/domain/events/audit-events.ts'
import { sharedFolder } from '../../support/storage.ts'
import { until } from '../../support/waiting.ts'
import { freePorts, isFree, type Ports, type Started, startProcess } from './started.ts'

/** Says that the app is there, and where. */
export const banner = 'Ctrl-C ends it.'
/** Ends what a start says when all of it is done. */
export const lastLine = 'A new token, for anyone:'

/** Makes a data folder in which a first start has put the demo data. The first file that asks has it made, the others wait. */
export async function copySeededData(dataDir: string): Promise<void> {
  const [made, done] = [join(sharedFolder(), 'data'), join(sharedFolder(), 'done')]
  const isFirst = await mkdir(made).then(
    () => true,
    () => false,
  )
  // Nothing may wait for ever for what has failed.
  if (isFirst) await seed(made).finally(() => mkdir(done))
  await until(() => existsSync(done))
  await cp(made, dataDir, { recursive: true })
}

async function seed(dataDir: string): Promise<void> {
  const started = startProcess(await freePorts(), dataDir)
  await started.says(lastLine)
  expect(await started.end('SIGINT')).toBe(0)
}

const List = v.object({
  data: v.array(v.looseObject({ type: v.number(), date: v.string() })),
  continuationToken: v.nullable(v.string()),
})

/** Follows continuation tokens from the first page of Acme's events to the last; audit events do not count. */
export async function countEvents(started: Started, { app }: Ports): Promise<number> {
  const key = /^ {2}KEY=(\S+)/m.exec(started.stdout())?.[1]
  let count = 0
  let token: string | null = ''
  do {
    const query: string = token === '' ? '' : `&continuationToken=${token}`
    const response = await fetch(`http://127.0.0.1:${app}/public/events?pageSize=1000${query}`, {
      headers: { authorization: `Bearer ${key}` },
    })
    const page = v.parse(List, await response.json())
    count += page.data.filter(({ type }) => !isAuditType(type)).length
    token = page.continuationToken
  } while (token !== null)
  return count
}

/** How many events of Acme the demo data of this folder has, which goes back so many days. */
export async function seededEvents(dataDir: string, days = monthDays): Promise<number> {
  const state = await readSeedState(join(dataDir, 'demo.json'))
  expect(state?.seeded).toBe(true)
  const base = Date.parse(state?.base ?? '')
  return lastDays(month(base), base, days).filter((event) => event.OrganizationId === acmeId).length
}

/** Every port that a start listens on. */
export const allPorts = ({ app, identity, storage }: Ports) => [app, identity, storage, storage + 1, storage + 2]

export async function expectNothingLeft(ports: Ports): Promise<void> {
  for (const port of allPorts(ports)) await until(() => isFree(port))
}
