// The list of incidents with what acts on several at once: those that are selected.
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { useApp } from '../app/context.ts'
import type { Incident } from './incident.ts'
import { IncidentList } from './incident-list.tsx'
import { TriageButtons } from './triage/triage-buttons.tsx'
import { useTriage } from './triage/use-triage.ts'

const kinds = ['acknowledge', 'assign', 'close', 'reopen'] as const

type SelectableProps = { readonly incidents: readonly Incident[]; readonly put: (incident: Incident) => void }

/** Shows the list; incidents that are not shown are not selected. After an action none is, and the focus stays, also once the list is empty. */
export function Selectable({ incidents, put }: SelectableProps): JSX.Element {
  const { t } = useApp()
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  const send = useTriage(put)
  const ids = incidents.map(({ id }) => id)
  const chosen = ids.filter((id) => selected.has(id))
  const select = (some: readonly string[], isSelected: boolean) =>
    setSelected((before) => new Set([...before].filter((id) => !some.includes(id)).concat(isSelected ? some : [])))
  return (
    <>
      <div class="selection">
        <label>
          <input
            type="checkbox"
            checked={chosen.length > 0 && chosen.length === ids.length}
            indeterminate={chosen.length > 0 && chosen.length < ids.length}
            onChange={(event) => select(ids, event.currentTarget.checked)}
          />
          {t('incidents.select.all')}
        </label>
        <TriageButtons
          incidentIds={chosen}
          kinds={kinds}
          act={async (some, action) => {
            await send(some, action)
            setSelected(new Set())
          }}
        />
        <span class="quiet" role="status">
          {chosen.length > 0 && t('incidents.select.count', { count: chosen.length })}
        </span>
      </div>
      {incidents.length > 0 && (
        <IncidentList incidents={incidents} selected={selected} onSelect={(id, is) => select([id], is)} />
      )}
    </>
  )
}
