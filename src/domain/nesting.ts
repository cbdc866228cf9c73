// The depth to which a value parsed from JSON may nest: writing a deeper one as JSON may exhaust the stack. Pure.
import * as v from 'valibot'

/** Most levels of nested arrays and objects; `[[]]` has two. */
export const nestingLevelsMax = 32

/** Whether a value nests deeper than `nestingLevelsMax`. Walks level by level, so that no depth exhausts the stack. */
export function isNestedTooDeep(value: unknown): boolean {
  let level = [value].filter(isContainer)
  for (let levels = 0; level.length > 0; levels += 1) {
    if (levels === nestingLevelsMax) return true
    level = level.flatMap((container) => Object.values(container).filter(isContainer))
  }
  return false
}

/** Any value that does not nest too deep. */
export const Shallow = v.pipe(
  v.unknown(),
  v.check((value) => !isNestedTooDeep(value), 'is nested too deep'),
)

const isContainer = (value: unknown): value is object => typeof value === 'object' && value !== null
