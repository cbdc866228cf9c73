// Whom or what an alert is about, in one line; each value by itself, since it may be written in any direction.
import type { JSX } from 'preact'
import { useApp } from '../app/context.ts'
import type { Alert } from './alert.ts'
import { whom } from './texts.ts'

/** Shows whom or what an alert is about. */
export function Whom({ alert }: { readonly alert: Alert }): JSX.Element {
  const { t } = useApp()
  return (
    <span class="whom">
      {whom(alert, t).map((name) => (
        <bdi key={name}>{name}</bdi>
      ))}
    </span>
  )
}
