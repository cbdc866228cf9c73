// The corpus: months of several organizations, quiet or with attacks that are labelled. Always the same, on every machine.
import { randomFrom } from '../../local/demo/random.ts'
import { memberType } from '../../src/domain/directory/directory.ts'
import type { StoredEvent } from '../../src/domain/events/event.ts'
import { type Instant, instantAt } from '../../src/domain/instant.ts'
import { administration } from './administration.ts'
import { administratorAttacks } from './administrators.ts'
import type { Attack, Variant } from './attack.ts'
import { dayMs, days, isHoliday, learningDays, weekdayOf } from './calendar.ts'
import { type Happening, storedEvent } from './events.ts'
import { harvests } from './harvests.ts'
import { dayOf } from './people.ts'
import { takeovers } from './takeovers.ts'
import { address, administrators, type OrganizationSpec, settledPeople, type World, worldOf } from './world.ts'

/** An organization of the corpus: two months of events in order of their dates, and the attacks among them. */
export type Corpus = {
  readonly world: World
  readonly events: readonly StoredEvent[]
  readonly attacks: readonly Attack[]
}

/** The measured month: its first instant and its last. */
export const measuredFrom: Instant = instantAt(dayMs(learningDays))
export const measuredTo: Instant = instantAt(dayMs(days) - 1)

const spec = (name: string, seed: number, people: number, offsetMinutes: number): OrganizationSpec => ({
  name,
  seed,
  people,
  offsetMinutes,
  backups: people !== 12,
  provider: people === 12,
})

/** Organizations without attacks, by how many people they have. */
export const quietOrganizations: ReadonlyMap<number, readonly OrganizationSpec[]> = new Map([
  [12, [spec('quiet 12 a', 1, 12, 60), spec('quiet 12 b', 2, 12, -480), spec('quiet 12 c', 3, 12, 540)]],
  [50, [spec('quiet 50 a', 4, 50, -300), spec('quiet 50 b', 5, 50, 60), spec('quiet 50 c', 6, 50, 0)]],
  [200, [spec('quiet 200', 7, 200, 330)]],
])

/** Organizations with attacks, and which: one of each kind in turn, some days apart. */
export const attackedOrganizations: readonly (readonly [spec: OrganizationSpec, variants: readonly Variant[]])[] = [
  [spec('attacked, 12 people', 14, 12, -480), shareOf(0, 4)],
  [spec('attacked, 20 people', 15, 20, 60), shareOf(1, 4)],
  [spec('attacked, 35 people', 16, 35, 540), shareOf(2, 4)],
  [spec('attacked, 50 people', 17, 50, 0), shareOf(3, 4)],
]

/** Every n-th attack of each kind, from one on. */
function shareOf(first: number, of: number): readonly Variant[] {
  return [takeovers, harvests, administratorAttacks].flatMap((variants) =>
    variants.filter((_, index) => index % of === first),
  )
}

/** The two months of an organization. */
export function corpusOf(spec: OrganizationSpec, variants: readonly Variant[] = []): Corpus {
  const world = worldOf(spec)
  const staged = variants.map((variant, index) => ({ variant, happenings: stage(world, variant, index) }))
  const ordinary = Array.from({ length: days }, (_, day) => world.people.flatMap((person) => dayOf(world, person, day)))
  const all = [...ordinary.flat(), ...administration(world), ...staged.flatMap(({ happenings }) => happenings)]
  const sorted = all.sort((one, other) => one.at - other.at)
  const events = sorted.map((happening, index) => storedEvent(world, happening, index))

  const ids = new Map(sorted.map((happening, index) => [happening, events[index]?.id]))
  const attacks = staged.map(({ variant: { name, kind }, happenings }): Attack => {
    const times = happenings.map(({ at }) => at)
    return {
      organization: spec.name,
      name,
      kind,
      from: Math.min(...times),
      to: Math.max(...times),
      events: new Set(happenings.flatMap((happening) => ids.get(happening) ?? [])),
    }
  })
  return { world, events, attacks }
}

/** What happens in an attack: on a working day of its own, to people of its own. */
function stage(world: World, variant: Variant, index: number): readonly Happening[] {
  const members = settledPeople(world).filter(({ type }) => type === memberType.user)
  const admins = administrators(world).filter(({ type }) => type === memberType.admin)
  const [victim, administrator] = [members[index % members.length], admins[index % admins.length]]
  if (!victim || !administrator) throw new Error(`nobody to attack in ${world.spec.name}`)
  return variant.happenings({
    world,
    victim,
    administrator,
    day: workingDay(learningDays + 3 + index * 4),
    random: randomFrom(world.spec.seed, 11, index),
    elsewhere: (number) => address(world.spec.seed, 12, index, number),
  })
}

const workingDay = (day: number): number =>
  isHoliday(day) || weekdayOf(day) === 0 || weekdayOf(day) === 6 ? workingDay(day + 1) : day
