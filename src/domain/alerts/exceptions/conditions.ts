// What an exception covers: events that meet all of its conditions, dated before its end. Pure.
import * as v from 'valibot'
import { boundedArray } from '../../bounded-array.ts'
import { Guid } from '../../guid.ts'
import type { Instant } from '../../instant.ts'
import { readNarrowNetwork } from '../lists/narrow-network.ts'
import { DailyWindow } from './daily-window.ts'

/** Most values of one condition. */
export const conditionValuesMax = 50

const some = <S extends v.GenericSchema>(item: S) =>
  v.optional(v.pipe(boundedArray(item, conditionValuesMax), v.minLength(1, 'must have a value')))

const NetworkText = v.pipe(
  v.string(),
  v.maxLength(64),
  v.rawTransform(({ dataset: { value }, addIssue, NEVER }) => {
    const network = readNarrowNetwork(value)
    if (network.kind === 'network') return network.text
    addIssue({ message: network.problem })
    return NEVER
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
