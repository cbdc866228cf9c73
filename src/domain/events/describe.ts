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

/**
 * The event's sentence, with names as far as they are given, and ids cut to eight characters: "Viewed item d0000001."; unknown
 * types by number.
 */
export const describe = (event: StoredEvent, names?: ThingNames): string =>
  templateOf(event.type).replace(/\s*\{([a-z-]+)\}/g, (_, placeholder: string) => {
    const id = hasId(placeholder) ? event[fieldOfPlaceholder[placeholder]] : undefined
    const value = namesIn(event)[placeholder] ?? nameOf(placeholder, id, names) ?? id?.slice(0, shortIdCharacters)
    return value ? ` ${value}` : ''
  })

/** Looks names up; null for ids without one. */
type ThingNames = Readonly<
  Record<'member' | 'group' | 'collection' | 'policy', (id: Guid | undefined) => string | null>
>

function nameOf(placeholder: string, id: Guid | undefined, names: ThingNames | undefined): string | null | undefined {
  switch (placeholder) {
    case 'member':
    case 'group':
    case 'collection':
    case 'policy':
      return names?.[placeholder](id)
    default:
      return undefined
  }
}
