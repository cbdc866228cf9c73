// The sentence about an event, with its names isolated from the text around them.
import type { JSX } from 'preact'
import { useApp } from '../app/context.ts'
import { pathToSubject } from '../app/router.ts'
import { Link } from '../ui/index.ts'
import { type ListedEvent, phrasesOf } from './event.ts'

type SentenceProps = {
  readonly event: ListedEvent
  /** Whether names lead to the pages of whom and what they name; not inside a button. */
  readonly linked?: boolean
}

export function Sentence({ event, linked = false }: SentenceProps): JSX.Element {
  const { organization } = useApp()
  return (
    <>
      {phrasesOf(event).map(({ kind, text, subject }, index) => {
        if (kind === 'text') return text
        const name = (
          <bdi key={index} class={kind}>
            {text}
          </bdi>
        )
        if (!linked || subject === undefined) return name
        return (
          <Link key={index} to={pathToSubject(organization.id, subject)}>
            {name}
          </Link>
        )
      })}
    </>
  )
}
