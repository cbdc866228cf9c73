// Attacks by owners and admins, or thieves of their accounts: on roles, members, settings, sign-in, and on the alerts themselves.
import { memberType } from '../../../src/domain/directory/directory.ts'
import { doneAt, type Happening } from '../happenings.ts'
import { hour, minute, second } from '../months.ts'
import {
  administering,
  amount,
  by,
  clock,
  entering,
  harvest,
  type Kind,
  kind,
  madeId,
  outside,
  repeated,
  type Stage,
} from './stage.ts'

/** Some things done by the administrator, one after the other, from a time on. */
const steps = (
  stage: Stage,
  at: number,
  everyMs: number,
  types: readonly number[],
  about: Parameters<typeof doneAt>[3] = {},
): readonly Happening[] => {
  const seat = administering(stage)
  return [...entering(stage, seat, at), ...types.map((type, index) => doneAt(seat, at + index * everyMs, type, about))]
}

/** When an administrator turns on the organization: at night, in the evening, or during work. */
const moment = (stage: Stage): number => clock(stage, by(stage, 3, 20, 14))

export const administratorAttacks: readonly Kind[] = [
  {
    name: 'roles given to accomplices',
    stage: (stage) => {
      const seat = administering(stage)
      const at = moment(stage)
      const people = stage.others.slice(0, by(stage, 3, 2, 1))
      const type = by(stage, memberType.owner, memberType.admin, memberType.admin)
      return {
        happenings: [
          ...entering(stage, seat, at),
          ...people.map(({ memberId }, index) => doneAt(seat, at + index * 4 * minute, 1502, { memberId })),
        ],
        roleChanges: people.map(({ userId, memberId }, index) => ({
          at: at + index * 4 * minute - second,
          userId,
          memberId,
          type,
        })),
      }
    },
  },
  kind('collections and groups opened', (stage) => {
    const { world, victim } = stage
    const seat = administering(stage)
    const at = moment(stage)
    return [
      ...entering(stage, seat, at),
      ...repeated(stage, amount(stage, 18, 7, 2), at, by(stage, 20, 90, 900) * second, (each, index) =>
        index % 3 === 2
          ? doneAt(seat, each, 1401, { groupId: world.groups[index % world.groups.length] })
          : doneAt(seat, each, 1301, { collectionId: world.collections[index % world.collections.length] }),
      ),
      doneAt(seat, at + hour, 1504, { memberId: victim.memberId }),
    ]
  }),
  kind('the powerful locked out', (stage) => {
    const seat = administering(stage)
    const at = moment(stage)
    const others = stage.others.filter((person) => person !== stage.colleague).slice(0, by(stage, 7, 2, 0))
    const type = by(stage, 1511, 1503, 1511)
    return [
      ...entering(stage, seat, at),
      ...[stage.colleague, ...others].map(({ memberId }, index) =>
        doneAt(seat, at + index * by(stage, 20, 120, 1) * second, type, { memberId }),
      ),
    ]
  }),
  kind("a member's account taken through recovery", (stage) => {
    const { memberId } = stage.victim
    const seat = administering(stage)
    const at = moment(stage)
    const types = by(stage, [1508, 1519, 1525], [1508, 1519], [1508])
    const taken = { userId: stage.victim.userId, ip: seat.ip ?? '', device: 9 }
    const opened = at + by(stage, 10, 25, 90) * minute
    return [
      ...entering(stage, seat, at),
      ...types.map((type, index) => doneAt(seat, at + index * 2 * minute, type, { memberId })),
      doneAt(taken, opened, 1000),
      ...harvest(stage, taken, stage.victim, opened + minute),
    ]
  }),
  kind('single sign-on weakened', (stage) => [
    ...steps(stage, moment(stage), by(stage, 1, 8, 30) * minute, by(stage, [1605, 1607, 1509], [1605], [1509]), {
      memberId: stage.victim.memberId,
    }),
  ]),
  kind('policies weakened', (stage) => {
    const seat = administering(stage)
    const at = moment(stage)
    const policies = stage.world.policies.slice(0, by(stage, 4, 2, 1))
    const back = by(stage, [], policies, policies.slice(0, 1))
    return [
      ...entering(stage, seat, at),
      ...policies.map((policyId, index) => doneAt(seat, at + index * minute, 1700, { policyId })),
      ...back.map((policyId, index) =>
        doneAt(seat, at + by(stage, 1, 10, 30) * hour + index * minute, 1700, { policyId }),
      ),
    ]
  }),
  kind('protections of the organization turned off', (stage) =>
    steps(
      stage,
      moment(stage),
      by(stage, 20 * second, 5 * minute, hour),
      by(stage, [1600, 1611, 1613, 1615, 1616, 1620], [1615, 1616], [1616]),
    ),
  ),
  kind('a domain taken over', (stage) => [
    ...steps(stage, moment(stage), 3 * minute, by(stage, [2001, 2000, 2002], [2000, 2002], [2000]), {
      domainName: 'other.example',
    }),
  ]),
  kind('an account of their own added', (stage) => {
    const seat = administering(stage)
    const at = moment(stage)
    const memberId = madeId(stage, 'member')
    const userId = madeId(stage, 'user')
    const own = { ...outside(stage, stage.victim, 3), userId }
    const reads = at + by(stage, 10 * minute, 14 * hour, 40 * hour)
    return [
      ...entering(stage, seat, at),
      doneAt(seat, at, 1500, { memberId }),
      doneAt(seat, at + by(stage, 3, 8, 200) * minute, 1501, { memberId }),
      doneAt(seat, at + by(stage, 4, 10, 210) * minute, 1504, { memberId }),
      doneAt(own, reads, 1000),
      ...harvest(stage, own, stage.administrator, reads + minute),
    ]
  }),
  kind('alerting switched off', (stage) => {
    const seat = administering(stage)
    const at = moment(stage)
    const about = (name: string) => ({ objectId: madeId(stage, name), objectName: name })
    const types = by(stage, [9003, 9003, 9011, 9032, 9044] as const, [9011, 9003] as const, [9003] as const)
    return [
      ...entering(stage, seat, at),
      ...types.map((type, index) => doneAt(seat, at + index * 2 * minute, type, about(`object ${index}`))),
      ...by(stage, [doneAt(seat, at + 20 * minute, 1602)], [doneAt(seat, at + hour, 1007)], []),
    ]
  }),
  kind('an API key made and used from elsewhere', (stage) => {
    const seat = administering(stage)
    const at = moment(stage)
    const { ip } = outside(stage, stage.administrator, 5)
    const api = { systemUser: 3, ...(ip && { ip }) }
    const others = stage.others.slice(0, amount(stage, 6, 3, 1))
    return [
      ...entering(stage, seat, at),
      doneAt(seat, at, by(stage, 9020, 9020, 9021), { objectId: madeId(stage, 'key'), objectName: 'key' }),
      ...others.map(({ memberId }, index) =>
        doneAt(api, at + by(stage, 5, 60, 900) * minute + index * minute, by(stage, 1511, 1502, 1504), { memberId }),
      ),
    ]
  }),
  kind('the vault purged', (stage) => {
    const seat = administering(stage)
    const at = moment(stage)
    const collections = stage.world.collections.slice(0, by(stage, 0, 6, 3))
    return [
      ...entering(stage, seat, at),
      ...by(stage, [doneAt(seat, at, 1601)], [], []),
      ...collections.map((collectionId, index) =>
        doneAt(seat, at + index * by(stage, 1, 2, 300) * minute, 1302, { collectionId }),
      ),
    ]
  }),
  kind("a provider's visit that nobody asked for", (stage) => {
    const seat = { ...outside(stage, stage.administrator, 7), userId: madeId(stage, 'provider user') }
    const at = moment(stage)
    return [doneAt(seat, at, 1603), ...harvest(stage, seat, stage.administrator, at + 2 * minute)]
  }),
]
