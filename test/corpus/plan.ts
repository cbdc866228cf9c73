// Which organizations a third has: quiet ones by size, and ones with attacks.
import { type Attack, attacksOn, dealt } from './attacks/attacks.ts'
import { type Organization, organizationOf } from './organization/organization.ts'
import type { Third } from './parameters.ts'

/** Sizes of quiet organizations, and how many there are of each; most have a size that a goal is about. */
const quietSizes: readonly (readonly [people: number, count: number])[] = [
  [8, 2],
  [20, 2],
  [50, 4],
  [200, 3],
  [1_000, 1],
  [2_000, 1],
]
const attackedSizes = [15, 25, 40, 60, 90, 140, 220, 400]

/** An organization of the corpus, and the attacks on it: none where it is quiet. */
export type Planned = { readonly world: Organization; readonly size: number; readonly attacks: readonly Attack[] }

/** The quiet organizations of up to so many people, made one by one. */
export function* quietOrganizations(third: Third, peopleMax: number): Generator<Planned> {
  for (const [index, [size, count]] of quietSizes.entries()) {
    for (let turn = 0; turn < count && size <= peopleMax; turn++) {
      yield { world: organizationOf(third, 100 + index * 10 + turn, size), size, attacks: [] }
    }
  }
}

/** The organizations with attacks, made one by one; with fewer people at most, each has more attacks. */
export function* attackedOrganizations(third: Third, peopleMax: number): Generator<Planned> {
  const sizes = attackedSizes.filter((size) => size <= peopleMax)
  for (const [index, planned] of dealt(sizes.length).entries()) {
    const size = sizes[index] ?? 15
    const world = organizationOf(third, 500 + index, size)
    yield { world, size, attacks: attacksOn(world, planned) }
  }
}
