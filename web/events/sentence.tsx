// What an event says, with the names in it set apart from the words around them.
import type { JSX } from 'preact'
import { type ListedEvent, phrasesOf } from './event.ts'

export function Sentence({ event }: { readonly event: ListedEvent }): JSX.Element {
  return (
    <>
      {phrasesOf(event).map(({ kind, text }, place) =>
        kind === 'words' ? (
          text
        ) : (
          <bdi key={place} class={kind}>
            {text}
          </bdi>
        ),
      )}
    </>
  )
}
