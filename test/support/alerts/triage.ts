// Incidents and what people did to them, short to write in tests.
import type { IncidentRecord, TriagedIncident } from '../../../src/domain/alerts/incidents/incident.ts'
import { type Triage, untouched } from '../../../src/domain/alerts/incidents/triage/triage.ts'
import { guidOfContent } from '../../../src/domain/guid.ts'
import { instantAt } from '../../../src/domain/instant.ts'
import { alice, bob, guid } from '../events.ts'

const start = Date.UTC(2026, 10, 20)

/** What a person did, so many seconds after the start of the tests' time. */
export const byAlice = (seconds: number) => ({ by: alice, at: instantAt(start + seconds * 1_000) })
export const byBob = (seconds: number) => ({ by: bob, at: instantAt(start + seconds * 1_000) })

/** A triage of these parts. */
export const triageOf = (members: Partial<Triage>): Triage => ({ ...untouched, ...members })

/** A closing of an incident that had this many alerts. */
export const closing = (alertCount: number, seconds = 1) =>
  ({ verdict: 'expected', reason: 'A test.', ...byAlice(seconds), alertCount }) as const

/** An incident of one alert, unless the test says otherwise. */
export function triaged(triage: Partial<Triage> = {}, members: Partial<IncidentRecord> = {}): TriagedIncident {
  const at = instantAt(start)
  const record: IncidentRecord = {
    id: guidOfContent('incident', 1),
    begunAt: at,
    from: at,
    to: at,
    level: 'high',
    title: 'Many logins: Alice',
    alertCount: 1,
    alerts: [],
    entities: [{ key: `person:${guid(1, 'b')}`, label: 'Alice' }],
    items: [],
    muted: false,
    mergedInto: null,
    mergedIds: [],
    recent: [],
    threads: [],
    ...members,
  }
  return { record, triage: triageOf(triage) }
}
