// Compiles the exceptions of a rule: whether an event that matches the rule is taken from it. Pure.
import { isWithin, parseAddress, parseNetwork } from '../../../addresses.ts'
import { millisecondsOf, parseInstant } from '../../../instant.ts'
import type { ExceptedEvents } from '../../exceptions/conditions.ts'
import { isWithinDaily } from '../../exceptions/daily-window.ts'
import type { FieldValue, FieldValues } from '../../sigma/fields.ts'

type Test = (fields: FieldValues) => boolean

/** Whether any of these exceptions covers an event. An event without a field meets no condition on it. */
export function compileExceptions(exceptions: readonly ExceptedEvents[]): Test {
  const covering = exceptions.map(compileException)
  return (fields) => covering.some((covers) => covers(fields))
}

/** Cheap tests first: most events are of another person, and the clock of a time zone is slow. */
function compileException({ conditions, until }: ExceptedEvents): Test {
  const { actingUserIds, networks, cipherIds, serviceAccountIds, types, hours } = conditions
  const tests: Test[] = [
    ...isAmong('actingUserId', actingUserIds),
    ...isAmong('cipherId', cipherIds),
    ...isAmong('serviceAccountId', serviceAccountIds),
    ...isAmong('type', types),
  ]
  if (networks) tests.push(isFrom(networks))
  if (until !== null) {
    const untilMs = millisecondsOf(until)
    tests.push((fields) => dateOf(fields) < untilMs)
  }
  if (hours) {
    const isWithinHours = isWithinDaily(hours)
    tests.push((fields) => isWithinHours(dateOf(fields)))
  }
  return (fields) => tests.every((test) => test(fields))
}

function isAmong(field: string, values: readonly FieldValue[] | undefined): Test[] {
  if (!values) return []
  const known = new Set(values)
  return [(fields) => known.has(fields[field] ?? null)]
}

function isFrom(texts: readonly string[]): Test {
  const networks = texts.flatMap((text) => parseNetwork(text) ?? [])
  return ({ ipAddress }) => {
    const address = typeof ipAddress === 'string' ? parseAddress(ipAddress) : undefined
    return address !== undefined && networks.some((network) => isWithin(address, network))
  }
}

/** The date of an event in Unix milliseconds. */
function dateOf({ date }: FieldValues): number {
  const instant = typeof date === 'string' ? parseInstant(date) : undefined
  if (!instant) throw new Error('an event has no date')
  return millisecondsOf(instant)
}
