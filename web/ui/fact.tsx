// One fact of a list of facts (`<dl class="facts">`): its name, and what it is.
import type { ComponentChildren, JSX } from 'preact'

export function Fact({ name, children }: { readonly name: string; readonly children: ComponentChildren }): JSX.Element {
  return (
    <>
      <dt>{name}</dt>
      <dd dir="auto">{children}</dd>
    </>
  )
}
