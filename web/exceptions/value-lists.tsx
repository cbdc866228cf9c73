// The lists of values that rules use: each with its values, one a line, and a form for a new one.
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { useLoad } from '../api/use-load.ts'
import { useRun } from '../api/use-run.ts'
import { useApp } from '../app/context.ts'
import { isolated } from '../locale/formats.ts'
import { Button, Field, ProblemNotice, Select, TextArea, useSubmit } from '../ui/index.ts'
import { PeopleChoice } from './people-choice.tsx'
import {
  isListName,
  type ListKind,
  listKinds,
  refusedValues,
  type ValueList,
  valueListOf,
  valueListsOf,
  valuesIn,
} from './value-list.ts'

/** Shows every list of the organization. */
export function ValueLists(): JSX.Element {
  const { api, organization, t } = useApp()
  const path = `/organizations/${organization.id}/value-lists`
  const { value, problem, reload } = useLoad((signal) => api.get(path, valueListsOf, signal), [path])
  return (
    <section class="card value-lists" aria-labelledby="value-lists">
      <h2 id="value-lists" tabIndex={-1}>
        {t('lists.title')}
      </h2>
      <p class="hint">{t('lists.lead')}</p>
      {problem && <ProblemNotice problem={problem} onRetry={reload} />}
      {value?.map((each) => (
        <OneList key={`${each.name} ${each.changedAt}`} list={each} path={path} onChanged={reload} />
      ))}
      {value && <NewList names={value.map(({ name }) => name)} path={path} onChanged={reload} />}
    </section>
  )
}

type OneListProps = { readonly list: ValueList; readonly path: string; readonly onChanged: () => void }

function OneList({ list, path, onChanged }: OneListProps): JSX.Element {
  const { api, t, say } = useApp()
  const { name, kind, known } = list
  const [typed, setTyped] = useState(list.values.join('\n'))
  const [isOpen, setOpen] = useState(false)
  const { busy, problem, run } = useRun()
  const refused = refusedValues(problem?.errors ?? {}, valuesIn(typed))
  const save = () =>
    run(async () => {
      await api.send('PUT', `${path}/${name}`, { kind, values: valuesIn(typed) }, valueListOf)
      say(t('lists.saved', { name }))
      onChanged()
    })
  const remove = () =>
    run(async () => {
      await api.send('DELETE', `${path}/${name}`, undefined, () => null)
      say(t('lists.deleted', { name }))
      document.getElementById('value-lists')?.focus()
      onChanged()
    })
  return (
    <details class="value-list" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <code>{name}</code> <span class="quiet">{t('lists.values', { count: list.values.length })}</span>
      </summary>
      <TextArea
        label={t('lists.valuesOf', { name })}
        hint={t(`lists.hint.${kind}`)}
        error={refused.map(({ value, problem: why }) => `${isolated(value)} ${why}.`).join(' ') || null}
        value={typed}
        rows={6}
        onText={setTyped}
      />
      {kind === 'people' && isOpen && (
        <PeopleChoice
          name={name}
          ids={valuesIn(typed)}
          onAdd={(id) => id !== '' && setTyped((before) => [...valuesIn(before), id].join('\n'))}
        />
      )}
      {problem && refused.length === 0 && <ProblemNotice problem={problem} />}
      <div class="actions">
        <Button look="primary" busy={busy} aria-label={t('lists.saveOf', { name })} onClick={save}>
          {t('lists.save')}
        </Button>
        {!known && (
          <Button busy={busy} aria-label={t('lists.deleteOf', { name })} onClick={remove}>
            {t('lists.delete')}
          </Button>
        )}
      </div>
    </details>
  )
}

type NewListProps = { readonly names: readonly string[]; readonly path: string; readonly onChanged: () => void }

function NewList({ names, path, onChanged }: NewListProps): JSX.Element {
  const { api, t, say } = useApp()
  const [name, setName] = useState('')
  const [kind, setKind] = useState<ListKind>('networks')
  const wrong = !isListName(name) ? 'name' : names.includes(name) ? 'taken' : null
  const { tried, busy, problem, form } = useSubmit(wrong !== null, async () => {
    await api.send('PUT', `${path}/${name}`, { kind, values: [] }, valueListOf)
    say(t('lists.made', { name }))
    setName('')
    onChanged()
  })
  return (
    <form {...form} class="value-list-new">
      <Field
        label={t('lists.name')}
        hint={t('lists.nameHint')}
        error={tried && wrong ? t(`lists.wrong.${wrong}`) : null}
        value={name}
        maxLength={64}
        spellcheck={false}
        onText={setName}
      />
      <Select
        label={t('lists.kind')}
        value={kind}
        onChoose={(chosen) => setKind(listKinds.find((each) => each === chosen) ?? 'networks')}
        options={listKinds.map((each) => ({ value: each, label: t(`lists.kinds.${each}`) }))}
      />
      {problem && <ProblemNotice problem={problem} />}
      <div class="actions">
        <Button type="submit" busy={busy}>
          {t('lists.new')}
        </Button>
      </div>
    </form>
  )
}
