// A word in a colour: levels of alerts and states of things. The word says it; the colour only helps.
import type { JSX } from 'preact'

export type Tone = 'neutral' | 'good' | 'informational' | 'low' | 'medium' | 'high' | 'critical'

/** `tone` is an alert's level, or how good a state is. */
export function Badge({ tone = 'neutral', text }: { readonly tone?: Tone; readonly text: string }): JSX.Element {
  return <span class={`badge ${tone}`}>{text}</span>
}
