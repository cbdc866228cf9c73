// Exceptions that would have silenced incidents that were no attacks, as far as sample events show it. Pure.
import * as v from 'valibot'
import { parseAddress } from '../../addresses.ts'
import type { StoredEvent } from '../../events/event.ts'
import { ExceptionConditions } from '../exceptions/conditions.ts'
import { locationOf } from '../first-seen/location.ts'

/** Most exceptions that are proposed for one rule: those that silence most. */
export const exceptionsProposedMax = 3

/** What an exception may name of an event. */
export type SampleEvent = Pick<StoredEvent, 'actingUserId' | 'ipAddress' | 'cipherId' | 'serviceAccountId'>

/** An exception as the API takes its conditions, and how many incidents it would have silenced. */
export type ProposedException = { readonly conditions: ExceptionConditions; readonly incidents: number }

const kinds = ['actingUserIds', 'networks', 'cipherIds', 'serviceAccountIds'] as const
/** One value of each condition. */
type Values = { readonly [kind in (typeof kinds)[number]]?: string | undefined }

/**
 * Exceptions that would have taken every sample event of at least half of these incidents from a rule, given the sample events of each
 * incident, and none of a true positive. Of several that silence the same incidents, they are one, with all their conditions: the
 * narrowest. Each names one value of a condition.
 */
export function proposedExceptions(
  noise: readonly (readonly SampleEvent[])[],
  truePositives: readonly (readonly SampleEvent[])[],
): readonly ProposedException[] {
  const shared = noise.map((samples) => commonValues(samples.map(valuesOf)))
  const candidates = kinds.flatMap((kind) => {
    const found = new Set(shared.flatMap((values) => values[kind] ?? []))
    return [...found].map((value) => {
      const covered = shared.flatMap((values, index) => (values[kind] === value ? [index] : []))
      return { kind, value, covered }
    })
  })
  const wide = candidates.filter(({ covered }) => covered.length * 2 >= noise.length)
  const groups = [...Map.groupBy(wide, ({ covered }) => covered.join()).values()]
  const real = truePositives.flat().map(valuesOf)
  return groups
    .map((group) => ({
      values: new Map(group.map(({ kind, value }) => [kind, value])),
      incidents: group[0]?.covered.length ?? 0,
    }))
    .filter(({ values }) => !real.some((event) => covers(values, event)))
    .sort((one, other) => other.incidents - one.incidents)
    .slice(0, exceptionsProposedMax)
    .map(({ values, incidents }) => ({ conditions: conditionsOf(values), incidents }))
}

/** An IPv6 address counts by its /64, as for incidents. */
function valuesOf({ actingUserId, ipAddress, cipherId, serviceAccountId }: SampleEvent): Values {
  const network = ipAddress !== undefined && parseAddress(ipAddress) ? locationOf(ipAddress).address : undefined
  return { actingUserIds: actingUserId, networks: network, cipherIds: cipherId, serviceAccountIds: serviceAccountId }
}

/** The values that all of these have. */
function commonValues([first = {}, ...others]: readonly Values[]): Values {
  const common = kinds.filter((kind) => others.every((each) => each[kind] === first[kind]))
  return Object.fromEntries(common.map((kind) => [kind, first[kind]]))
}

const covers = (values: ReadonlyMap<(typeof kinds)[number], string>, event: Values): boolean =>
  [...values].every(([kind, value]) => event[kind] === value)

const conditionsOf = (values: ReadonlyMap<string, string>): ExceptionConditions =>
  v.parse(ExceptionConditions, Object.fromEntries([...values].map(([kind, value]) => [kind, [value]])))
