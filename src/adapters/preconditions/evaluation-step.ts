// What every alert store refuses of a step of evaluation.
import { type EvaluationStep, stateCharsMax, stateNameCharsMax } from '../../ports/alerts/evaluation-state.ts'
import { checkTime } from './times.ts'

/** Throws a TypeError unless this is the name of a state entry, or the beginning of one. */
export function checkName(name: string): void {
  if (name.length > stateNameCharsMax || !/^[\w=.-]*$/.test(name)) throw new TypeError('not a name of a state entry')
}

/** Throws a TypeError or RangeError unless a store can store all of a step. */
export function checkStep({ metadata, entries, alerts, incidents }: EvaluationStep): void {
  for (const { name, before, after } of entries) {
    checkName(name)
    for (const { dueAt } of [before, after].filter((each) => each !== undefined)) checkTime(dueAt)
    if (after && after.text.length > stateCharsMax) throw new RangeError('a state entry is too long')
  }
  if (metadata.length > stateCharsMax) throw new RangeError('the metadata is too long')
  if (new Set(entries.map(({ name }) => name)).size < entries.length)
    throw new TypeError('a name comes twice in a step')
  if (new Set(alerts.map(({ id }) => id)).size < alerts.length) throw new TypeError('an alert comes twice in a step')
  if (new Set(incidents.map(({ id }) => id)).size < incidents.length)
    throw new TypeError('an incident comes twice in a step')
}
