// The days on which something worth an alert happens in the demo month: administration, an export, a leaver, and one night's attack. Pure.

import { itemsWithin } from '../people/directory.ts'
import { demoId } from '../people/ids.ts'
import { collection } from '../people/items.ts'
import * as people from '../people/people.ts'
import { type Device, deviceType, type Person } from '../people/people.ts'
import { acme, acmeId, group, policy, providerOrganizationId, trentMemberId } from '../people/world.ts'
import { type Random, randomFrom } from '../random.ts'
import { dayMs, hourMs, minuteMs } from './days.ts'
import {
  type Actor,
  done,
  doneToMember,
  type Happening,
  inProvider,
  onAccount,
  type Subject,
  vaultAccess,
} from './messages.ts'

/** The night of the attack, and the one person it is aimed at. Alerts take events up to 7 days late: the night is later than that. */
export const attack = { daysBefore: 3, hour: 2, victim: people.dave, ipAddress: '203.0.113.66' } as const

/** From this day on, counted back from the last, Mallory is revoked. */
export const leaverDaysBefore = 5

/** Made and deleted within the month: the log knows it, the directory no longer does. */
export const deletedItemId = demoId('item', 48)

/** All scenarios, given the midnight (UTC) that starts the month's last day. */
export function scenarios(lastMidnight: number, seed: number): readonly Happening[] {
  const random = randomFrom(seed, lastMidnight)
  const on: On = (daysBefore, hour, minute) =>
    lastMidnight - daysBefore * dayMs + hour * hourMs + minute * minuteMs + random.between(0, minuteMs - 1)
  const onWorkday: On = (daysBefore, hour, minute) => onFridayAtLatest(on(daysBefore, hour, minute))

  return [
    ...administration(onWorkday),
    ...itemCare(onWorkday),
    ...attackNight(on(attack.daysBefore, attack.hour, 17), random),
    ...aftermath(on),
  ]
}

/** An instant (milliseconds since 1970) within this minute of the day so many days before the last. */
type On = (daysBefore: number, hour: number, minute: number) => number

/** What would fall on a weekend was done on the Friday before, at the same time of day. */
function onFridayAtLatest(instant: number): number {
  const daysPastFriday = { 6: 1, 0: 2 }[new Date(instant).getUTCDay()] ?? 0
  return instant - daysPastFriday * dayMs
}

const at = (person: Person): Actor => ({ person, device: person.devices[0] })
const alice = at(people.alice)
const bob = at(people.bob)
const pat = at(people.pat)

const inAcme = (type: number, when: number, actor: Actor, about: Subject = {}) => done(type, when, actor, acmeId, about)

function toMember(type: number, when: number, actor: Actor | undefined, person: Person): Happening {
  return doneToMember(type, when, actor, acmeId, { id: demoId('member', person.number), userId: person.id })
}

function administration(on: On): readonly Happening[] {
  const trent = { id: trentMemberId, userId: null }
  // An invitation knows no account yet.
  const invitedJudy = { id: demoId('member', people.judy.number), userId: null }
  return [
    inProvider(1800, on(27, 9, 5), pat, { ProviderUserId: demoId('providerUser', people.quinn.number) }),
    inProvider(1801, on(27, 9, 40), pat, { ProviderUserId: demoId('providerUser', people.quinn.number) }),
    inProvider(1901, on(27, 10, 2), pat, { ProviderOrganizationId: providerOrganizationId }),
    inAcme(1600, on(27, 8, 55), alice),
    inAcme(1700, on(27, 9, 1), alice, { PolicyId: policy.masterPassword }),
    inAcme(1700, on(27, 9, 3), alice, { PolicyId: policy.singleOrganization }),
    inAcme(1700, on(27, 9, 5), alice, { PolicyId: policy.accountRecovery }),
    inAcme(1300, on(27, 9, 12), bob, { CollectionId: collection.marketing }),
    inAcme(1400, on(27, 9, 15), bob, { GroupId: group.marketing }),
    inAcme(1301, on(27, 9, 16), bob, { CollectionId: collection.marketing }),
    doneToMember(1500, on(23, 6, 30), undefined, acmeId, invitedJudy),
    toMember(1501, on(22, 9, 20), bob, people.judy),
    toMember(1504, on(22, 9, 22), bob, people.judy),
    inAcme(1401, on(22, 9, 25), bob, { GroupId: group.marketing }),
    inAcme(2000, on(20, 11, 2), alice, { DomainName: 'demo.test' }),
    inAcme(2002, on(20, 11, 30), alice, { DomainName: 'demo.test' }),
    inAcme(1609, on(18, 14, 10), alice),
    ...onAccount(1010, on(16, 8, 3), at(people.laura)),
    toMember(1513, on(16, 8, 20), bob, people.laura),
    inAcme(1602, on(14, 15, 45), bob),
    toMember(1502, on(12, 13, 5), alice, people.carol),
    doneToMember(1500, on(3, 10, 30), bob, acmeId, trent),
    inAcme(2000, on(2, 9, 10), alice, { DomainName: 'old.demo.test' }),
    inAcme(2001, on(1, 9, 15), alice, { DomainName: 'old.demo.test' }),
  ]
}

/** Items made, moved, changed and thrown away, the three critical ones among them. */
function itemCare(on: On): readonly Happening[] {
  const [grace, laura, heidi] = [at(people.grace), at(people.laura), at(people.heidi)]
  const [cloud, registrar, payroll] = acme.items.filter(({ critical }) => critical).map(({ id }) => id)
  const item = (id: string | undefined): Subject => (id === undefined ? {} : { CipherId: id })
  return [
    inAcme(1100, on(26, 10, 31), grace, item(demoId('item', 27))),
    inAcme(1100, on(25, 11, 11), heidi, item(deletedItemId)),
    inAcme(1105, on(25, 9, 48), laura, item(demoId('item', 36))),
    inAcme(1106, on(21, 13, 22), grace, item(demoId('item', 24))),
    inAcme(1103, on(19, 11, 9), laura, item(demoId('item', 33))),
    inAcme(1101, on(17, 9, 30), grace, item(cloud)),
    inAcme(1115, on(13, 16, 2), heidi, item(demoId('item', 45))),
    inAcme(1116, on(12, 16, 44), heidi, item(demoId('item', 45))),
    inAcme(1104, on(10, 10, 19), laura, item(demoId('item', 33))),
    inAcme(1106, on(6, 9, 57), grace, item(registrar)),
    inAcme(1101, on(4, 14, 14), laura, item(payroll)),
    inAcme(1115, on(2, 11, 38), heidi, item(deletedItemId)),
    inAcme(1102, on(1, 11, 40), heidi, item(deletedItemId)),
  ]
}

/** Guesses from one strange address, a success, and every password the victim reaches, copied within minutes. */
function attackNight(start: number, random: Random): readonly Happening[] {
  const strange: Device = { id: demoId('device', 999), type: deviceType.firefox, ipAddress: attack.ipAddress }
  const actor = { person: attack.victim, device: strange }
  const after = (ms: number) => start + ms + random.between(0, 900)
  const inside = 7 * minuteMs
  return [
    ...Array.from({ length: 14 }, (_, guess) => onAccount(1005, after(guess * 24_000), actor)).flat(),
    ...onAccount(1000, after(inside), actor),
    ...itemsWithin(acme, attack.victim).flatMap(({ id }, index) => [
      inAcme(1107, after(inside + 20_000 + index * 9_000), actor, { CipherId: id }),
      inAcme(1111, after(inside + 23_000 + index * 9_000), actor, { CipherId: id }),
    ]),
    ...onAccount(1007, after(inside + 6 * minuteMs), actor),
  ]
}

/**
 * What the admins do about it, and the leaver. Until then the victim had no two-step login, and no policy asked for it:
 * both come last.
 */
function aftermath(on: On): readonly Happening[] {
  const { daysBefore, victim } = attack
  return [
    toMember(1511, on(daysBefore, 7, 31), bob, victim),
    ...vaultAccess(on(daysBefore, 7, 50), pat),
    toMember(1512, on(daysBefore, 8, 5), bob, victim),
    toMember(1508, on(daysBefore, 8, 10), bob, victim),
    ...onAccount(1000, on(daysBefore, 8, 25), at(victim)),
    ...onAccount(1008, on(daysBefore, 8, 27), at(victim)),
    ...onAccount(1001, on(daysBefore, 8, 33), at(victim)),
    ...onAccount(1002, on(daysBefore, 8, 38), at(victim)),
    inAcme(1101, on(daysBefore, 9, 5), at(people.grace), { CipherId: demoId('item', 23) }),
    inAcme(1700, on(daysBefore, 9, 12), alice, { PolicyId: policy.twoStepLogin }),
    toMember(1511, on(leaverDaysBefore, 17, 5), undefined, people.mallory),
  ]
}
