// A few names in one line, and how many more there are. Each is isolated, since it may be written in any direction.
import type { JSX } from 'preact'
import { useApp } from '../app/context.ts'

type NamesProps = {
  readonly names: readonly string[]
  /** How many are named. */
  readonly max: number
}

/** Shows the first names; nothing if there are none. */
export function Names({ names, max }: NamesProps): JSX.Element | null {
  const { t } = useApp()
  if (names.length === 0) return null
  return (
    <span class="subject">
      {names.slice(0, max).map((name) => (
        <bdi key={name}>{name}</bdi>
      ))}
      {names.length > max && ` ${t('incidents.more.names', { count: names.length - max })}`}
    </span>
  )
}
