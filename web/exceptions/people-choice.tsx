// Names for lists of people: whom the ids in a list are, and a choice that adds one by name.
import type { JSX } from 'preact'
import { useLoad } from '../api/use-load.ts'
import { useApp } from '../app/context.ts'
import { displayName } from '../locale/formats.ts'
import { datesOf } from '../overview/days.ts'
import { summaryOf } from '../overview/summary.ts'
import { Select } from '../ui/index.ts'

type PeopleChoiceProps = {
  readonly name: string
  readonly ids: readonly string[]
  readonly onAdd: (id: string) => void
}

/** Shows the people in a list by name, and adds another of those who are known: active in 90 days, or members not seen. */
export function PeopleChoice({ name, ids, onAdd }: PeopleChoiceProps): JSX.Element {
  const { api, organization, t, now } = useApp()
  const { start, end } = datesOf(90, now())
  const { value } = useLoad(
    (signal) => api.get(`/organizations/${organization.id}/summary?start=${start}&end=${end}`, summaryOf, signal),
    [organization.id],
  )
  const people = new Map(
    [...(value?.membersNotSeen ?? []), ...(value?.users ?? [])].flatMap((person) =>
      person.userId === null ? [] : [[person.userId, displayName(person, person.userId)] as const],
    ),
  )
  const listed = ids.flatMap((id) => people.get(id.toLowerCase()) ?? [])
  const others = [...people].filter(([id]) => !ids.some((each) => each.toLowerCase() === id))
  return (
    <>
      {listed.length > 0 && (
        <p class="quiet">
          {listed.map((each) => (
            <bdi key={each} class="value-name">
              {each}
            </bdi>
          ))}
        </p>
      )}
      <Select
        label={t('lists.addPerson', { name })}
        value=""
        onChoose={onAdd}
        options={[
          { value: '', label: t('lists.choosePerson') },
          ...others.sort(([, one], [, other]) => one.localeCompare(other)).map(([id, label]) => ({ value: id, label })),
        ]}
      />
    </>
  )
}
