// Describes an event in one plain sentence. Pure.
import type { StoredEvent } from './event.ts'
import { fieldOfPlaceholder, hasId, templateOf } from './sentences.ts'

/** The placeholders that a name in the event fills. */
const namesIn = ({ domainName, objectName }: StoredEvent): Readonly<Record<string, string | undefined>> => ({
  domain: domainName,
  object: objectName,
})

/** How many characters of an id a sentence shows. */
const shortIdCharacters = 8

/** The event's sentence, ids cut to eight characters: "Viewed item d0000001."; unknown types by number. */
export const describe = (event: StoredEvent): string =>
  templateOf(event.type).replace(/\s*\{([a-z-]+)\}/g, (_, placeholder: string) => {
    const id = hasId(placeholder) ? event[fieldOfPlaceholder[placeholder]] : undefined
    const value = namesIn(event)[placeholder] ?? id?.slice(0, shortIdCharacters)
    return value ? ` ${value}` : ''
  })
