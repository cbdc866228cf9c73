// Attacks from within: members, or malware at their desks, gather secrets, send them out, or use machine accounts and jobs.
import { doneAt } from '../happenings.ts'
import { dayLength, hour, minute, second } from '../months.ts'
import { jobOf } from '../ordinary/machines.ts'
import { webVaultSeat } from '../ordinary/places.ts'
import {
  amount,
  by,
  clock,
  inside,
  type Kind,
  kind,
  madeId,
  outside,
  reached,
  repeated,
  type Stage,
  taking,
} from './stage.ts'

/** A list of days, taken a bit of each day. */
const daily = (stage: Stage, count: number, make: (daysLater: number) => ReturnType<typeof taking>) =>
  Array.from({ length: Math.min(count, 54 - stage.day) }, (_, day) => make(day)).flat()

export const insiders: readonly Kind[] = [
  kind('a member gathers passwords', (stage) =>
    by(
      stage,
      () =>
        taking(stage, inside(stage, stage.victim), reached(stage.victim, amount(stage, 70, 70, 70)), {
          at: clock(stage, 16),
          everyMs: 30 * second,
        }),
      () =>
        taking(stage, inside(stage, stage.victim), reached(stage.victim, amount(stage, 26, 26, 26)), {
          at: clock(stage, 12),
          everyMs: 2 * minute,
          type: 1108,
        }),
      () =>
        daily(stage, 7, (later) =>
          taking(stage, inside(stage, stage.victim, later), reached(stage.victim, amount(stage, 9, 9, 9), later * 9), {
            at: clock(stage, 10, later),
            everyMs: 25 * minute,
          }),
        ),
    )(),
  ),
  kind('critical items looked through', (stage) => {
    const count = Math.min(stage.world.criticalItems.length, by(stage, 12, 6, 3))
    const items = stage.world.criticalItems.slice(0, count)
    const seat = inside(stage, stage.victim)
    return taking(stage, seat, items, {
      at: clock(stage, by(stage, 21, 17, 11)),
      everyMs: by(stage, 30 * second, 4 * minute, 70 * minute),
    })
  }),
  kind('a leaver exports their vault', (stage) => {
    const seat = inside(stage, stage.victim)
    const at = clock(stage, by(stage, 20, 17, 15))
    const items = reached(stage.victim, amount(stage, 35, 10, 2))
    return [
      ...taking(stage, seat, items, { at, everyMs: 50 * second }),
      doneAt(seat, at + by(stage, 40, 60, 90) * minute, 1007),
    ]
  }),
  kind('the organization vault exported', (stage) => {
    const person = by(stage, stage.administrator, stage.administrator, stage.colleague)
    const seat = by(
      stage,
      { ...outside(stage, person), device: 9 },
      webVaultSeat(stage.world, person, stage.day),
      webVaultSeat(stage.world, person, stage.day),
    )
    const at = clock(stage, by(stage, 3, 20, 14))
    return [...by(stage, [doneAt(seat, at - 3 * minute, 1000)], [], []), doneAt(seat, at, 1602)]
  }),
  kind('secrets sent out by Send', (stage) => {
    const seat = inside(stage, stage.victim)
    const at = clock(stage, by(stage, 19, 13, 10))
    const every = by(stage, 2 * minute, 12 * minute, 3 * hour)
    const items = reached(stage.victim, amount(stage, 15, 6, 2))
    return [
      ...taking(stage, seat, items, { at, everyMs: every }),
      ...items.flatMap((_, index) => {
        const sendId = madeId(stage, 'send', index)
        const made = at + index * every + every * 0.7
        return [
          doneAt(seat, made, by(stage, 2503, 2500, 2502), { sendId }),
          doneAt({ ip: outside(stage, stage.victim).ip ?? '' }, made + 30 * minute, by(stage, 2511, 2510, 2510), {
            sendId,
          }),
        ]
      }),
    ]
  }),
  kind('a machine account read out from elsewhere', (stage) => {
    const { world } = stage
    const machineId = world.machines[0] ?? madeId(stage, 'machine')
    const { ip } = outside(stage, stage.victim)
    const count = Math.min(world.secrets.length, amount(stage, 40, 15, 4))
    return repeated(
      stage,
      count,
      clock(stage, by(stage, 3, 20, 12)),
      by(stage, 800, 20 * second, 8 * minute),
      (at, index) =>
        doneAt({ machineId, ...(ip && { ip }), device: 21 }, at, 2100, {
          secretId: world.secrets[index],
          projectId: world.projects[index % world.projects.length],
        }),
    )
  }),
  kind('a new machine account for oneself', (stage) => {
    const { world, administrator } = stage
    const machineId = madeId(stage, 'machine')
    const seat = webVaultSeat(world, administrator, stage.day)
    const at = clock(stage, by(stage, 22, 17, 13))
    const { ip } = outside(stage, administrator)
    const count = Math.min(world.secrets.length, amount(stage, 45, 18, 5))
    return [
      doneAt(seat, at, 2304, { grantedMachineId: machineId }),
      doneAt(seat, at + minute, 2300, { grantedMachineId: machineId, memberId: administrator.memberId }),
      ...repeated(
        stage,
        count,
        at + by(stage, 5 * minute, 2 * hour, 30 * hour),
        by(stage, second, 30 * second, 20 * minute),
        (each, index) =>
          doneAt({ machineId, ...(ip && { ip }), device: 21 }, each, 2100, {
            secretId: world.secrets[index],
            projectId: world.projects[0],
          }),
      ),
    ]
  }),
  kind("a nightly job's account used by a thief", (stage) => {
    const job = jobOf(stage.world)
    const person = job?.person ?? stage.victim
    const seat = { ...outside(stage, person), device: by(stage, 9, 25, 25) }
    const items = stage.world.items.slice(-amount(stage, 60, 40, 12))
    const at = clock(stage, by(stage, 15, 4, 3))
    return [
      doneAt(seat, at, 1000),
      ...taking(stage, seat, items, { at: at + minute, everyMs: by(stage, 3 * second, 5 * second, 20 * second) }),
    ]
  }),
  kind('items deleted', (stage) => {
    const { world } = stage
    const seat = inside(stage, by(stage, stage.administrator, stage.victim, stage.victim))
    return repeated(
      stage,
      amount(stage, 160, 45, 36),
      clock(stage, by(stage, 20, 16, 9)),
      by(stage, 4 * second, 40 * second, 13 * minute),
      (at, index) =>
        doneAt(seat, at, by(stage, index % 3 === 0 ? 1102 : 1115, 1115, 1115), {
          itemId: world.items[(index + 30) % world.items.length],
        }),
    )
  }),
  kind('passwords of critical items changed', (stage) => {
    const items = stage.world.criticalItems.slice(0, amount(stage, 8, 4, 2))
    const seat = by(stage, outside(stage, stage.victim), inside(stage, stage.victim), inside(stage, stage.victim))
    const at = clock(stage, by(stage, 23, 18, 12))
    return items.flatMap((itemId, index) => {
      const opened = at + index * by(stage, minute, 6 * minute, dayLength / 3)
      return [doneAt(seat, opened, 1107, { itemId }), doneAt(seat, opened + 30 * second, 1101, { itemId })]
    })
  }),
]
