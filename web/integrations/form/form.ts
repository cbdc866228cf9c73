// What the fields of the form share. Pure.
import type { Integration } from '../integration.ts'
import type { Draft } from './draft.ts'

/** What is typed so far, how to change it, and what is wrong with it. */
export type Form = {
  readonly draft: Draft
  change(changes: Partial<Draft>): void
  /** What is wrong with a property of the API's body, or with what is in it; null if nothing is. */
  errorAt(path: string): string | null
  /** The integration that is edited; null for a new one. */
  readonly integration: Integration | null
}
