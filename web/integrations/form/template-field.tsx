// The template of an integration's messages, with the names that it can use.
import type { JSX } from 'preact'
import { useRef } from 'preact/hooks'
import { useApp } from '../../app/context.ts'
import { TextArea } from '../../ui/index.ts'
import { templateNames, unknownTemplateNames } from './fields.ts'
import type { Form } from './form.ts'

/** Longest template, in UTF-16 units. */
const templateCharsMax = 2_000

/** The field, and every name as a button that inserts it at the cursor. */
export function TemplateField({ form }: { readonly form: Form }): JSX.Element {
  const { t } = useApp()
  const field = useRef<HTMLTextAreaElement>(null)
  const { template } = form.draft
  const unknown = unknownTemplateNames(template)
  const typed = unknown.length > 0 ? t('integrations.form.templateUnknown', { names: unknown.join(', ') }) : null
  const insert = (name: string) => {
    const area = field.current
    const [start, end] = [area?.selectionStart ?? template.length, area?.selectionEnd ?? template.length]
    const next = `${template.slice(0, start)}#${name}#${template.slice(end)}`
    if (!area || next.length > templateCharsMax) return
    form.change({ template: next })
    area.focus()
    // Only after rendering does the field hold the new text.
    requestAnimationFrame(() => area.setSelectionRange(start + name.length + 2, start + name.length + 2))
  }
  return (
    <fieldset>
      <legend>{t('integrations.form.message')}</legend>
      <TextArea
        label={t('integrations.form.template')}
        hint={t('integrations.form.templateHint')}
        error={form.errorAt('template') ?? typed}
        value={template}
        rows={4}
        maxLength={templateCharsMax}
        field={field}
        onText={(text) => form.change({ template: text })}
      />
      <details class="choice">
        <summary>{t('integrations.form.templateNames')}</summary>
        <Names title={t('integrations.form.templateAlertNames')} names={templateNames.alert} onInsert={insert} />
        <Names title={t('integrations.form.templateEventNames')} names={templateNames.event} onInsert={insert} />
      </details>
    </fieldset>
  )
}

type NamesProps = {
  readonly title: string
  readonly names: readonly string[]
  readonly onInsert: (name: string) => void
}

function Names({ title, names, onInsert }: NamesProps): JSX.Element {
  const { t } = useApp()
  return (
    <>
      <p class="part-title">{title}</p>
      <ul class="template-names">
        {names.map((name) => (
          <li key={name}>
            <button
              type="button"
              aria-label={t('integrations.form.templateInsert', { name })}
              onClick={() => onInsert(name)}
            >
              #{name}#
            </button>
          </li>
        ))}
      </ul>
    </>
  )
}
