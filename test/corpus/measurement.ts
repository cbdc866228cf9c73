// What rules find in an organization of the corpus, how soon, and what they say without a reason.
import type { RuleDocument } from '../../src/domain/alerts/rule-documents.ts'
import type { Guid } from '../../src/domain/guid.ts'
import { millisecondsOf } from '../../src/domain/instant.ts'
import type { Attack } from './attacks/attacks.ts'
import { evaluate, type Raised } from './evaluation.ts'
import type { Happening } from './happenings.ts'
import { dayLength, days, hour, learningDays, minute } from './months.ts'
import type { Organization } from './organization/organization.ts'
import type { Planned } from './plan.ts'
import { arrivals } from './stream.ts'

/**
 * An alert of the measured month, and whether an attack is the reason of it: one of its events is a sample of the alert, or its
 * last event. `named`: whether such an event says who acted and from where.
 */
export type Said = Raised & { readonly explained: boolean; readonly named: boolean }

/** An attack, and what was said of it. Times are from its first event on; null where nothing was said, or nothing at high. */
export type Tried = {
  readonly attack: Attack
  readonly rules: readonly string[]
  readonly afterMs: number | null
  readonly highAfterMs: number | null
}

/** What came of an organization. */
export type Measured = {
  readonly world: Organization
  readonly size: number
  readonly events: number
  readonly said: readonly Said[]
  readonly tried: readonly Tried[]
  /** Events from addresses that were new for the organization. */
  readonly newAddresses: ReadonlySet<Guid>
}

/** How soon an alert at level high or critical is soon enough. */
export const soonMs = 5 * minute
/** An attack is found by an alert about it whose rule fired up to so long after its end. */
const graceMs = hour

/** Runs those of the rules that are on over an organization's two months; the second is measured. */
export function measure({ world, size, attacks }: Planned, builtInRules: readonly RuleDocument[]): Measured {
  const rules = builtInRules.filter(({ rule }) => rule.enabled)
  const happenings = attacks.flatMap((attack) => [...attack.happenings.values()])
  const roleChanges = attacks.flatMap((attack) => attack.roleChanges)
  const { raised, events, newAddresses } = evaluate(world, arrivals(world, happenings), roleChanges, rules)

  const sorted = raised.toSorted((one, other) => one.raisedAt - other.raisedAt)
  const [from, to] = [learningDays, days].map((day) => world.third.startMs + day * dayLength)
  const measured = sorted.filter(({ raisedAt }) => raisedAt >= (from ?? 0) && raisedAt < (to ?? 0))
  const said = measured.map((each): Said => {
    const events = attacks.flatMap((attack) => eventsIn(each, attack))
    return { ...each, explained: events.length > 0, named: events.some(isNamed) }
  })
  return {
    world,
    size,
    events,
    said,
    tried: attacks.map((attack) => triedOf(attack, said)),
    newAddresses,
  }
}

function triedOf(attack: Attack, said: readonly Said[]): Tried {
  const about = said.filter((each) => isAbout(each, attack) && millisecondsOf(each.alert.from) <= attack.to + graceMs)
  const delayOf = (each: Said | undefined) => (each ? Math.max(0, each.raisedAt - attack.from) : null)
  return {
    attack,
    rules: [...new Set(about.map(({ rule }) => rule.rule.title))],
    afterMs: delayOf(about[0]),
    highAfterMs: delayOf(about.find(({ rule: { rule } }) => rule.level === 'high' || rule.level === 'critical')),
  }
}

/** The events of an attack among an alert's samples and its last event. */
const eventsIn = ({ alert: { samples, lastEventId } }: Raised, { happenings }: Attack) =>
  [...samples.map(({ id }) => id), lastEventId].flatMap((id) => (id && happenings.get(id)) ?? [])

/** Whether an event says who acted, and from where. */
const isNamed = ({ userId, machineId, systemUser, ip }: Happening) =>
  (userId ?? machineId ?? systemUser) !== undefined && ip !== undefined

/** Whether one of an attack's events is a sample of an alert, or its last event. */
export const isAbout = (raised: Raised, attack: Attack): boolean => eventsIn(raised, attack).length > 0
