// What an event says to a person, in one plain sentence. Pure.
import type { StoredEvent } from './event.ts'
import { fieldOfPlace, hasId, templateOf } from './sentences.ts'

/** What an event itself names in words. */
const namesInFull = ({ domainName, objectName }: StoredEvent): Readonly<Record<string, string | undefined>> => ({
  domain: domainName,
  object: objectName,
})

/** How many characters of an id a sentence shows. */
const shortIdCharacters = 8

/** The event's sentence, ids cut to their first eight characters: "Viewed item d0000001."; unknown types by number. */
export const describe = (event: StoredEvent): string =>
  templateOf(event.type).replace(/\s*\{([a-z-]+)\}/g, (_, place: string) => {
    const id = hasId(place) ? event[fieldOfPlace[place]] : undefined
    const value = namesInFull(event)[place] ?? id?.slice(0, shortIdCharacters)
    return value ? ` ${value}` : ''
  })
