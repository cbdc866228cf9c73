// Attacks of the corpus: secrets gathered by a member, or by the thief of a member's session.
import { clock, hour, minute, reached, reading, type Stage, second, type Variant } from './attack.ts'
import { doneAt, seatOf } from './events.ts'
import { homeIp } from './world.ts'

const cli = 25
const atHome = ({ world, victim, day }: Stage) => seatOf(victim, homeIp(world, victim, day))
const variant = (name: string, happenings: Variant['happenings']): Variant => ({ name, kind: 'harvest', happenings })

/** Loud ones first; the last two stay close to what the person does anyway. */
export const harvests: readonly Variant[] = [
  variant('copies sixty passwords and exports before leaving', (stage) => {
    const at = clock(stage, 16)
    const items = reached(stage.victim, 60)
    return [
      ...reading(stage, atHome(stage), items, { at, everyMs: 45 * second, types: [1107, 1111] }),
      doneAt(atHome(stage), at + hour, 1007),
    ]
  }),
  variant('shows thirty passwords to write them down', (stage) =>
    reading(stage, atHome(stage), reached(stage.victim, 30, 20), {
      at: clock(stage, 12.5),
      everyMs: 70 * second,
      types: [1107, 1108],
    }),
  ),
  variant('a stolen session on another machine at night', (stage) =>
    reading(stage, seatOf(stage.victim, stage.elsewhere(1), cli), reached(stage.victim, 90), {
      at: clock(stage, 3),
      everyMs: 15 * second,
      types: [1107, 1111],
    }),
  ),
  variant('malware on the own machine copies during work', (stage) =>
    reading(stage, atHome(stage), reached(stage.victim, 18), {
      at: clock(stage, 10),
      everyMs: 3 * minute,
      types: [1111],
    }),
  ),
  variant('every critical item within half an hour', (stage) => {
    const { victim, world } = stage
    const items = world.criticalItems.slice(0, 6)
    return reading(stage, seatOf(victim, homeIp(world, victim, stage.day)), items, {
      at: clock(stage, 18),
      everyMs: 4 * minute,
      types: [1107, 1111],
    })
  }),
  variant('a person who is no owner exports the whole vault', (stage) => [
    doneAt(seatOf(stage.administrator, homeIp(stage.world, stage.administrator, stage.day)), clock(stage, 17), 1602),
  ]),
  variant('twelve more copies a day for eight days', (stage) =>
    Array.from({ length: 8 }, (_, day) =>
      reading(stage, atHome(stage), reached(stage.victim, 12, day * 12), {
        at: clock(stage, 9, day),
        everyMs: 35 * minute,
        types: [1107, 1111],
      }),
    ).flat(),
  ),
  variant('four more a day for two weeks', (stage) =>
    Array.from({ length: 14 }, (_, day) =>
      reading(stage, atHome(stage), reached(stage.victim, 4, day * 4), {
        at: clock(stage, 10, day),
        everyMs: 90 * minute,
        types: [1107, 1108],
      }),
    ).flat(),
  ),
]
