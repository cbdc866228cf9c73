// Attacks of the corpus: owners and admins, or thieves of their accounts, turn on the organization.
import { guidOfContent } from '../../src/domain/guid.ts'
import { clock, hour, minute, reached, reading, repeated, type Stage, second, type Variant } from './attack.ts'
import { doneAt, type Happening, seatOf } from './events.ts'
import { homeIp } from './world.ts'

const browser = 9
const variant = (name: string, happenings: Variant['happenings']): Variant => ({
  name,
  kind: 'administrator',
  happenings,
})
const own = ({ world, administrator, day }: Stage) => seatOf(administrator, homeIp(world, administrator, day))

/** Something done to colleagues, one after the other. */
const toMembers = (stage: Stage, type: number, count: number, at: number, everyMs: number): readonly Happening[] => {
  const others = stage.world.people.filter((person) => person !== stage.administrator)
  return repeated(stage.random, Math.min(count, others.length), at, everyMs, (each, index) =>
    doneAt(own(stage), each, type, { memberId: others[index]?.memberId ?? stage.victim.memberId }),
  )
}

/** Loud ones first; the last two look like ordinary administration. */
export const administratorAttacks: readonly Variant[] = [
  variant('two-step login disabled, policy off, vault exported from elsewhere', (stage) => {
    const seat = seatOf(stage.administrator, stage.elsewhere(1), browser)
    const at = clock(stage, 4)
    return [
      doneAt(seat, at, 1000),
      doneAt(seat, at + 2 * minute, 1003),
      doneAt(seat, at + 5 * minute, 1000),
      doneAt(seat, at + 8 * minute, 1700, { policyId: stage.world.policies[0] }),
      doneAt(seat, at + 12 * minute, 1602),
    ]
  }),
  variant('deletes what there is', (stage) => [
    ...repeated(stage.random, 120, clock(stage, 19), 8 * second, (at, index) =>
      doneAt(own(stage), at, 1115, { itemId: stage.world.items[index] }),
    ),
    ...repeated(stage.random, 40, clock(stage, 19.5), 8 * second, (at, index) =>
      doneAt(own(stage), at, 1102, { itemId: stage.world.items[index] }),
    ),
  ]),
  variant('locks colleagues out and purges the vault', (stage) => [
    ...toMembers(stage, 1511, 6, clock(stage, 21), 90 * second),
    doneAt(own(stage), clock(stage, 21.5), 1601),
  ]),
  variant('a second account of their own reads the next day', (stage) => {
    const memberId = guidOfContent(stage.world.organizationId, 'second account', stage.day)
    const userId = guidOfContent(memberId, 'user')
    const seat = { userId, ip: stage.elsewhere(1), device: browser }
    const at = clock(stage, 20)
    return [
      doneAt(own(stage), at, 1500, { memberId }),
      doneAt(own(stage), at + 4 * minute, 1501, { memberId }),
      doneAt(own(stage), at + 5 * minute, 1504, { memberId }),
      doneAt(seat, clock(stage, 7, 1), 1000),
      ...reading(stage, seat, reached(stage.administrator, 30), {
        at: clock(stage, 7.1, 1),
        everyMs: minute,
        types: [1107, 1108],
      }),
    ]
  }),
  variant("takes a member's account by resetting both locks", (stage) => {
    const { memberId } = stage.victim
    const seat = seatOf(stage.victim, own(stage).ip, browser)
    const at = clock(stage, 18.5)
    return [
      doneAt(own(stage), at, 1508, { memberId }),
      doneAt(own(stage), at + 3 * minute, 1519, { memberId }),
      doneAt(seat, at + 8 * minute, 1000),
      ...reading(stage, seat, reached(stage.victim, 6), {
        at: at + 9 * minute,
        everyMs: 2 * minute,
        types: [1107, 1111],
      }),
    ]
  }),
  variant('a policy off over the night, on again in the morning', (stage) => [
    doneAt(own(stage), clock(stage, 23), 1700, { policyId: stage.world.policies[1] }),
    doneAt(own(stage), clock(stage, 6, 1), 1700, { policyId: stage.world.policies[1] }),
  ]),
  variant('gives roles and groups to accomplices', (stage) => [
    ...toMembers(stage, 1502, 3, clock(stage, 12), 4 * minute),
    ...toMembers(stage, 1504, 3, clock(stage, 12.5), 4 * minute),
  ]),
  variant('deletes eight items an hour, all afternoon', (stage) =>
    repeated(stage.random, 48, clock(stage, 12), hour / 8, (at, index) =>
      doneAt(own(stage), at, 1115, { itemId: stage.world.items[index + 40] }),
    ),
  ),
]
