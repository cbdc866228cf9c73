// The incidents that the alerts of the corpus are: how many a week where all is quiet, and in how many each attack lies.
import { entitiesOf } from '../../src/domain/alerts/incidents/entities.ts'
import { groupAlerts } from '../../src/domain/alerts/incidents/grouping.ts'
import type { GroupedAlert } from '../../src/domain/alerts/incidents/incident.ts'
import type { StoredEvent } from '../../src/domain/events/event.ts'
import type { Guid } from '../../src/domain/guid.ts'
import type { Attack } from './attacks/attacks.ts'
import { atLeast, atMost, goalTable, shareOf, table } from './goals.ts'
import { isAbout, type Measured, type Said } from './measurement.ts'
import { measuredWeeks } from './months.ts'
import { contextOf } from './organization/organization.ts'
import { foundGoals, titlesOf } from './report.ts'
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

/** An attack that alerts are about, how many incidents they are, and in how many of these no alert says who acted and from where. */
type Traced = { readonly attack: Attack; readonly incidents: number; readonly unnamed: number }

function tracedIn(measured: Measured): readonly Traced[] {
  const incidentOf = incidentsOf(measured)
  const incidentsOfSome = (some: readonly Said[]) =>
    new Set(some.flatMap(({ alert }) => incidentOf.get(alert.id) ?? []))
  return measured.tried.flatMap(({ attack }) => {
    const about = measured.said.filter((each) => isAbout(each, attack))
    const incidents = incidentsOfSome(about)
    const named = incidentsOfSome(about.filter((each) => each.named))
    return about.length === 0 ? [] : [{ attack, incidents: incidents.size, unnamed: incidents.size - named.size }]
  })
}

const nameOf = ({ attack: { kind, loudness }, incidents }: Traced) => `${kind} (${loudness}): ${incidents}`

/** Quiet organizations of one size: incidents a week in each, and the titles of their alerts. */
type Quiet = {
  readonly size: number
  readonly organizations: number
  readonly perWeek: number
  readonly titles: readonly string[]
}

const quietBySize = (quiet: readonly Measured[]): readonly Quiet[] =>
  [...Map.groupBy(quiet, ({ size }) => size)].map(([size, measured]) => {
    const count = measured.reduce((sum, each) => sum + new Set(incidentsOf(each).values()).size, 0)
    const titles = titlesOf(measured.flatMap(({ said }) => said))
    return { size, organizations: measured.length, perWeek: count / measured.length / measuredWeeks, titles }
  })

/** The figures of incidents as Markdown: incidents a week by size, attacks that are several, and last all goals for incidents. */
export function incidentReport(attacked: readonly Measured[], quiet: readonly Measured[]): string {
  const sizes = quietBySize(quiet)
  const attacks = attacked.flatMap(tracedIn)
  const several = attacks.filter(({ incidents }) => incidents > 1).map(nameOf)
  const one = attacks.length - several.length
  const unnamed = attacks.filter((each) => each.unnamed > 0)
  return [
    table(
      ['quiet organizations', 'incidents a week in each'],
      sizes.map(({ size, organizations, perWeek }) => [`${organizations} of ${size} people`, perWeek.toFixed(2)]),
    ),
    `Of ${attacks.length} attacks that alerts are about, ${one} are one incident each. In several: ${several.join('; ') || 'none'}.`,
    goalTable([
      ...foundGoals(attacked),
      ...sizes.flatMap(({ size, perWeek, titles }) => {
        const goal = quietGoals.get(size)
        const title = `incidents a week in a quiet organization of ${size}`
        return goal === undefined ? [] : [atMost(title, perWeek, goal, titles)]
      }),
      atLeast(
        'found attacks that are one incident each',
        shareOf(attacks, ({ incidents }) => incidents === 1),
        oneIncidentGoal,
        several,
      ),
      atLeast(
        'found attacks whose incidents all name an acting account and an address',
        shareOf(attacks, (each) => each.unnamed === 0),
        1,
        unnamed.map(nameOf),
      ),
    ]),
  ].join('\n\n')
}
