// The people of an organization, and what is known of one of them, or of an item, a secret or an address.
import type { JSX } from 'preact'
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import { useLoad } from '../api/use-load.ts'
import { useApp } from '../app/context.ts'
import { pathTo, pathToSubject, type Subject } from '../app/router.ts'
import type { Translate } from '../locale/i18n.ts'
import { DataTable, Empty, Field, Link, ProblemNotice, Spinner, useSubmit, ViewHeading } from '../ui/index.ts'
import { ActorPage } from './actor-page.tsx'
import { itemsNamed, type NamedItem, subjectNamed } from './find.ts'
import { type Person, peopleOf } from './known.ts'
import { ItemMarks, SubjectLink } from './names.tsx'
import { AddressPage, ItemPage } from './thing-page.tsx'
import { roleText, statusText } from './words.ts'

/** The view; the path names the person or thing that is shown. */
export function PeopleView(): JSX.Element {
  const { subject, organization, t } = useApp()
  useFocus(subject)
  if (subject === null) return <People />
  return (
    <div class="known" key={`${subject.kind} ${subject.id}`}>
      <p>
        <Link to={pathTo(organization.id, 'people')}>{t('people.back')}</Link>
      </p>
      <Known subject={subject} />
    </div>
  )
}

function Known({ subject }: { readonly subject: Subject }): JSX.Element {
  if (subject.kind === 'address') return <AddressPage address={subject.id} />
  if (subject.kind === 'item' || subject.kind === 'secret') return <ItemPage kind={subject.kind} id={subject.id} />
  return <ActorPage kind={subject.kind} id={subject.id} />
}

/** A person or thing that opens gives the focus to the heading. */
function useFocus(subject: Subject | null): void {
  const shown = subject && `${subject.kind} ${subject.id}`
  const before = useRef(shown)
  // Before the next key: a deferred effect would take the focus from what is reached meanwhile.
  useLayoutEffect(() => {
    if (before.current === shown) return
    before.current = shown
    window.scrollTo(0, 0)
    document.querySelector<HTMLElement>('main h1')?.focus()
  }, [shown])
}

function People(): JSX.Element {
  const { api, organization, t, go, announce } = useApp()
  const path = `/organizations/${organization.id}/people`
  const { value, problem, reload } = useLoad((signal) => api.get(path, peopleOf, signal), [path])
  const [wanted, want] = useState('')
  /** The items of the text that was looked for; null until Enter is pressed. */
  const [items, setItems] = useState<readonly NamedItem[] | null>(null)
  const found = useMemo(() => (value ?? []).filter((person) => fits(person, wanted)), [value, wanted])
  const { problem: findProblem, form } = useSubmit(wanted.trim() === '', async () => {
    const [only, ...others] = found
    const subject: Subject | null =
      only && others.length === 0 ? { kind: 'person', id: only.id } : await subjectNamed(api, organization.id, wanted)
    if (subject) return go(pathToSubject(organization.id, subject))
    const named = await itemsNamed(api, organization.id, wanted)
    setItems(named)
    announce(named.length === 0 ? t('people.noItems') : t('people.itemsFound', { count: named.length }))
  })
  return (
    <>
      <ViewHeading title={t('people.title')} />
      <p class="lead">{t('people.lead')}</p>
      <search>
        <form {...form}>
          <Field
            label={t('people.find')}
            hint={t('people.findHint')}
            type="search"
            value={wanted}
            onText={(text) => {
              want(text)
              setItems(null)
            }}
            autocomplete="off"
            spellcheck={false}
          />
        </form>
      </search>
      {findProblem && <ProblemNotice problem={findProblem} />}
      {problem && <ProblemNotice problem={problem} onRetry={reload} />}
      {!value && !problem && <Spinner label={t('people.loading')} />}
      {value && (
        <p class="quiet" role="status">
          {found.length > 0 ? t('people.count', { count: found.length }) : ''}
        </p>
      )}
      {value && found.length === 0 && !items?.length && <Empty text={emptyText(value.length, items !== null, t)} />}
      {items && items.length > 0 && <Items items={items} />}
      {found.length > 0 && <PeopleTable people={found} />}
    </>
  )
}

function emptyText(people: number, isLookedFor: boolean, t: Translate): string {
  if (people === 0) return t('people.none')
  return t(isLookedFor ? 'people.noItems' : 'people.noneFound')
}

function Items({ items }: { readonly items: readonly NamedItem[] }): JSX.Element {
  const { t } = useApp()
  return (
    <section aria-labelledby="found-items">
      <h2 id="found-items">{t('people.uses.title')}</h2>
      <ul class="plain-list">
        {items.map(({ id, name, gone }) => (
          <li key={id}>
            <SubjectLink subject={{ kind: 'item', id }} name={name} /> <ItemMarks isCritical={false} isDeleted={gone} />
          </li>
        ))}
      </ul>
    </section>
  )
}

const fits = ({ id, name, email, role }: Person, wanted: string): boolean => {
  const words = wanted.toLowerCase().split(/\s+/)
  const all = [id, name, email, role].join(' ').toLowerCase()
  return words.every((word) => all.includes(word))
}

function PeopleTable({ people }: { readonly people: readonly Person[] }): JSX.Element {
  const { t } = useApp()
  return (
    <DataTable
      caption={t('people.list')}
      captionHidden
      rows={people}
      rowKey={({ id }) => id}
      columns={[
        {
          key: 'name',
          header: t('people.person'),
          cell: ({ id, name, email }) => <SubjectLink subject={{ kind: 'person', id }} name={name} email={email} />,
        },
        { key: 'role', header: t('people.role.label'), cell: ({ role }) => roleText(role, t) },
        { key: 'status', header: t('people.status.label'), cell: (person) => statusText(person, t) },
        {
          key: 'twoStep',
          header: t('people.twoStep.label'),
          cell: ({ twoStepLogin }) =>
            twoStepLogin === null ? '–' : t(`people.twoStep.${twoStepLogin ? 'yes' : 'no'}`),
        },
      ]}
    />
  )
}
