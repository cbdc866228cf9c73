// What an exception covers: events that meet all of its conditions, dated before its end. Pure.
import * as v from 'valibot'
import { formatNetwork, parseNetwork } from '../../addresses.ts'
import { boundedArray } from '../../bounded-array.ts'
import { Guid } from '../../guid.ts'
import type { Instant } from '../../instant.ts'
import { DailyWindow } from './daily-window.ts'

/** Most values of one condition. */
export const conditionValuesMax = 50
/** The shortest prefixes of networks, in bits: a wider network would be no exception, but the rule. */
const networkBitsMin = { ipv4: 8, ipv6: 16 } as const

const some = <S extends v.GenericSchema>(item: S) =>
  v.optional(v.pipe(boundedArray(item, conditionValuesMax), v.minLength(1, 'must have a value')))

function isNarrowNetwork(text: string): boolean {
  const network = parseNetwork(text)
  return (
    network !== undefined && network.bits >= (network.address.length === 4 ? networkBitsMin.ipv4 : networkBitsMin.ipv6)
  )
}

const NetworkText = v.pipe(
  v.string(),
  v.maxLength(64),
  v.check(
    isNarrowNetwork,
    `must be an address or a network such as 10.0.0.0/8, of at least /${networkBitsMin.ipv4} or for IPv6 /${networkBitsMin.ipv6}`,
  ),
  v.transform((text) => {
    const network = parseNetwork(text)
    return network ? formatNetwork(network) : text
  }),
)

/**
 * All given conditions hold of an event together, of each any value. Strict, so that a misspelt condition does not cover more
 * than was meant.
 */
export const ExceptionConditions = v.pipe(
  v.strictObject({
    actingUserIds: some(Guid),
    networks: some(NetworkText),
    cipherIds: some(Guid),
    serviceAccountIds: some(Guid),
    types: some(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535))),
    hours: v.optional(DailyWindow),
  }),
  v.check(
    ({ types: _, ...others }) => Object.values(others).some((each) => each !== undefined),
    'must name a person, a network, an item, a service account or hours',
  ),
)
export type ExceptionConditions = v.InferOutput<typeof ExceptionConditions>

/** Whether conditions say who, from where or about what: without, they cover everything at some hours. */
export const namesAnything = ({ types: _, hours: __, ...others }: ExceptionConditions): boolean =>
  Object.values(others).some((each) => each !== undefined)

/** The events that an exception takes from a rule: those that meet `conditions` and are dated before `until`; null: any date. */
export type ExceptedEvents = { readonly conditions: ExceptionConditions; readonly until: Instant | null }
