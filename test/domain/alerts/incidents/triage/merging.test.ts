// What people did to incidents, while alerts arrive, steps are cut short and made again, and incidents turn out to be one.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { survivorOf } from '../../../../../src/domain/alerts/incidents/grouping.ts'
import type { TriagedIncident } from '../../../../../src/domain/alerts/incidents/incident.ts'
import { actOn } from '../../../../../src/domain/alerts/incidents/triage/actions.ts'
import {
  assigneeOf,
  combinedTriage,
  incidentStateOf,
  type Triage,
  untouched,
} from '../../../../../src/domain/alerts/incidents/triage/triage.ts'
import { type Guid, guidOfContent } from '../../../../../src/domain/guid.ts'
import { instantAt } from '../../../../../src/domain/instant.ts'
import { incidentWorld, type UngroupedAlert } from '../../../../support/alerts/incidents.ts'
import { byBob } from '../../../../support/alerts/triage.ts'
import { guid } from '../../../../support/events.ts'

const start = Date.UTC(2026, 10, 20)

function alert(number: number, entities: readonly string[], hours: number): UngroupedAlert {
  const at = instantAt(start + hours * 3_600_000)
  return {
    record: {
      id: guidOfContent(number),
      ruleId: guid(1, 'e'),
      title: 'Many logins',
      level: 'low',
      from: at,
      to: at,
      muted: false,
    },
    entities: entities.map((key) => ({ key, label: null, during: null })),
  }
}

/** Incidents, and rows of what people did, which evaluation never writes. */
function triagedWorld() {
  const world = incidentWorld()
  const triages = new Map<Guid, Triage>()
  const found = (id: Guid): TriagedIncident | undefined => {
    const record = world.incidents.get(survivorOf(id, world.incidents))
    if (!record) return undefined
    const parts = record.mergedIds.map((part) => triages.get(part) ?? untouched)
    return { record, triage: combinedTriage(triages.get(record.id) ?? untouched, parts) }
  }
  return {
    ...world,
    found,
    /** Acknowledges the incident of an alert, or closes it; undefined if that is not stored yet. */
    act: (alertId: Guid, kind: 'acknowledge' | 'close'): Guid | undefined => {
      const incident = found(world.incidentOf(alertId) ?? alertId)
      if (!incident) return undefined
      const action = kind === 'close' ? ({ kind, verdict: 'expected', reason: '' } as const) : { kind }
      const change = actOn(incident, action, byBob(1))
      if (change.kind === 'changed') triages.set(incident.record.id, change.triage)
      return incident.record.id
    },
  }
}

const kinds = ['acknowledge', 'close'] as const
const anyAlert = fc.record({
  entities: fc.uniqueArray(fc.constantFrom('person:a', 'person:b', 'machine:c', 'address:d'), { maxLength: 3 }),
  hours: fc.integer({ min: 0, max: 24 * 8 }),
})
const anyStep = fc.record({
  size: fc.integer({ min: 1, max: 4 }),
  /** How many rows of the step are stored before it is cut short. */
  stored: fc.nat({ max: 14 }),
  actsOn: fc.nat({ max: 11 }),
  kind: fc.constantFrom(...kinds),
  /** Whether a person acts between the cut and the repeat. */
  actsWithin: fc.boolean(),
})

test('an acknowledged incident stays acknowledged and assigned, and a closed one closed with the alerts that it had', () => {
  const property = fc.property(
    fc.array(anyAlert, { minLength: 1, maxLength: 12 }),
    fc.array(anyStep, { minLength: 1, maxLength: 8 }),
    (made, steps) => {
      const all = made.map(({ entities, hours }, number) => alert(number, entities, hours))
      const queue = [...all]
      const world = triagedWorld()
      const acted: { readonly id: Guid; readonly kind: 'acknowledge' | 'close'; readonly alertCount: number }[] = []
      for (let at = 0; queue.length > 0; at += 1) {
        const { size = 1, stored = 0, actsOn = 0, kind = 'close', actsWithin = false } = steps[at % steps.length] ?? {}
        const act = () => {
          const id = world.act(all[actsOn % all.length]?.record.id ?? guid(1), kind)
          if (id) acted.push({ id, kind, alertCount: world.incidents.get(id)?.alertCount ?? 0 })
        }
        world.step(queue.slice(0, size), stored)
        if (actsWithin) act()
        world.step(queue.splice(0, size))
        if (!actsWithin) act()
      }
      for (const { id, kind, alertCount } of acted) {
        const incident = world.found(id)
        if (!incident) throw new Error('an incident is gone')
        const { record, triage } = incident
        const closed = acted.filter((each) => each.id === record.id && each.kind === 'close')
        if (kind === 'acknowledge' && closed.length === 0) {
          expect(triage.acknowledged).toEqual(byBob(1))
          expect(assigneeOf(triage)).toBe(byBob(1).by)
        }
        const isAsClosed = closed.some((each) => each.alertCount === record.alertCount)
        expect(incidentStateOf(incident) === 'closed').toBe(isAsClosed)
        if (kind === 'close' && record.id === id) expect(triage.closed?.alertCount).toBeGreaterThanOrEqual(alertCount)
      }
    },
  )
  fc.assert(property, { numRuns: 400 })
})
