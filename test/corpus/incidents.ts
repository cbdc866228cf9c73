// The incidents that the alerts of the corpus are: how many a week where all is quiet, and in how many each attack lies.
import { entitiesOf } from '../../src/domain/alerts/incidents/entities.ts'
import { groupAlerts } from '../../src/domain/alerts/incidents/grouping.ts'
import type { GroupedAlert } from '../../src/domain/alerts/incidents/incident.ts'
import type { StoredEvent } from '../../src/domain/events/event.ts'
import type { Guid } from '../../src/domain/guid.ts'
import { isAbout, type Measured, type Said } from './measurement.ts'
import { measuredWeeks } from './months.ts'
import { contextOf } from './organization/organization.ts'
import { arrivals } from './stream.ts'

/** Most incidents a week in a quiet organization of so many people. */
const quietGoals: ReadonlyMap<number, number> = new Map([
  [50, 0.5],
  [200, 1.5],
  [1_000, 4],
])
/** The share of found attacks whose alerts are to be one incident. */
const oneIncidentGoal = 0.9

/** The incident of each alert of the measured month, by the alert's id. */
export function incidentsOf(measured: Measured): ReadonlyMap<Guid, Guid> {
  return groupAlerts(alertsIn(measured), { spans: new Map(), incidents: new Map() }).incidentOf
}

/** The alerts of the measured month with their entities. */
function alertsIn({ world, said, tried, newAddresses }: Measured): readonly GroupedAlert[] {
  const wanted = new Set(said.flatMap(({ alert }) => alert.samples.map(({ id }) => id)))
  const events = new Map<Guid, StoredEvent>()
  const happenings = tried.flatMap(({ attack }) => [...attack.happenings.values()])
  // Nobody holds two months of events: they are made once more.
  for (const { event } of arrivals(world, happenings)) if (wanted.has(event.id)) events.set(event.id, event)

  const roleChanges = tried.flatMap(({ attack }) => attack.roleChanges)
  const { names } = contextOf(world, roleChanges)
  return said.map(({ alert, rule: { rule } }: Said) => {
    const { id, ruleId, from, to } = alert
    const samples = alert.samples.flatMap((sample) => {
      const event = events.get(sample.id)
      return event ? [{ event, isNewAddress: newAddresses.has(sample.id) }] : []
    })
    const group = alert.group.map(({ name, value }) => ({ name, value, label: null }))
    const entities = entitiesOf({ group }, rule, samples, names)
    const record = { id, ruleId, title: rule.title, level: rule.level, from, to, muted: false }
    return { record, entities, items: [], incidentId: undefined }
  })
}

/** The figures of incidents as Markdown: incidents a week by size, and of the found attacks, those that are one incident. */
export function incidentReport(attacked: readonly Measured[], quiet: readonly Measured[]): string {
  const rows = [...Map.groupBy(quiet, ({ size }) => size)].map(([size, measured]) => {
    const count = measured.reduce((sum, each) => sum + new Set(incidentsOf(each).values()).size, 0)
    const goal = quietGoals.get(size)
    return `| ${measured.length} of ${size} people | ${(count / measured.length / measuredWeeks).toFixed(2)} | ${goal ?? ''} |`
  })
  const attacks = attacked.flatMap((measured) => {
    const incidentOf = incidentsOf(measured)
    return measured.tried.flatMap(({ attack }) => {
      const about = measured.said.filter((each) => isAbout(each, attack))
      const incidents = new Set(about.flatMap(({ alert }) => incidentOf.get(alert.id) ?? []))
      return about.length === 0 ? [] : [{ attack, incidents: incidents.size, alerts: about.length }]
    })
  })
  const one = attacks.filter(({ incidents }) => incidents === 1).length
  const several = attacks
    .filter(({ incidents }) => incidents > 1)
    .map(({ attack, incidents }) => `${attack.kind} (${attack.loudness}): ${incidents}`)
  const share = attacks.length === 0 ? 1 : one / attacks.length
  return [
    `| quiet organizations | incidents a week in each | at most |\n| --- | --- | --- |\n${rows.join('\n')}`,
    `Of ${attacks.length} attacks that alerts are about, ${one} are one incident each (${Math.round(share * 100)} %; at least ${oneIncidentGoal * 100} % wanted). In several: ${several.join('; ') || 'none'}.`,
  ].join('\n\n')
}
