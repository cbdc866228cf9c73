// Where an integration sends to, by its kind. Stored secrets are never shown, and stay when their field is empty.
import type { JSX } from 'preact'
import { useApp } from '../../app/context.ts'
import { Field, Select, TextArea, Toggle } from '../../ui/index.ts'
import { type FieldValue, type Secret, type SecretName, secrets, type TargetField, targets } from '../targets.ts'
import { fieldValueOf, withSecret } from './draft.ts'
import type { Form } from './form.ts'

/** The fields of the chosen kind. */
export function TargetFields({ form }: { readonly form: Form }): JSX.Element {
  const { t } = useApp()
  const { kind } = form.draft
  return (
    <fieldset>
      <legend>{t('integrations.form.where')}</legend>
      <p class="hint">{t(`integrations.form.hints.${kind}`)}</p>
      {targets[kind].secrets.map((name) => (
        <SecretField key={`${kind} ${name}`} name={name} form={form} />
      ))}
      {targets[kind].fields.map((field) => (
        <OpenField key={`${kind} ${field.name}`} field={field} form={form} />
      ))}
    </fieldset>
  )
}

function SecretField({ name, form }: { readonly name: SecretName; readonly form: Form }): JSX.Element {
  const { t } = useApp()
  const { draft, integration, change, errorAt } = form
  const { label, input, hint: hintOfNew }: Secret = secrets[name]
  const isUrl = input === 'url'
  const hint = () => {
    if (integration === null) return hintOfNew ? t(hintOfNew) : ''
    return t(integration.unreadableSecrets.includes(name) ? 'integrations.form.isNotSet' : 'integrations.form.isSet')
  }
  return (
    <Field
      type={input}
      label={t(label)}
      hint={hint()}
      error={errorAt(`target.${name}`)}
      value={draft.secrets[name]}
      placeholder={isUrl && !integration ? targets[draft.kind].urlExample : ''}
      autocomplete={isUrl ? 'off' : 'new-password'}
      spellcheck={false}
      onText={(text) => change(withSecret(draft, name, text))}
    />
  )
}

/** A field that is not secret. */
function OpenField({ field, form }: { readonly field: TargetField; readonly form: Form }): JSX.Element {
  const { t } = useApp()
  const { draft, change } = form
  const value = fieldValueOf(draft, field)
  const put = (next: FieldValue) => change({ fields: { ...draft.fields, [field.name]: next } })
  if (field.kind === 'switch') return <Toggle label={t(field.label)} checked={value === true} onToggle={put} />
  const common = { label: t(field.label), error: form.errorAt(`target.${field.name}`), value: String(value) }
  switch (field.kind) {
    case 'choice':
      return (
        <Select
          {...common}
          options={field.choices.map((choice) => ({ value: choice, label: choice }))}
          onChoose={put}
        />
      )
    case 'lines':
      return <TextArea {...common} hint={t(field.hint)} onText={put} />
    case 'number':
      return <Field {...common} inputMode="numeric" hint={t(field.hint)} autocomplete="off" onText={put} />
    case 'line':
      return (
        <Field
          {...common}
          {...(field.charsMax !== undefined && { maxLength: field.charsMax })}
          hint={t(field.hint)}
          autocomplete="off"
          onText={put}
        />
      )
  }
}
