// Which rules an event of a type can match at all, from what they say about `type`: most never need to be asked. Pure.

import { stepsOfRule } from '../sigma/matching-cost.ts'
import type { Condition, EventRule, FieldTest, Selection } from '../sigma/rules.ts'
import { compile, type Predicate } from './compile.ts'

/** A rule over events, ready to be asked; `types` are the only event types that it can match, if it says so. */
export type Asked = {
  readonly rule: EventRule
  readonly matches: Predicate
  readonly types: ReadonlySet<number> | undefined
  /** What it takes at most to ask it: see matching-cost.ts. */
  readonly steps: number
}

export const asked = (rule: EventRule): Asked => ({
  rule,
  matches: compile(rule),
  types: typesOf(rule.condition, rule.selections),
  steps: stepsOfRule(rule),
})

/** The items by event type: those of the type and those of any, in their order. Remembers what it was asked. */
export function byType<T extends { readonly asked: Asked }>(items: readonly T[]): (type: unknown) => readonly T[] {
  const known = new Map<unknown, readonly T[]>()
  return (type) => {
    if (typeof type !== 'number') return items
    const before = known.get(type)
    if (before) return before
    const found = items.filter(({ asked: { types } }) => types === undefined || types.has(type))
    known.set(type, found)
    return found
  }
}

type Types = ReadonlySet<number> | undefined

/** The types that a condition leaves possible; undefined for any. Sound, not complete: `not` leaves any. */
export function typesOf(condition: Condition, selections: ReadonlyMap<string, Selection>): Types {
  switch (condition.kind) {
    case 'selection':
      return either((selections.get(condition.name) ?? []).map((tests) => both(tests.map(typesOfTest))))
    case 'not':
      return undefined
    case 'and':
      return both(condition.of.map((each) => typesOf(each, selections)))
    case 'or':
      return either(condition.of.map((each) => typesOf(each, selections)))
  }
}

function typesOfTest({ field, join, negated, operands }: FieldTest): Types {
  if (field !== 'type' || negated || join === 'all') return undefined
  const types = operands.flatMap((each) =>
    each.kind === 'exactly' && typeof each.value === 'number' ? [each.value] : [],
  )
  return types.length === operands.length ? new Set(types) : undefined
}

function both(all: readonly Types[]): Types {
  const [first, ...others] = all.filter((types) => types !== undefined)
  return first && new Set([...first].filter((type) => others.every((types) => types.has(type))))
}

const either = (all: readonly Types[]): Types =>
  all.includes(undefined) ? undefined : new Set(all.flatMap((types) => [...(types ?? [])]))
