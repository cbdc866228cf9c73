// The heading of a view: where the focus goes when the view is come to. What acts on the whole view stands beside it.
import type { ComponentChildren, JSX } from 'preact'

export function ViewHeading({
  title,
  children,
}: {
  readonly title: string
  readonly children?: ComponentChildren
}): JSX.Element {
  return (
    <header class="view-heading">
      <h1 tabIndex={-1}>{title}</h1>
      {children && <div class="view-actions">{children}</div>}
    </header>
  )
}
