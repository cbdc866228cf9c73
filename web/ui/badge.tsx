// A word in a colour, for levels of alerts and states. The word carries the meaning; the colour only helps.
import type { JSX } from 'preact'

export type Tone = 'neutral' | 'good' | 'informational' | 'low' | 'medium' | 'high' | 'critical'

/** `tone` is the level of an alert, or the quality of a state. */
export function Badge({ tone = 'neutral', text }: { readonly tone?: Tone; readonly text: string }): JSX.Element {
  return <span class={`badge ${tone}`}>{text}</span>
}
