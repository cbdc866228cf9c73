// The types of events as choices, by category. Pure.
import { type EventCategory, eventTypes } from '../../../src/domain/events/event-types.ts'

type TypeChoice = { readonly value: number; readonly label: string }
export type CategoryChoice = { readonly category: EventCategory; readonly types: readonly TypeChoice[] }

/** A sentence of the catalogue without its placeholders: `Viewed item {item}.` is "Viewed item". */
export const titleOf = (template: string): string => template.replace(/\s*\{[a-z-]+\}/g, '').replace(/\.$/, '')

/** Every type, by category, in the catalogue's order. */
export const typeChoices: readonly CategoryChoice[] = [...new Set(eventTypes.map(({ category }) => category))].map(
  (category) => ({
    category,
    types: eventTypes
      .filter((type) => type.category === category)
      .map(({ code, template }) => ({ value: code, label: `${titleOf(template)} (${code})` })),
  }),
)

/** These types with all types of a category chosen, or none of them. */
export function withCategory(chosen: readonly number[], { types }: CategoryChoice, all: boolean): readonly number[] {
  const codes = types.map(({ value }) => value)
  const others = chosen.filter((code) => !codes.includes(code))
  return all ? [...others, ...codes] : others
}
