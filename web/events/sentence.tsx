// The sentence about an event, with its names isolated from the text around them.
import type { JSX } from 'preact'
import { type ListedEvent, phrasesOf } from './event.ts'

export function Sentence({ event }: { readonly event: ListedEvent }): JSX.Element {
  return (
    <>
      {phrasesOf(event).map(({ kind, text }, index) =>
        kind === 'text' ? (
          text
        ) : (
          <bdi key={index} class={kind}>
            {text}
          </bdi>
        ),
      )}
    </>
  )
}
