// The comments on an incident, and a form for another.
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { useApp } from '../../app/context.ts'
import { Button, ProblemNotice, TextArea, Time, useSubmit } from '../../ui/index.ts'
import { type Comment, doerName, type TriageAction } from './triage.ts'

/** Longest comment, in UTF-16 units. */
const commentCharsMax = 2_000

type CommentsProps = {
  /** Earliest first. */
  readonly comments: readonly Comment[]
  readonly send: (action: TriageAction) => Promise<void>
}

/** Shows both. */
export function Comments({ comments, send }: CommentsProps): JSX.Element {
  const { t } = useApp()
  const [text, setText] = useState('')
  const isMissing = text.trim() === ''
  const { tried, busy, problem, form } = useSubmit(isMissing, async () => {
    await send({ kind: 'comment', text })
    setText('')
  })
  return (
    <section class="card" aria-labelledby="incident-comments">
      <h2 id="incident-comments">{t('incidents.comments.title')}</h2>
      {comments.length > 0 && (
        <ol class="comments">
          {comments.map((comment) => (
            <li key={comment.id}>
              <small>
                <bdi>{doerName(comment)}</bdi>, <Time at={comment.at} />
              </small>
              <p>
                <bdi>{comment.text}</bdi>
              </p>
            </li>
          ))}
        </ol>
      )}
      <form {...form} class="triage-form">
        <TextArea
          label={t('incidents.comments.new')}
          value={text}
          maxLength={commentCharsMax}
          error={tried && isMissing ? t('incidents.comments.missing') : null}
          onText={setText}
        />
        {problem && <ProblemNotice problem={problem} />}
        <div>
          <Button type="submit" busy={busy}>
            {t('incidents.comments.add')}
          </Button>
        </div>
      </form>
    </section>
  )
}
