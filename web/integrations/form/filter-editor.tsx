// A filter as rows in groups: of each group, all or any must hold.
import type { JSX } from 'preact'
import { useId } from 'preact/hooks'
import { useApp } from '../../app/context.ts'
import { Button, Field, Icon, Select, TextArea } from '../../ui/index.ts'
import { fieldVocabularies, filterFields } from './fields.ts'
import {
  type FilterNode,
  type Group,
  groupChildrenMax,
  groupDepthMax,
  newGroup,
  newRow,
  operators,
  type Row,
  withNode,
} from './filter-rows.ts'

type FilterEditorProps = { readonly group: Group; readonly onChange: (group: Group) => void }

/** The editor of the outermost group. */
export function FilterEditor({ group, onChange }: FilterEditorProps): JSX.Element {
  const change = (key: number, how: ((node: FilterNode) => FilterNode) | undefined) =>
    onChange(key === group.key ? grouped(how?.(group), group) : withNode(group, key, how))
  return <GroupEditor group={group} depth={1} change={change} />
}

const grouped = (node: FilterNode | undefined, before: Group): Group => (node?.kind === 'group' ? node : before)

/** Changes the node with this key; without a change, removes it. */
type Change = (key: number, how: ((node: FilterNode) => FilterNode) | undefined) => void

type GroupEditorProps = { readonly group: Group; readonly depth: number; readonly change: Change }

function GroupEditor({ group, depth, change }: GroupEditorProps): JSX.Element {
  const { t } = useApp()
  const { key, join, children } = group
  const put = (changes: Partial<Group>) =>
    change(key, (node) => (node.kind === 'group' ? { ...node, ...changes } : node))
  const isFull = children.length >= groupChildrenMax
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset's legend would be read before each of its many fields
    <div class="filter-group" role="group" aria-label={t('integrations.filter.group')}>
      <div class="filter-head">
        <Select
          label={t('integrations.filter.join')}
          value={join}
          options={[
            { value: 'and', label: t('integrations.filter.and') },
            { value: 'or', label: t('integrations.filter.or') },
          ]}
          onChoose={(value) => put({ join: value === 'or' ? 'or' : 'and' })}
        />
        {depth > 1 && <Remove label={t('integrations.filter.removeGroup')} onRemove={() => change(key, undefined)} />}
      </div>
      {children.map((node) =>
        node.kind === 'row' ? (
          <RowEditor key={node.key} row={node} change={change} />
        ) : (
          <GroupEditor key={node.key} group={node} depth={depth + 1} change={change} />
        ),
      )}
      <div class="actions">
        <Button disabled={isFull} onClick={() => put({ children: [...children, newRow()] })}>
          {t('integrations.filter.addRow')}
        </Button>
        {depth < groupDepthMax && (
          <Button
            disabled={isFull}
            onClick={() => put({ children: [...children, newGroup(join === 'and' ? 'or' : 'and')] })}
          >
            {t('integrations.filter.addGroup')}
          </Button>
        )}
      </div>
    </div>
  )
}

const fieldOptions = [...filterFields.keys()].map((name) => ({ value: name, label: name }))

function RowEditor({ row, change }: { readonly row: Row; readonly change: Change }): JSX.Element {
  const { t } = useApp()
  const put = (changes: Partial<Row>) =>
    change(row.key, (node) => (node.kind === 'row' ? { ...node, ...changes } : node))
  const isKnown = filterFields.has(row.field)
  return (
    <div class="filter-row">
      <Select
        label={t('integrations.filter.field')}
        value={row.field}
        options={isKnown ? fieldOptions : [{ value: row.field, label: row.field }, ...fieldOptions]}
        onChoose={(field) => put({ field, value: '' })}
      />
      <Select
        label={t('integrations.filter.operator')}
        value={row.operator}
        options={operators.map((operator) => ({ value: operator, label: t(`integrations.filter.${operator}`) }))}
        onChoose={(value) => put({ operator: operators.find((operator) => operator === value) ?? row.operator })}
      />
      <ValueEditor row={row} onValue={(value) => put({ value })} />
      <Remove label={t('integrations.filter.removeRow')} onRemove={() => change(row.key, undefined)} />
    </div>
  )
}

/** Known values are suggested, truth values chosen; a list has a line for each value. */
function ValueEditor({
  row,
  onValue,
}: {
  readonly row: Row
  readonly onValue: (value: string) => void
}): JSX.Element | null {
  const { t } = useApp()
  const id = useId()
  const { field, operator, value } = row
  const vocabulary = fieldVocabularies.get(field) ?? []
  if (operator === 'absent' || operator === 'present') return null
  if (operator === 'in' || operator === 'notIn') {
    const few = vocabulary.length <= 8 ? vocabulary.join(', ') : ''
    return <TextArea label={t('integrations.filter.values')} hint={few} value={value} onText={onValue} />
  }
  if (filterFields.get(field) === 'boolean') {
    const options = [
      { value: '', label: '' },
      { value: 'true', label: t('integrations.filter.yes') },
      { value: 'false', label: t('integrations.filter.no') },
    ]
    return <Select label={t('integrations.filter.value')} value={value} options={options} onChoose={onValue} />
  }
  return (
    <>
      <Field
        label={t('integrations.filter.value')}
        value={value}
        list={id}
        autocomplete="off"
        maxLength={300}
        onText={onValue}
      />
      <datalist id={id}>
        {vocabulary.map((word) => (
          <option key={word} value={word} />
        ))}
      </datalist>
    </>
  )
}

function Remove({ label, onRemove }: { readonly label: string; readonly onRemove: () => void }): JSX.Element {
  return (
    <Button look="quiet" class="remove" aria-label={label} onClick={onRemove}>
      <Icon name="close" />
    </Button>
  )
}
