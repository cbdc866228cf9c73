// Rows of Vaultwarden's events for tests: random ids, dates of clients, equal dates, late ones.
import { randomUUID } from 'node:crypto'
import type { VaultwardenRow } from '../../../local/vaultwarden/schema.ts'
import { sqliteDate } from '../../../local/vaultwarden/trial.ts'
import { acme, alice } from '../events.ts'
import { agentNow } from './fake-keytrail.ts'

/** An event of Acme, so many minutes before now. */
export const eventRow = (minutesAgo: number, more: VaultwardenRow = {}): VaultwardenRow => ({
  uuid: randomUUID(),
  event_type: 1107,
  org_uuid: acme,
  act_user_uuid: alice,
  device_type: 9,
  ip_address: '203.0.113.7',
  event_date: sqliteDate(agentNow() - minutesAgo * 60_000).slice(0, 19),
  ...more,
})

/** Rows of a long time: many to an hour, some with equal dates, some of other organizations or of none. */
export const historyRows = (count: number): VaultwardenRow[] =>
  Array.from({ length: count }, (_, index) =>
    eventRow(Math.floor((count - index) / 3) * 7, index % 10 === 0 ? { org_uuid: null, user_uuid: alice } : {}),
  )
