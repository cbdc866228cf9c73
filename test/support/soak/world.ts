// The organizations of a soak, their people, and what each of these reports.
import * as v from 'valibot'
import { type Random, randomFrom } from '../../../local/demo/random.ts'
import { memberStatus, memberType, OrganizationEntry } from '../../../src/domain/directory/directory.ts'
import { type Guid, guidOfContent } from '../../../src/domain/guid.ts'
import type { DirectoryWriter } from '../../../src/ports/directory.ts'
import { userClaims } from '../calls.ts'
import type { Issuer } from '../servers/issuer.ts'
import { clockApartMsMax, type SoakPlan } from './plan.ts'

/** An event as a client sends it. No two of a person have one date. */
type Reported = {
  readonly type: number
  readonly cipherId: Guid | null
  readonly organizationId: Guid
  readonly date: string
}
export type Person = {
  readonly userId: Guid
  readonly token: string
  readonly batches: readonly (readonly Reported[])[]
}
export type Organization = { readonly id: Guid; readonly key: string; readonly people: readonly Person[] }

const [minuteMs, hourMs] = [60_000, 3_600_000]
const itemsPerOrganization = 40
/** Filled in, viewed, password seen, password copied, vault exported. */
const types = [
  [1114, 40],
  [1107, 25],
  [1108, 15],
  [1111, 17],
  [1602, 3],
] as const
/** Old enough for every clock to accept it in an upload. */
const [earliestAgoMs, latestAgoMs] = [clockApartMsMax + 90 * minuteMs, clockApartMsMax + 10 * minuteMs]
const burstMs = 4 * minuteMs

/** Puts the organizations into the directory, and makes up what their people report. */
export async function newSoakWorld(
  plan: SoakPlan,
  directory: DirectoryWriter,
  issuer: Issuer,
  nowMs: number,
): Promise<readonly Organization[]> {
  // Valid by every clock, from the beginning until well after the end.
  const times = { nbf: Math.floor((nowMs - 2 * hourMs) / 1_000), exp: Math.floor((nowMs + 24 * hourMs) / 1_000) }
  const newOrganization = async (place: number): Promise<Organization> => {
    const idOf = (kind: string, index: number) => guidOfContent('soak', plan.seed, place, kind, index)
    const id = idOf('organization', 0)
    const items = Array.from({ length: itemsPerOrganization }, (_, index) => ({ id: idOf('item', index) }))
    const users = Array.from({ length: plan.peoplePerOrganization }, (_, index) => idOf('user', index))
    const members = users.map((userId, index) => ({
      id: idOf('member', index),
      userId,
      status: memberStatus.confirmed,
      type: index === 0 ? memberType.owner : memberType.admin,
      name: `Person ${place}.${index}`,
      email: `person-${place}-${index}@soak.test`,
    }))
    const entry = v.parse(OrganizationEntry, { name: `Organization ${place}`, members })
    await directory.putOrganization(
      id,
      entry,
      items.map((item) => ({ ...item, collections: [] })),
    )
    const newPerson = async (userId: Guid, index: number): Promise<Person> => {
      const random = randomFrom(plan.seed, place, index)
      const claims = userClaims(userId, index === 0 ? { orgowner: id } : { orgadmin: id })
      const events = eventsOf(
        random,
        plan.eventsPerPerson,
        id,
        items.map((item) => item.id),
        nowMs,
      )
      return {
        userId,
        token: await issuer.sign({ ...claims, ...times }),
        batches: batchesOf(random, events, plan.batchEventsMax),
      }
    }
    const claims = { scope: ['api.organization'], client_id: `organization.${id}`, client_sub: id }
    return { id, key: await issuer.sign({ ...claims, ...times }), people: await Promise.all(users.map(newPerson)) }
  }
  return Promise.all(Array.from({ length: plan.organizations }, (_, place) => newOrganization(place)))
}

/** In no order: some spread out, most in bursts, and a few of now, which a clock that is behind does not accept. */
function eventsOf(
  random: Random,
  count: number,
  organizationId: Guid,
  items: readonly Guid[],
  nowMs: number,
): Reported[] {
  const bursts = Array.from({ length: 3 }, () => random.between(latestAgoMs, earliestAgoMs))
  const agoMs = () => {
    if (random.chance(0.1)) return random.between(-minuteMs, minuteMs)
    const burst = random.pick(bursts)
    return random.chance(0.6) ? burst - random.between(0, burstMs) : random.between(latestAgoMs, earliestAgoMs)
  }
  const dates = new Set<number>()
  while (dates.size < count) dates.add(nowMs - agoMs())
  return [...dates].map((date): Reported => {
    const type = random.weighted(types)
    return {
      type,
      cipherId: type === 1602 ? null : random.pick(items),
      organizationId,
      date: new Date(date).toISOString(),
    }
  })
}

function batchesOf(random: Random, events: readonly Reported[], eventsMax: number): Reported[][] {
  const batches: Reported[][] = []
  for (let from = 0; from < events.length; from += batches.at(-1)?.length ?? 0) {
    batches.push(events.slice(from, from + random.between(1, eventsMax)))
  }
  return batches
}
