// The subject of an alert in one line. Each value is isolated, since it may be written in any direction.
import type { JSX } from 'preact'
import { useApp } from '../app/context.ts'
import type { Alert } from './alert.ts'
import { subjectOf } from './texts.ts'

/** Shows the people or things that an alert is about. */
export function Subject({ alert }: { readonly alert: Alert }): JSX.Element {
  const { t } = useApp()
  return (
    <span class="subject">
      {subjectOf(alert, t).map((name) => (
        <bdi key={name}>{name}</bdi>
      ))}
    </span>
  )
}
