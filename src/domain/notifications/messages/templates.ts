// Templates: an organization's own text with placeholders such as #ActingUserName#, named as in the reference server, and more. Pure.
import * as v from 'valibot'
import { wellFormed, withoutDirections } from '../../texts.ts'
import { plain } from './plain-text.ts'
import { type TemplateContext, templateNames, templateValue } from './template-values.ts'

/** Longest template, in UTF-16 units. */
export const templateCharsMax = 2_000
const namesShownMax = 5

// An empty name is "##": one "#".
const placeholder = /#(\w*)#/g

/** The unknown names in a template, each once, in order. */
export function unknownNames(template: string): readonly string[] {
  const names = [...template.matchAll(placeholder)].map(([, name = '']) => name)
  return [...new Set(names.filter((name) => name !== '' && !templateNames.has(name)))]
}

/** A template as it is saved: every name in it is known. */
export const Template = v.pipe(
  wellFormed,
  v.maxLength(templateCharsMax),
  v.check((text) => /\S/.test(text), 'is empty'),
  v.regex(/^(?:\P{Cc}|[\n\t])*$/u, 'holds control characters'),
  withoutDirections,
  v.check(
    (text) => unknownNames(text).length === 0,
    ({ input }) => `has unknown names: ${written(unknownNames(input))}`,
  ),
)

const written = (names: readonly string[]) => {
  const shown = names.slice(0, namesShownMax).map((name) => `#${name.slice(0, 40)}#`)
  return [...shown, ...(names.length > namesShownMax ? ['…'] : [])].join(', ')
}

/**
 * A template filled in: its own text unchanged, each value as one line and through `escaped`, so that no value is more than
 * text at the receiver. A placeholder without a value is empty; one whose name is no longer known stays as written.
 */
export const renderTemplate = (
  template: string,
  context: TemplateContext,
  escaped: (value: string) => string,
): string =>
  template.replace(placeholder, (whole, name: string) => {
    if (name === '') return '#'
    return templateNames.has(name) ? escaped(plain(templateValue(name, context))) : whole
  })
