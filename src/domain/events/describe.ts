// Describes an event in one plain sentence. Pure.
import type { Guid } from '../guid.ts'
import type { StoredEvent } from './event.ts'
import { fieldOfPlaceholder, hasId, templateOf } from './sentences.ts'

/** The placeholders that a name in the event fills. */
const namesIn = ({ domainName, objectName }: StoredEvent): Readonly<Record<string, string | undefined>> => ({
  domain: domainName,
  object: objectName,
})

/** How many characters of an id a sentence shows. */
const shortIdCharacters = 8

/** What stands in a sentence for the name of a thing without one. */
export const nameUnknown = '(name unknown)'

/**
 * The event's sentence: "Viewed item Bank."; with "(name unknown)" for what `names` does not have. Without `names`, ids cut to
 * eight characters: "Viewed item d0000001.". Unknown types by number.
 */
export const describe = (event: StoredEvent, names?: ThingNames): string =>
  sentence(event, names, names ? () => nameUnknown : shortened)

/** The event's sentence with the names that are known, and other ids cut to eight characters. */
export const describeWithIds = (event: StoredEvent, names: ThingNames | undefined): string =>
  sentence(event, names, shortened)

const shortened = (id: Guid): string => id.slice(0, shortIdCharacters)

const sentence = (event: StoredEvent, names: ThingNames | undefined, nameless: (id: Guid) => string): string =>
  templateOf(event.type).replace(/\s*\{([a-z-]+)\}/g, (_, placeholder: string) => {
    const id = hasId(placeholder) ? event[fieldOfPlaceholder[placeholder]] : undefined
    const value = namesIn(event)[placeholder] ?? nameOf(placeholder, id, names) ?? (id && nameless(id))
    return value ? ` ${value}` : ''
  })

/** Looks names up; null for ids without one. */
export type ThingNames = Readonly<
  Record<'member' | 'group' | 'collection' | 'policy' | 'item', (id: Guid | undefined) => string | null>
>

function nameOf(placeholder: string, id: Guid | undefined, names: ThingNames | undefined): string | null | undefined {
  switch (placeholder) {
    case 'member':
    case 'group':
    case 'collection':
    case 'policy':
    case 'item':
      return names?.[placeholder](id)
    default:
      return undefined
  }
}
