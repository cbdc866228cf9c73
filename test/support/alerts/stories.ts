// An attack for tests of stories: the password of an account is guessed from a strange address, and its vault read and exported.
import * as v from 'valibot'
import { AlertRecord } from '../../../src/domain/alerts/alert.ts'
import type { StoryFacts } from '../../../src/domain/alerts/incidents/story/story.ts'
import { namesFrom } from '../../../src/domain/directory/names.ts'
import type { AcceptedEvent } from '../../../src/domain/events/event.ts'
import { guidOfContent } from '../../../src/domain/guid.ts'
import { item, member, organization } from '../directory.ts'
import { acme, alice, bob, event, guid, instant } from '../events.ts'

/** Alice is attacked from `strange`; she and Bob work at `usual`. */
export const [strange, usual] = ['203.0.113.66', '192.0.2.14']
export const [aliceAsMember, bobAsMember] = [guid(1, 'c'), guid(2, 'c')]
/** Items of which the first two are critical, each named after its number. */
export const itemId = (number: number) => guid(number, 'd')

/** A time of the night of the attack: minutes and seconds after 02:00. */
export const at = (minute: number, second = 0): string =>
  new Date(Date.UTC(2026, 10, 25, 2, minute, second)).toISOString()

/** An event of Alice at the strange address, unless the test says otherwise. */
export const done = (type: number, date: string, members: Record<string, unknown> = {}): AcceptedEvent =>
  event({ type, date, ipAddress: strange, cipherId: undefined, ...members })

/** Fourteen guesses, a login, eight passwords copied, and an export 20 minutes later. */
export const attack: readonly AcceptedEvent[] = [
  ...Array.from({ length: 14 }, (_, guess) => done(1005, at(17, guess * 4))),
  done(1000, at(24)),
  ...Array.from({ length: 8 }, (_, number) => [
    done(1107, at(25, number * 5), { cipherId: itemId(number + 1) }),
    done(1111, at(25, number * 5 + 2), { cipherId: itemId(number + 1) }),
  ]).flat(),
  done(1007, at(45)),
]

/** An alert of these samples, in order of time, that fired from the last one on, unless the test says otherwise. */
export function alertOf(samples: readonly AcceptedEvent[], members: Record<string, unknown> = {}): AlertRecord {
  const [first, last] = [samples[0]?.date ?? instant(at(0)), samples.at(-1)?.date ?? instant(at(0))]
  const title = members.title ?? 'Guessed'
  return v.parse(AlertRecord, {
    id: guidOfContent('alert', String(title), first),
    ruleId: guid(1, 'f'),
    title,
    level: 'high',
    group: [],
    from: last,
    to: last,
    firstEventAt: first,
    endsAt: null,
    count: 1,
    atLeast: false,
    threshold: 1,
    suppressedCount: 0,
    summary: '',
    response: 'Call the user.',
    samples,
    muted: false,
    ...members,
  })
}

const known = organization(acme, {
  members: [
    member(alice, { id: aliceAsMember, name: 'Alice Adams', email: 'alice@acme.test' }),
    member(bob, { id: bobAsMember, name: 'Bob Brown' }),
  ],
  policies: [{ id: guid(1, '9'), name: 'Two-step login', type: 0, enabled: true }],
})
const items = new Map(
  Array.from({ length: 200 }, (_, index) => {
    const id = itemId(index + 1)
    return [id, item(id, { name: `Item ${index + 1}`, critical: index < 2 })]
  }),
)
const names = namesFrom({ organizations: new Map([[acme, known]]), providers: new Map(), items })

/** The facts of an incident that is about Alice and the strange address. */
export const factsOf = (facts: Partial<StoryFacts> = {}): StoryFacts => ({
  incident: {
    title: 'Guessed: Alice',
    entities: [
      { key: `person:${alice}`, label: 'Alice before' },
      { key: `address:${strange}`, label: null },
    ],
  },
  alerts: [],
  events: [],
  isPartial: false,
  timeZone: 'UTC',
  names,
  isCritical: (id) => items.get(id)?.critical === true,
  ...facts,
})

/** An incident without a new address. */
export const fromUsual = { title: 'Changed: Alice', entities: [{ key: `person:${alice}`, label: null }] }
